"""Balances at rest: a point a family and period, healed where anything came late."""

from dataclasses import replace
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy.meter import REMOVED, Meter, MeterEvent
from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span, joined
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.answers import empty_points
from storage.engines.memory import MemoryStore
from storage.tables import BALANCE_DAY, BALANCE_MONTH, METER_DAY, METER_MONTH, Table
from tests.analytics.ledger.test_ledger_sums import MAIN, START, hourly
from tests.analytics.ledgers import everything, ledger_of, points, run_round
from tests.analytics.rounds.test_rounds_late import NOW, lately, troubled_year
from tests.builders import registry_of

LIGHT, HVAC = (
    replace(MAIN, meter=name, role="sub", parent=MAIN.meter, channel=name)
    for name in ("light", "hvac")
)
CHECK = replace(LIGHT, meter="check", role="check", channel="check")
FAMILY = (MAIN, LIGHT, HVAC, CHECK)
DAY = 24


def district(*meters: Meter) -> Registry:
    return registry_of(*(meters or FAMILY))


def three(hours: int, *, lost: frozenset[int] = frozenset()) -> list[Reading]:
    """Return readings of 10, 3 and 4 steps an hour; the first child loses some hours at the end."""
    light = [one for place, one in enumerate(hourly(LIGHT, [3] * hours)) if place not in lost]
    return [*hourly(MAIN, [10] * hours), *light, *hourly(HVAC, [4] * hours)]


def row(store: MemoryStore, table: Table, place: int = 0) -> dict[str, object]:
    found = points(store, table).iloc[place]
    return {name: (None if pd.isna(found[name]) else found[name]) for name in found.index}


def test_what_no_child_counts_stands_in_the_table_by_day_and_month() -> None:
    store = ledger_of(district(), three(36 * DAY), now_ms=START + 36 * DAY * HOUR_MS)

    day = row(store, BALANCE_DAY)
    february, march = row(store, BALANCE_MONTH), row(store, BALANCE_MONTH, 1)

    assert (day["meter"], day["kind"], day["building"]) == ("hall_main", "electricity", "hall")
    assert (day["amount"], day["below"], day["remainder"]) == (2400, 1680, 720)
    assert (day["covered"], day["children"]) == (2, 2)
    assert march["remainder"] == 31 * 720
    assert (february["amount_known"], february["remainder"]) == (4 * 2400, None)  # since the 25th
    assert len(points(store, BALANCE_DAY)) == 36


def test_a_child_that_is_missing_leaves_no_remainder_but_its_known_part() -> None:
    store = ledger_of(
        district(), three(2 * DAY, lost=frozenset(range(30, 49))), now_ms=START + 2 * DAY * HOUR_MS
    )

    day = row(store, BALANCE_DAY, 1)

    assert (day["amount"], day["below"], day["remainder"]) == (2400, None, None)
    assert day["below_known"] == 960 + 3 * 10 * 5  # read until five in the morning
    assert (day["covered"], day["children"]) == (1, 2)


def test_a_parent_that_is_behind_has_no_amount_but_its_known_part() -> None:
    readings = three(2 * DAY)
    early = [one for one in readings if one.meter != MAIN.meter or one.time < START + 30 * HOUR_MS]

    day = row(ledger_of(district(), early, now_ms=START + 2 * DAY * HOUR_MS), BALANCE_DAY, 1)

    assert (day["amount"], day["amount_known"], day["remainder"]) == (None, 500, None)
    assert day["below"] == 1680


def test_a_child_that_was_removed_is_not_expected_to_say_anything() -> None:
    time = START + DAY * HOUR_MS
    removed = MeterEvent(LIGHT.meter, time, REMOVED, None, None, None, "Li", "moved out")
    registry = replace(district(), events=(removed,))
    store = ledger_of(registry, three(2 * DAY), now_ms=START + 2 * DAY * HOUR_MS)

    day = row(store, BALANCE_DAY, 1)

    assert (day["below"], day["remainder"], day["covered"]) == (960, 1440, 2)


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.002, 0.2]))
@settings(max_examples=8, deadline=None)
def test_what_comes_late_heals_the_balances(seed: int, trouble: float) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    readings = {meter.meter: troubled_year(meter, chance, trouble) for meter in FAMILY[:3]}
    late = {name: lately(own, chance) for name, own in readings.items()}
    on_time = sorted({one for own in readings.values() for one in own}
                     - {one for own, _ in late.values() for one in own})  # fmt: skip
    tail = len(on_time) - chance.choice([0, 1, 40])
    store = ledger_of(district(), on_time[:tail], now_ms=NOW)

    store.write([*(one for own, _ in late.values() for one in own), *on_time[tail:]])
    news = {name: list(spans) for name, (_, spans) in late.items()}
    for one in on_time[tail:]:
        news[one.meter] = joined([*news[one.meter], Span(one.time, LATEST_MS)])
    run_round(store, district(), news, now_ms=NOW)

    whole = ledger_of(district(), [one for own in readings.values() for one in own], now_ms=NOW)
    assert everything(store) == everything(whole)
    assert len(points(store, BALANCE_DAY))


@pytest.mark.parametrize(
    ("balances", "meters"), [(BALANCE_DAY, METER_DAY), (BALANCE_MONTH, METER_MONTH)]
)
def test_amounts_below_are_those_of_the_meters(balances: Table, meters: Table) -> None:
    store = ledger_of(district(), three(40 * DAY), now_ms=START + 40 * DAY * HOUR_MS)
    said = points(store, meters)
    sub = said[said["role"] == "sub"].groupby("time")["amount"].sum()
    assert points(store, balances)["below_known"].tolist() == sub.tolist()


def test_a_meter_without_children_leaves_the_table_and_its_neighbours_stay() -> None:
    other = [replace(one, meter=f"b_{one.meter}", channel=f"b_{one.channel}",
                     parent=one.parent and f"b_{one.parent}") for one in FAMILY[:2]]  # fmt: skip
    readings = [*three(DAY), *hourly(other[0], [10] * DAY), *hourly(other[1], [3] * DAY)]
    store = ledger_of(district(*FAMILY, *other), readings, now_ms=START + DAY * HOUR_MS)
    assert points(store, BALANCE_DAY)["meter"].tolist() == ["b_hall_main", "hall_main"]

    alone = [replace(one, parent="", role="check") for one in FAMILY[1:]]
    run_round(
        store,
        district(MAIN, *alone, *other),
        {one.meter: 0 for one in alone},
        now_ms=START + DAY * HOUR_MS,
    )

    assert points(store, BALANCE_DAY)["meter"].tolist() == ["b_hall_main"]
    assert points(store, BALANCE_MONTH)["meter"].tolist() == ["b_hall_main"]


def test_balances_of_before_the_tables_were_there_are_written_by_the_next_round() -> None:
    store = ledger_of(district(), three(3 * DAY), now_ms=START + 3 * DAY * HOUR_MS)
    before = everything(store)
    for table in (BALANCE_DAY, BALANCE_MONTH):
        store.replace(table, empty_points(table), tags={}, span=Span(EARLIEST_MS, LATEST_MS))

    run_round(store, district(), {}, now_ms=START + 3 * DAY * HOUR_MS)

    assert everything(store) == before
