"""Which hours are sound: what no detector judges, what each says of itself, what rules may ask."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.clock import Clock
from analytics.detector import Mark, Use
from analytics.hours import Hours
from analytics.sound import detectors, quality_of, sound_amounts
from tests.evidence import CLOCK, office

COUNT = len(CLOCK.start)
OFFERED = detectors()
EACH = pytest.mark.parametrize("name", sorted(OFFERED))
AT = COUNT - 100 * 24 - int(CLOCK.hour[COUNT - 100 * 24]) + 10
CLEAN = office()
PAGE = (Path(__file__).parents[3] / "docs" / "quality.md").read_text("utf-8")


def hours_of(amount: np.ndarray) -> Hours:
    return Hours(amount, CLOCK, step=1.0)


def with_values(first: int, values: float, hours: int) -> np.ndarray:
    amount = CLEAN.copy()
    amount[first : first + hours] = values
    return amount


def few() -> np.ndarray:
    amount = np.full(COUNT, np.nan)
    amount[-3 * 168 :] = CLEAN[-3 * 168 :]
    return amount


BAD = {
    "nothing": (np.full(COUNT, np.nan), "few_hours"),
    "three weeks": (few(), "few_hours"),
    "zeros": (np.zeros(COUNT), "all_zero"),
    "a constant": (np.full(COUNT, 700.0), "never_changes"),
}


@EACH
@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_judged_has_a_named_code(name: str, case: str) -> None:
    amount, code = BAD[case]
    detector = OFFERED[name]
    said = detector.gate(hours_of(amount))

    assert said in {one.name for one in detector.codes} | {""}
    if name == "missing":
        assert said == ("never_measured" if case == "nothing" else "")
    else:
        assert said == code
    assert not quality_of(hours_of(amount)).suspect().any()


@EACH
@pytest.mark.parametrize(
    "amount",
    [
        np.where(CLOCK.day % 2 == 0, CLEAN, np.nan),
        np.where(np.arange(COUNT) > COUNT - 900, CLEAN, np.nan),
        np.where(CLOCK.day % 30 == 0, CLEAN, 0.0),
        np.where(CLOCK.hour == 3, CLEAN, np.nan),
        -CLEAN,
        np.where(CLOCK.day % 7 == 0, 0.5, 0.0),
    ],
    ids=[
        "every other day",
        "five weeks",
        "once a month",
        "one hour a day",
        "below zero",
        "below a step",
    ],
)
def test_odd_series_raise_nothing(name: str, amount: np.ndarray) -> None:
    quality = quality_of(hours_of(amount))
    codes = {one.name for one in OFFERED[name].codes}

    assert (name in quality.marks) != (name in quality.skipped)
    assert quality.skipped.get(name, "") in codes | {""}
    assert all(0 <= mark.first < mark.end <= COUNT for mark in quality.marks.get(name, ()))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_marks_of_a_causal_detector_are_made_when_their_span_ends(seed: int) -> None:
    chance = np.random.default_rng(seed)
    amount = CLEAN.copy()
    first = int(chance.integers(COUNT - 200 * 24, COUNT - 2 * 24))
    length = int(chance.integers(8, 30))
    kind = chance.choice(["zero", "constant", "slip"])
    slipped = amount[first : first + length] * 1000
    amount[first : first + length] = {"zero": 0.0, "constant": 55_555.0, "slip": slipped}[str(kind)]
    causal = [detector for detector in OFFERED.values() if detector.use is Use.CAUSAL]
    then = hours_of(amount).until(first + length)

    seen = np.zeros(len(then.amount), bool)
    for detector in causal:
        for mark in detector.look(then) if detector.name != "missing" else ():
            seen[mark.first : mark.end] = True
    known = then.known[first:]
    assert seen[first:][known].all()


def test_suspect_hours_are_left_out_and_missing_ones_are_not_called_suspect() -> None:
    amount = with_values(AT, 2e6, 1)
    amount[AT + 30 : AT + 33] = np.nan
    amount[AT + 60 : AT + 70] = 0.0
    hours = hours_of(amount)
    suspect = quality_of(hours).suspect()

    assert np.flatnonzero(suspect).tolist() == [AT, *range(AT + 60, AT + 70)]
    assert not quality_of(hours).suspect(use=Use.CAUSAL)[AT]
    assert quality_of(hours).suspect(use=Use.CAUSAL)[AT + 60]
    sound = sound_amounts(hours)
    assert np.isnan(sound[suspect]).all()
    np.testing.assert_array_equal(sound[~suspect], amount[~suspect])


def test_detectors_are_asked_once_for_one_meter() -> None:
    hours = hours_of(CLEAN)
    again = replace(hours)

    assert quality_of(hours) is quality_of(hours)
    assert quality_of(again) is not quality_of(hours)


@EACH
def test_every_detector_says_what_it_needs_and_why_it_decides_as_it_does(name: str) -> None:
    detector = OFFERED[name]
    assert detector.name == name
    assert detector.thresholds
    assert all(entry.reason and entry.unit for entry in detector.thresholds)
    texts = (detector.label, detector.needs, detector.check, detector.disproof)
    says = [detector.says(Mark(0, 5, factor)) for factor in (0.1, 4.0, -3.0)]
    assert all(text.zh and text.en for text in (*texts, *says))


@EACH
def test_every_detector_is_described_with_its_thresholds_and_codes(name: str) -> None:
    detector = OFFERED[name]
    section = PAGE.split(f"## {name}\n")[1].split("\n## ")[0]
    for entry in detector.thresholds:
        assert f"| `{entry.name}` | {entry.value:g} {entry.unit} | {entry.reason} |" in section
    for code in detector.codes:
        assert f"`{code.name}`" in section
    for text in (detector.label, detector.needs, detector.check, detector.disproof):
        assert text.en in section
        assert text.zh in section
    assert detector.use.value in section


def test_a_clock_that_repeats_an_hour_raises_nothing() -> None:
    hour = CLOCK.hour.copy()
    hour[5000:6000] = (hour[5000:6000] + 1) % 24
    clock = Clock(CLOCK.start, hour, CLOCK.day, CLOCK.first_day, CLOCK.off)

    assert not quality_of(Hours(CLEAN, clock, 1.0)).suspect().any()
