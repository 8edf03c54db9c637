"""How each gap was filled, as points of a derived table."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.consumption.exact import floor_times
from analytics.consumption.shaping import Estimate
from analytics.ledger.following import Followed
from analytics.ledger.meters import tags_of
from energy.meter import Meter
from energy.span import Span
from storage.answers import typed_points
from storage.readings import ReadingStore
from storage.tables import ESTIMATE


class Guessed(NamedTuple):
    """How the gaps of a meter were filled that begin within a span: all that is true there.

    Attributes:
        meter: The meter.
        span: The span.
        gaps: How each was filled.
        base_per_count: Base units in one of the counts of the gaps.
    """

    meter: Meter
    span: Span
    gaps: Sequence[Estimate]
    base_per_count: Fraction


def guessed_of(meter: Meter, followed: Followed, span: Span) -> Guessed:
    """Return how the gaps of a meter were filled that begin within a span.

    Args:
        meter: The meter.
        followed: What its readings say.
        span: Whole local days.
    """
    gaps = [one for one in followed.estimates if one.start in span]
    return Guessed(meter, span, gaps, followed.course.base_per_count)


def _frame(parts: Sequence[Guessed]) -> pd.DataFrame:
    """Return a point a gap; one frame for many meters costs little more than one for one."""
    said = [one for part in parts for one in part.gaps]
    columns: dict[str, Sequence[object]] = {
        "time": [one.start for one in said],
        "until": [one.end for one in said],
        "method": [_method(one) for one in said],
        "days": [len(one.days) for one in said],
        "amount": [amount for part in parts for amount in _amounts(part)],
    }
    tags = [tags_of(part.meter) for part in parts for _ in part.gaps]
    columns |= {name: [one[name] for one in tags] for name in ESTIMATE.tags}
    return typed_points(ESTIMATE, columns)


def _amounts(part: Guessed) -> list[int]:
    """Return the base units of each gap, as the ledger has them."""
    if not part.gaps:  # of hundreds of meters in an ordinary hour
        return []
    before = np.array([one.count for one in part.gaps], dtype=np.int64)
    after = before + np.array([one.steps for one in part.gaps], dtype=np.int64)
    factor = part.base_per_count
    found: list[int] = (floor_times(after, factor) - floor_times(before, factor)).tolist()
    return found


def _method(estimate: Estimate) -> str:
    return f"{estimate.method}: {estimate.note}" if estimate.note else str(estimate.method)


def write_estimates(store: ReadingStore, fresh: Mapping[str, Sequence[Guessed]]) -> None:
    """Make the table say how gaps were filled where that was computed.

    Args:
        store: The store.
        fresh: Meter to what is true of its spans now.
    """
    parts = [part for own in fresh.values() for part in own]
    spans: dict[tuple[str, ...], list[Span]] = {
        (name,): [part.span for part in own] for name, own in fresh.items()
    }
    store.renew(ESTIMATE, _frame(parts), key=["meter"], spans=spans)
