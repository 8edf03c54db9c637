"""The hours of a day against the readings around it: the ledger says what the register says."""

from typing import NamedTuple

import numpy as np

from analytics.check import Check, Checked, Severity
from analytics.ledger.rows import ROW
from analytics.rule import Threshold
from energy.kinds import KINDS
from energy.life import Register, first_register, register_after
from energy.meter import NET
from energy.reading import REGISTER
from energy.span import HOUR_MS, Span
from energy.text import Text

_SLACK = 2


class _Bounds(NamedTuple):
    """What the readings around and within days leave for their amounts [base units].

    Attributes:
        least: From the first reading of a day to its last. Shape (days,).
        most: From the last reading before a day to the first behind it. Shape (days,).
        is_plain: Whether one register stood there all the time, and went round once at the most.
    """

    least: np.ndarray
    most: np.ndarray
    is_plain: np.ndarray


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    hours, counted = checked.hours.within(checked.span), _counted(checked)
    # A course of events alone, with what was written down at them, has no reading to subtract.
    if checked.meter.table != REGISTER or not len(hours) or not len(counted[0]):
        return []
    number = checked.days.of(hours.start)
    first = np.append(0, np.flatnonzero(number[1:] != number[:-1]) + 1)
    day, sums = number[first], np.add.reduceat(hours.numbers, first, axis=1)
    covered = sums[ROW["measured_s"]] + sums[ROW["estimated_s"]]
    whole = covered >= checked.days.lasts_s[day]
    day, said = day[whole], sums[ROW["amount"]][whole]
    edges = checked.days.start
    bounds = _bounds(checked, counted, np.array([edges[day], edges[day + 1]]))
    fits = (said >= bounds.least - _SLACK) & (said <= bounds.most + _SLACK)
    return [
        _found(
            checked,
            edges[day[one] : day[one] + 2].tolist(),
            [float(each[one]) for each in (said, bounds.least, bounds.most)],
        )
        for one in np.flatnonzero(bounds.is_plain & ~fits)
    ]


def _bounds(checked: Checked, counted: tuple[np.ndarray, np.ndarray], edges: np.ndarray) -> _Bounds:
    """Return what the readings leave for days.

    Args:
        checked: The meter.
        counted: Times and values of the readings that count.
        edges: Starts and ends of the days [ms]. Shape (2, days).
    """
    time, value = counted
    last = len(time) - 1
    opening, behind = time.searchsorted(edges)
    before, closing = time.searchsorted(edges, "right") - 1
    is_plain = (before >= 0) & (behind <= last)
    before, behind = np.maximum(before, 0), np.minimum(behind, last)
    within = np.minimum(np.maximum(closing, 0), last), np.minimum(opening, last)
    changes = np.array([one.time for one in checked.events], dtype=np.int64)
    which = changes.searchsorted(time[before])
    # A reading at the very instant of an event is still of the register before it.
    is_plain &= which == changes.searchsorted(time[behind])
    modulus, per_step, per_ms = (each[which] for each in _registers(checked))
    if checked.meter.counts == NET:
        return _both_ways(value, (before, opening), (closing, behind), is_plain, per_step)
    is_plain &= per_ms * (time[behind] - time[before]) < modulus * per_step
    for one in checked.course.restarted:  # what it showed before it began at 0 again is gone
        is_plain &= (time[behind] <= one) | (time[before] > one)
    most = (value[behind] - value[before]) % modulus * per_step
    least = (value[within[0]] - value[within[1]]) % modulus * per_step
    return _Bounds(np.where(closing >= opening, least, 0.0), most, is_plain)


def _both_ways(
    value: np.ndarray,
    start: tuple[np.ndarray, np.ndarray],
    end: tuple[np.ndarray, np.ndarray],
    is_plain: np.ndarray,
    per_step: np.ndarray,
) -> _Bounds:
    """Return the bounds of a net register: at an edge it was between the readings beside it.

    Args:
        value: What it showed [steps].
        start: Places of the readings before and behind the start of each day.
        end: The same of its end.
        is_plain: As in _Bounds.
        per_step: Base units a step.
    """
    last = len(value) - 1
    began, ended = (
        (value[np.clip(one, 0, last)], value[np.clip(other, 0, last)])
        for one, other in (start, end)
    )
    least = np.minimum(*ended) - np.maximum(*began)
    most = np.maximum(*ended) - np.minimum(*began)
    return _Bounds(least * per_step, most * per_step, is_plain)


def _counted(checked: Checked) -> tuple[np.ndarray, np.ndarray]:
    """Return times [ms] and values [steps] of the readings that count."""
    series, time = checked.series, checked.course.time
    if time is series.time or not len(series.time):
        return series.time, series.value
    place = np.minimum(series.time.searchsorted(time), len(series.time) - 1)
    place = place[series.time[place] == time]  # of increasing times, so increasing itself
    return series.time[place], series.value[place]


def _registers(checked: Checked) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return of each register: modulus [steps], base units a step, and most of them a ms."""
    registers: list[Register] = [first_register(checked.meter)]
    for event in checked.events:
        registers.append(register_after(registers[-1], event, checked.meter))
    there = [one.at(checked.meter) for one in registers] if checked.events else [checked.meter]
    return (
        np.array([one.modulus for one in registers], dtype=np.int64),
        np.array([float(one.base_per_step) for one in there]),
        np.array([float(one.base_per_hour_max) / HOUR_MS for one in there]),
    )


def _found(checked: Checked, day: list[int], base: list[float]) -> tuple[Span, int, Text]:
    unit, per = checked.meter.display_unit, KINDS[checked.meter.kind].base_per_display
    said, least, most = (one / per for one in base)
    evidence = Text(
        f"台账当日 {said:.6g} {unit}，读数之差为 {least:.6g} 至 {most:.6g} {unit}。",
        f"The ledger has {said:.6g} {unit} of the day, the register {least:.6g} to {most:.6g} "
        f"{unit}.",
    )
    return Span(day[0], day[1]), 1, evidence


CHECK = Check(
    name="sum_check",
    label=Text("各小时之和是否等于读数之差", "Do the hours add up to the register?"),
    severity=Severity.WRONG,
    thresholds=(Threshold("slack", _SLACK, "1", "base units; each edge of a day is rounded down"),),
    look=_look,
)
"""Never fails unless the ledger is wrong: readings are subtracted here, apart from its kernel."""
