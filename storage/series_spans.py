"""Spans of several series of a derived table: what one writing makes true of each of them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from energy.span import Span

if TYPE_CHECKING:  # it loads slowly and takes 50 MiB, which the collector does without
    import pandas as pd

Spans = Mapping[tuple[str, ...], Sequence[Span]]
"""Values of some tags to the spans that are meant of whatever carries them."""


def around(spans: Spans) -> Span | None:
    """Return the span from the first start to the last end; None of none."""
    every = [span for own in spans.values() for span in own]
    if not every:
        return None
    return Span(min(span.start for span in every), max(span.end for span in every))


def lie_within(points: "pd.DataFrame", key: Sequence[str], spans: Spans) -> np.ndarray:
    """Return which points lie in a span of what they are of.

    Args:
        points: With ``time`` [int64 ms] and the tags of the key.
        key: Names of the tags whose values the spans are given by.
        spans: Where.

    Returns:
        Shape (points,), bool.
    """
    found = np.zeros(len(points), dtype=bool)
    time = points["time"].to_numpy(dtype=np.int64)
    tags = _index([points[tag] for tag in key])
    for turn in range(max(map(len, spans.values()), default=0)):
        there = {name: own[turn] for name, own in spans.items() if turn < len(own)}
        place = _index(list(zip(*there, strict=True))).get_indexer(tags)
        edges = np.array([(span.start, span.end) for span in there.values()], dtype=np.int64)
        start, end = edges[place].T
        found |= (place >= 0) & (time >= start) & (time < end)
    return found


def _index(columns: Sequence[Any]) -> "pd.Index":
    """Return texts, or several side by side, as what can be looked up."""
    import pandas as pd

    texts = [pd.Index(column, dtype="str") for column in columns]
    # Pandas would number the texts of each first, which costs ten times the looking up.
    one: pd.Index = texts[0] if len(texts) == 1 else pd.MultiIndex.from_arrays(texts)
    return one
