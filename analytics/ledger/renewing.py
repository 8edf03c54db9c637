"""Renewing the points of many meters in one derived table, where each was computed again."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from energy.span import Span
from storage.answers import empty_points
from storage.readings import ReadingStore
from storage.tables import Table


def renew(
    store: ReadingStore,
    table: Table,
    spans: Mapping[tuple[str, ...], Sequence[Span]],
    fresh: pd.DataFrame,
    key: Sequence[str] = ("meter",),
) -> None:
    """Make a table say of meters, within their spans, this alone; elsewhere it stays as it was.

    All meters are written at once: a question a meter would cost more than the points.

    Args:
        store: The store.
        table: A derived table with the tag meter.
        spans: Values of the key to where that was computed again.
        fresh: Points that are true there, as typed_points returns them.
        key: Tags that tell apart what is computed for itself.
    """
    every = [span for own in spans.values() for span in own]
    if not every:
        return
    whole = Span(min(span.start for span in every), max(span.end for span in every))
    there = store.points(table, where=(), span=whole)
    is_over = _is_over(there, spans, key)
    if len(fresh) or is_over.any():
        frames = [frame for frame in (there[~is_over], fresh) if len(frame)]
        said = pd.concat(frames, ignore_index=True) if frames else empty_points(table)
        store.replace(table, said, tags={}, span=whole)


def _is_over(
    there: pd.DataFrame,
    spans: Mapping[tuple[str, ...], Sequence[Span]],
    key: Sequence[str],
) -> np.ndarray:
    """Return which points lie where they were computed again."""
    found = np.zeros(len(there), dtype=bool)
    time = there["time"].to_numpy(dtype=np.int64)
    names = list(zip(*(there[tag].astype(str) for tag in key), strict=True))
    places: dict[tuple[str, ...], list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    for name, rows in places.items():
        own = time[rows]
        for span in spans.get(name, ()):
            found[rows] |= (own >= span.start) & (own < span.end)
    return found
