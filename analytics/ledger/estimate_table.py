"""How each gap was filled, as points of a derived table."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.consumption.exact import floor_times
from analytics.consumption.shaping import Estimate
from analytics.ledger.following import Followed
from analytics.ledger.meters import tags_of
from energy.meter import Meter
from energy.span import Span
from storage.answers import empty_points, typed_points
from storage.readings import ReadingStore
from storage.tables import ESTIMATE


class Guessed(NamedTuple):
    """The gaps of a meter that begin within a span, with how they were filled: all that is true."""

    span: Span
    gaps: pd.DataFrame


def guessed_of(meter: Meter, followed: Followed, span: Span) -> Guessed:
    """Return how the gaps of a meter were filled that begin within a span.

    Args:
        meter: The meter.
        followed: What its readings say.
        span: Whole local days.
    """
    said = [one for one in followed.estimates if one.start in span]
    if not said:
        return Guessed(span, empty_points(ESTIMATE))
    before = np.array([one.count for one in said], dtype=np.int64)
    after = before + np.array([one.steps for one in said], dtype=np.int64)
    factor = meter.base_per_step
    columns: dict[str, Sequence[object]] = {
        "time": [one.start for one in said],
        **{tag: [name] * len(said) for tag, name in tags_of(meter).items()},
        "until": [one.end for one in said],
        "method": [_method(one) for one in said],
        "days": [len(one.days) for one in said],
        "amount": (floor_times(after, factor) - floor_times(before, factor)).tolist(),
    }
    return Guessed(span, typed_points(ESTIMATE, columns))


def _method(estimate: Estimate) -> str:
    return f"{estimate.method}: {estimate.note}" if estimate.note else str(estimate.method)


def write_estimates(store: ReadingStore, fresh: Mapping[str, Sequence[Guessed]]) -> None:
    """Make the table say how gaps were filled where that was computed.

    Args:
        store: The store.
        fresh: Meter to what is true of its spans now.
    """
    spans = [part.span for parts in fresh.values() for part in parts]
    if not spans:
        return
    span = Span(min(one.start for one in spans), max(one.end for one in spans))
    there = store.points(ESTIMATE, where=(), span=span)
    is_over = np.zeros(len(there), dtype=bool)
    for name, parts in fresh.items():
        own = (there["meter"] == name).to_numpy()
        for part in parts if own.any() else ():
            is_over |= own & there["time"].between(part.span.start, part.span.end - 1).to_numpy()
    gaps = [part.gaps for parts in fresh.values() for part in parts if len(part.gaps)]
    if gaps or is_over.any():
        frames = [frame for frame in (there[~is_over], *gaps) if len(frame)]
        whole = pd.concat(frames, ignore_index=True) if frames else empty_points(ESTIMATE)
        store.replace(ESTIMATE, whole, tags={}, span=span)
