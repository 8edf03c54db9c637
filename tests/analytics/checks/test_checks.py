"""Each check fails on what it asks for, and on nothing else."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

import analytics.checks
from analytics.check import Checked, Failed, Question
from analytics.check_days import checks
from analytics.ledger.following import course_of
from energy.meter import INSTALLED, REMOVED, Meter, MeterEvent
from energy.offers import offers
from energy.span import HOUR_MS
from storage.readings import Series
from tests.builders import MAIN_METER

CHECKS = offers(analytics.checks, "CHECK", Question)
START = 1_735_660_800_000
"""Midnight of 2025-01-01 in Shanghai [ms]."""
HOURS = 24 * 10
STEPS = 100
"""An hour of 100 steps of 0.01 kWh at a ratio of 40: 40 kW."""


def hourly(rise: Sequence[int]) -> Series:
    value = np.concatenate([[1000], 1000 + np.cumsum(rise)]).astype(np.int64)
    time = START + HOUR_MS * np.arange(len(value), dtype=np.int64)
    zeros = np.zeros(len(value), dtype=np.int64)
    return Series(
        time, value, zeros.astype(np.int8), zeros.astype(np.int8), zeros.astype(np.int32), zeros
    )


def steady() -> list[int]:
    return [STEPS + place % 7 for place in range(HOURS)]


def without(series: Series, first: int, end: int) -> Series:
    kept = np.r_[0:first, end : len(series)]
    return Series(*(getattr(series, name)[kept] for name in Series.__dataclass_fields__))


def failed(
    series: Series, *, meter: Meter = MAIN_METER, events: Sequence[MeterEvent] = ()
) -> list[Failed]:
    course = course_of(series, meter, events)
    checked = Checked(meter, events, "Asia/Shanghai", series, course)
    return [one for check in checks() for one in check.ask(checked)]


def event(kind: str, hour: int, *, opening: int | None = None) -> MeterEvent:
    return MeterEvent(
        MAIN_METER.meter, START + hour * HOUR_MS, kind, None, opening, None, "li", "works"
    )


def test_a_quiet_meter_fails_no_check() -> None:
    assert failed(hourly(steady())) == []


def test_an_hour_far_above_the_third_highest_of_its_day_is_a_spike() -> None:
    rise = steady()
    rise[30] = 1000  # 400 kW of at most 1500

    (spike,) = failed(hourly(rise))

    assert spike.check == "spike"
    assert spike.span.start == START + 30 * HOUR_MS
    assert spike.span.end == START + 31 * HOUR_MS
    assert "400 kWh/h" in spike.evidence.en
    assert "42.4 kWh/h" in spike.evidence.zh


def test_two_high_hours_of_a_day_are_a_spike_still() -> None:
    rise = steady()
    rise[30:32] = [1000, 1000]

    assert [one.check for one in failed(hourly(rise))] == ["spike"]


def test_three_high_hours_of_a_day_are_no_spike() -> None:
    rise = steady()
    rise[30:33] = [1000, 1000, 1000]

    assert failed(hourly(rise)) == []


def test_a_small_load_may_switch_without_a_spike() -> None:
    rise = [1] * HOURS
    rise[30] = 10  # 4 kW of at most 1500

    assert failed(hourly(rise)) == []


def test_one_step_between_two_readings_at_once_is_no_spike() -> None:
    series = hourly(steady())
    series.time[31] = series.time[30] + 1000
    series.value[31] = series.value[30] + 1  # 0.4 kWh in a second

    assert failed(series) == []


@pytest.mark.parametrize(("hours", "fails"), [(72, False), (73, True)])
def test_more_than_three_days_without_a_reading_are_prolonged_estimation(
    hours: int, *, fails: bool
) -> None:
    series = without(hourly(steady()), 11, 10 + hours)

    found = failed(series)

    assert [one.check for one in found] == ["prolonged_estimation"] * fails
    assert all(f"{hours} h" in one.evidence.en for one in found)


def test_a_reading_of_more_digits_than_the_register_fails_the_dials() -> None:
    series = hourly(steady())
    series.value[50] = 10**8

    (dials,) = failed(series)

    assert (dials.check, dials.count) == ("number_of_dials", 1)
    assert dials.span.start == START + 50 * HOUR_MS
    assert "to 100000000 steps" in dials.evidence.en


def test_readings_of_a_removed_meter_are_told() -> None:
    events = [event(REMOVED, 100), event(INSTALLED, 110, opening=1000 + sum(steady()[:110]))]

    (inactive,) = failed(hourly(steady()), events=events)

    assert (inactive.check, inactive.count) == ("inactive_use", 9)


def test_half_a_day_of_amounts_equal_to_the_step_is_told_and_less_is_not() -> None:
    rise = steady()
    rise[24:36] = [STEPS] * 12
    rise[51:62] = [STEPS] * 11

    (equal,) = failed(hourly(rise))

    assert (equal.check, equal.count) == ("consecutive_equal", 12)
    assert equal.span.start == START + 24 * HOUR_MS
    assert equal.span.end == START + 36 * HOUR_MS
    assert "12 intervals in a row have exactly the same amount, 40 kWh" in equal.evidence.en


def test_equal_amounts_of_few_steps_or_of_an_estimate_are_usual() -> None:
    assert failed(hourly([99] * HOURS)) == []
    found = failed(without(hourly([STEPS] * HOURS), 1, HOURS - 6))
    assert {one.check for one in found} == {"prolonged_estimation"}


@pytest.mark.parametrize(
    ("meter", "idle", "fails"),
    [
        (MAIN_METER, 24, True),
        (MAIN_METER, 23, False),
        (replace(MAIN_METER, role="sub"), 24, False),
        (replace(MAIN_METER, kind="water", unit="m3"), 24, False),
    ],
)
def test_a_main_of_electricity_that_counts_nothing_all_day_is_told(
    meter: Meter, idle: int, *, fails: bool
) -> None:
    rise = steady()
    rise[48 : 48 + idle] = [0] * idle

    found = failed(hourly(rise), meter=meter)

    assert [one.check for one in found] == ["zero_consumption"] * fails
    assert all(one.span.start == START + 48 * HOUR_MS for one in found)


def test_a_register_that_runs_backwards_is_told_on_each_day() -> None:
    series = hourly(steady())
    series.value[:] = 10**6 - series.value

    found = failed(series)

    assert {one.check for one in found} == {"negative_consumption", "prolonged_estimation"}
    falls = [one for one in found if one.check == "negative_consumption"]
    assert [one.count for one in falls] == [24] * (HOURS // 24)
    assert "fell 24 times, by 106 steps at most" in falls[0].evidence.en


def test_a_register_that_rolls_over_or_glitches_does_not_fall() -> None:
    over = hourly(steady())
    over.value[:] = (over.value + 10**8 - 5000) % 10**8
    glitch = hourly(steady())
    glitch.value[50] = 0

    assert failed(over) == failed(glitch) == []


@pytest.mark.parametrize(
    ("interval_s", "said"), [(1200, "every 60 min; the registry says 20 min"), (10800, "180 min")]
)
def test_readings_at_another_cadence_than_the_registry_says_are_told(
    interval_s: int, said: str
) -> None:
    found = failed(hourly(steady()), meter=replace(MAIN_METER, interval_s=interval_s))

    cadence = [one for one in found if one.check == "interval_size"]
    assert len(cadence) == HOURS // 24
    assert said in cadence[0].evidence.en


def test_lost_readings_are_no_other_cadence() -> None:
    series = hourly(steady())
    kept = np.flatnonzero(np.arange(len(series)) % 5 != 0)
    lossy = Series(*(getattr(series, name)[kept] for name in Series.__dataclass_fields__))

    assert failed(lossy) == []


@pytest.mark.parametrize(("late_min", "word"), [(200, "200 min behind"), (-200, "200 min ahead")])
def test_readings_that_come_one_by_one_with_another_time_have_a_wrong_clock(
    late_min: int, word: str
) -> None:
    series = hourly(steady())
    series.arrived[48:72] = series.time[48:72] + late_min * 60_000

    (clock,) = failed(series)

    assert (clock.check, clock.count) == ("time_tolerance", 24)
    assert clock.span.start == START + 48 * HOUR_MS
    assert word in clock.evidence.en


@pytest.mark.parametrize("days", [1, 9])
def test_a_backlog_that_comes_at_once_has_no_wrong_clock(days: int) -> None:
    series = hourly(steady())
    series.arrived[48:72] = series.time[48] + days * 24 * HOUR_MS

    assert failed(series) == []


def test_what_a_gateway_gathers_for_an_hour_may_have_a_wrong_clock() -> None:
    series = hourly(steady())
    series.arrived[48:72] = series.time[48:72] + 4 * HOUR_MS
    series.arrived[48:72:2] += HOUR_MS

    (clock,) = failed(series)

    assert (clock.check, clock.count) == ("time_tolerance", 24)


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_names_each_number_it_decides_by_with_its_reason(name: str) -> None:
    assert all(entry.reason for entry in CHECKS[name].thresholds)
