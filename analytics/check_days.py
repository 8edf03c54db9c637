"""The checks that failed, as points of a derived table: a point a meter, local day and check."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

import analytics.checks
from analytics.check import EVER, Check, Checked, Failed, Question
from analytics.consumption.course import Course
from analytics.ledger.following import Followed, Told
from analytics.ledger.meters import tags_of
from analytics.ledger.rows import Patch, Rows
from analytics.ledger.wall import days_around, whole_days
from energy.meter import Meter
from energy.offers import offers
from energy.span import Span
from storage.admission import LATEST_MS
from storage.answers import typed_points
from storage.readings import ReadingStore
from storage.tables import CHECK_DAY


class Judged(NamedTuple):
    """The checks that failed for a meter: all that is true where they were asked.

    Attributes:
        meter: The meter.
        spans: Check to where it was asked.
        failed: What failed, each with the start of its local day [ms].
        over: The days asked about that are over; empty if none is.
        touched: The local days whose figures may have changed, over or not, as far as is known.
    """

    meter: Meter
    spans: Mapping[str, Span]
    failed: Sequence[tuple[int, Failed]]
    over: Span
    touched: Span


@cache
def all_checks() -> tuple[Question, ...]:
    """Return all checks, in order of their names."""
    return tuple(offers(analytics.checks, "CHECK", Question).values())


@cache
def checks() -> tuple[Check, ...]:
    """Return those that look at one meter alone."""
    return tuple(one for one in all_checks() if isinstance(one, Check))


def judged_of(
    told: Told,
    followed: Followed,
    hours: Patch,
    days_since: Callable[[int], Rows],
    *,
    news: Sequence[Span] = (EVER,),
) -> Judged:
    """Ask all checks about the days of a meter that are over.

    Args:
        told: The meter and its readings.
        followed: What they say, with the gaps shaped: estimates are checked as readings are.
        hours: What the ledger has of it now, in whole local days.
        days_since: What the ledger has of it from a time [ms] on, by local day.
        news: Where its readings are new; nowhere if only its gaps take another shape.
    """
    checked = Checked(
        told.meter, told.events, told.timezone, followed.series, followed.course, hours.span,
        hours=hours.rows, days_since=days_since,
    )  # fmt: skip
    is_over = checked.span.end > checked.span.start
    since = _open_since(told, followed) if is_over else None
    if since is not None:
        checked = replace(checked, open_since=since)
    spans = {check.name: check.spoken_of(checked) for check in checks()}
    failed = [one for check in checks() for one in check.ask(checked)] if is_over else []
    touched = _touched(checked, followed, news)
    return Judged(told.meter, spans, _by_day(failed, told.timezone), checked.span, touched)


def _touched(checked: Checked, followed: Followed, news: Sequence[Span]) -> Span:
    """Return the days asked about on which something can have changed.

    Nothing has before both the first reading and what is new. But behind the last one there may
    have been readings that are gone.
    """
    asked, series = checked.asked, followed.series
    first = min([*(span.start for span in news), *series.time[:1].tolist()], default=LATEST_MS)
    if first <= 0 or not followed.is_of_all:
        return asked
    since = whole_days(Span(first, LATEST_MS), checked.timezone).start
    return Span(min(max(asked.start, since), asked.end), asked.end)


def _by_day(failed: Sequence[Failed], timezone: str) -> list[tuple[int, Failed]]:
    """Return what failed, each with the start of its local day [ms]."""
    if not failed:
        return []
    begins = np.array([one.span.start for one in failed], dtype=np.int64)
    days = days_around(timezone, int(begins.min()), int(begins.max()))
    return list(zip(days.start[days.of(begins)].tolist(), failed, strict=True))


def _open_since(told: Told, followed: Followed) -> int | None:
    """Return since when nothing was measured, where it began before the readings in hand."""
    if followed.is_of_all or not _begins_open(followed.course):
        return None
    whole = told.around(Span(0, LATEST_MS)).course
    place = int(np.searchsorted(whole.time, followed.course.time[0]))
    measured = np.flatnonzero(~whole.is_open[:place])
    return int(whole.time[measured[-1] + 1 if len(measured) else 0])


def _begins_open(course: Course) -> bool:
    return not course.is_measured_throughout and bool(course.is_open[0])


def write_checks(
    store: ReadingStore,
    fresh: Mapping[str, Sequence[Judged]],
    beside: Sequence[Judged] = (),
) -> None:
    """Make the table say which checks failed where that was asked again.

    Args:
        store: The store.
        fresh: Meter to what is true of its days now.
        beside: What is true of meters beside others.
    """
    parts = [*(part for own in fresh.values() for part in own), *beside]
    spans: dict[tuple[str, ...], list[Span]] = {}
    for part in parts:
        for check, span in part.spans.items():
            spans.setdefault((part.meter.meter, check), []).append(span)
    store.renew(CHECK_DAY, _frame(parts), key=["meter", "check"], spans=spans)


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
