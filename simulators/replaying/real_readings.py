"""The real readings of a history: mapping and file, and what of them does not fit the meters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from energy.errors import Mistake, RegistryError, UnitError
from energy.kinds import KINDS
from energy.meter import EXPORT, Meter
from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import HOUR_MS, from_ms
from energy.text import Text
from energy.units import base_units
from simulators.grid import DAY_MS
from simulators.plan import Plan
from simulators.replaying.replay import CIRCLES_WEEKS
from simulators.replaying.replay_file import RealReadings, read_columns
from simulators.replaying.replay_mapping import ColumnMapping, read_mapping

_DEGREES = ("degC", "degF")


@dataclass(frozen=True)
class RealMeters:
    """Meters that replay real readings.

    Attributes:
        columns: Meter to the column that feeds it.
        readings: The file.
        mistakes: What is wrong with them; then nothing may be built.
    """

    columns: Mapping[str, ColumnMapping] = field(default_factory=dict)
    readings: RealReadings = field(default_factory=RealReadings)
    mistakes: tuple[Mistake, ...] = ()


def read_real(plan: Plan, registry: Registry) -> RealMeters:
    """Read what a plan replays, and judge whether the meters of a registry can replay it."""
    if not plan.mapping:
        return RealMeters()
    file = Path(plan.mapping)
    try:
        mapping = read_mapping(file)
    except RegistryError as error:
        return RealMeters(mistakes=error.mistakes)
    columns = {entry.meter: entry for entry in mapping.columns}
    mistakes = [
        Mistake(file.name, 0, f"column[{index}].{key}", problem)
        for index, entry in enumerate(mapping.columns, start=1)
        for key, problem in _misfits(entry, registry)
    ]
    try:
        readings = read_columns(Path(plan.readings), mapping)
    except RegistryError as error:
        return RealMeters(columns, mistakes=(*mistakes, *error.mistakes))
    mistakes += (
        Mistake(Path(plan.readings).name, 0, entry.column, problem)
        for entry in mapping.columns
        for problem in _unfit(readings, entry, registry.meter.get(entry.meter))
    )
    return RealMeters(columns, readings, tuple(dict.fromkeys(mistakes)))


def _misfits(entry: ColumnMapping, registry: Registry) -> Iterator[tuple[str, Text]]:
    """Yield what is wrong with the meter of a column."""
    meter = registry.meter.get(entry.meter)
    if meter is None:
        yield "meter", Text(f"没有计量点 {entry.meter!r}。", f"there is no meter {entry.meter!r}.")
        return
    if registry.children.get(entry.meter):
        yield (
            "meter",
            Text(
                f"{entry.meter!r} 下面还有计量点，其读数须等于它们之和；请回放那些计量点。",
                f"{entry.meter!r} has meters below it and counts what they count; replay those.",
            ),
        )
    if meter.role == EXPORT:
        yield (
            "meter",
            Text(
                f"{entry.meter!r} 计量上网电量，由模拟得出。",
                f"{entry.meter!r} counts what is exported, which follows from the rest.",
            ),
        )
    problem = _unit(entry, meter)
    if problem is not None:
        yield "unit", problem


def _unit(entry: ColumnMapping, meter: Meter) -> Text | None:
    if meter.table == GAUGE:
        if entry.unit in _DEGREES:
            return None
        return Text(
            f"{entry.unit!r} 不是温度；可以是：{'、'.join(_DEGREES)}。",
            f"{entry.unit!r} is no temperature; it may be {', '.join(_DEGREES)}.",
        )
    try:
        base_units(kind=meter.kind, unit=entry.unit)
    except UnitError as error:
        return error.text
    return None


def _unfit(readings: RealReadings, entry: ColumnMapping, meter: Meter | None) -> Iterator[Text]:
    """Yield what is wrong with the numbers of a column."""
    numbers, times = readings.numbers[entry.column], readings.times
    known = np.flatnonzero(np.isfinite(numbers))
    weeks = CIRCLES_WEEKS[-1]
    if not len(known):
        yield Text("没有数。", "it holds no number.")
    elif times[known[-1]] + readings.step_ms - times[known[0]] < weeks * 7 * DAY_MS:
        yield Text(f"不足 {weeks} 周。", f"it holds less than {weeks} weeks; a replay needs them.")
    falls = np.flatnonzero(numbers < 0)
    if len(falls) and meter is not None and meter.table != GAUGE:
        said = f"{from_ms(int(times[falls[0]])):%Y-%m-%dT%H:%MZ}"
        yield Text(
            f"{said} 的量是负数（共 {len(falls)} 个）；表不会倒走。",
            f"the amount of {said} is negative, as are {len(falls)} in all; no register runs back.",
        )
    if meter is not None and meter.table != GAUGE and _unit(entry, meter) is None and len(known):
        most = _fastest(readings, entry, meter)
        if most > meter.max_rate:
            yield Text(
                f"最多每小时 {float(most):.4g}，超过 {meter.meter!r} 的最大速率 "
                f"{float(meter.max_rate):g}；请改小 scale。",
                f"up to {float(most):.4g} an hour, above the greatest rate of {meter.meter!r}, "
                f"{float(meter.max_rate):g}; choose a smaller scale.",
            )


def _fastest(readings: RealReadings, entry: ColumnMapping, meter: Meter) -> Fraction:
    """Return the greatest rate of a column as its meter would count it [display units an hour]."""
    largest = Fraction(float(np.nanmax(readings.numbers[entry.column])))
    base = largest * entry.scale * base_units(kind=meter.kind, unit=entry.unit)
    return base / KINDS[meter.kind].base_per_display * HOUR_MS / readings.step_ms
