"""Readings expected and received, by meter and local day."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.ledger.following import Followed
from analytics.ledger.meters import tags_of
from analytics.ledger.wall import Days, days_around
from energy.life import absences
from energy.meter import Meter
from energy.reading import GAUGE, Quality
from energy.registry import Registry
from energy.span import SECOND_MS, Span
from storage.admission import LATEST_MS
from storage.answers import empty_points
from storage.readings import ReadingStore
from storage.tables import COMPLETENESS

_NO_ROWS = np.zeros(0, dtype=np.int64)


class Counted(NamedTuple):
    """Local days of one meter.

    Attributes:
        meter: The meter.
        start: Start of each day [ms]. Shape (n,), int64.
        counts: A line a field of the table, in its order. Shape (fields, n), int64.
    """

    meter: Meter
    start: np.ndarray
    counts: np.ndarray


class Received(NamedTuple):
    """The days of a meter within a span, with what was received: all that is true there."""

    span: Span
    days: Counted | None


def completeness_of(
    meter: Meter,
    followed: Followed,
    span: Span,
    *,
    timezone: str,
    now_ms: int,
    away: Sequence[Span] = (),
) -> Received:
    """Return the days of a meter within a span, until now, also those on which nothing came.

    A day on which no instrument stood there, and nothing came, is left out.

    Args:
        meter: The meter.
        followed: Its readings.
        span: Whole local days.
        timezone: Its wall clock.
        now_ms: The present [ms].
        away: When no instrument stood there: nothing is expected then.
    """
    time, quality = followed.series.time, followed.series.quality
    aside = np.isin(time, followed.course.aside.time)
    inside = (time >= span.start) & (time < span.end)
    doubtful = (aside | (quality != Quality.ORDINARY))[inside]
    time, accepted = time[inside], ~aside[inside]
    if not len(time):
        return Received(span, None)
    is_known_before = int(followed.series.time[0]) < span.start
    since, newest = span.start if is_known_before else int(time[0]), int(time[-1])
    until = max(now_ms, newest) if span.end == LATEST_MS else span.end - 1
    days = days_around(timezone, since, until)
    number = days.of(time)
    first, last = days.of(np.array([since, until])).tolist()
    every = np.arange(first, last + 1)
    received = np.bincount(number - first, weights=accepted, minlength=len(every))
    in_doubt = np.bincount(number - first, weights=doubtful, minlength=len(every))
    return Received(
        span, _counted(meter, days, every, (received, in_doubt), now_ms=now_ms, away=away)
    )


def write_completeness(
    store: ReadingStore,
    registry: Registry,
    fresh: Mapping[str, Sequence[Received]],
    *,
    now_ms: int,
) -> None:
    """Make the table say the fresh days, and of silent meters what they should have sent since.

    Args:
        store: The store.
        registry: Meters and sites.
        fresh: Meter to what is true of its days now.
        now_ms: The present [ms].
    """
    meters = [meter for meter in registry.meters if meter.table != GAUGE]
    newest = store.newest()
    last_day = {
        meter.meter: _midnight(registry, meter, newest[meter.meter])
        for meter in meters
        if meter.meter in newest
    }
    begin = [*last_day.values(), *(part.span.start for parts in fresh.values() for part in parts)]
    if not begin:
        return
    span = Span(min(begin), LATEST_MS)
    points = store.points(COMPLETENESS, where=(), span=span)
    times = points["time"].to_numpy(dtype=np.int64)
    rows_of: dict[str, np.ndarray] = {
        str(name): np.asarray(rows) for name, rows in points.groupby("meter").indices.items()
    }
    kept: list[np.ndarray] = []
    counted: list[Counted] = []
    for meter in meters:
        known = rows_of.get(meter.meter, _NO_ROWS)
        for part in fresh.get(meter.meter, ()):
            time = times[known]
            known = known[(time < part.span.start) | (time >= part.span.end)]
            if part.days is not None:
                counted.append(part.days)
        is_open = times[known] >= last_day.get(meter.meter, LATEST_MS)
        kept.append(known[~is_open])
        if is_open.any():
            counted.append(_continued(registry, meter, points.take(known[is_open]), now_ms))
    frames = [points.take(np.concatenate(kept)), _frame(counted)]
    whole = [frame for frame in frames if len(frame)] or [empty_points(COMPLETENESS)]
    store.replace(COMPLETENESS, pd.concat(whole, ignore_index=True), tags={}, span=span)


def _continued(registry: Registry, meter: Meter, known: pd.DataFrame, now_ms: int) -> Counted:
    """Return the last days of a silent meter, and the days since, until now."""
    times = known["time"].to_numpy(dtype=np.int64)
    timezone = registry.site[meter.site].timezone
    days = days_around(timezone, int(times[0]), max(now_ms, int(times[-1])))
    number = days.of(times)
    every = _until_now(days, int(number[0]), int(number[-1]), now_ms)
    counts = np.zeros((2, len(every)))
    for row, field in enumerate(("received", "doubtful")):
        counts[row, number - every[0]] = known[field].to_numpy(dtype=np.int64)
    away = absences(registry.events_of(meter.meter))
    return _counted(meter, days, every, tuple(counts), now_ms=now_ms, away=away)


def _until_now(days: Days, first: int, last: int, now_ms: int) -> np.ndarray:
    today = int(days.of(np.array([now_ms]))[0])
    return np.arange(first, max(last, today) + 1)


def _midnight(registry: Registry, meter: Meter, time: int) -> int:
    days = days_around(registry.site[meter.site].timezone, time, time + 1)
    return int(days.start[days.of(np.array([time]))[0]])


def _counted(
    meter: Meter,
    days: Days,
    every: np.ndarray,
    counts: Sequence[np.ndarray],
    *,
    now_ms: int,
    away: Sequence[Span],
) -> Counted:
    """Return days with what was received and in doubt, and what the nominal interval asks for."""
    start = days.start[every]
    until = np.minimum(days.start[every + 1], now_ms)
    # An interval that has begun has its reading: meters read at the start, or seconds after it.
    due_ms = np.maximum(until - start, 0)
    for span in away:
        due_ms -= np.maximum(np.minimum(until, span.end) - np.maximum(start, span.start), 0)
    expected = -(-due_ms // (meter.interval_s * SECOND_MS))
    every_count = np.array([expected, *counts]).astype(np.int64)
    if not away:
        return Counted(meter, start, every_count)
    said = (expected > 0) | (sum(counts) > 0)
    return Counted(meter, start[said], every_count[:, said])


def _frame(counted: Sequence[Counted]) -> pd.DataFrame:
    """Return days of meters as the table takes them: one frame, for each costs as much as one."""
    if not counted:
        return empty_points(COMPLETENESS)
    lengths = [len(days.start) for days in counted]
    columns: dict[str, object] = {"time": np.concatenate([days.start for days in counted])}
    tags = [tags_of(days.meter) for days in counted]
    for tag in COMPLETENESS.tags:
        names = np.array([names[tag] for names in tags], dtype=object)
        columns[tag] = pd.array(np.repeat(names, lengths), dtype="str")
    counts = np.concatenate([days.counts for days in counted], axis=1)
    for field, count in zip(COMPLETENESS.field, counts, strict=True):
        columns[field] = pd.array(count, dtype="Int64")
    return pd.DataFrame(columns)
