"""Today, this month, this year of each place, and the same stretch a year before."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from analytics.ledger.places import Place
from energy.meter import MAIN
from energy.period import Stretch as Days
from energy.query import Aggregate, Column, Query
from energy.registry import Registry
from energy.span import HOUR_MS, Span, local_date, midnight, next_day
from energy.uses import OWN_GENERATION
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.answers import typed_points
from storage.readings import ReadingStore
from storage.tables import (
    BUILDING,
    INSTITUTION,
    METER_HOUR,
    PERIOD,
    PLACE_HOUR,
    THIS_MONTH,
    THIS_YEAR,
    TODAY,
)

LEAST_COVERED = 0.99
"""Two stretches are compared if at least this share of each is covered at every main meter; chosen:
what is missing at one meter may then look like a saving of 1 % of that meter at the most."""

_AMOUNT = ("amount",)
_SUMS = (*_AMOUNT, "cost", "coal", "co2", "measured_s", "estimated_s")
_SECONDS = tuple(Column(name, Aggregate.SUM, name) for name in ("measured_s", "estimated_s"))
_PRICED = (
    Column("amount", Aggregate.SUM, "amount"),
    Column("amount", Aggregate.COUNT, "counted"),
    Column("cost", Aggregate.COUNT, "priced"),
)
_FEBRUARY, _LEAP_DAY = 2, 29

Key = tuple[str, str, str]
Sums = Mapping[Key, Mapping[str, int]]


class Stretch(NamedTuple):
    """One period so far, and the same length of the period a year before.

    Attributes:
        period: today, month or year.
        now: From the period's start to the newest covered hour.
        before: As long, from its start a year before.
    """

    period: str
    now: Span
    before: Span


@dataclass(frozen=True)
class Sides:
    """What is known of the two sides of a stretch.

    Attributes:
        now: Sums of each place and kind.
        before: The same a year before.
        covered_now: Seconds measured or estimated of each main meter.
        covered_before: The same a year before.
        unpriced: Main meters of which a part of the amount, or all of it, has no price.
    """

    now: Sums
    before: Sums
    covered_now: Mapping[str, int]
    covered_before: Mapping[str, int]
    unpriced: Collection[str]

    def is_whole(self, place: Place, seconds: int) -> bool:
        """Tell whether every main of a place is covered on both sides: missing is never saving."""
        return all(
            covered.get(main.meter, 0) >= LEAST_COVERED * seconds
            for main in place.mains
            for covered in (self.covered_now, self.covered_before)
        )


@dataclass(frozen=True)
class Size:
    """How large a place is.

    Attributes:
        name_zh: Chinese name.
        name_en: English name.
        area_m2: Floor area in the mean of the days [m2]; 0 when not known.
        people: People who use it, in the mean of the days; 0 when not known.
    """

    name_zh: str
    name_en: str
    area_m2: Fraction
    people: Fraction


def write_comparison(
    store: ReadingStore,
    registry: Registry,
    places: Sequence[Place],
    *,
    horizon: Mapping[str, int],
    now_ms: int,
) -> None:
    """Rewrite the table of periods.

    Args:
        store: Hours of places, and where the table goes.
        registry: Names, areas, people.
        places: Every place and kind.
        horizon: End of the newest hour of each main meter [ms].
        now_ms: The present [ms].
    """
    rows: list[dict[str, object]] = []
    for (timezone, end), group in _groups(places, horizon, now_ms).items():
        kinds = tuple(sorted({place.kind for place in group}))
        for stretch in stretches(timezone, now_ms=now_ms, end=end):
            sides = _sides(store, stretch, kinds)
            rows += (_row(registry, place, stretch, sides) for place in group)
    names = ("time", *PERIOD.tags, *PERIOD.field)
    points = typed_points(PERIOD, {name: [row[name] for row in rows] for name in names})
    store.replace(PERIOD, points, tags={}, span=Span(EARLIEST_MS, LATEST_MS))


def _sides(store: ReadingStore, stretch: Stretch, kinds: tuple[str, ...]) -> Sides:
    """Return what the store has of a stretch; of the year before only what is compared."""
    now = _of_mains(store, stretch.now, kinds, _SECONDS + _PRICED)
    before = _of_mains(store, stretch.before, kinds, _SECONDS)
    return Sides(
        now=_sums(store, stretch.now, kinds, _SUMS),
        before=_sums(store, stretch.before, kinds, _AMOUNT),
        covered_now=_covered_seconds(now),
        covered_before=_covered_seconds(before),
        unpriced=_unpriced(now),
    )


def stretches(timezone: str, *, now_ms: int, end: int) -> Iterator[Stretch]:
    """Yield today, this month and this year up to ``end`` [ms]; none that has not begun by then."""
    zone = ZoneInfo(timezone)
    today = local_date(now_ms, zone)
    firsts = {TODAY: today, THIS_MONTH: today.replace(day=1), THIS_YEAR: date(today.year, 1, 1)}
    for period, first in firsts.items():
        start, earlier = midnight(first, zone), midnight(_year_before(first), zone)
        if end > start:
            yield Stretch(period, Span(start, end), Span(earlier, earlier + end - start))


def _year_before(day: date) -> date:
    is_leap_day = day.month == _FEBRUARY and day.day == _LEAP_DAY
    return day.replace(year=day.year - 1, day=day.day - 1 if is_leap_day else day.day)


def _groups(
    places: Iterable[Place], horizon: Mapping[str, int], now_ms: int
) -> dict[tuple[str, int], list[Place]]:
    """Return places that share a wall clock and the newest covered hour of their kind."""
    places = list(places)
    newest: dict[str, int] = {}
    for place in places:
        ends = [horizon.get(meter.meter, 0) // HOUR_MS * HOUR_MS for meter in place.mains]
        newest[place.kind] = max(newest.get(place.kind, 0), *ends)
    groups: dict[tuple[str, int], list[Place]] = {}
    for place in places:
        end = min(newest[place.kind], now_ms // HOUR_MS * HOUR_MS)
        groups.setdefault((place.timezone, end), []).append(place)
    return groups


def _sums(store: ReadingStore, span: Span, kinds: tuple[str, ...], names: tuple[str, ...]) -> Sums:
    query = Query(
        PLACE_HOUR.name,
        tuple(Column(name, Aggregate.SUM, name) for name in names),
        where=(("kind", kinds),),
        group_by=("level", "place", "kind"),
    )
    found: dict[Key, dict[str, int]] = {}
    for row in store.query(query, span).to_dict("records"):
        key = (str(row["level"]), str(row["place"]), str(row["kind"]))
        found[key] = {name: int(row[name]) for name in names if not pd.isna(row[name])}
    return found


def _of_mains(
    store: ReadingStore, span: Span, kinds: tuple[str, ...], columns: tuple[Column, ...]
) -> pd.DataFrame:
    query = Query(
        METER_HOUR.name,
        columns,
        where=(("kind", kinds), ("role", (MAIN,))),
        group_by=("meter",),
    )
    return store.query(query, span)


def _covered_seconds(mains: pd.DataFrame) -> dict[str, int]:
    seconds = mains["measured_s"].fillna(0) + mains["estimated_s"].fillna(0)
    return dict(zip(mains["meter"].astype(str), seconds.astype(int), strict=True))


def _unpriced(mains: pd.DataFrame) -> set[str]:
    """Return the mains that have hours with an amount and without a cost, if they used anything."""
    lacks = mains["priced"].fillna(0) < mains["counted"].fillna(0)
    return {*mains["meter"][lacks & (mains["amount"].fillna(0) != 0)].astype(str)}


def _row(registry: Registry, place: Place, stretch: Stretch, sides: Sides) -> dict[str, object]:
    key = (place.level, place.place, place.kind)
    ours, theirs = sides.now.get(key, {}), sides.before.get(key, {})
    first, last = (
        local_date(time, ZoneInfo(place.timezone))
        for time in (stretch.now.start, stretch.now.end - 1)
    )
    size = size_of(registry, place, Days(first, next_day(last)))
    meter_seconds = stretch.now.seconds * len(place.mains)
    covered = _covered(ours, meter_seconds)
    amount, amount_before = ours.get("amount"), theirs.get("amount")
    is_whole = sides.is_whole(place, stretch.now.seconds)
    change = (
        amount / amount_before - 1 if is_whole and amount is not None and amount_before else None
    )
    return {
        "time": stretch.now.start,
        **place.tags,
        "name_zh": size.name_zh,
        "name_en": size.name_en,
        "period": stretch.period,
        "amount": amount,
        "amount_before": amount_before,
        "change": change,
        **{name: ours.get(name) for name in ("cost", "coal", "co2")},
        "per_area": _per(amount, size.area_m2),
        "per_person": _per(amount, size.people),
        "covered": covered,
        "measured": ours.get("measured_s", 0) / meter_seconds,
        "unpriced": sum(
            main.meter in sides.unpriced and main.use != OWN_GENERATION for main in place.mains
        ),
    }


def _covered(sums: Mapping[str, int], meter_seconds: int) -> float:
    return (sums.get("measured_s", 0) + sums.get("estimated_s", 0)) / meter_seconds


def _per(amount: int | None, size: Fraction) -> float | None:
    return float(amount / size) if amount is not None and size > 0 else None


def size_of(registry: Registry, place: Place, days: Days) -> Size:
    """Return names, floor area and people of a place: the sums of its buildings.

    A building counts for its institution, or the district, on the days on which it belongs there.
    """
    buildings = registry.buildings
    if place.level == BUILDING:
        own = registry.building[place.place]
        return Size(own.name_zh, own.name_en, Fraction(own.area_m2), Fraction(own.people))
    names = (registry.name_zh or place.place, registry.name_en or place.place)
    if place.level == INSTITUTION:
        whose = registry.institution[place.place]
        names = (whose.name_zh, whose.name_en)
        buildings = tuple(one for one in buildings if one.institution == place.place)
    there = [(one, inside.days) for one in buildings if (inside := one.within(days))]
    area = sum(one.area_m2 * number for one, number in there)
    people = sum(one.people * number for one, number in there)
    return Size(*names, Fraction(area, days.days), Fraction(people, days.days))
