"""Which readings a store may keep at all, and which of one batch wins: alike on every engine."""

import math
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

import numpy as np

from energy.reading import GAUGE, TABLES, Reading, rank
from energy.span import Span
from storage.readings import Refused

EARLIEST_MS = -9_223_372_036_854
LATEST_MS = 9_223_372_036_854
"""InfluxDB counts nanoseconds in 64 bits, so no engine keeps times before 1678 or after 2261."""

_SMALL = np.iinfo(np.int8)
_MEDIUM = np.iinfo(np.int32)
_LARGE = np.iinfo(np.int64)

_PLAIN = {(table, float if table == GAUGE else int) for table in TABLES}
"""Table and type of the values that need no conversion."""

Key = tuple[str, str, int]

CLOSE_MS = 24 * 3_600_000
"""Late readings not further apart are asked for together: chosen, a backlog is one question."""


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


def admit(readings: Sequence[Reading]) -> tuple[list[Reading], list[Refused]]:
    """Split readings into those that every engine can keep and those that none can.

    A gauge's whole numbers become floats on the way.
    """
    if _plain(readings):
        return list(readings), []
    kept, refused = [], []
    for reading in readings:
        reason = _fault(reading)
        if reason:
            refused.append(Refused(reading, reason))
        elif reading.table == GAUGE:
            kept.append(reading._replace(value=float(reading.value)))
        else:
            kept.append(reading._replace(value=int(reading.value)))
    return kept, refused


def winners(readings: Iterable[Reading]) -> dict[Key, Reading]:
    """Return the winning reading of each (meter, table, time); between equal ranks the first."""
    found = list(readings)
    best: dict[Key, Reading] = {reading[:3]: reading for reading in found}
    if len(best) == len(found):
        return best  # nobody meets anybody: the usual case by far
    best.clear()
    for reading in found:
        key = reading[:3]
        before = best.get(key)
        if before is None or rank(reading) > rank(before):
            best[key] = reading
    return best


def close_in_time(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Yield keys in groups that lie close in time, each in order of time.

    One reading of last year among those of today must not ask a store for a year of every meter.
    """
    group: list[Key] = []
    for key in sorted(keys, key=itemgetter(2)):
        if group and key[2] - group[-1][2] > CLOSE_MS:
            yield group
            group = []
        group.append(key)
    if group:
        yield group


def _plain(readings: Sequence[Reading]) -> bool:
    """Tell quickly whether nothing in the batch needs a closer look: the usual case by far."""
    if not readings:
        return True
    meters, tables, times, values, quality, source, revision, arrived = zip(*readings, strict=True)
    if any(map(name_fault, set(meters))) or set(map(type, times)) != {int}:
        return False
    if not set(zip(tables, map(type, values), strict=True)) <= _PLAIN:
        return False
    if min(times) < EARLIEST_MS or max(times) >= LATEST_MS:
        return False
    whole = [value for value in values if type(value) is int]
    numbers_fit = _fit(whole, _LARGE) and (
        len(whole) == len(values) or all(map(math.isfinite, values))
    )
    return (
        numbers_fit
        and _fit(quality, _SMALL)
        and _fit(source, _SMALL)
        and _fit(revision, _MEDIUM)
        and _fit(arrived, _LARGE)
    )


def _fit(numbers: Sequence[int], width: "np.iinfo[np.signedinteger]") -> bool:
    return not numbers or (min(numbers) >= width.min and max(numbers) <= width.max)


def _fault(reading: Reading) -> str:
    fault = name_fault(reading.meter)
    if fault:
        return f"the meter's name {fault}"
    if reading.table not in TABLES:
        return f"{reading.table!r} is not one of the tables {', '.join(TABLES)}"
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
