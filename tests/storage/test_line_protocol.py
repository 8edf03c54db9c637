"""Lines of many readings at once say the same as lines written one by one."""

import math
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from energy.reading import GAUGE, INTERVAL, REGISTER, Reading
from storage.columns import columns_of
from storage.influx.line_protocol import escaped_tag, gauges_last, reading_bodies

_NAMES = ("main", "a b", "a=b,c", "主表", "x" * 40)
_LARGE = st.integers(-(2**63), 2**63 - 1)
_MARK = st.sampled_from([0, 0, 0, 1, 2, 127])
_WHOLE = st.one_of(st.integers(-20_000, 20_000), _LARGE)
_DECIMAL = st.integers(-(10**16), 10**16).map(lambda count: count / 10**6)
_FLOAT = st.one_of(
    _DECIMAL,
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 0.1, 1e15, 1e-6, 5e-324, 999_999_999.999_999]),
)
_MARKS = (_MARK, _MARK, st.integers(0, 2**31 - 1), st.one_of(st.just(0), _LARGE))
_READINGS = st.lists(
    st.one_of(
        st.builds(
            Reading,
            st.sampled_from(_NAMES),
            st.sampled_from([REGISTER, INTERVAL]),
            _LARGE,
            _WHOLE,
            *_MARKS,
        ),
        st.builds(Reading, st.sampled_from(_NAMES), st.just(GAUGE), _LARGE, _FLOAT, *_MARKS),
    ),
    max_size=20,
)


def _slow_line(reading: Reading, value: str, *, overrules: bool) -> str:
    """Return the line of a reading as line protocol has it."""
    marks = ""
    if overrules or any((reading.source, reading.revision, reading.arrived)):
        marks = (
            f",quality={reading.quality}i,source={reading.source}i"
            f",revision={reading.revision}i,arrived={reading.arrived}i"
        )
    elif reading.quality:
        marks = f",quality={reading.quality}i"
    unit = "" if reading.table == GAUGE else "i"
    head = f"{reading.table},meter={escaped_tag(reading.meter)}"
    return f"{head} value={value}{unit}{marks} {reading.time}"


def _value_of(line: str) -> str:
    fields = line.rpartition(" ")[0].partition(" value=")[2]
    return fields.partition(",")[0].removesuffix("i")


def _is_same(text: str, value: float) -> bool:
    return float(text) == value and math.copysign(1, float(text)) == math.copysign(1, value)


def _lines(readings: Sequence[Reading], *, lines: int, overrules: bool) -> list[str]:
    bodies = reading_bodies(gauges_last(columns_of(readings)), lines=lines, overrules=overrules)
    return [line for body in bodies for line in body.decode().split("\n")]


@given(readings=_READINGS, lines=st.integers(1, 21), overrules=st.booleans())
def test_lines_made_at_once_are_those_made_one_by_one(
    *, readings: list[Reading], lines: int, overrules: bool
) -> None:
    found = _lines(readings, lines=lines, overrules=overrules)
    in_order = sorted(readings, key=lambda reading: reading.table == GAUGE)
    for line, reading in zip(found, in_order, strict=True):
        text = _value_of(line)
        if reading.table == GAUGE:
            assert _is_same(text, float(reading.value))
        else:
            assert text == str(reading.value)
        assert line == _slow_line(reading, text, overrules=overrules)


def test_decimals_of_a_gauge_are_written_as_people_write_them() -> None:
    values = [230.0, 49.98, -3.5, 0.25, 0.000001, -0.000001, 12345678.875, 0.0]
    readings = [Reading("main", GAUGE, time, value) for time, value in enumerate(values)]
    found = [_value_of(line) for line in _lines(readings, lines=100, overrules=False)]
    assert found == [
        "230",
        "49.98",
        "-3.5",
        "0.25",
        "0.000001",
        "-0.000001",
        "12345678.875",
        "0",
    ]
