"""The equip rate: how many of the points that should be metered are."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from energy.equipping import EquipRate, Point, equip_rates
from energy.instrument_rules import EquipTarget

DAY = date(2026, 6, 1)
TARGETS = (
    EquipTarget("hh", "household", 100, date(2015, 1, 1), date.max),
    EquipTarget("zone-old", "zone", 50, date(2000, 1, 1), date(2015, 1, 1)),
    EquipTarget("zone", "zone", 90, date(2015, 1, 1), date.max),
)
MAIN = Point(
    "hh_e",
    "town",
    "",
    "household",
    "electricity",
    "",
    "总电",
    "Main",
    "e",
    is_required=True,
    reason="",
)


def zone(number: int, *, meter: str = "", required: bool = True) -> Point:
    return replace(MAIN, point=f"zone_{number:02}", level="zone", meter=meter, is_required=required)


def rates(*points: Point, there: tuple[str, ...] = ("e",)) -> dict[tuple[str, str], EquipRate]:
    found = equip_rates(points, there=there, targets=TARGETS, day=DAY)
    return {(rate.level, rate.kind): rate for rate in found}


def test_the_rate_is_installed_over_required_and_names_what_is_missing() -> None:
    points = [zone(number, meter="e") for number in range(8)] + [zone(8), zone(9)]

    rate = rates(*points)["zone", ""]

    assert (rate.required, rate.installed, rate.percent, rate.is_met) == (
        10,
        8,
        Fraction(80),
        False,
    )
    assert [point.point for point in rate.missing] == ["zone_08", "zone_09"]


def test_the_target_is_met_at_exactly_90_percent() -> None:
    points = [zone(number, meter="e") for number in range(9)] + [zone(9)]

    rate = rates(*points)["zone", ""]

    assert (rate.percent, rate.is_met) == (Fraction(90), True)
    assert rates(*points[:-1], zone(9), zone(10))["zone", ""].is_met is False


def test_where_nothing_is_required_there_is_no_rate_and_not_100_percent() -> None:
    rate = rates(zone(1, meter="e", required=False))["zone", ""]

    assert (rate.required, rate.percent, rate.is_met) == (0, None, None)


def test_a_point_that_is_not_required_adds_to_neither_side() -> None:
    rate = rates(zone(1), zone(2, meter="e", required=False))["zone", ""]

    assert (rate.required, rate.installed) == (1, 0)


def test_a_meter_that_was_taken_away_meters_its_point_no_more() -> None:
    assert rates(MAIN)["household", ""].percent == 100
    gone = rates(MAIN, there=())["household", ""]
    assert (gone.percent, gone.missing) == (Fraction(0), (MAIN,))


def test_rates_stand_by_level_as_a_whole_and_by_kind() -> None:
    water = replace(MAIN, point="hh_w", kind="water", meter="")
    item = replace(MAIN, point="light", level="sub_item", item="A")

    found = rates(MAIN, water, item)

    assert list(found) == [
        ("household", ""), ("household", "electricity"), ("household", "water"),
        ("sub_item", ""), ("sub_item", "electricity"),
    ]  # fmt: skip
    assert found["household", ""].percent == Fraction(50)
    assert found["household", "water"].percent == 0
    assert found["sub_item", ""].is_met is None  # no row says how many there must be
