"""Gaps lean on the temperature outside, in whatever order readings and temperatures arrive."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from analytics.ledger.day_temperatures import DayTemperatures
from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span, local_date
from storage.engines.memory import MemoryStore
from storage.tables import ESTIMATE, METER_HOUR
from tests.analytics.ledger.test_ledger_sums import ANNEX, BEIJING, MAIN, OTHER, START
from tests.analytics.ledgers import everything, ledger_of, points, run_round
from tests.analytics.rounds.test_rounds_gaps import (
    GAP,
    SATURDAY,
    ZONES,
    arrivals,
    in_lots,
    weekly,
    with_outages,
    without,
)
from tests.analytics.rounds.test_rounds_late import DAY, DAYS, NOW, Watched, troubled_year
from tests.builders import HALL, NORTH, WEATHER, registry_of

SOUTH = replace(NORTH, site="south")


def warm_places(zone: str = "Asia/Shanghai") -> Registry:
    sites = (replace(NORTH, timezone=zone), replace(SOUTH, timezone=zone))
    return registry_of(MAIN, OTHER, WEATHER, buildings=(HALL, ANNEX), sites=sites)


def temperatures(chance: Random) -> list[Reading]:
    """Return a temperature every hour; a day is as cold as another only by chance."""
    found, cold = [], 0
    for hour in range(DAYS * 24):
        cold = chance.randrange(-1500, 1500) if hour % 24 == 0 else cold
        time = START + hour * HOUR_MS
        found.append(Reading(WEATHER.meter, "gauge", time, cold / 100 + chance.randrange(100)))
    return found


def steady(degrees: Sequence[float]) -> list[Reading]:
    """Return hourly temperatures, each day's the same from hour to hour."""
    return [
        Reading(WEATHER.meter, "gauge", START + day * DAY + hour * HOUR_MS, cold)
        for day, cold in enumerate(degrees)
        for hour in range(24)
    ]


def methods(store: MemoryStore) -> list[str]:
    return [str(one) for one in points(store, ESTIMATE)["method"].tolist()]


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.0, 0.002]), st.sampled_from(ZONES))
@settings(max_examples=8)
def test_gaps_end_with_the_same_shape_in_whatever_order_temperatures_arrive(
    seed: int, trouble: float, zone: str
) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    registry = warm_places(zone)
    readings = with_outages(troubled_year(MAIN, chance, trouble), chance)
    readings += with_outages(temperatures(chance), chance)
    readings += with_outages(troubled_year(OTHER, chance, trouble), chance)
    whole = ledger_of(registry, readings, now_ms=NOW)
    event(f"gaps are {', '.join(sorted(set(methods(whole))))}")
    assert everything(in_lots(registry, arrivals(readings, chance))) == everything(whole)


@pytest.mark.parametrize(("back", "moved"), [(-3, False), (-2, True), (28, True), (29, False)])
def test_a_late_temperature_changes_the_gaps_that_touch_or_look_back_at_its_day(
    back: int, *, moved: bool
) -> None:
    """The gap begins on Saturday and ends on Monday; back is counted from Saturday."""
    registry = warm_places()
    readings = [*without(weekly(MAIN), GAP), *temperatures(Random(3))]  # noqa: S311
    day = Span(SATURDAY - back * DAY, SATURDAY - (back - 1) * DAY)
    late = [one for one in readings if one.meter == WEATHER.meter and one.time in day]
    store = Watched()
    store.write([one for one in readings if one not in late])
    run_round(store, registry, {one.meter: 0 for one in registry.meters}, now_ms=NOW)
    before, store.written = points(store, METER_HOUR), {}

    store.write(late)
    run_round(store, registry, {WEATHER.meter: [day]}, now_ms=NOW)

    after = points(store, METER_HOUR)
    assert (METER_HOUR.name in store.written) >= moved
    assert before.equals(after) != moved
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))


def test_a_gap_says_that_it_was_shaped_by_days_as_warm_and_how_many() -> None:
    readings = [*without(weekly(MAIN), GAP), *temperatures(Random(3))]  # noqa: S311
    said = points(ledger_of(warm_places(), readings, now_ms=NOW), ESTIMATE)
    assert said["method"].tolist() == ["similar_days"]
    assert said["days"].tolist() == [28]


@pytest.mark.parametrize("kept", [19, 20])
def test_a_day_of_which_little_is_known_has_no_temperature(kept: int) -> None:
    readings = steady([1.5] * 3)
    del readings[24 + kept : 48]
    store = ledger_of(registry_of(WEATHER), readings, now_ms=NOW)
    found = DayTemperatures(store).of(NORTH, Span(START + DAY, START + DAY + 1))
    expected = {local_date(START + DAY, BEIJING): 150} if kept >= 20 else {}
    assert found == expected


def test_a_gauge_that_moves_away_or_leaves_takes_its_temperatures_along() -> None:
    readings = [*without(weekly(MAIN), GAP), *temperatures(Random(3))]  # noqa: S311
    moved = registry_of(
        MAIN,
        OTHER,
        replace(WEATHER, site="south"),
        buildings=(HALL, ANNEX),
        sites=(NORTH, SOUTH),
    )
    left = registry_of(MAIN, OTHER, buildings=(HALL, ANNEX))
    for registry in (moved, left):
        store = ledger_of(warm_places(), readings, now_ms=NOW)
        assert methods(store) == ["similar_days"]
        run_round(store, registry, {WEATHER.meter: 0}, now_ms=NOW)
        assert methods(store) == ["like_days"]
