"""Each check fails on what it asks for, and on nothing else."""

from collections.abc import Sequence

import numpy as np
import pytest

import analytics.checks
from analytics.check import Check, Checked, Failed
from analytics.ledger.following import course_of
from energy.meter import INSTALLED, REMOVED, Meter, MeterEvent
from energy.offers import offers
from energy.span import HOUR_MS
from storage.readings import Series
from tests.builders import MAIN_METER

CHECKS = offers(analytics.checks, "CHECK", Check)
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
    return [one for check in CHECKS.values() for one in check.ask(checked)]


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


def test_three_high_hours_of_a_day_are_no_spike() -> None:
    rise = steady()
    rise[30:33] = [1000, 1000, 1000]

    assert failed(hourly(rise)) == []


def test_a_small_load_may_switch_without_a_spike() -> None:
    rise = [1] * HOURS
    rise[30] = 10  # 4 kW of at most 1500

    assert failed(hourly(rise)) == []


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


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_names_each_number_it_decides_by_with_its_reason(name: str) -> None:
    assert all(entry.reason for entry in CHECKS[name].thresholds)
