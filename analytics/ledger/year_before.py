"""What was used from New Year to the first day of a bill: tiers and yearly quotas depend on it.

Source: docs/methods.md, "The year before a bill".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from analytics.consumption.course import Course
from analytics.consumption.edges import Cells, cells_between
from analytics.ledger.following import NORMAL_CADENCE
from energy.binding import EVER
from energy.life import absences
from energy.meter import Meter, MeterEvent
from energy.period import Stretch
from energy.span import SECOND_MS, midnight, next_month

GIVEN, BILLED, METERED, EARLIER, PARTLY = "given", "bill", "own", "earlier", "partly"
"""What a month before a bill is known by: a person who was asked, bills of its account, its meters,
a ledger of before; or a part of it alone, by its meters."""


class Metered(NamedTuple):
    """A meter on a bill.

    Attributes:
        meter: The meter.
        events: What happened to it.
        course: How it counted, with its gaps shaped as the ledger shapes them.
        read: The same as it was read, each gap in one piece: a demand follows no estimated shape.
    """

    meter: Meter
    events: Sequence[MeterEvent]
    course: Course
    read: Course


@dataclass(frozen=True)
class ToldBefore:
    """What others than the meters say of the year before a bill.

    Attributes:
        amount: All of it, as a person says [base units]; None if nobody does.
        billed: Months, or the part of one, to what bills of the same account say [base units].
        months: First day of a month to its total in a ledger of before [base units].
        stood: Meter to the days since New Year on which it stood on the account of the bill, also
            of meters that have left it; a meter that is not named stood there all the time.
    """

    amount: int | None = None
    billed: Mapping[Stretch, int] = field(default_factory=dict)
    months: Mapping[date, int] = field(default_factory=dict)
    stood: Mapping[str, Sequence[Stretch]] = field(default_factory=dict)

    def days_of(self, meter: str, year: Stretch) -> Sequence[Stretch]:
        """Return the days of a year on which a meter stood on the account of the bill."""
        return self.stood.get(meter, (year,))


class YearBefore(NamedTuple):
    """What was used this year before a bill.

    Attributes:
        amount: The part that is known [base units].
        by: What it is known by, to the months of it, such as 2026-01, in order.
    """

    amount: int
    by: Mapping[str, tuple[str, ...]]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Months of which nobody knows everything."""
        return self.by.get(PARTLY, ())


def months_before(first: date) -> list[Stretch]:
    """Return the months from New Year to a day, the last as far as that day."""
    starts = [date(first.year, month, 1) for month in range(1, first.month + 1)]
    days = [*starts, first] if first.day > 1 else starts
    return [Stretch(*pair) for pair in pairwise(days)]


def year_before(
    metered: Sequence[Metered], first: date, zone: ZoneInfo, told: ToldBefore
) -> YearBefore:
    """Return what was used from New Year to the first day of a bill.

    What bills of the account say comes first, for by that the supplier counts its tiers. A month
    that no bill covers and that the meters do not know from end to end is taken from a ledger of
    before, if that has it; else what they know of it counts and it is named: missing is not zero.

    Args:
        metered: The meters on the bill, and those that stood on its account earlier in the year.
        first: Its first local day.
        zone: Wall clock on which days are cut.
        told: What others say.
    """
    if told.amount is not None:
        return YearBefore(told.amount, {GIVEN: ()})
    months = months_before(first)
    days = [*(month.first for month in months), first]
    edges = np.array([midnight(day, zone) for day in days], dtype=np.int64)
    amount = np.zeros(len(edges) - 1, dtype=np.int64)
    is_known = np.full(len(edges) - 1, bool(metered))
    year = Stretch(days[0], first)
    for one in metered:
        for stood in told.days_of(one.meter.meter, year):
            own = np.clip(edges, midnight(stood.first, zone), midnight(stood.until, zone))
            cells = cells_between(one.course, own, base_per_step=one.course.base_per_count)
            amount += cells.amount
            is_known &= is_whole(one, own, cells)
    total: int = 0
    by: dict[str, tuple[str, ...]] = {}
    for month, used, known in zip(months, amount.tolist(), is_known.tolist(), strict=True):
        basis, said = _best(month, told, used, is_known=known)
        total += said
        by[basis] = (*by.get(basis, ()), f"{month.first:%Y-%m}")
    return YearBefore(total, by)


def is_whole(one: Metered, edges: np.ndarray, cells: Cells) -> np.ndarray:
    """Tell between which edges all that a meter counted is known. Shape (edges - 1,).

    Args:
        one: The meter.
        edges: Sorted instants [ms].
        cells: What it counted between them.
    """
    lacking = np.diff(edges) - cells.measured_ms - cells.estimated_ms - _away(one, edges)
    # A reader comes up to a normal interval after midnight, once at either end.
    return np.asarray(lacking <= _slack_ms(one.meter))


def _best(month: Stretch, told: ToldBefore, used: int, *, is_known: bool) -> tuple[str, int]:
    """Return what a month counts by, and how much [base units]."""
    if month in told.billed:
        return BILLED, told.billed[month]
    if is_known:
        return METERED, used
    if month.first in told.months and month.until == next_month(month.first):
        return EARLIER, told.months[month.first]
    return PARTLY, used


def _slack_ms(meter: Meter) -> int:
    return meter.interval_s * SECOND_MS * NORMAL_CADENCE[0] // NORMAL_CADENCE[1]


def _away(one: Metered, edges: np.ndarray) -> np.ndarray:
    """Return how long a meter was removed between each two edges [ms]: then nothing is missing.

    Before the first was installed another may have stood there, of which nobody here knows.
    """
    away = np.zeros(len(edges) - 1, dtype=np.int64)
    for gone in absences(one.events):
        if gone.start > -EVER:
            away += np.diff(np.clip(edges, gone.start, gone.end))
    return away
