"""Rules against planted faults of meters."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from analytics.findings.watch import judge, rules
from analytics.rule import Evidence
from energy.finding import Finding, Stream
from energy.span import HOUR_MS
from tests.builders import MAIN_METER, SUB_METER
from tests.evidence import CLOCK, NOW, evidence, heating, noise, office, present, since_days_ago

OFFERED = rules()
GAS = replace(MAIN_METER, meter="hall_gas", kind="gas", unit="m3")


def found_by(rule: str, entry: Evidence) -> list[Finding]:
    return judge([entry], {rule: OFFERED[rule]}).found


def test_a_meter_that_says_nothing_for_a_day_is_silent_and_wastes_nothing() -> None:
    entry = replace(evidence(office()), newest=NOW - 30 * HOUR_MS)
    (finding,) = found_by("silent_or_flat", entry)
    assert finding.stream is Stream.DATA
    assert finding.base_per_year is None
    assert finding.start == NOW - 30 * HOUR_MS
    assert finding.goes_on
    assert "30 h" in finding.sentence_zh


def test_a_meter_that_was_away_for_some_hours_is_not_silent() -> None:
    assert found_by("silent_or_flat", replace(evidence(office()), newest=NOW - 5 * HOUR_MS)) == []


def test_a_meter_that_is_read_once_a_day_may_be_quiet_for_days() -> None:
    daily = replace(MAIN_METER, interval_s=86_400)
    entry = replace(evidence(office(), daily), newest=NOW - 100 * HOUR_MS)
    assert found_by("silent_or_flat", entry) == []


def test_a_meter_that_never_spoke_is_a_named_code() -> None:
    entry = replace(evidence(np.full(len(CLOCK.start), np.nan)), newest=None)
    assert OFFERED["silent_or_flat"].gate(entry) == "never_read"


@pytest.mark.parametrize("value", [0.0, 40_000.0])
def test_one_amount_for_days_is_a_stuck_meter(value: float) -> None:
    amount = office()
    amount[since_days_ago(9)] = value
    (finding,) = found_by("silent_or_flat", evidence(amount))
    assert finding.goes_on
    assert finding.end == CLOCK.end
    assert finding.evidence["flat_hours"] == pytest.approx(9 * 24, abs=24)
    amount[since_days_ago(4)] = office()[since_days_ago(4)]
    (ended,) = found_by("silent_or_flat", evidence(amount))
    assert not ended.goes_on


def test_weekends_without_use_are_no_stuck_meter() -> None:
    amount = np.rint(present() * 3000 * noise(2))
    assert found_by("silent_or_flat", evidence(amount)) == []


def test_a_boiler_that_rests_every_summer_is_not_stuck() -> None:
    amount = np.rint(heating() * 20_000 * noise(3))
    assert found_by("silent_or_flat", evidence(amount, GAS)) == []
    amount[CLOCK.day < 500] = np.nan
    assert found_by("silent_or_flat", evidence(amount, GAS)) == []


def sub_meters(ratio: float, days: int) -> Evidence:
    """Return lighting that counts ``ratio`` times too much for some days, beside its siblings."""
    light = np.rint((2 + 20 * present()) * 1000 * noise(11))
    power = np.rint((3 + 12 * present()) * 1000 * noise(12))
    rest = np.rint((2 + 3 * present()) * 1000 * noise(13))
    said = np.rint(light * np.where(since_days_ago(days), ratio, 1.0))
    entry = evidence(said, SUB_METER)
    return replace(entry, main=light + power + rest, siblings={"hall_power": power})


@pytest.mark.parametrize(
    ("ratio", "days"), [(0.5, 60), (0.8, 60), (1.25, 60), (2.0, 60), (1.25, 780), (2.0, 780)]
)
def test_a_wrong_ratio_is_read_from_the_main(ratio: float, days: int) -> None:
    (finding,) = found_by("sub_against_main", sub_meters(ratio, days))
    assert finding.evidence["times_of_main"] == pytest.approx(ratio, rel=0.06)
    assert finding.stream is Stream.DATA
    begin = max(CLOCK.end - days * 86_400_000, int(CLOCK.start[0]))
    assert abs(finding.start - begin) <= 21 * 86_400_000


def test_sub_meters_that_do_not_see_everything_are_right() -> None:
    assert found_by("sub_against_main", sub_meters(1.0, 60)) == []


def test_what_no_sub_meter_sees_may_move_with_one_and_is_no_wrong_ratio() -> None:
    entry = sub_meters(1.0, 60)
    assert entry.main is not None
    twice = replace(entry, main=entry.main + np.nan_to_num(entry.amount))
    assert found_by("sub_against_main", twice) == []


def test_a_register_too_coarse_for_its_load_says_nothing_of_its_ratio() -> None:
    entry = sub_meters(2.0, 60)
    coarse = replace(SUB_METER, step=Fraction(10), resolution=Fraction(10))
    assert OFFERED["sub_against_main"].gate(replace(entry, meter=coarse)) == "few_hours_together"


def test_a_stuck_sub_meter_says_nothing_of_its_ratio() -> None:
    entry = sub_meters(1.0, 60)
    stuck = np.where(since_days_ago(60), 0.0, entry.amount)
    rule = OFFERED["sub_against_main"]
    assert rule.gate(replace(entry, amount=stuck)) == "few_hours_together"


def test_a_meter_that_was_taken_away_is_not_silent() -> None:
    entry = replace(evidence(office()), newest=NOW - 24 * HOUR_MS)
    assert found_by("silent_or_flat", entry)
    assert found_by("silent_or_flat", replace(entry, is_there=False)) == []
