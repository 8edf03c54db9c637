"""Readings that wait in chunks come back as they were."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from energy.reading import GAUGE, REGISTER, Reading, Source
from storage.records.chunks import Run, pack, unpack

TIMES = st.lists(st.integers(0, 2**43), unique=True).map(sorted)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(TIMES, st.data())
def test_readings_come_out_of_a_chunk_as_they_went_in(
    times: list[int], data: st.DataObject
) -> None:
    wholes = data.draw(
        st.lists(st.integers(-(2**63), 2**63 - 1), min_size=len(times), max_size=len(times))
    )
    numbers = data.draw(st.lists(NUMBERS, min_size=len(times), max_size=len(times)))
    runs = [
        Run("hall_main", REGISTER, np.array(times, dtype=np.int64), np.array(wholes, np.int64)),
        Run("weather", GAUGE, np.array(times, dtype=np.int64), np.array(numbers, np.float64)),
    ]
    expected = [
        Reading("hall_main", REGISTER, time, value, 0, Source.IMPORT, 0, 77)
        for time, value in zip(times, wholes, strict=True)
    ] + [
        Reading("weather", GAUGE, time, value, 0, Source.IMPORT, 0, 77)
        for time, value in zip(times, numbers, strict=True)
    ]

    assert list(unpack(pack(runs, source=Source.IMPORT, arrived=77))) == expected


def test_a_year_of_quarter_hours_takes_few_bytes_a_reading() -> None:
    times = np.arange(35_040, dtype=np.int64) * 900_000 + 1_700_000_000_000
    run = Run("hall_main", REGISTER, times, np.arange(35_040, dtype=np.int64) * 7 // 3)

    assert len(pack([run], source=Source.IMPORT, arrived=0)) < 35_040
