"""What every rule keeps to, whatever it looks for."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.findings.watch import LONGEST_MEMORY_DAYS, judge, rules
from analytics.rule import Evidence
from energy.finding import Stream
from tests.builders import MAIN_METER, SUB_METER
from tests.evidence import CLOCK, WATER, evidence, office, water

OFFERED = rules()
EACH = pytest.mark.parametrize("name", sorted(OFFERED))
METERS = (MAIN_METER, SUB_METER, WATER)
COUNT = len(CLOCK.start)
ROOT = Path(__file__).parents[3]


@EACH
def test_the_page_of_rules_says_how_far_back_a_rule_looks(name: str) -> None:
    page = (ROOT / "docs/rules.md").read_text("utf-8")
    paragraph = page.partition("How far back each rule looks")[2].partition("\n\n")[0]
    days = OFFERED[name].memory_days
    assert f"`{name}` {days}" in paragraph or days == LONGEST_MEMORY_DAYS


def _weeks(number: int) -> np.ndarray:
    amount = np.full(COUNT, np.nan)
    amount[-number * 168 :] = office()[-number * 168 :]
    return amount


BAD_SERIES = {
    "nothing": np.full(COUNT, np.nan),
    "zeros": np.zeros(COUNT),
    "constant": np.full(COUNT, 5000.0),
    "three weeks": _weeks(3),
    "a year of gaps": np.where(CLOCK.day % 2 == 0, office(), np.nan),
    "one hour": np.where(np.arange(COUNT) == COUNT - 1, 1.0, np.nan),
}


@EACH
def test_every_rule_says_who_it_is_and_why_it_decides_as_it_does(name: str) -> None:
    rule = OFFERED[name]
    assert rule.name == name
    assert rule.version >= 1
    assert rule.label_zh
    assert rule.label_en
    assert rule.needs
    assert rule.disproof
    assert rule.thresholds
    assert all(entry.reason and entry.unit for entry in rule.thresholds)
    assert all(code.zh and code.en for code in rule.codes)


@EACH
def test_every_rule_with_its_thresholds_and_codes_is_in_the_docs(name: str) -> None:
    rule, text = OFFERED[name], (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    section = text.split(f"## {name}\n")[1].split("\n## ")[0]
    for entry in rule.thresholds:
        assert f"| `{entry.name}` | {entry.value:g} {entry.unit} |" in section
    for code in rule.codes:
        assert f"`{code.name}`" in section
    assert rule.label_zh in section


@EACH
@pytest.mark.parametrize("series", sorted(BAD_SERIES))
@pytest.mark.parametrize("meter", METERS, ids=lambda meter: str(meter.meter))
def test_a_series_that_shows_nothing_gives_a_named_code_or_no_waste(
    name: str, series: str, meter: object
) -> None:
    rule = OFFERED[name]
    entry = evidence(BAD_SERIES[series], meter=next(m for m in METERS if m is meter))
    code = rule.gate(entry)
    assert code in {"", *(known.name for known in rule.codes)}
    found = [] if code else rule.look(entry)
    assert not [finding for finding in found if finding.stream is Stream.WASTE]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("category", ["government", "school", "library", "hospital"])
def test_two_clean_years_raise_nothing(seed: int, category: str) -> None:
    """Invariant 18, savings."""
    school = category == "school"
    light = np.rint(office(seed + 50, school=school) * 0.3)
    main = evidence(office(seed, school=school) + light, category=category)
    sub = replace(evidence(light, SUB_METER, category=category), main=main.amount)
    taps = evidence(water(seed), WATER, category=category)
    watched = judge([main, sub, taps], OFFERED)
    assert watched.found == []
    assert "hall_main/level_shift" in watched.looked
    assert "hall_main/night_and_weekend_load" in watched.looked
    assert "hall_water/water_night_flow" in watched.looked


@st.composite
def any_evidence(draw: st.DrawFn) -> Evidence:
    chance = np.random.default_rng(draw(st.integers(0, 10_000)))
    daily = chance.exponential(draw(st.floats(0, 50_000)), CLOCK.days)[CLOCK.day]
    amount = np.rint(daily * chance.uniform(0, 2, COUNT))
    amount[chance.random(COUNT) < draw(st.floats(0, 1))] = np.nan
    step = draw(st.integers(0, COUNT))
    amount[step:] += draw(st.integers(0, 100_000))
    entry = evidence(amount, draw(st.sampled_from(METERS)))
    main = draw(st.sampled_from([None, amount * 2, chance.random(COUNT) * 1000]))
    return replace(entry, main=main, newest=draw(st.sampled_from([None, entry.newest, 0])))


@settings(max_examples=25)
@given(any_evidence())
def test_whatever_a_meter_says_no_rule_raises_and_intervals_hold_their_middle(
    entry: Evidence,
) -> None:
    for rule in OFFERED.values():
        if rule.gate(entry):
            continue
        for finding in rule.look(entry):
            assert finding.meter == entry.meter.meter
            assert finding.start <= finding.end <= entry.now
            assert 0 <= finding.coverage <= 1
            if finding.base_per_year is not None:
                assert finding.low is not None
                assert finding.high is not None
                assert 0 <= finding.low <= finding.base_per_year <= finding.high
