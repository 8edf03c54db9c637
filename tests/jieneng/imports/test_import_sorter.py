"""The sorter gives everything back, meter by meter in order of time, whatever fits into memory."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jieneng.imports import sorter as sorting
from jieneng.imports.repeats import once_each
from jieneng.imports.sorter import Sorter

DAY_MS = 86_400_000
READINGS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 400).map(lambda day: day * DAY_MS), st.integers())
    .map(lambda one: (one[0], one[1], one[2] % 2**63))
)  # fmt: skip


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "IN_HAND", 7)
    monkeypatch.setattr(sorting, "PIECE", 10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(READINGS)
def test_pieces_are_what_sorting_in_memory_gives(
    tmp_path: Path, readings: list[tuple[int, int, int]]
) -> None:
    sorter = Sorter(tmp_path, is_gauge=False)
    for row, (series, time, value) in enumerate(readings):
        sorter.add(series, time, value, row)
    pieces = list(sorter.pieces())
    sorter.close()
    found = [
        (piece.series, *reading)
        for piece in pieces
        for reading in zip(
            piece.times.tolist(), piece.rows.tolist(), piece.values.tolist(), strict=True
        )
    ]

    assert found == sorted(
        (series, time, row, value) for row, (series, time, value) in enumerate(readings)
    )
    # A time is never cut in two, or what it says twice would not be seen.
    ends = [(piece.series, int(piece.times[-1])) for piece in pieces]
    starts = [(piece.series, int(piece.times[0])) for piece in pieces]
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))


def test_a_gauge_keeps_its_fractions(tmp_path: Path) -> None:
    sorter = Sorter(tmp_path, is_gauge=True)
    sorter.add(0, 2, -3.25, 1)
    sorter.extend(np.array([0]), np.array([1]), np.array([0.1]), np.array([2]))
    (piece,) = sorter.pieces()
    sorter.close()

    assert piece.values.tolist() == [0.1, -3.25]


def test_of_a_time_that_is_said_three_times_the_first_row_stands() -> None:
    found = once_each(np.array([1, 2, 2, 2, 3]), np.array([5, 6, 6, 7, 7]))

    assert found.first.tolist() == [True, True, False, False, True]
    assert found.duplicates == 1
    assert found.against.tolist() == [[3, 1]]
