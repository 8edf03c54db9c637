"""Real readings, moved in time: amounts of any wide Parquet file as meters of a district.

Weekday and wall-clock hour stay what they were for the people of the readings. Columns move by
multiples of 52 weeks and repeat in a circle of 104 weeks (52 where a column is shorter).
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from energy.errors import ConfigError
from energy.meter import Site
from energy.span import HOUR_MS, from_ms
from energy.text import Text
from simulators.conditions import local_clock
from simulators.replaying.replay_mapping import ColumnMapping

CIRCLES_WEEKS = (104, 52)
MICRO = 1_000_000
"""Amounts are whole millionths of the file's unit: finer than any meter, exact to add."""

_DAY_HOURS = 24
_LARGEST = 2**62
_A_LITTLE = 1e-6


@dataclass(frozen=True)
class Replayed:
    """A column moved to the hours of a history, or parts of them. Both arrays have shape (n,).

    Attributes:
        micro: Amount of each, or the gauge's value [millionths of the unit of the file].
        missing: Those without a value: gaps of the file, and the hour that spring skipped.
        parts: How many of them make an hour.
    """

    micro: np.ndarray
    missing: np.ndarray
    parts: int = 1


def _by_wall_hour(
    times: np.ndarray, numbers: np.ndarray, mapping: ColumnMapping, *, parts: int, join: bool
) -> tuple[int, np.ndarray, np.ndarray]:
    """Return first day (ordinal), and micro amounts and missing parts of hours of one circle.

    A doubled hour is joined: amounts are added, values of a gauge take the later one.
    """
    a_day = _DAY_HOURS * parts
    walls = [from_ms(time).astimezone(mapping.zone) for time in times.tolist()]
    ordinal = np.array([wall.toordinal() for wall in walls], np.int64)
    part = np.array([wall.hour * parts + wall.minute * parts // 60 for wall in walls], np.int64)
    last_day = int(ordinal[-1]) if part[-1] == a_day - 1 else int(ordinal[-1]) - 1
    first_whole = int(ordinal[0]) if part[0] == 0 else int(ordinal[0]) + 1
    weeks = next((w for w in CIRCLES_WEEKS if last_day - first_whole + 1 >= w * 7), None)
    if weeks is None:
        problem = Text(
            f"列 {mapping.column!r} 不足 52 周；回放至少需要 52 周。",
            f"Column {mapping.column!r} holds less than 52 weeks; a replay needs them.",
        )
        raise ConfigError(problem)
    first = last_day + 1 - weeks * 7
    slots = weeks * 7 * a_day
    place = (ordinal - first) * a_day + part
    inside = (place >= 0) & (place < slots)
    known = inside & np.isfinite(numbers)
    whole = np.rint(numbers[known] * MICRO).astype(np.int64)
    micro = np.zeros(slots, np.int64)
    if join:
        np.add.at(micro, place[known], whole)
    else:
        micro[place[known]] = whole
    missing = np.ones(slots, bool)
    missing[place[known]] = False
    missing[place[inside & ~np.isfinite(numbers)]] = True
    micro[missing] = 0
    return first, micro, missing


def replay(
    times: np.ndarray,
    numbers: np.ndarray,
    mapping: ColumnMapping,
    *,
    site: Site,
    origin: int,
    count: int,
    parts: int = 1,
    gauge: bool = False,
) -> Replayed:
    """Move a column to the hours of a history, or to parts of them.

    Args:
        times: START of each hour, or part, of the file [ms UTC], increasing. Shape (m,).
        numbers: Amount of each, NaN where missing. Shape (m,).
        mapping: The column's meter, unit, scale and zone; only the zone is used here.
        site: Whose wall clock the moved readings follow.
        origin: Start of the history [ms].
        count: Hours of the history.
        parts: How many parts make an hour.
        gauge: Whether numbers are values at an instant: then a doubled hour is not added.

    Raises:
        ConfigError: If the column holds less than 52 weeks.
    """
    first, micro, missing = _by_wall_hour(times, numbers, mapping, parts=parts, join=not gauge)
    # The clock is told at the middle of a slot, and wanted at its start.
    slot_ms = HOUR_MS // parts
    local = local_clock(origin - slot_ms // 2, count * parts, slot_ms, site.timezone)
    ordinal = np.array([day.toordinal() for day in local.days], np.int64)[local.day]
    # A twelfth of an hour is no binary fraction and may fall a little short of itself.
    part = np.floor(local.clock * parts + _A_LITTLE).astype(np.int64)
    place = (ordinal - first) * _DAY_HOURS * parts + part
    # Where the site's own clock doubles an hour, the second one has nothing left to replay.
    doubled = np.concatenate((np.zeros(parts, bool), place[parts:] == place[:-parts]))
    chosen = place % len(micro)
    gone = missing[chosen] | doubled
    return Replayed(np.where(gone, 0, micro[chosen]), gone, parts)


def to_steps(cumulative_micro: np.ndarray, steps_per_micro: Fraction, *, meter: str) -> np.ndarray:
    """Return whole register steps of a cumulative amount, floored.

    Raises:
        ConfigError: If the numbers do not fit: the scale has too many digits.
    """
    top = int(cumulative_micro[-1]) if len(cumulative_micro) else 0
    if top * steps_per_micro.numerator >= _LARGEST:
        problem = Text(
            f"计量点 {meter!r} 的 scale 位数太多，请四舍五入。",
            f"The scale of meter {meter!r} has too many digits; round it.",
        )
        raise ConfigError(problem)
    return cumulative_micro * steps_per_micro.numerator // steps_per_micro.denominator


def evenly_between(hourly: np.ndarray, parts: int) -> np.ndarray:
    """Return whole steps at the edges of parts of hours, floored between those of the hours.

    Args:
        hourly: Steps at each hour edge. Shape (n + 1,), int64, never falling.
        parts: How many parts an hour has.

    Returns:
        Steps at each edge of a part. Shape (n * parts + 1,), int64.
    """
    share = np.arange(parts, dtype=np.int64)
    inside = hourly[:-1, None] + np.diff(hourly)[:, None] * share // parts
    return np.append(inside.ravel(), hourly[-1])
