"""Periods nest and places add up to the unit: clocks of 23, 24.5 or 25 hours, half-hour zones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.closing.sheet import Drafter
from analytics.place_amounts import BODY, BUILDING, INSTITUTION, METER, Teller
from energy.body import REGION_LINE, Body
from energy.heating import HeatingSeason
from energy.period import period_of
from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span, local_days, local_months, midnight
from storage.engines.memory import MemoryStore
from storage.records.book import Records
from storage.records.session import Session
from storage.tables import DISTRICT, METER_DAY, METER_HOUR, METER_MONTH, METER_YEAR, Table
from tests.analytics.ledgers import REFERENCE, ledger_of
from tests.builders import HALL, MAIN_METER, NORTH, TOWN, registry_of

DAY_LENGTHS = {
    "Europe/Berlin": {23, 24, 25},
    "America/New_York": {23, 24, 25},
    "Asia/Kolkata": {24},
    "Australia/Lord_Howe": {Fraction(47, 2), 24, Fraction(49, 2)},
}
"""Zone to the lengths that its days of 2026 have [h]."""
WINTER = HeatingSeason("h", "", "", (11, 15), (3, 15), date(2000, 1, 1), date.max)
KNOWN = replace(REFERENCE, heating=(WINTER,))
MAIN = replace(MAIN_METER, ratio=Fraction(1))
METERS = (
    MAIN,
    replace(MAIN, meter="annex_main", building="annex", channel="annex"),
    replace(MAIN, meter="school_main", building="classes", institution="school", channel="s"),
)
PLACES = replace(
    registry_of(
        *METERS,
        institutions=(
            replace(TOWN, reports_to="city"),
            replace(TOWN, institution="school", reports_to="county"),
        ),
        buildings=(
            HALL,
            replace(HALL, building="annex"),
            replace(HALL, building="classes", institution="school"),
        ),
    ),
    bodies=(
        Body("city", REGION_LINE, "", "市", "City"),
        Body("county", REGION_LINE, "city", "县", "County"),
    ),
)
PARTS = {
    (BUILDING, "hall"): [(METER, "hall_main")],
    (BUILDING, "annex"): [(METER, "annex_main")],
    (INSTITUTION, "town"): [(BUILDING, "hall"), (BUILDING, "annex")],
    (INSTITUTION, "school"): [(BUILDING, "classes")],
    (BODY, "county"): [(INSTITUTION, "school")],
    (BODY, "city"): [(INSTITUTION, "town"), (BODY, "county")],
    (DISTRICT, DISTRICT): [(INSTITUTION, "town"), (INSTITUTION, "school")],
}
"""Place to the places that it is the sum of."""
MONTHS = {month: f"2026-{month:02d}" for month in (1, 2, 3, 10, 11, 12)}
"""Those of the quarters in which clocks are changed, half of all: each has to be computed."""
QUARTERS = [f"2026-Q{quarter}" for quarter in range(1, 5)]
FIELDS = ("amount", "amount_estimated", "measured_s", "estimated_s", "unresolved_s")


class Known(NamedTuple):
    """What is known of a place in a period.

    Attributes:
        numbers: Amount, of which estimated, and measured, estimated, unresolved seconds.
        cost: 1e-6 yuan.
    """

    numbers: tuple[int, ...]
    cost: int


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    records = Records.open(f"sqlite:{tmp_path_factory.mktemp('records') / 'records.sqlite'}")
    with records.reading() as opened:
        yield opened
    records.close()


def readings_of(registry: Registry, seed: int) -> Iterator[Reading]:
    """Yield registers that are read at odd times, with outages of up to six days, over 14 months.

    Each is read once in the hour before the year and one hour after it.
    """
    random = Random(seed)  # noqa: S311  no secret
    zone = registry.sites[0].zone
    first, last = (midnight(day, zone) for day in (date(2025, 12, 1), date(2027, 2, 1)))
    for meter in registry.meters:
        time, count = first, 0
        while time < last:
            yield Reading(meter.meter, "register", time, count)
            step = random.choice((1, 6, 6, 24, 144)) * HOUR_MS
            time += step + random.randrange(HOUR_MS // 2)
            count += random.randrange(2_000)


def told(teller: Teller, level: str, place: str) -> Known:
    """Return what is known of a place; the amounts of a period have one line here."""
    (amount,) = teller.told(level, place).amounts
    figure = amount.figure
    seconds = (figure.measured_s, figure.estimated_s, figure.unresolved_s)
    return Known((figure.amount or 0, figure.estimated, *seconds), figure.cost or 0)


def added(parts: list[Known]) -> Known:
    numbers = zip(*(part.numbers for part in parts), strict=True)
    return Known(tuple(map(sum, numbers)), sum(part.cost for part in parts))


def rows_in(store: MemoryStore, table: Table, span: Span, meter: str) -> Known:
    """Return the points of a meter in a span, added up."""
    points = store.points(table, where=(("meter", (meter,)),), span=span)
    numbers = tuple(int(points[name].fillna(0).sum()) for name in FIELDS)
    return Known(numbers, int(points["cost"].fillna(0).sum()))


@pytest.mark.parametrize("timezone", sorted(DAY_LENGTHS))
@given(seed=st.integers(0, 2**32))
@settings(max_examples=2)
def test_periods_nest_and_places_add_up_to_the_unit(
    session: Session, timezone: str, seed: int
) -> None:
    registry = replace(PLACES, sites=(replace(NORTH, timezone=timezone),))
    zone = registry.sites[0].zone
    now = midnight(date(2027, 3, 1), zone)
    store = ledger_of(registry, list(readings_of(registry, seed)), now_ms=now)
    drafter = Drafter(session, store, registry, KNOWN, now)
    tellers = {
        key: Teller(drafter, key) for key in (*MONTHS.values(), *QUARTERS, "2026", "2026-2027")
    }
    everywhere = [(METER, meter.meter) for meter in METERS] + [(BUILDING, "classes"), *PARTS]

    known = {
        (key, *place): told(one, *place) for key, one in tellers.items() for place in everywhere
    }

    for place in everywhere:
        for quarter, first in (("2026-Q1", 1), ("2026-Q4", 10)):
            months = [MONTHS[month] for month in range(first, first + 3)]
            assert known[quarter, *place] == added([known[month, *place] for month in months])
        assert known["2026", *place] == added([known[quarter, *place] for quarter in QUARTERS])
    for key in tellers:
        for place, parts in PARTS.items():
            assert known[key, *place] == added([known[key, *part] for part in parts])
    for meter in METERS:
        see_tables(
            store, zone, meter.meter, {key: known[key, METER, meter.meter] for key in tellers}
        )


def see_tables(store: MemoryStore, zone: ZoneInfo, name: str, known: dict[str, Known]) -> None:
    """See that what was told of a meter is its hours, days, months and year at rest."""
    year = period_of("2026").span(zone)
    days = list(local_days(year, zone))
    assert {Fraction(day.end - day.start, HOUR_MS) for day in days} == DAY_LENGTHS[zone.key]
    assert known["2026"] == rows_in(store, METER_YEAR, year, name)
    assert known["2026"].numbers[0] > 0
    for number, month in enumerate(local_months(year, zone), 1):
        if number in MONTHS:
            assert known[MONTHS[number]] == rows_in(store, METER_MONTH, month, name)
    changing = [day for day in days if day.end - day.start != 24 * HOUR_MS]
    for day in changing + days[100:104]:
        hours = rows_in(store, METER_HOUR, day, name)
        assert rows_in(store, METER_DAY, day, name) == hours
        assert sum(hours.numbers[2:]) * 1000 == day.end - day.start
    season = Span(midnight(date(2026, 11, 15), zone), midnight(date(2027, 3, 16), zone))
    assert known["2026-2027"] == rows_in(store, METER_HOUR, season, name)
