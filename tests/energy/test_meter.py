from dataclasses import replace
from fractions import Fraction

import pytest

from energy.errors import Mistake, RegistryError, UnitError
from energy.finding import Finding, Stream
from energy.text import Text
from tests.builders import HALL, MAIN_METER, NORTH, SUB_METER, WEATHER, registry_of, replacement


def test_a_step_weighs_its_unit_times_the_ratio_of_the_transformers() -> None:
    # 0.01 kWh x 40 = 400 Wh
    assert MAIN_METER.base_per_step == 400


def test_a_step_may_be_a_fraction_of_the_base_unit() -> None:
    gas = replace(MAIN_METER, kind="gas", unit="ft3", step=Fraction(1), ratio=Fraction(1))
    third = replace(MAIN_METER, ratio=Fraction(100, 3))

    assert gas.base_per_step == Fraction("28.316846592")
    assert third.base_per_step == Fraction(1000, 3)


def test_a_register_wraps_after_as_many_steps_as_it_has_numbers() -> None:
    assert MAIN_METER.modulus == 100_000_000


def test_the_greatest_rate_is_said_in_the_unit_that_people_read() -> None:
    assert MAIN_METER.base_per_hour_max == 1_500_000
    assert MAIN_METER.display_unit == "kWh"


def test_an_instant_has_no_amount() -> None:
    assert WEATHER.display_unit == "degC"
    with pytest.raises(UnitError, match="weather_north is a gauge"):
        _ = WEATHER.base_per_step


def test_the_registry_finds_everything_by_its_name() -> None:
    registry = registry_of(MAIN_METER, SUB_METER, WEATHER)

    assert registry.meter["hall_light"] is SUB_METER
    assert registry.building["hall"] is HALL
    assert registry.site["north"].zone.key == "Asia/Shanghai"
    assert registry.institution["town"].site == NORTH.site
    assert registry.device["panel"].format == "own_single"
    assert registry.channel["panel", "ep"] is MAIN_METER


def test_the_registry_knows_the_meters_below_a_meter() -> None:
    registry = registry_of(MAIN_METER, SUB_METER, replace(SUB_METER, meter="hall_pumps"))

    assert [meter.meter for meter in registry.children["hall_main"]] == ["hall_light", "hall_pumps"]
    assert "hall_light" not in registry.children


def test_events_of_a_meter_come_in_order_of_time() -> None:
    later = replacement("hall_main", 200, closing=7)
    earlier = replacement("hall_main", 100, closing=5)
    registry = registry_of(
        MAIN_METER, events=[later, replacement("hall_light", 50, closing=1), earlier]
    )

    assert registry.events_of("hall_main") == (earlier, later)


def test_all_mistakes_of_the_files_are_told_at_once_with_their_place() -> None:
    error = RegistryError(
        [
            Mistake(
                "meters.csv",
                7,
                "unit",
                Text("'kW' 不能计量电。", "'kW' does not measure electricity."),
            ),
            Mistake("sites.csv", 0, "", Text("没有这个文件。", "is missing.")),
        ]
    )

    assert str(error).splitlines() == [
        "2 mistakes in the registry; nothing imported",
        "  meters.csv row 7 column unit: 'kW' does not measure electricity.",
        "  sites.csv: is missing.",
    ]
    assert error.told("zh").splitlines() == [
        "登记表有 2 处错误，没有导入任何内容",
        "  meters.csv 第 7 行 unit 列：'kW' 不能计量电。",
        "  sites.csv：没有这个文件。",
    ]


def test_two_findings_of_one_rule_at_one_meter_are_the_same_finding() -> None:
    found = Finding(
        "level_shift", 1, "hall_main", Stream.WASTE, 0, 1,
        goes_on=True, sentence_zh="", sentence_en="", check_zh="", check_en="",
    )  # fmt: skip

    assert found.fingerprint == replace(found, start=5, end=9, version=2).fingerprint
    assert found.fingerprint != replace(found, meter="hall_light").fingerprint
