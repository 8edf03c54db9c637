"""Readings expected and received, by meter and local day."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analytics.ledger.following import Followed
from analytics.ledger.meters import Starts, tags_of
from analytics.ledger.wall import Days, days_around
from energy.meter import Meter
from energy.reading import GAUGE, Quality
from energy.registry import Registry
from energy.span import HOUR_MS, SECOND_MS, Span
from storage.admission import LATEST_MS
from storage.readings import ReadingStore
from storage.tables import COMPLETENESS


def completeness_of(
    meter: Meter, followed: Followed, starts: Starts, *, timezone: str, now_ms: int
) -> pd.DataFrame:
    """Return the days of a meter until now, also those on which nothing came.

    Args:
        meter: The meter.
        followed: Its readings.
        starts: From where on.
        timezone: Its wall clock.
        now_ms: The present [ms].
    """
    time, quality = followed.series.time, followed.series.quality
    aside = np.isin(time, followed.course.aside.time)
    inside = time >= starts.day
    doubtful = (aside | (quality != Quality.ORDINARY))[inside]
    time, accepted = time[inside], ~aside[inside]
    if not len(time):
        return _frame(meter, np.zeros(0, np.int64), *[np.zeros(0, np.int64)] * 3)
    days = days_around(timezone, int(time[0]), max(now_ms, int(time[-1])))
    number = days.of(time)
    first = int(number[0])
    last = max(int(number[-1]), int(days.of(np.array([now_ms]))[0]))
    every = np.arange(first, last + 1)
    received = np.bincount(number - first, weights=accepted, minlength=len(every))
    in_doubt = np.bincount(number - first, weights=doubtful, minlength=len(every))
    expected = _expected(meter, days, every, now_ms)
    return _frame(meter, days.start[every], expected, received, in_doubt)


def bring_up_to_now(store: ReadingStore, registry: Registry, *, now_ms: int) -> None:
    """Count what silent meters should have sent since they were last heard."""
    newest = store.newest()
    meters = [meter for meter in registry.meters if meter.table != GAUGE]
    heard = {meter.meter: newest[meter.meter] for meter in meters if meter.meter in newest}
    if not heard:
        return
    begin = {name: _midnight(registry, name, time) for name, time in heard.items()}
    span = Span(min(begin.values()), LATEST_MS)
    points = store.points(COMPLETENESS, where=(), span=span)
    of_meter = {str(name): rows for name, rows in points.groupby("meter")}
    frames = [_continued(registry, meter, begin, of_meter, now_ms) for meter in meters]
    whole = [frame for frame in frames if len(frame)]
    if whole:
        store.replace(COMPLETENESS, pd.concat(whole, ignore_index=True), tags={}, span=span)


def _continued(
    registry: Registry,
    meter: Meter,
    begin: Mapping[str, int],
    points: Mapping[str, pd.DataFrame],
    now_ms: int,
) -> pd.DataFrame:
    """Return the points of a meter with the days from its newest reading until now."""
    there = points.get(meter.meter, pd.DataFrame())
    if meter.meter not in begin or not len(there):
        return there
    timezone = registry.site[meter.site].timezone
    start = begin[meter.meter]
    days = days_around(timezone, start, max(now_ms, start))
    first, last = days.of(np.array([start, max(now_ms, start)])).tolist()
    every = np.arange(first, last + 1)
    known = there.set_index("time")
    counts = (
        known[field].reindex(days.start[every]).fillna(0).to_numpy(dtype=np.int64)
        for field in ("received", "doubtful")
    )
    fresh = _frame(meter, days.start[every], _expected(meter, days, every, now_ms), *counts)
    return pd.concat([there[there["time"] < start], fresh], ignore_index=True)


def _midnight(registry: Registry, meter: str, time: int) -> int:
    days = days_around(registry.site[registry.meter[meter].site].timezone, time, time + 1)
    return int(days.start[days.of(np.array([time]))[0]])


def _expected(meter: Meter, days: Days, every: np.ndarray, now_ms: int) -> np.ndarray:
    """Return how many readings the nominal interval asks for on each day, so far."""
    until = np.minimum(days.start[every + 1], now_ms // HOUR_MS * HOUR_MS)
    lasted = np.maximum(until - days.start[every], 0)
    return np.asarray(lasted // (meter.interval_s * SECOND_MS))


def _frame(meter: Meter, start: np.ndarray, *counts: Sequence[int] | np.ndarray) -> pd.DataFrame:
    columns: dict[str, object] = {"time": start}
    for tag, name in tags_of(meter).items():
        columns[tag] = pd.Series([name] * len(start), dtype="str")
    for field, count in zip(COMPLETENESS.field, counts, strict=True):
        columns[field] = pd.array(np.asarray(count).astype(np.int64), dtype="Int64")
    return pd.DataFrame(columns)
