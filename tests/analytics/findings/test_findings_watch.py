"""From the derived table of hours to findings on the records, and what is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analytics.findings.gather
from analytics.findings.follow import What
from analytics.findings.gather import hourly_prices, tariff_of
from analytics.findings.keep import keep_findings
from analytics.findings.watch import RAISED, inspect, rules, watch
from analytics.rule import Evidence
from energy.finding import Finding, Stream
from energy.meter import Meter
from energy.reading import Reading
from energy.reference import Reference
from energy.span import HOUR_MS, Span
from energy.tariffs.price_book import PriceBook
from energy.tariffs.tariff import TariffRow, hour_prices
from storage.opening import open_store, prepare_store
from storage.readings import ReadingStore
from storage.records import outbox
from storage.records.book import Records
from storage.tables import FINDING, METER_HOUR, NO_VALUE, TEMPERATURE
from tests.builders import MAIN_METER, NORTH, SUB_METER, WEATHER, registry_of
from tests.evidence import CALENDAR, CLOCK, NOW, WATER, office, since_days_ago, water


def row(period: str, hours: tuple[int, int], price: int, *, priority: int = 0) -> TariffRow:
    return TariffRow(
        "beijing_general",
        "electricity",
        date(2020, 1, 1),
        date.max,
        tuple(range(1, 13)),
        period,
        hours[0] * 60,
        hours[1] * 60,
        priority,
        price,
        "chosen",
        "example",
    )


TARIFF = (
    row("flat", (0, 24), 800_000),
    row("valley", (23, 24), 300_000, priority=1),
    row("valley", (0, 7), 300_000, priority=1),
    row("late", (0, 7), 1, priority=1),
    replace(row("summer", (11, 13), 1_500_000, priority=2), months=(7, 8)),
    replace(row("old", (9, 10), 5, priority=3), valid_to=date(2025, 3, 4)),
)
REFERENCE = Reference(tariffs={"beijing_general": TARIFF}, calendars={"cn": CALENDAR})
REGISTRY = registry_of(MAIN_METER, SUB_METER, WATER, WEATHER)


def keep_hours(store: ReadingStore, meter: Meter, amount: np.ndarray) -> None:
    """Write the hourly amounts of a meter as the ledger does; NaN is an hour not measured."""
    known = np.isfinite(amount)
    tags = {
        "meter": meter.meter,
        "building": meter.building or NO_VALUE,
        "institution": meter.institution or NO_VALUE,
        "site": meter.site,
        "kind": meter.kind,
        "role": meter.role,
        "item": meter.item or NO_VALUE,
    }
    fields = dict.fromkeys(METER_HOUR.field, 0) | {"period_s": 3600}
    frame = pd.DataFrame({"time": CLOCK.start} | tags | fields)
    frame["amount"] = np.where(known, amount, 7).astype(np.int64)
    frame["measured_s"] = np.where(known, 3600, 1800)
    store.replace(
        METER_HOUR,
        frame[["time", *METER_HOUR.tags, *METER_HOUR.field]],
        tags={"meter": meter.meter},
        span=Span(int(CLOCK.start[0]), CLOCK.end),
    )
    store.write([Reading(meter.meter, "register", CLOCK.end, 1)])


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[ReadingStore]:
    opened = embedded(tmp_path)
    yield opened
    opened.close()


def embedded(folder: Path) -> ReadingStore:
    url = f"duckdb:{folder / 'readings.duckdb'}"
    prepare_store(url)
    return open_store(url)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingStore]:
    """Return a town hall with a pump left running behind its lighting, and a leak."""
    opened = embedded(tmp_path_factory.mktemp("hall"))
    light = np.rint(office(50) * 0.3) + np.where(since_days_ago(60), 9_000, 0)
    keep_hours(opened, MAIN_METER, office(1) + light)
    keep_hours(opened, SUB_METER, light)
    keep_hours(opened, WATER, water() + np.where(since_days_ago(60), 300, 0))
    yield opened
    opened.close()


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records.open(f"sqlite:{tmp_path / 'records.db'}")
    yield opened
    opened.close()


def test_each_cause_is_found_once_where_it_is(store: ReadingStore) -> None:
    found = watch(store=store, registry=REGISTRY, reference=REFERENCE, now_ms=NOW)
    assert sorted(finding.fingerprint for finding in found) == [
        "hall_light/level_shift",
        "hall_water/water_night_flow",
    ]


def test_a_sub_meter_pays_the_price_of_the_tariff_above_it(store: ReadingStore) -> None:
    found = watch(
        store=store, registry=REGISTRY, reference=REFERENCE, now_ms=NOW, meters=["hall_light"]
    )
    (finding,) = found
    assert finding.base_per_year is not None
    assert finding.micro_yuan_per_year is not None
    # 16 flat hours at 0.80 and 8 valley hours at 0.30 yuan make 0.633; summer noons raise it.
    yuan_per_kwh = finding.micro_yuan_per_year / finding.base_per_year / 1000
    assert 0.6 < yuan_per_kwh < 0.7
    assert tariff_of(SUB_METER, REGISTRY) == "beijing_general"
    assert tariff_of(WEATHER, REGISTRY) == ""


def test_only_the_meters_named_are_looked_at(store: ReadingStore) -> None:
    watched = inspect(
        store=store, registry=REGISTRY, reference=REFERENCE, now_ms=NOW, meters=["hall_water", "?"]
    )
    judged = watched.looked | set(watched.skipped)
    assert judged == {f"hall_water/{name}" for name in rules()}
    assert watched.skipped["hall_water/level_shift"] == "follows_the_weather"


def test_a_turn_repeated_changes_nothing_and_tells_nobody_twice(
    store: ReadingStore, records: Records
) -> None:
    def turn() -> tuple[list[What], int, int, pd.DataFrame]:
        done = keep_findings(
            store=store, records=records, registry=REGISTRY, reference=REFERENCE, now_ms=NOW
        )
        with records.reading() as session:
            waiting = outbox.due(session, NOW, 10)
        points = store.points(FINDING, where=(), span=Span(0, NOW))
        return [change.what for change in done.changes], done.told, len(waiting), points

    first, told, waiting, points = turn()
    assert first == [What.NEW, What.NEW]
    assert told == waiting == 1  # 79,000 kWh a year cost more than the limit; water has no price
    again, told, waiting, repeated = turn()
    assert again == [What.CONTINUED, What.CONTINUED]
    assert told == 0
    assert waiting == 1
    pd.testing.assert_frame_equal(points, repeated)
    assert sorted(points["fingerprint"]) == [
        "hall_light/level_shift",
        "hall_water/water_night_flow",
    ]


def test_a_rule_that_raises_becomes_a_finding_about_itself(store: ReadingStore) -> None:
    def breaks(entry: Evidence) -> list[Finding]:
        raise ZeroDivisionError(f"of {entry.meter.meter}")

    offered = rules()
    broken = {**offered, "level_shift": replace(offered["level_shift"], look=breaks)}
    watched = inspect(
        store=store, registry=REGISTRY, reference=REFERENCE, now_ms=NOW, offered=broken
    )
    by_rule = {finding.rule: finding for finding in watched.found}
    assert sorted(by_rule) == [f"{RAISED}:level_shift", "water_night_flow"]
    about = by_rule[f"{RAISED}:level_shift"]
    assert about.stream is Stream.DATA
    assert about.base_per_year is None
    assert "ZeroDivisionError" in about.sentence_en
    assert "hall_main/level_shift" not in watched.looked


def test_hourly_prices_are_those_of_the_tariff_hour_by_hour() -> None:
    fast = hourly_prices(PriceBook(TARIFF), CLOCK)
    some = np.arange(0, len(CLOCK.start), 37)
    rows = hour_prices(TARIFF, starts=CLOCK.start[some].tolist(), timezone=NORTH.timezone)
    slow = [np.nan if found is None else found.price_micro for found in rows]
    np.testing.assert_array_equal(fast[some], slow)
    assert np.isnan(hourly_prices(PriceBook(()), CLOCK)).all()


def test_an_hour_in_which_the_price_changes_has_the_mean_of_its_minutes() -> None:
    early, late = row("flat", (0, 9), 100), row("peak", (9, 24), 500)
    rows = [replace(early, to_minute=9 * 60 + 15), replace(late, from_minute=9 * 60 + 15)]
    at_nine = hourly_prices(PriceBook(rows), CLOCK)[CLOCK.hour == 9]
    assert set(at_nine.tolist()) == {(100 * 15 + 500 * 45) / 60}


def test_the_outdoor_temperature_of_the_site_is_part_of_the_evidence(
    empty: ReadingStore,
) -> None:
    keep_hours(empty, MAIN_METER, office(1))
    frame = pd.DataFrame(
        {
            "time": CLOCK.start[:100],
            "site": "north",
            "meter": "weather_north",
            "mean": 21.5,
            "readings": 4,
        }
    )
    span = Span(int(CLOCK.start[0]), CLOCK.end)
    empty.replace(TEMPERATURE, frame, tags={"site": "north"}, span=span)
    sources = analytics.findings.gather.Sources(empty, REGISTRY, REFERENCE, NOW)
    (entry,) = analytics.findings.gather.evidences(sources, ["hall_main"])
    assert entry.temperature is not None
    assert entry.temperature[:100].tolist() == [21.5] * 100
    assert np.isnan(entry.temperature[100:]).all()
    assert entry.category == "government"
    assert int(entry.clock.start[-1]) + HOUR_MS == CLOCK.end


def test_a_district_without_reference_data_has_weekends_and_no_prices(
    empty: ReadingStore,
) -> None:
    keep_hours(empty, MAIN_METER, office(1))
    sources = analytics.findings.gather.Sources(empty, REGISTRY, Reference(), NOW)
    (entry,) = analytics.findings.gather.evidences(sources, ["hall_main"])
    assert np.isnan(entry.price).all()
    assert entry.temperature is None
    assert entry.clock.off.mean() == pytest.approx(2 / 7, abs=0.01)
