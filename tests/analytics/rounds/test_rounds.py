from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.rounds import round_once
from energy.errors import UnreachableError
from energy.meter import NET, Meter, MeterEvent
from energy.query import Query
from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span
from storage.engines.memory import MemoryStore
from storage.records import health, late_arrivals, reference, registry, touched
from storage.records.book import Records
from storage.tables import COLLECTOR, COMPLETENESS, METER_HOUR, METER_YEAR, PLACE_DAY
from tests.analytics.consumption.registers import QUALITY, Told, counts_of, troubled
from tests.analytics.ledger.test_ledger_sums import ANNEX, MAIN, OTHER, START, hourly
from tests.analytics.ledgers import REFERENCE, everything, ledger_of, points, run_round
from tests.builders import HALL, registry_of

SLOWER = 24
"""Six hours between readings, so that a story reaches over days."""
SLOW = replace(
    MAIN, interval_s=6 * 3600, max_rate=Fraction(400, SLOWER) * Fraction(1, 100), digits=4
)
ODD = replace(
    SLOW, meter="odd_main", building="annex", channel="odd", step=Fraction(1, 70), ratio=Fraction(3)
)
"""Its step is no whole number of base units."""


def says(meter: Meter, told: Told) -> tuple[list[Reading], list[MeterEvent], Meter]:
    """Return a drawn story as readings and events of a meter, slower by SLOWER."""
    digits = len(str(told.registers[0].modulus)) - 1
    per_hour = Fraction(400, SLOWER) * meter.base_per_step / 1000
    readings = [
        Reading(
            meter.meter, "register", START + time * SLOWER, value, QUALITY[told.marks.get(time, "")]
        )
        for time, value in told.readings
        if value >= 0 or counts_of(told) == NET
    ]
    events = [
        MeterEvent(
            meter.meter, START + (one.start or 0) * SLOWER, "replacement", 500, 5, 3, "li", "due"
        )
        for one in told.registers[1:]
    ]
    return (
        readings,
        events,
        replace(meter, digits=digits, max_rate=per_hour, counts=counts_of(told)),
    )


@given(troubled(), troubled(), st.randoms(use_true_random=False), st.integers(1, 3))
@settings(max_examples=6)
def test_rounds_over_what_arrives_in_any_order_end_where_one_round_over_all_does(
    one: Told, other: Told, chance: Random, batches: int
) -> None:
    """Invariant 16, restatement."""
    first, first_events, first_meter = says(SLOW, one)
    second, second_events, second_meter = says(ODD, other)
    places = registry_of(
        first_meter,
        second_meter,
        events=[*first_events, *second_events],
        buildings=(HALL, ANNEX),
    )
    readings = [*first, *second]
    chance.shuffle(readings)
    now = START + 120 * 24 * HOUR_MS
    store = MemoryStore()
    for number in range(batches):
        batch = readings[number::batches]
        store.write(batch)
        news: dict[str, int] = {}
        for reading in batch:
            news[reading.meter] = min(reading.time, news.get(reading.meter, reading.time))
        run_round(store, places, news, now_ms=now)
    assert everything(store) == everything(ledger_of(places, readings, now_ms=now))


def test_a_main_that_tells_nothing_of_use_does_not_lengthen_the_place() -> None:
    # Its readings show more than its register can: they count as heard, and tell no amounts.
    mute = replace(MAIN, digits=3)
    places = registry_of(mute, OTHER, buildings=(HALL, ANNEX))
    heard = [
        Reading(mute.meter, "register", START + hour * HOUR_MS, 1324) for hour in range(0, 48, 6)
    ]
    spoken = hourly(OTHER, [100] * 24)
    now = START + 60 * HOUR_MS
    store = ledger_of(places, [*heard[:2], *spoken], now_ms=now)
    store.write(heard[2:])
    run_round(store, places, {mute.meter: heard[2].time}, now_ms=now)
    assert everything(store) == everything(ledger_of(places, [*heard, *spoken], now_ms=now))


@given(st.integers(30, 300), st.integers(0, 300), st.integers(0, 5000))
@settings(max_examples=8)
def test_a_reading_corrected_late_gives_what_it_would_have_given_on_time(
    length: int, place: int, steps: int
) -> None:
    readings = hourly(MAIN, [1000] * length)
    late = readings[place % length]
    corrected = late._replace(value=late.value + steps, revision=1)
    now = START + 20 * 24 * HOUR_MS
    store = ledger_of(registry_of(MAIN), readings, now_ms=now)
    store.write([corrected])
    run_round(store, registry_of(MAIN), {"hall_main": corrected.time}, now_ms=now)
    assert everything(store) == everything(
        ledger_of(registry_of(MAIN), [*readings, corrected], now_ms=now)
    )


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")


def furnished(records: Records, *meters: Meter) -> Registry:
    places = registry_of(*meters, buildings=(HALL, ANNEX))
    with records.session() as session:
        registry.replace(session, places, author="li", reason="first")
        reference.replace(session, REFERENCE, author="li", reason="first")
    return places


NOW = START + 100 * HOUR_MS


