"""The bill of a month of a group of meters, from their readings and the tariff they share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from analytics.consumption.course import Course
from analytics.consumption.edges import cells_between
from analytics.ledger.billing import Demand, amounts_by_row, greatest_demand
from analytics.ledger.day_temperatures import DayTemperatures
from analytics.ledger.pricing import pricing_of
from analytics.ledger.wall import wall_of
from analytics.ledger.whole_course import habits_of, whole_course
from analytics.ledger.year_before import (
    Metered,
    ToldBefore,
    YearBefore,
    is_whole,
    year_before,
)
from energy.errors import ConfigError
from energy.meter import Meter, Site
from energy.period import Period, Stretch
from energy.provenance import SourceRow, leans_on
from energy.reference import Reference
from energy.registry import Registry
from energy.span import Span, midnight
from energy.tariffs.bill import bill_of
from energy.tariffs.bill_lines import ComputedBill, Held, MonthUse
from energy.tariffs.tariff import WEEK, TariffRow
from energy.tariffs.terms import Tariff
from energy.text import Text
from storage.readings import ReadingStore

_MILLIONTHS = 1_000_000
_MINUTE_S = 60
NOTHING_TOLD = ToldBefore()
NOTHING_BEFORE = YearBefore(0, {})


@dataclass(frozen=True, slots=True)
class MonthBill:
    """A bill, and what its amounts rest on.

    Attributes:
        tariff: By which it is computed.
        use: What was used.
        bill: The bill.
        demand: The greatest demand; None if the tariff has no price of it or nothing is known.
        measured: Share of the time of all meters that was measured [1e-6].
        is_whole: Whether all that the meters counted is known.
        is_told: Whether anything of it is known.
        unconfirmed: Rows of reference data it leans on that nobody has confirmed: its banner.
        year: What was used this year before it, and what that is known by.
    """

    tariff: Tariff
    use: MonthUse
    bill: ComputedBill
    demand: Demand | None
    measured: int
    unconfirmed: tuple[SourceRow, ...] = ()
    year: YearBefore = NOTHING_BEFORE
    is_whole: bool = True
    is_told: bool = True

    @property
    def is_least(self) -> bool:
        """Whether its total is the least it can be."""
        return not self.is_whole or bool(self.bill.least)


def month_bill(
    meters: Sequence[Meter],
    month: Period,
    *,
    registry: Registry,
    reference: Reference,
    store: ReadingStore,
    terms: MonthUse,
    before: ToldBefore = NOTHING_TOLD,
) -> MonthBill:
    """Return the bill of a month.

    Args:
        meters: Meters of one site that share a tariff in full.
        month: The month.
        registry: Clock of the site, and what happened to the meters.
        reference: Tariffs and calendars.
        store: Their readings.
        terms: What meters do not say: contract, capacity, reactive energy, quota, households.
        before: What others say was used this year before the month.

    Raises:
        ConfigError: If the meters cannot stand on one bill.
    """
    tariff = tariff_of(meters, month, reference)
    _refuse_virtual(meters, registry)
    site = registry.site[meters[0].site]
    span = month.span(site.zone)
    metered = _metered(meters, registry, reference, store, month)
    courses = [one.course for one in metered]
    amounts, unpriced = _priced(courses, meters[0], site, reference, span)
    held = versions_in(meters[0].tariff, month, reference)
    demand = _demand([one.read for one in metered], meters, held, month, site.zone)
    names = {meter.meter for meter in meters}
    left = [registry.meter[name] for name in before.stood if name not in names]
    earlier = _metered(left, registry, reference, store, month) if left else []
    year = year_before([*metered, *earlier], month.first, site.zone, before)
    use = replace(
        terms,
        amounts=amounts,
        unpriced=unpriced,
        year_before=year.amount,
        year_unknown=year.unknown,
        old_year=_before_new_year(courses, month, site.zone),
        demand_w=demand.power_w if demand else None,
        windows=(demand.measured, demand.windows) if demand and demand.is_least else None,
        held=held,
        days=(month.until - month.first).days,
    )
    versions = {version.id or version.tariff for version, _ in held}
    priced = {*versions, *(row.id or row.name for row, _ in amounts)}
    measured, is_all, is_any = _known(metered, span)
    return MonthBill(
        tariff,
        use,
        bill_of(tariff, use),
        demand,
        measured,
        leans_on(reference.sources, priced),
        year,
        is_all,
        is_any,
    )


def _metered(
    meters: Sequence[Meter],
    registry: Registry,
    reference: Reference,
    store: ReadingStore,
    month: Period,
) -> list[Metered]:
    """Return the meters as their ledger has them from New Year to the end of a month."""
    site = registry.site[meters[0].site]
    habits = habits_of(site, reference, DayTemperatures(store))
    year = Span(midnight(date(month.first.year, 1, 1), site.zone), month.span(site.zone).end)
    found = []
    for meter in meters:
        events = registry.events_of(meter.meter)
        whole = whole_course(store, meter, events, habits, year)
        found.append(Metered(meter, events, whole.course, whole.told.course))
    return found


def _refuse_virtual(meters: Sequence[Meter], registry: Registry) -> None:
    """Refuse meters that nobody reads.

    Raises:
        ConfigError: If one is virtual.
    """
    for meter in meters:
        if meter.meter in registry.portions:
            raise ConfigError(
                Text(
                    f"{meter.meter!r} 是虚拟计量点，没有读数；请写它由哪些计量点组成。",
                    f"{meter.meter!r} is virtual and has no readings; name the meters that it is "
                    "made of.",
                )
            )


def tariff_of(meters: Sequence[Meter], month: Period, reference: Reference) -> Tariff:
    """Return the version in force on the last day of a month on which one is.

    Raises:
        ConfigError: If the meters share no tariff in full, or none is in force.
    """
    shared = {(meter.site, meter.kind, meter.tariff) for meter in meters}
    if len(shared) != 1:
        raise ConfigError(
            Text(
                "这些计量点的场所、能源或价格表不同；请为每组各出一张账单。",
                "These meters differ in site, kind or tariff; ask for one bill each.",
            )
        )
    name = meters[0].tariff
    found = versions_in(name, month, reference)
    if not found or found[-1].tariff.kind != meters[0].kind:
        raise ConfigError(
            Text(
                f"{name or '-'!r} 在 {month.key} 没有完整的价格表；请写 reference/tariffs/*.toml"
                "（见 docs/howto/tariffs.md）并导入。",
                f"{name or '-'!r} is no tariff in full in {month.key}; write it as "
                "reference/tariffs/*.toml (docs/howto/tariffs.md) and import it.",
            )
        )
    return found[-1].tariff


def versions_in(name: str, days: Period | Stretch, reference: Reference) -> tuple[Held, ...]:
    """Return the versions of a tariff in force on some days, each with how many, in order."""
    found = (
        (version, max(version.valid_from, days.first), min(version.valid_to, days.until))
        for version in reference.full_tariffs.get(name, ())
    )
    return tuple(
        Held(version, (until - first).days) for version, first, until in found if first < until
    )


def _priced(
    courses: Sequence[Course], meter: Meter, site: Site, reference: Reference, span: Span
) -> tuple[tuple[tuple[TariffRow, int], ...], int]:
    """Return the amounts of the group by row, and what no row prices."""
    wall = wall_of(site.timezone, span.start, span.end)
    book = reference.price_book(meter.tariff, meter.kind)
    pricing = pricing_of(book, wall, reference.calendars.get(site.calendar, WEEK))
    total = np.zeros(len(pricing.row), dtype=np.int64)
    for course in courses:
        total += cells_between(course, pricing.edges, base_per_step=course.base_per_count).amount
    return amounts_by_row(total, pricing)


def _before_new_year(courses: Sequence[Course], days: Period, zone: ZoneInfo) -> int | None:
    """Return what was used before the New Year within some days; None if none lies within."""
    new_year = date(days.first.year + 1, 1, 1)
    if new_year >= days.until:
        return None
    edges = np.array([midnight(day, zone) for day in (days.first, new_year)], dtype=np.int64)
    return sum(
        int(cells_between(course, edges, base_per_step=course.base_per_count).amount.sum())
        for course in courses
    )


def _demand(
    courses: Sequence[Course],
    meters: Sequence[Meter],
    held: Sequence[Held],
    month: Period,
    zone: ZoneInfo,
) -> Demand | None:
    """Return the greatest demand of the days on which it has a price.

    None where it has none, or where meters are read too rarely to know it.
    """
    priced = [(version, version.demand) for version, _ in held if version.demand is not None]
    if not priced:
        return None
    window = priced[-1][1].window_minutes
    if any(meter.interval_s > window * _MINUTE_S for meter in meters):
        return None
    first = max(min(version.valid_from for version, _ in priced), month.first)
    until = min(max(version.valid_to for version, _ in priced), month.until)
    start, end = (midnight(day, zone) for day in (first, until))
    return greatest_demand(courses, start=start, end=end, window_minutes=window)


def _known(metered: Sequence[Metered], span: Span) -> tuple[int, bool, bool]:
    """Return the share of time measured [1e-6], and whether all, and anything, is known."""
    edges = np.array([span.start, span.end], dtype=np.int64)
    measured, is_all, is_any = 0, True, False
    for one in metered:
        cells = cells_between(one.course, edges, base_per_step=one.course.base_per_count)
        measured += int(cells.measured_ms.sum())
        is_all &= bool(is_whole(one, edges, cells).all())
        is_any |= bool((cells.measured_ms + cells.estimated_ms).any())
    share = measured * _MILLIONTHS // ((span.end - span.start) * len(metered))
    return share, is_all, is_any
