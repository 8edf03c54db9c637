"""Panels that a main counts, in the balances of what they feed beside the grid."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from analytics.findings.gather import Sources, evidences
from analytics.statements.amounts import AS_BOUGHT, Amount, with_own_generation
from analytics.statements.figures import OWN, Figure
from analytics.trees.balance import Balance, Family, balanced, families_of, joint_families
from analytics.trees.suspects import suspects_of
from energy.counting.virtual import VirtualPart
from energy.meter import INSTALLED, Meter, MeterEvent
from energy.period import NO_FIRST_DAY, NO_LAST_DAY
from energy.reading import Reading
from energy.reference import Reference
from energy.registry import Registry
from energy.span import Span
from energy.uses import OWN_GENERATION
from storage.tables import BALANCE_DAY
from tests.analytics.checks.test_checks_beside import DAY, NOW, said, steady
from tests.analytics.ledger.test_ledger_sums import MAIN, START
from tests.analytics.ledgers import ledger_of, points
from tests.analytics.trees.test_trees import BEGIN, rows
from tests.builders import HALL, registry_of

LIGHT = replace(MAIN, meter="light", role="sub", parent=MAIN.meter, channel="light", item="A")
PANELS = replace(MAIN, meter="panels", channel="sun", use=OWN_GENERATION)
OTHER_MAIN = replace(MAIN, meter="second", channel="second")
ANNEX = replace(HALL, building="annex")
PLUS, MINUS = "+", "-"
GRID_DAY, SUN_DAY, LIGHT_DAY = 24, 8, 28
"""kWh a day: 32 reach the sub-meter, which counts 28 of them."""


def part(meter: str, source: str, sign: str = PLUS) -> VirtualPart:
    return VirtualPart(meter, source, sign, Fraction(1), NO_FIRST_DAY, NO_LAST_DAY)


def named(*meters: Meter, virtual: Sequence[VirtualPart] = ()) -> Registry:
    registry = registry_of(MAIN, LIGHT, *meters, buildings=(HALL, ANNEX))
    return replace(registry, virtual=tuple(virtual))


def family_of(registry: Registry, meter: str = MAIN.meter) -> Family:
    return next(one for one in families_of(registry) if one.parent.meter == meter)


def balance(registry: Registry, days: int = 40, **more: int) -> Balance:
    told = {MAIN.meter: GRID_DAY, "light": LIGHT_DAY, "panels": SUN_DAY} | more
    return balanced(family_of(registry), {name: rows([one] * days) for name, one in told.items()})


def names(meters: Sequence[Meter]) -> list[str]:
    return [one.meter for one in meters]


def test_what_panels_of_the_building_generate_reaches_the_sub_meters_of_its_one_main() -> None:
    found = balance(named(PANELS))

    assert found.remainder.tolist() == [4] * 40
    assert found.is_whole.all()
    assert {one.fault for one in suspects_of(found)} == {"missing_branch"}  # 4 of 32 are in none


def test_without_its_panels_a_right_sub_meter_would_be_accused() -> None:
    assert balance(named()).remainder.tolist() == [-4] * 40
    assert suspects_of(balance(named()))[0].meters == ("light",)


def test_panels_on_a_building_of_their_own_feed_the_one_main_of_the_institution() -> None:
    carport = replace(PANELS, building="annex")

    assert balance(named(carport)).remainder.tolist() == [4] * 40


@pytest.mark.parametrize("building", ["hall", "annex"])
def test_where_two_mains_may_have_the_panels_nobody_is_accused(building: str) -> None:
    registry = named(OTHER_MAIN, replace(PANELS, building=building))
    family, found = family_of(registry), balance(registry)

    assert (names(family.sources), names(family.perhaps)) == ([], ["panels"])
    assert not found.is_whole.any()
    assert suspects_of(found) == []


def test_a_main_in_the_building_of_the_panels_has_them_and_those_elsewhere_do_not() -> None:
    registry = named(replace(OTHER_MAIN, building="annex"), PANELS)

    assert balance(registry).remainder.tolist() == [4] * 40


def test_before_the_panels_stood_there_they_leave_no_doubt() -> None:
    days = 40
    family = family_of(named(OTHER_MAIN, PANELS))
    told = {MAIN.meter: rows([30] * days), "light": rows([LIGHT_DAY] * days)}
    away = {"panels": [Span(0, BEGIN + 10 * DAY)]}

    assert np.flatnonzero(balanced(family, told, away).is_whole).tolist() == list(range(10))


def test_panels_with_sub_meters_of_their_own_leave_it_open_which_is_fed_by_what() -> None:
    pump = replace(LIGHT, meter="pump", channel="pump", parent="panels")
    registry = named(PANELS, pump)

    assert names(family_of(registry).perhaps) == ["panels"]
    assert names(family_of(registry, "panels").perhaps) == [MAIN.meter]


def test_panels_that_stand_below_a_main_already_are_taken_once() -> None:
    below = replace(PANELS, meter="below", role="check", parent=MAIN.meter, channel="below")
    used = replace(PANELS, meter="used", channel="", device="")
    sold = replace(LIGHT, meter="sold", role="export", channel="sold", item="")
    registry = named(
        below, sold, used, virtual=[part("used", "below"), part("used", "sold", MINUS)]
    )

    family = family_of(registry)

    assert (names(family.sources), names(family.exports)) == (["below"], ["sold"])
    assert family.perhaps == ()


def test_what_a_main_of_panels_takes_off_as_sold_is_not_taken_off_again() -> None:
    beside = replace(PANELS, meter="beside", role="check", channel="beside")
    used = replace(PANELS, meter="used", channel="", device="")
    sold = replace(LIGHT, meter="sold", role="export", channel="sold", item="")
    registry = named(
        beside, sold, used, virtual=[part("used", "beside"), part("used", "sold", MINUS)]
    )

    found = balance(registry, used=8, sold=5, beside=13)

    assert found.remainder.tolist() == [GRID_DAY + 8 - LIGHT_DAY] * 40
    assert found.is_whole.all()


def test_panels_of_another_institution_or_site_or_kind_feed_nothing_here() -> None:
    others = (
        replace(PANELS, institution="school"),
        replace(PANELS, site="south"),
        replace(PANELS, kind="heat"),
    )

    for one in others:
        family = family_of(named(one))
        assert (family.sources, family.perhaps) == ((), ())


def readings_of(*each: tuple[Meter, int]) -> list[Reading]:
    return [one for meter, steps in each for one in steady(meter, steps)]


def test_the_table_of_balances_takes_panels_in() -> None:
    readings = readings_of((MAIN, 600), (LIGHT, 700), (PANELS, 200))
    store = ledger_of(named(PANELS), readings, now_ms=NOW)

    day = points(store, BALANCE_DAY, meter=MAIN.meter).iloc[0]

    wh = 24 * 10  # of a step an hour
    assert (day["amount"], day["below"], day["remainder"]) == (800 * wh, 700 * wh, 100 * wh)


@pytest.mark.parametrize(("extra", "fails"), [((), True), ((PANELS,), False)])
def test_parts_that_panels_feed_too_are_held_to_both(
    extra: tuple[Meter, ...], *, fails: bool
) -> None:
    found = said(named(*extra), steady(MAIN, 600), steady(LIGHT, 700), steady(PANELS, 200))

    assert bool([one for one in found if one[1] == "sum_of_parts"]) is fails


def test_parts_that_two_mains_and_panels_may_feed_fail_no_check() -> None:
    found = said(
        named(OTHER_MAIN, PANELS),
        steady(MAIN, 600), steady(OTHER_MAIN, 600), steady(LIGHT, 700), steady(PANELS, 200),
    )  # fmt: skip

    assert [one for one in found if one[1] == "sum_of_parts"] == []


@pytest.mark.parametrize("extra", [(PANELS,), (OTHER_MAIN, PANELS)])
def test_a_sub_meter_is_held_to_its_main_beside_the_panels(extra: tuple[Meter, ...]) -> None:
    registry = named(*extra)
    readings = readings_of((MAIN, 600), (LIGHT, 700), (PANELS, 200))
    sources = Sources(ledger_of(registry, readings, now_ms=NOW), registry, Reference(), NOW)

    (entry,) = evidences(sources, ["light"])

    assert np.nansum(entry.siblings["panels"]) > 0


def test_before_installed_is_told_by_events_of_the_registry() -> None:
    event = MeterEvent("panels", START + 3 * DAY, INSTALLED, None, 0, 8, "li", "new")
    registry = replace(named(OTHER_MAIN, PANELS), events=(event,))
    readings = readings_of((MAIN, 800), (LIGHT, 700))
    store = ledger_of(registry, readings, now_ms=NOW)

    days = points(store, BALANCE_DAY, meter=MAIN.meter)["remainder"]

    assert days.notna().tolist()[:6] == [True] * 3 + [False] * 3


def amount(use: str = "", item: str = "", co2: int | None = 100) -> Amount:
    return Amount("electricity", use, item, Figure(OWN, 5), 1, co2)


def test_co2_of_sub_items_says_that_it_is_as_if_all_was_bought_where_a_part_is_generated() -> None:
    items = [amount(item="A"), amount(item="B", co2=None), replace(amount(item="C"), kind="heat")]

    made = with_own_generation(items, [amount(), amount(OWN_GENERATION)])
    bought = with_own_generation(items, [amount()])

    assert [one.figure.notes for one in made] == [(AS_BOUGHT,), (), ()]
    assert [one.figure.notes for one in bought] == [(), (), ()]


def test_mains_that_panels_may_feed_have_one_balance_together() -> None:
    pump = replace(LIGHT, meter="pump", channel="pump", parent="second")
    (family,) = joint_families(named(OTHER_MAIN, PANELS, pump))
    told = {MAIN.meter: 24, "second": 30, "panels": 8, "light": 28, "pump": 33}

    found = balanced(family, {name: rows([one] * 3) for name, one in told.items()})

    assert found.above.tolist() == [62] * 3
    assert found.remainder.tolist() == [1] * 3
    assert found.is_whole.all()


def test_where_a_sum_of_mains_might_count_twice_there_is_none() -> None:
    both = replace(MAIN, meter="both", channel="", device="")
    parts = [part("both", MAIN.meter), part("both", "second")]
    pump = replace(LIGHT, meter="pump", channel="pump", parent="panels")
    sold = replace(LIGHT, meter="sold", role="export", channel="sold", item="")

    assert joint_families(named(PANELS)) == []  # one main: its own balance has them
    assert joint_families(named(OTHER_MAIN, PANELS, both, virtual=parts)) == []
    assert joint_families(named(OTHER_MAIN, PANELS, pump)) == []
    assert joint_families(named(OTHER_MAIN, PANELS, sold)) == []


def test_two_panels_that_may_feed_the_same_mains_are_in_one_balance() -> None:
    carport = replace(PANELS, meter="carport", channel="carport", building="annex")

    (family,) = joint_families(named(OTHER_MAIN, PANELS, carport))

    assert names(family.sources) == ["second", "panels", "carport"]
