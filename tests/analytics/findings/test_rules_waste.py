"""Rules against planted waste whose size is known."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.findings.watch import judge, rules
from analytics.rule import Evidence
from energy.finding import Finding, Stream
from tests.builders import MAIN_METER, SUB_METER
from tests.evidence import (
    CLOCK,
    MICRO_YUAN_PER_WH,
    WATER,
    evidence,
    heating,
    noise,
    office,
    present,
    seasons,
    since_days_ago,
    water,
)

OFFERED = rules()


def found_by(rule: str, entry: Evidence) -> list[Finding]:
    return judge([entry], {rule: OFFERED[rule]}).found


def never_off(seed: int, days: int) -> tuple[np.ndarray, float]:
    """Return an office whose plant of 60 kW runs through for the last days, and its kWh a year."""
    idle = since_days_ago(days) & (present() == 0)
    extra = np.where(idle, np.rint(60_000 * noise(seed + 100)), 0)
    seen = since_days_ago(days)
    return office(seed) + extra, float(extra[seen].mean()) * 8.76


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("days", [21, 60, 150])
def test_plant_that_runs_through_is_found_with_its_energy(seed: int, days: int) -> None:
    amount, kwh_a_year = never_off(seed, days)
    (finding,) = found_by("night_and_weekend_load", evidence(amount))
    assert finding.base_per_year is not None
    assert finding.base_per_year / 1000 == pytest.approx(kwh_a_year, rel=0.15)
    assert finding.goes_on
    begin = CLOCK.end - days * 86_400_000
    assert abs(finding.start - begin) <= 9 * 86_400_000
    assert finding.micro_yuan_per_year == pytest.approx(finding.base_per_year * MICRO_YUAN_PER_WH)


def test_the_sentence_names_meter_day_power_energy_and_money() -> None:
    amount, _ = never_off(1, 60)
    (finding,) = found_by("night_and_weekend_load", evidence(amount))
    for sentence, words in (
        (finding.sentence_zh, ("大厅总表", "kW", "kWh", "元/年", "80 %", "2026-09")),
        (finding.sentence_en, ("Hall main", "kW", "kWh a year", "yuan", "80 %", "2026-09")),
    ):
        assert all(word in sentence for word in words), sentence
    assert finding.check_zh
    assert finding.check_en


def test_a_building_that_never_rested_is_found_where_a_rest_is_expected() -> None:
    flat = np.rint(50_000 * noise(5))
    (finding,) = found_by("night_and_weekend_load", evidence(flat))
    assert finding.start == CLOCK.start[0]
    assert found_by("night_and_weekend_load", evidence(flat, category="hospital")) == []


def test_people_who_use_most_in_the_evening_are_no_office() -> None:
    evening = (CLOCK.hour >= 18) & (CLOCK.hour < 23)
    home = np.rint((8 + 12 * evening) * 1000 * noise(6))
    rule = OFFERED["night_and_weekend_load"]
    assert rule.gate(evidence(home)) == "busier_in_the_evening"
    flat_sub = replace(evidence(np.rint(3000 * noise(7)), SUB_METER), main=home)
    assert rule.gate(flat_sub) == "busier_in_the_evening"


def test_an_open_weekend_is_waste_in_an_office_and_none_in_a_library() -> None:
    busy = since_days_ago(60) & CLOCK.off_hour & (CLOCK.hour >= 8) & (CLOCK.hour < 18)
    amount = office(2) + np.where(busy, 70_000, 0)
    (finding,) = found_by("night_and_weekend_load", evidence(amount))
    kwh_a_year = 70 * float(busy[since_days_ago(60)].mean()) * 8760
    assert finding.base_per_year is not None
    assert finding.base_per_year / 1000 == pytest.approx(kwh_a_year, rel=0.2)
    assert found_by("night_and_weekend_load", evidence(amount, category="library")) == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("days", [15, 40, 200])
def test_a_pump_left_running_is_a_step_of_its_own_energy(seed: int, days: int) -> None:
    amount = office(seed) + np.where(since_days_ago(days), 10_000, 0)
    (finding,) = found_by("level_shift", evidence(amount))
    assert finding.base_per_year is not None
    assert finding.base_per_year / 1000 == pytest.approx(10 * 8760, rel=0.35)
    assert finding.goes_on
    assert abs(finding.start - (CLOCK.end - days * 86_400_000)) <= 4 * 86_400_000
    assert finding.stream is Stream.WASTE


def test_a_step_that_is_over_says_until_when() -> None:
    over = since_days_ago(90) & ~since_days_ago(30)
    (finding,) = found_by("level_shift", evidence(office(3) + np.where(over, 12_000, 0)))
    assert not finding.goes_on
    assert abs(finding.end - (CLOCK.end - 30 * 86_400_000)) <= 4 * 86_400_000
    assert "至" in finding.sentence_zh
    assert "until" in finding.sentence_en


def test_heating_that_starts_every_november_is_no_step() -> None:
    amount = office(4) + np.rint(15_000 * heating() * noise(8))
    assert found_by("level_shift", evidence(amount)) == []


def test_hvac_without_a_year_before_is_never_called_a_step() -> None:
    amount = np.rint((4 + 12 * heating() * seasons()) * 1000 * noise(9))
    amount[: -200 * 24] = np.nan
    hvac = replace(SUB_METER, item="B")
    assert found_by("level_shift", evidence(amount, hvac)) == []


def test_a_sub_meter_without_a_year_before_must_rise_above_all_it_ever_showed() -> None:
    amount = np.rint((3 + 9 * present()) * 1000 * noise(10))
    amount[: -390 * 24] = np.nan
    raised = amount + np.where(since_days_ago(80), 5_000, 0)
    (finding,) = found_by("level_shift", evidence(raised, SUB_METER))
    assert "above all that was seen before" in finding.sentence_en
    before = amount + np.where(since_days_ago(300) & ~since_days_ago(200), 5_000, 0)
    again = before + np.where(since_days_ago(80), 5_000, 0)
    assert not any(f.goes_on for f in found_by("level_shift", evidence(again, SUB_METER)))


def test_plant_that_only_runs_at_night_is_not_counted_by_day() -> None:
    idle = since_days_ago(60) & (present() == 0)
    amount = office(5) + np.where(idle, 10_000, 0)
    (finding,) = found_by("level_shift", evidence(amount))
    assert finding.evidence["hours_a_year"] < 7000


@pytest.mark.parametrize("days", [15, 100])
def test_a_leak_is_found_with_its_litres(days: int) -> None:
    amount = water() + np.where(since_days_ago(days), 300, 0)
    (finding,) = found_by("water_night_flow", evidence(amount, WATER))
    assert finding.base_per_year == pytest.approx(300 * 8760, rel=0.1)
    assert "L/h" in finding.sentence_zh


def test_a_missing_month_is_neither_waste_nor_an_end() -> None:
    amount = office(6) + np.where(since_days_ago(120), 12_000, 0)
    amount[since_days_ago(80) & ~since_days_ago(50)] = np.nan
    (finding,) = found_by("level_shift", evidence(amount))
    assert finding.goes_on
    assert finding.coverage == pytest.approx(0.75, abs=0.02)


def test_without_a_price_a_finding_has_energy_and_no_money() -> None:
    amount, _ = never_off(1, 60)
    free = replace(evidence(amount), price=np.full(len(amount), np.nan))
    (finding,) = found_by("night_and_weekend_load", free)
    assert finding.micro_yuan_per_year is None
    assert "no price known" in finding.sentence_en
    assert MAIN_METER.name_en in finding.sentence_en
