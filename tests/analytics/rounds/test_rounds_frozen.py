"""What was closed and let go stays as it was, whatever is computed again."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analytics.retention import CLOSED_UNTIL, let_hours_go, let_raw_go
from analytics.rounds import round_once
from energy.meter import Meter
from energy.reading import Quality, Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span, midnight, to_ms
from storage.engines.memory import MemoryStore
from storage.records import late_arrivals, reference, registry, touched, values
from storage.records.book import Records
from storage.tables import METER_HOUR, METER_YEAR
from tests.analytics.ledger.test_ledger_sums import ANNEX, BEIJING, MAIN, OTHER, START, hourly
from tests.analytics.ledgers import ALWAYS, REFERENCE, everything, points
from tests.builders import HALL, NORTH, TOWN, WEATHER, registry_of

DAY = 24 * HOUR_MS
DECEMBER = to_ms(datetime(2025, 12, 10, 0, 40, tzinfo=UTC))
NOW = to_ms(datetime(2027, 2, 1, tzinfo=UTC))
AWAY = replace(MAIN, meter="away_main", building="annex", site="away", institution="school")
WEATHER_AWAY = replace(WEATHER, meter="weather_away", site="away")


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")


def furnish(records: Records, places: Registry) -> None:
    with records.session() as session:
        registry.replace(session, places, author="li", reason="first")
        reference.replace(session, REFERENCE, author="li", reason="first")


def two_sites(first: str, second: str) -> Registry:
    """Return a registry whose years end by the clock of the first site."""
    return registry_of(
        MAIN,
        OTHER,
        AWAY,
        WEATHER,
        WEATHER_AWAY,
        sites=(
            replace(NORTH, timezone=first),
            replace(NORTH, site="away", timezone=second),
        ),
        institutions=(TOWN, replace(TOWN, institution="school", site="away")),
        buildings=(HALL, replace(ANNEX, institution="school", site="away")),
    )


def around_new_year(meter: Meter) -> list[Reading]:
    return [
        Reading(meter.meter, meter.table, DECEMBER + hour * HOUR_MS, hour * 10)
        for hour in range(40 * 24)
    ]


def let_go(store: MemoryStore, records: Records, places: Registry) -> None:
    """Close 2025 by the clock of the first site, and let its readings and hours go."""
    with records.session() as session:
        closed = midnight(date(2026, 1, 1), places.sites[0].zone)
        values.put(session, CLOSED_UNTIL, str(closed))
    let_hours_go(
        store=store, records=records, registry=places, now_ms=NOW, raw_years=1, hourly_years=1
    )
    let_raw_go(store=store, records=records, registry=places)


@pytest.mark.parametrize(
    ("first", "second"),
    [("Asia/Shanghai", "Europe/Berlin"), ("Asia/Kolkata", "Asia/Shanghai")],
)
@pytest.mark.parametrize("late", [False, True])
def test_no_figure_on_either_side_of_a_closed_year_changes_on_any_clock(
    records: Records, first: str, second: str, *, late: bool
) -> None:
    places = two_sites(first, second)
    furnish(records, places)
    store = MemoryStore()
    for meter in (MAIN, AWAY, WEATHER, WEATHER_AWAY):
        store.write(around_new_year(meter))
    holidays = range(15 * 24, 27 * 24)
    store.write([one for hour, one in enumerate(around_new_year(OTHER)) if hour not in holidays])
    round_once(store=store, records=records, now_ms=NOW)
    let_go(store, records, places)
    said = everything(store)

    with records.session() as session:
        if late:
            at = midnight(date(2026, 1, 1), places.sites[1].zone) + HOUR_MS
            late_arrivals.publish(session, [(AWAY.meter, Span(at, at + 1))])
        else:
            touched.publish(session, {meter.meter: 0 for meter in places.meters})
    round_once(store=store, records=records, now_ms=NOW)

    assert everything(store) == said


@pytest.mark.parametrize(
    ("value", "quality"), [(10**7, Quality.ORDINARY), (10**8, Quality.ORDINARY), (10, Quality.BAD)]
)
def test_a_wrong_last_reading_of_a_closed_year_is_still_known_to_be_wrong(
    records: Records, value: int, quality: Quality
) -> None:
    places = registry_of(MAIN)
    furnish(records, places)
    store = MemoryStore()
    last = (midnight(date(2026, 1, 1), BEIJING) - DECEMBER) // HOUR_MS
    readings = around_new_year(MAIN)
    readings[last] = readings[last]._replace(value=value, quality=quality)
    store.write(readings)
    round_once(store=store, records=records, now_ms=NOW)
    let_go(store, records, places)
    said = everything(store)

    with records.session() as session:
        touched.publish(session, {MAIN.meter: 0})
    round_once(store=store, records=records, now_ms=NOW)

    assert everything(store) == said


def test_gaps_behind_a_closed_year_keep_their_shape_when_its_readings_are_let_go(
    records: Records,
) -> None:
    places = registry_of(MAIN)
    furnish(records, places)
    store = MemoryStore()
    first = DECEMBER - 200 * DAY
    readings = [
        Reading(
            MAIN.meter, "register", first + hour * HOUR_MS, hour // 24 * 300 + (hour % 24) ** 2 // 2
        )
        for hour in range(260 * 24)
    ]
    year = midnight(date(2026, 1, 1), BEIJING)
    gaps = (Span(year - 5 * DAY, year + 2 * DAY), Span(year + 4 * DAY, year + 6 * DAY))
    store.write([one for one in readings if not any(one.time in gap for gap in gaps)])
    round_once(store=store, records=records, now_ms=NOW)
    let_go(store, records, places)
    said = everything(store)
    assert min(store.series("register", MAIN.meter, ALWAYS).time) > first + 100 * DAY
    hours = points(store, METER_HOUR)
    for gap in gaps:
        inside = hours["time"].between(year, gap.end - 1) & hours["time"].ge(gap.start)
        assert hours["amount"][inside].nunique() > 2

    with records.session() as session:
        touched.publish(session, {MAIN.meter: 0})
    round_once(store=store, records=records, now_ms=NOW)

    assert everything(store) == said


def old_and_new(store: MemoryStore) -> int:
    """Write readings of 2024, early and late, and of February 2026; return the present."""
    store.write(hourly(MAIN, [100] * 23, start=START - 600 * DAY))
    store.write(hourly(MAIN, [100] * 48, start=START - 425 * DAY))
    store.write(hourly(MAIN, [100] * 48))
    return START + 100 * HOUR_MS


def test_nothing_under_an_open_period_is_let_go(records: Records) -> None:
    places = registry_of(MAIN)
    furnish(records, places)
    store = MemoryStore()
    now = old_and_new(store)
    let = let_hours_go(
        store=store, records=records, registry=places, now_ms=now, raw_years=1, hourly_years=10
    )
    raw = let_raw_go(store=store, records=records, registry=places)
    assert let.points == raw.points == {}
    assert store.counts()["register"] == 122


def test_closed_readings_go_after_their_years_and_no_figure_changes(records: Records) -> None:
    places = registry_of(MAIN)
    furnish(records, places)
    store = MemoryStore()
    now = old_and_new(store)
    round_once(store=store, records=records, now_ms=now)
    years = points(store, METER_YEAR).to_csv()
    with records.session() as session:
        closed = midnight(date(2026, 1, 1), BEIJING)
        values.put(session, CLOSED_UNTIL, str(closed))
    let_hours_go(
        store=store, records=records, registry=places, now_ms=now, raw_years=1, hourly_years=10
    )
    let_raw_go(store=store, records=records, registry=places)
    assert store.counts()["register"] == 98  # some of what lies before 2025 tells how it began
    with records.session() as session:
        touched.publish(session, {"hall_main": 0})
    round_once(store=store, records=records, now_ms=now)
    assert points(store, METER_YEAR).to_csv() == years
