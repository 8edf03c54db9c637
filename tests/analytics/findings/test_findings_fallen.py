"""Whether use fell since a fix, on two seeded years of an office."""

import numpy as np
import pytest

from analytics.findings.fallen import has_fallen
from energy.finding_step import Seen
from tests.evidence import CLOCK, NOW, evidence, office, since_days_ago

DAY = 86_400_000
PUMP_WH = 20_000
"""Pumps that run day and night: 175 MWh a year; the heating season adds some 5 kW after the fix."""
YEAR = PUMP_WH * 8760
FIX = NOW - 21 * DAY


def seen(low: int | None = YEAR * 8 // 10, start: int = NOW - 90 * DAY) -> Seen:
    return Seen(start, NOW - 30 * DAY, "level_shift", 1, YEAR, low, YEAR * 12 // 10, None)


def pump(*, until_days_ago: int) -> np.ndarray:
    running = since_days_ago(90) & ~since_days_ago(until_days_ago)
    return np.where(running, PUMP_WH, 0)


def test_a_pump_that_stopped_is_seen_by_the_meter() -> None:
    stopped = evidence(office() + pump(until_days_ago=21))
    assert has_fallen(stopped, seen(), since=FIX) is True


def test_a_pump_that_goes_on_is_not_taken_for_fixed() -> None:
    running = evidence(office() + pump(until_days_ago=0))
    assert has_fallen(running, seen(), since=FIX) is False


def test_a_quarter_of_what_was_claimed_is_not_enough_and_more_than_half_is() -> None:
    base, stopped = office() + pump(until_days_ago=21), 1 - since_days_ago(21)
    for share, is_enough in ((0.25, False), (0.7, True)):
        left = np.where(stopped, 0, PUMP_WH * (1 - share))
        assert has_fallen(evidence(base + left), seen(), since=FIX) is is_enough


def test_missing_hours_are_no_saving_and_too_few_tell_nothing() -> None:
    amount = (office() + pump(until_days_ago=0)).astype(float)
    silent = np.where(since_days_ago(21), np.nan, amount)
    assert has_fallen(evidence(silent), seen(), since=FIX) is None
    nights_lost = np.where(since_days_ago(21) & (CLOCK.hour < 6), np.nan, amount)
    assert has_fallen(evidence(nights_lost), seen(), since=FIX) is False


def test_a_stuck_meter_saves_nothing() -> None:
    amount = (office() + pump(until_days_ago=0)).astype(float)
    stuck = np.where(since_days_ago(20), 5_000.0, amount)
    assert has_fallen(evidence(stuck), seen(), since=FIX) is None


def test_a_fix_of_yesterday_is_not_told_yet_and_neither_a_waste_of_yesterday() -> None:
    stopped = evidence(office() + pump(until_days_ago=1))
    assert has_fallen(stopped, seen(), since=NOW - DAY) is None
    assert has_fallen(stopped, seen(start=FIX - DAY), since=FIX) is None


@pytest.mark.parametrize("days", [7, 9, 12])
def test_weekends_are_no_saving(days: int) -> None:
    running = evidence(office() + pump(until_days_ago=0))
    assert has_fallen(running, seen(), since=NOW - days * DAY) is not True


def test_without_an_interval_half_of_the_amount_must_be_gone() -> None:
    stopped = evidence(office() + pump(until_days_ago=21))
    assert has_fallen(stopped, seen(low=None), since=FIX) is True
