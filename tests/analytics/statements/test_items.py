"""Amounts by sub-item: children are in their parents, and the rest is published."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.mains import begun_of
from analytics.ledger.rows import FIELDS, ROW, Rows
from analytics.statements.items import (
    NEGATIVE,
    PART_UNKNOWN,
    ItemAmount,
    items_of,
    signed_parts,
)
from analytics.statements.own import Asked
from analytics.statements.worst import worst_seconds
from energy.meter import SUB, Meter
from energy.period import Stretch, period_of
from energy.reading import Reading
from energy.span import HOUR_MS, midnight
from tests.analytics.ledgers import ledger_of
from tests.builders import HALL, MAIN_METER, NORTH, SUB_METER, registry_of

NOW = midnight(date(2026, 6, 10), NORTH.zone)
KWH = 1000
MAIN = replace(MAIN_METER, ratio=Fraction(1), step=Fraction(1), resolution=Fraction(1))


def sub(name: str, parent: str, item: str, building: str = "hall") -> Meter:
    return replace(
        SUB_METER, meter=name, parent=parent, item=item, channel=name, building=building,
        step=Fraction(1), resolution=Fraction(1),
    )  # fmt: skip


HVAC = sub("hvac", "hall_main", "B")
PLANT = sub("plant", "hvac", "B1")
PUMPS = sub("pumps", "plant", "B1A")
LIGHT = sub("light", "hall_main", "A")
DESK_LIGHT = sub("desk_light", "hvac", "A1")


def may(
    meters: tuple[Meter, ...], kwh_a_day: Mapping[str, int], place: str = ""
) -> dict[str, ItemAmount]:
    """Return the items of May, by code, of meters that count so much each day."""
    days = [date(2026, 5, day) for day in range(1, 32)] + [date(2026, 6, 1)]
    readings = [
        Reading(meter, "register", midnight(day, NORTH.zone), number * kwh)
        for meter, kwh in kwh_a_day.items()
        for number, day in enumerate(days)
    ]
    annex = replace(HALL, building="annex")
    registry = registry_of(*meters, buildings=(HALL, annex))
    store = ledger_of(registry, readings, now_ms=NOW)
    own = [meter for meter in meters if place in ("", meter.building)]
    asked = Asked(NORTH.zone, NOW, begun_of(store) | begun_of(store, SUB))
    found = items_of(store, registry, own, period_of("2026-05"), asked)
    return {one.item: one for one in found}


def kwh_a_day(items: Mapping[str, ItemAmount]) -> dict[str, float | None]:
    return {
        item: None if one.figure.amount is None else one.figure.amount / KWH / 31
        for item, one in items.items()
    }


def test_pumps_are_in_the_plant_the_plant_in_the_hvac_and_the_rest_is_published() -> None:
    counted = {"hall_main": 100, "hvac": 40, "plant": 25, "pumps": 5, "light": 30}
    found = may((MAIN, HVAC, PLANT, PUMPS, LIGHT), counted)
    assert kwh_a_day(found) == {"A": 30, "B": 40, "B1": 25, "B1A": 5, "": 30}
    assert not found[""].is_negative
    assert found["B"].figure.sources == ("hvac",)


def test_a_child_without_a_meter_of_its_parent_makes_the_parent() -> None:
    pumps = replace(PUMPS, parent="hall_main")
    found = may((MAIN, pumps), {"hall_main": 100, "pumps": 5})
    assert kwh_a_day(found) == {"B": 5, "B1": 5, "B1A": 5, "": 95}


def test_what_hangs_below_a_meter_of_another_item_is_taken_off_it() -> None:
    found = may((MAIN, HVAC, DESK_LIGHT), {"hall_main": 100, "hvac": 40, "desk_light": 10})
    assert kwh_a_day(found) == {"A": 10, "A1": 10, "B": 30, "": 60}


def test_a_rest_below_zero_is_published_and_marked() -> None:
    found = may((MAIN, HVAC), {"hall_main": 100, "hvac": 101})
    assert kwh_a_day(found) == {"B": 101, "": -1}
    assert found[""].is_negative
    assert NEGATIVE in found[""].figure.notes


def test_a_silent_item_is_missing_and_the_rest_says_that_it_is_in_it() -> None:
    found = may((MAIN, HVAC, LIGHT), {"hall_main": 100, "light": 30})
    assert kwh_a_day(found) == {"A": 30, "B": None, "": 70}
    assert PART_UNKNOWN in found[""].figure.notes


def test_a_building_asks_its_own_meters_alone() -> None:
    annex = sub("annex", "hall_main", "C", building="annex")
    counted = {"hall_main": 100, "light": 30, "annex": 20}
    assert kwh_a_day(may((MAIN, LIGHT, annex), counted)) == {"A": 30, "C": 20, "": 50}
    assert kwh_a_day(may((MAIN, LIGHT, annex), counted, "hall")) == {"A": 30, "": 70}
    assert kwh_a_day(may((MAIN, LIGHT, annex), counted, "annex")) == {"C": 20}


def test_what_another_buildings_main_feeds_is_not_taken_off_the_main_of_this_one() -> None:
    fed = sub("fed", "hall_main", "C", building="annex")
    main = replace(MAIN, meter="annex_main", building="annex", channel="ep_annex")
    counted = {"hall_main": 100, "fed": 20, "annex_main": 50}
    assert kwh_a_day(may((MAIN, main, fed), counted, "annex")) == {"C": 20, "": 50}


def test_a_rest_has_no_cost_where_its_items_have_no_price() -> None:
    found = may((MAIN, HVAC), {"hall_main": 100, "hvac": 40})
    assert found[""].figure.cost is None


def measured(hours: Sequence[int], lost: int = 0) -> Rows:
    """Return days from 1 May on that are measured for so many hours, and lost for some."""
    values = np.zeros((len(FIELDS), len(hours)), dtype=np.int64)
    values[ROW["measured_s"]] = np.array(hours) * 3600
    values[ROW["unresolved_s"]] = lost * 3600
    starts = [midnight(date(2026, 5, 1 + day), NORTH.zone) for day in range(len(hours))]
    return Rows(np.array(starts), values, np.ones_like(values, dtype=bool))


def test_a_difference_is_known_only_while_all_its_meters_are() -> None:
    three_days = Stretch(date(2026, 5, 1), date(2026, 5, 4))
    days = {"main": measured([22, 24, 24]), "sub": measured([24, 21, 24])}
    begun = dict.fromkeys(days, midnight(date(2026, 4, 1), NORTH.zone))
    asked = Asked(NORTH.zone, NOW, begun)

    assert worst_seconds(days, ["main", "sub"], three_days, asked) == (
        72 * 3600, (72 - 2 - 3) * 3600, 0, 0,
    )  # fmt: skip
    assert worst_seconds({"main": days["main"]}, ["main", "sub"], three_days, asked).measured == 0
    later = Asked(NORTH.zone, NOW, {**begun, "sub": midnight(date(2026, 5, 3), NORTH.zone)})
    assert worst_seconds(days, ["main", "sub"], three_days, later).measured == 70 * 3600
    unresolved = {"main": measured([22, 22, 22], lost=2), "sub": days["sub"]}
    assert worst_seconds(unresolved, ["main", "sub"], three_days, asked) == (
        72 * 3600, (72 - 2 - 3 - 2) * 3600, 0, 6 * 3600,
    )  # fmt: skip


def test_the_rest_of_a_month_is_no_better_known_than_its_worst_part() -> None:
    days = [date(2026, 5, day) for day in range(1, 32)] + [date(2026, 6, 1)]
    readings = [
        Reading(meter, "register", midnight(day, NORTH.zone) + hour * HOUR_MS, 24 * number + hour)
        for meter, gone in (("hall_main", ()), ("light", range(11, 13)))
        for number, day in enumerate(days)
        for hour in range(24)
        if day.day not in gone and (day.month == 5 or not hour)
    ]
    registry = registry_of(MAIN, LIGHT)
    store = ledger_of(registry, readings, now_ms=NOW)
    asked = Asked(NORTH.zone, NOW, begun_of(store) | begun_of(store, SUB))
    found = items_of(store, registry, [MAIN, LIGHT], period_of("2026-05"), asked)
    (light, rest) = (one.figure for one in found)
    assert (rest.due_s, rest.missing_s) == (light.due_s, light.missing_s)
    assert 0 < rest.measured_s == light.measured_s < light.due_s
    assert rest.estimated_s == light.estimated_s > 0


ITEMS = st.sampled_from(["", "", "A", "A1", "B", "B1", "B1A", "B2", "D"])


@st.composite
def trees(draw: st.DrawFn) -> tuple[tuple[Meter, ...], dict[str, int]]:
    """Up to eight meters below one or two mains, with any items, and what each counts."""
    meters = [MAIN, replace(MAIN, meter="other_main", item=draw(ITEMS), channel="ep_other")]
    for number in range(draw(st.integers(0, 8))):
        parent = draw(st.sampled_from(meters)).meter
        meters.append(sub(f"sub{number}", parent, draw(ITEMS)))
    return tuple(meters), {meter.meter: draw(st.integers(-5, 100)) for meter in meters}


def own_part(meter: Meter, meters: tuple[Meter, ...], counts: Mapping[str, int]) -> int:
    """Return what a meter with an item counts and none with an item below it does."""
    total, waiting = counts[meter.meter], [one for one in meters if one.parent == meter.meter]
    while waiting:
        below = waiting.pop()
        if below.item:
            total -= counts[below.meter]
        else:
            waiting += [one for one in meters if one.parent == below.meter]
    return total


@given(trees())
def test_items_agree_with_giving_each_meter_what_those_below_it_leave(
    tree: tuple[tuple[Meter, ...], dict[str, int]],
) -> None:
    meters, counts = tree
    parts = signed_parts(registry_of(*meters), meters)
    totals = {
        item: sum(sign * counts[meter.meter] for sign, meter in signed)
        for item, signed in parts.items()
    }
    for item, total in totals.items():
        if item:
            assert total == sum(
                own_part(meter, meters, counts)
                for meter in meters
                if meter.item and meter.item.startswith(item)
            )
    mains = counts["hall_main"] + counts["other_main"]
    if any(meter.item for meter in meters):
        assert mains == sum(total for item, total in totals.items() if len(item) <= 1)
    else:
        assert parts == {}
