"""Outdoor temperature by hour: the mean of what was read; an hour without readings has no point."""

import numpy as np
import pandas as pd

from analytics.consumption.marks import counting
from energy.meter import Meter
from energy.reading import GAUGE
from energy.span import HOUR_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.answers import empty_points
from storage.readings import ReadingStore
from storage.tables import TEMPERATURE


def write_temperature(store: ReadingStore, meter: Meter, *, news: Span, frozen_before: int) -> None:
    """Make the hours of a gauge of temperature say what its readings say.

    Args:
        store: Readings and derived tables.
        meter: The gauge.
        news: Where readings are new; from 0 or earlier for everything.
        frozen_before: Time [ms] before which readings have been let go; no hour that begins before
            it changes.
    """
    start = news.start // HOUR_MS * HOUR_MS if news.start > 0 else EARLIEST_MS
    end = min(-(-news.end // HOUR_MS) * HOUR_MS, LATEST_MS)
    if frozen_before > EARLIEST_MS:
        start = max(start, -(-frozen_before // HOUR_MS) * HOUR_MS)
    if start >= end:
        return
    span = Span(start, end)
    series = store.series(GAUGE, meter.meter, span)
    good = counting(GAUGE, series.quality)
    hour = series.time[good] // HOUR_MS * HOUR_MS
    first = np.flatnonzero(np.diff(hour, prepend=hour[:1] - 1))
    count = np.diff(np.append(first, len(hour)))
    total = np.add.reduceat(series.value[good], first) if len(first) else np.zeros(0)
    frame = pd.DataFrame(
        {
            "time": hour[first],
            "site": pd.Series([meter.site] * len(first), dtype="str"),
            "meter": pd.Series([meter.meter] * len(first), dtype="str"),
            "mean": total / count,
            "readings": count,
        }
    )
    store.replace(TEMPERATURE, frame, tags={"meter": meter.meter}, span=span)


def forget_temperature(store: ReadingStore, meter: str) -> None:
    """Take a gauge that left the registry out of the derived table."""
    span = Span(EARLIEST_MS, LATEST_MS)
    store.replace(TEMPERATURE, empty_points(TEMPERATURE), tags={"meter": meter}, span=span)
