"""The checks that failed, as points of a derived table: a point a meter, local day and check."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

import analytics.checks
from analytics.check import Check, Checked, Failed
from analytics.consumption.course import Known
from analytics.ledger.following import Followed, Told
from analytics.ledger.meters import tags_of
from analytics.ledger.renewing import renew
from energy.meter import Meter
from energy.offers import offers
from energy.span import Span
from storage.admission import LATEST_MS
from storage.answers import typed_points
from storage.readings import ReadingStore
from storage.tables import CHECK_DAY

_OPEN = (Known.ESTIMATED, Known.UNRESOLVED)


class Judged(NamedTuple):
    """The checks that failed for a meter within a span: all that is true there.

    Attributes:
        meter: The meter.
        span: Whole local days.
        failed: What failed, each with the start of its local day [ms].
    """

    meter: Meter
    span: Span
    failed: Sequence[tuple[int, Failed]]


@cache
def checks() -> tuple[Check, ...]:
    """Return all checks, in order of their names."""
    return tuple(offers(analytics.checks, "CHECK", Check).values())


def judged_of(told: Told, followed: Followed, span: Span) -> Judged:
    """Ask all checks about the days of a meter that are over.

    Args:
        told: The meter and its readings.
        followed: What they say, with the gaps shaped: estimates are checked as readings are.
        span: Whole local days.
    """
    checked = Checked(
        told.meter, told.events, told.timezone, followed.series, followed.course, span
    )
    if checked.span.end <= checked.span.start:
        return Judged(told.meter, span, ())
    since = _open_since(told, followed)
    if since is not None:
        checked = Checked(
            told.meter, told.events, told.timezone, followed.series, followed.course, span, since
        )
    failed = [one for check in checks() for one in check.ask(checked)]
    days = checked.days
    begun = days.of(np.array([one.span.start for one in failed], dtype=np.int64))
    return Judged(told.meter, span, list(zip(days.start[begun].tolist(), failed, strict=True)))


def _open_since(told: Told, followed: Followed) -> int | None:
    """Return since when nothing was measured, where it began before the readings in hand."""
    known = followed.course.known
    if followed.is_of_all or known[0] not in _OPEN:
        return None
    whole = told.around(Span(0, LATEST_MS)).course
    place = int(np.searchsorted(whole.time, followed.course.time[0]))
    measured = np.flatnonzero(~np.isin(whole.known[:place], _OPEN))
    return int(whole.time[measured[-1] + 1 if len(measured) else 0])


def write_checks(store: ReadingStore, fresh: Mapping[str, Sequence[Judged]]) -> None:
    """Make the table say which checks failed where that was asked again.

    Args:
        store: The store.
        fresh: Meter to what is true of its days now.
    """
    parts = [part for own in fresh.values() for part in own]
    spans = {name: [part.span for part in own] for name, own in fresh.items()}
    renew(store, CHECK_DAY, spans, _frame(parts))


def _frame(parts: Sequence[Judged]) -> pd.DataFrame:
    """Return a point a day and check that failed."""
    said = [one for part in parts for _, one in part.failed]
    columns: dict[str, Sequence[object]] = {
        "time": [day for part in parts for day, _ in part.failed],
        "failed": [one.count for one in said],
        "severity": [str(one.severity) for one in said],
        "evidence_zh": [one.evidence.zh for one in said],
        "evidence_en": [one.evidence.en for one in said],
    }
    tags = [{**tags_of(part.meter), "check": one.check} for part in parts for _, one in part.failed]
    columns |= {name: [one[name] for one in tags] for name in CHECK_DAY.tags}
    return typed_points(CHECK_DAY, columns)
