"""Suspect hours as findings: data, never waste, and one cause is said once."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.findings.overlap import without_overlap
from analytics.findings.watch import judge, rules
from analytics.rule import Evidence, Rule
from analytics.sound import sound_evidence
from energy.finding import Finding, Stream
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.evidence import CLOCK, evidence, office, since_days_ago, water

COUNT = len(CLOCK.start)
OFFERED = rules()
RULE, NIGHTS = "suspect_hours", "night_and_weekend_load"


def found_in(amount: np.ndarray) -> list[Finding]:
    return judge([evidence(amount)], {RULE: OFFERED[RULE]}).found


def test_a_ratio_that_doubled_is_a_fault_of_data_without_energy_or_money() -> None:
    amount = office()
    amount[since_days_ago(40)] *= 2
    (finding,) = found_in(amount)

    assert finding.stream is Stream.DATA
    assert finding.goes_on
    assert finding.base_per_year is None
    assert finding.micro_yuan_per_year is None
    assert finding.evidence["times_before"] == pytest.approx(2, rel=0.1)
    assert finding.start == CLOCK.start[since_days_ago(40)][0]
    assert finding.end == CLOCK.end
    assert "wrong multiplier" in finding.sentence_en
    assert "倍率" in finding.sentence_zh
    assert "ratio" in finding.check_en


def with_main(amount: np.ndarray, main: np.ndarray) -> list[Finding]:
    given = replace(evidence(amount, SUB_METER), main=main)
    return judge([given], {RULE: OFFERED[RULE]}).found


@pytest.mark.parametrize("ago", [40 * 24, 9])
def test_what_the_main_sees_as_well_is_a_load_and_no_factor(ago: int) -> None:
    before, amount = office(), office()
    amount[-ago:] *= 10
    rest = 3 * before

    assert with_main(amount, rest + amount) == []
    (finding,) = with_main(amount, rest + before)
    assert finding.goes_on


def test_a_main_that_was_not_read_says_nothing_either_way() -> None:
    amount = office()
    amount[since_days_ago(40)] *= 2

    assert [one.rule for one in with_main(amount, np.full(COUNT, np.nan))] == [RULE]


def test_a_saturday_like_the_one_before_is_no_slip_however_rare_such_saturdays_are() -> None:
    amount = office()
    amount[-9:] *= 10
    assert [one.goes_on for one in found_in(amount)] == [True]
    amount[-9 - 7 * 24 : -7 * 24] *= 10
    assert [one.goes_on for one in found_in(amount)] == [False]  # the first one alone


def test_plant_in_its_first_season_is_no_wrong_multiplier() -> None:
    amount = office()
    amount[since_days_ago(40)] *= 7
    young = amount.copy()
    young[~since_days_ago(300)] = np.nan

    assert found_in(amount)
    assert found_in(young) == []


def test_a_unit_that_slips_now_is_found_within_three_hours() -> None:
    amount = office()
    amount[-3:] *= 1000
    (finding,) = found_in(amount)

    assert finding.goes_on
    assert finding.evidence == {"hours": 3.0, "times_usual": 1000.0}
    assert found_in(np.append(amount[:-3], office()[-3:])) == []


def test_a_slip_that_was_set_right_is_past() -> None:
    amount = office()
    amount[-60 * 24 : -58 * 24] /= 10
    (finding,) = found_in(amount)

    assert not finding.goes_on
    assert finding.end == CLOCK.start[-58 * 24]
    assert "until" in finding.sentence_en


def test_what_goes_on_is_said_before_what_is_past() -> None:
    amount = office()
    amount[-60 * 24 : -58 * 24] *= 1000
    amount[-5:] *= 100
    (finding,) = found_in(amount)

    assert finding.evidence["times_usual"] == 100.0


def test_hours_that_stand_too_early_are_told_by_the_shape_of_the_days() -> None:
    amount = office()
    late = slice(COUNT - 28 * 24, COUNT)
    amount[late] = np.append(office()[late.start + 8 :], office()[-8:])
    (finding,) = found_in(amount)

    assert finding.evidence["behind_h"] == 8.0
    assert "behind" in finding.sentence_en


@pytest.mark.parametrize("amount", [office(), office(3, school=True), water()])
def test_a_clean_meter_has_no_suspect_hours(amount: np.ndarray) -> None:
    assert found_in(amount) == []


def test_spikes_dips_stuck_and_missing_hours_raise_nothing_here() -> None:
    amount = office()
    amount[-100] = 5e6
    amount[-200:-190] = 0.0
    amount[-300:-280] = 44_444.0
    amount[-400:-380] = np.nan

    assert found_in(amount) == []


def test_a_wrong_multiplier_is_never_shown_as_waste() -> None:
    amount = office()
    amount[since_days_ago(40)] *= 2
    watched = judge([evidence(amount)], OFFERED)
    shown = without_overlap(watched.found, registry_of(MAIN_METER))

    assert {one.rule for one in watched.found if one.stream is Stream.WASTE}
    assert {one.rule for one in shown} == {RULE}


@pytest.mark.parametrize("other", ["sub_against_main", "device_clock", "silent_or_flat"])
def test_what_another_rule_tells_from_more_is_not_said_again(other: str) -> None:
    amount = office()
    amount[since_days_ago(40)] *= 2
    (finding,) = found_in(amount)
    better = replace(finding, rule=other)
    elsewhere = replace(finding, rule=other, meter=SUB_METER.meter)
    registry = registry_of(MAIN_METER, SUB_METER)

    assert without_overlap([finding, better], registry) == [better]
    assert finding in without_overlap([finding, elsewhere], registry)


def nights_on() -> np.ndarray:
    """Return an office whose plant runs on at night since two months."""
    amount = office()
    idle = since_days_ago(60) & (CLOCK.hour < 6)
    amount[idle] += 60_000
    return amount


def waste_of(amount: np.ndarray) -> Finding:
    found = judge([evidence(amount)], {NIGHTS: OFFERED[NIGHTS]}).found
    (finding,) = found
    return finding


def test_a_unit_that_slipped_in_the_night_is_not_counted_as_waste() -> None:
    slipped = nights_on()
    night = COUNT - 12 * 24 - int(CLOCK.hour[COUNT - 12 * 24]) + 1
    slipped[night : night + 4] *= 1000
    clean, found = waste_of(nights_on()), waste_of(slipped)

    assert clean.base_per_year is not None
    assert found.base_per_year == pytest.approx(clean.base_per_year, rel=0.02)
    assert found.coverage < clean.coverage


def test_rules_of_data_see_the_hours_that_rules_of_waste_do_not() -> None:
    amount = office()
    amount[-20:-10] = 0.0
    entry = evidence(amount)

    assert np.isnan(sound_evidence(entry).amount[-20:-10]).all()
    seen: dict[str, np.ndarray] = {}

    def rule(stream: Stream) -> Rule:
        def look(shown: Evidence) -> list[Finding]:
            seen[stream] = shown.amount
            return []

        return replace(OFFERED[NIGHTS], name=stream, stream=stream, gate=lambda _: "", look=look)

    judge([entry], {stream: rule(stream) for stream in Stream})
    assert seen[Stream.DATA] is entry.amount
    assert np.isnan(seen[Stream.WASTE][-20:-10]).all()


def test_evidence_without_suspect_hours_stays_as_it_is() -> None:
    entry = evidence(office())

    assert sound_evidence(entry) is entry


def test_a_multiplier_stays_in_sight_until_somebody_has_looked() -> None:
    amount = office()
    amount[since_days_ago(40)] *= 2
    entry = evidence(amount)

    assert sound_evidence(entry) is entry
