"""Which readings a store may keep at all: alike on every engine."""

import math
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

import numpy as np

from energy.reading import GAUGE, TABLES, Reading
from energy.span import Span
from storage.columns import Columns, columns_of
from storage.contest import Key
from storage.readings import Refused

EARLIEST_MS = -9_223_372_036_854
LATEST_MS = 9_223_372_036_854
"""InfluxDB counts nanoseconds in 64 bits, so no engine keeps times before 1678 or after 2261."""

_SMALL = np.iinfo(np.int8)
_MEDIUM = np.iinfo(np.int32)
_LARGE = np.iinfo(np.int64)

CLOSE_MS = 10 * 24 * 3_600_000
"""Meters times milliseconds that one question after late readings may span.

Chosen: at a reading a minute 14,400 come back, which take 7 MiB (measured 490 bytes each).
"""


def clip(span: Span) -> Span:
    """Return the part of a span in which a reading can lie."""
    start = min(max(span.start, EARLIEST_MS), LATEST_MS)
    return Span(start, min(max(span.end, start), LATEST_MS))


def name_fault(name: str) -> str:
    """Tell why a name cannot be a tag on every engine; "" if it can.

    Line protocol ends a point at a line break and cannot escape a backslash before a separator.
    """
    if not name:
        return "is empty"
    if not name.isprintable():
        return "holds a line break or another character that cannot be printed"
    if name.endswith("\\"):
        return "ends with a backslash"
    return ""


def admit(readings: Columns | Sequence[Reading]) -> tuple[Columns, list[Refused]]:
    """Split readings into those that every engine can keep and those that none can."""
    if isinstance(readings, Columns):
        return _admit_columns(readings)
    refused = [Refused(reading, reason) for reading in readings if (reason := _fault(reading))]
    if refused:
        readings = [reading for reading in readings if not _fault(reading)]
    return columns_of(readings), refused


def _admit_columns(columns: Columns) -> tuple[Columns, list[Refused]]:
    """Split columns; their types leave only names, times and gauges that may not fit."""
    bad_names = np.array([bool(_series_fault(*names)) for names in columns.series], dtype=bool)
    fits = (columns.time >= EARLIEST_MS) & (columns.time < LATEST_MS)
    fits &= np.isfinite(columns.numbers) | ~columns.is_gauge
    if bad_names.any():
        fits &= ~bad_names[columns.which]
    if fits.all():
        return columns, []
    refused = [Refused(reading, _fault(reading)) for reading in columns.rows(~fits).readings()]
    return columns.rows(fits), refused


def close_in_time(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Yield keys in groups that lie close in time, each in order of time.

    A store is asked for the whole span of a group for each meter in it. So one reading of last year
    among those of today must not ask for a year of every meter, nor must a backlog of one meter.
    """
    group: list[Key] = []
    meters: set[str] = set()
    for key in sorted(keys, key=itemgetter(2)):
        meters.add(key[0])
        if group and len(meters) * (key[2] - group[0][2]) > CLOSE_MS:
            yield group
            group, meters = [], {key[0]}
        group.append(key)
    if group:
        yield group


def _fit(numbers: Sequence[int], width: "np.iinfo[np.signedinteger]") -> bool:
    return not numbers or (min(numbers) >= width.min and max(numbers) <= width.max)


def _series_fault(meter: str, table: str) -> str:
    fault = name_fault(meter)
    if fault:
        return f"the meter's name {fault}"
    return "" if table in TABLES else f"{table!r} is not one of the tables {', '.join(TABLES)}"


def _fault(reading: Reading) -> str:
    fault = _series_fault(reading.meter, reading.table)
    if fault:
        return fault
    if not EARLIEST_MS <= reading.time < LATEST_MS:
        return f"the time {reading.time} ms lies outside the years 1678 to 2261"
    marks = (reading.quality, reading.source, reading.revision)
    if not (_fit(marks[:2], _SMALL) and _fit(marks[2:], _MEDIUM) and _fit(marks, _LARGE)):
        return "quality, source or revision is out of range"
    if not _fit((reading.arrived,), _LARGE):
        return "the time of arrival is out of range"
    return _value_fault(reading)


def _value_fault(reading: Reading) -> str:
    value = reading.value
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return f"the value {value!r} is not a number"
    if not math.isfinite(value):
        return f"the value {value!r} is not a finite number"
    if reading.table == GAUGE:
        return ""
    if value != int(value):
        return f"the value {value!r} of a {reading.table} is not whole"
    if not _LARGE.min <= int(value) <= _LARGE.max:
        return f"the value {value!r} does not fit into 64 bits"
    return ""