def test_a_round_repeated_changes_nothing(records: Records) -> None:
    """Invariant 2, order, duplicates, idempotence."""
    furnished(records, MAIN)
    store = MemoryStore()
    store.write(hourly(MAIN, [100] * 99))
    first = round_once(store=store, records=records, now_ms=NOW)
    said = everything(store)
    second = round_once(store=store, records=records, now_ms=NOW)
    assert everything(store) == said
    assert (first.meters, second.meters) == (("hall_main",), ())


class Broken(MemoryStore):
    """A store that does not answer when periods are asked for."""

    def query(self, query: Query, span: Span) -> pd.DataFrame:
        raise UnreachableError(f"{query.table} of {span} cannot be had.")


def test_a_round_that_dies_is_repeated(records: Records) -> None:
    furnished(records, MAIN)
    store = Broken()
    store.write(hourly(MAIN, [100] * 99))
    with pytest.raises(UnreachableError):
        round_once(store=store, records=records, now_ms=NOW)
    with records.session() as session:
        assert touched.waiting(session) == 1


def test_a_late_reading_is_computed_by_the_next_round_and_by_one_that_repeats_it(
    records: Records,
) -> None:
    places = furnished(records, MAIN)
    readings = hourly(MAIN, [100] * 72)
    late = readings[20]._replace(arrived=NOW)
    store, broken = MemoryStore(), Broken()
    for one in (store, broken):
        one.write([*readings[:20], *readings[21:]])
    truth = points(ledger_of(places, [*readings, late], now_ms=NOW), METER_HOUR).to_csv()
    round_once(store=store, records=records, now_ms=NOW)
    store.write([late])
    assert points(store, METER_HOUR).to_csv() != truth
    with records.session() as session:
        late_arrivals.publish(session, [(MAIN.meter, Span(late.time, late.time + 1))])

    with pytest.raises(UnreachableError):
        round_once(store=broken, records=records, now_ms=NOW)
    report = round_once(store=store, records=records, now_ms=NOW)

    assert report.meters == (MAIN.meter,)
    assert points(store, METER_HOUR).to_csv() == truth
    assert round_once(store=store, records=records, now_ms=NOW).meters == ()


def test_a_meter_that_moved_takes_its_amounts_with_it(records: Records) -> None:
    furnished(records, MAIN)
    store = MemoryStore()
    store.write(hourly(MAIN, [100] * 48))
    round_once(store=store, records=records, now_ms=NOW)
    furnished(records, replace(MAIN, building="annex"))
    round_once(store=store, records=records, now_ms=NOW)
    assert set(points(store, METER_HOUR)["building"]) == {"annex"}
    assert set(points(store, PLACE_DAY, level="building")["place"]) == {"annex"}


def test_a_meter_that_left_the_registry_leaves_the_ledger(records: Records) -> None:
    furnished(records, MAIN, OTHER)
    store = MemoryStore()
    store.write([*hourly(MAIN, [100] * 48), *hourly(OTHER, [100] * 48)])
    round_once(store=store, records=records, now_ms=NOW)
    furnished(records, MAIN)
    round_once(store=store, records=records, now_ms=NOW)
    assert set(points(store, METER_YEAR)["meter"]) == {"hall_main"}
    assert set(points(store, COMPLETENESS)["meter"]) == {"hall_main"}
    assert points(store, PLACE_DAY, level="district")["amount"].tolist() == [24_000, 24_000]


def test_readings_missing_since_a_meter_fell_silent_are_counted_day_by_day(
    records: Records,
) -> None:
    furnished(records, MAIN)
    store = MemoryStore()
    store.write(hourly(MAIN, [100] * 23))
    round_once(store=store, records=records, now_ms=START + 24 * HOUR_MS)
    round_once(store=store, records=records, now_ms=START + 60 * HOUR_MS)
    days = points(store, COMPLETENESS)
    assert days["expected"].tolist() == [24, 24, 12]
    assert days["received"].tolist() == [24, 0, 0]


def test_an_interval_that_has_begun_expects_its_reading(records: Records) -> None:
    furnished(records, MAIN)
    store = MemoryStore()
    store.write(hourly(MAIN, [100] * 3))  # at the hours 0 to 3
    round_once(store=store, records=records, now_ms=START + 3 * HOUR_MS + HOUR_MS // 3)
    day = points(store, COMPLETENESS).iloc[0]
    assert (day["expected"], day["received"]) == (4, 4)


def test_a_glitch_is_counted_as_in_doubt_and_not_as_received(records: Records) -> None:
    furnished(records, MAIN)
    store = MemoryStore()
    readings = hourly(MAIN, [100] * 23, first=500_000)
    store.write([*readings[:10], readings[10]._replace(value=0), *readings[11:]])
    round_once(store=store, records=records, now_ms=START + 24 * HOUR_MS)
    day = points(store, COMPLETENESS).iloc[0]
    assert (day["expected"], day["received"], day["doubtful"]) == (24, 23, 1)


def test_the_health_of_a_collector_is_a_point_at_the_time_it_was_said(records: Records) -> None:
    furnished(records, MAIN)
    store = MemoryStore()
    with records.session() as session:
        health.put(session, "one", {"received": 7, "stored": 6, "dead": 1}, NOW - 5)
    round_once(store=store, records=records, now_ms=NOW)
    round_once(store=store, records=records, now_ms=NOW)
    said = points(store, COLLECTOR)
    assert said["time"].tolist() == [NOW - 5]
    assert said["received"].tolist() == [7]
