"""Which meters an edit may name, and how the steps of two of them compare."""

from collections.abc import Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from analytics.edits.changes import not_whole, there
from energy.errors import ConfigError
from energy.life import widest_modulus
from energy.meter import NET, Meter, MeterEvent
from energy.reading import GAUGE, INTERVAL, REGISTER, Reading
from energy.registry import Registry
from energy.span import wall_clock
from energy.text import Text
from energy.units import base_units
from storage.csv_cells import exact_text


def meter_of(registry: Registry, name: str) -> Meter:
    """Return a meter by its name.

    Raises:
        ConfigError: If the registry has none of this name.
    """
    found = registry.meter.get(name)
    if found is None:
        raise ConfigError(
            Text(
                f"计量点 {name!r} 不在登记表中。请查看：jieneng export registry。",
                f"Meter {name!r} is not in the registry. See: jieneng export registry.",
            )
        )
    return found


def factor_between(source: Meter, target: Meter) -> Fraction:
    """Return how many steps of one meter are one step of another, exactly; 1 for gauges.

    Raises:
        ConfigError: If readings of the one can never be readings of the other.
    """
    if source.meter == target.meter:
        problem = Text(
            f"两个计量点是同一个：{source.meter}。请写两个不同的。",
            f"Both meters are {source.meter}. Name two different ones.",
        )
        raise ConfigError(problem)
    ours, theirs = (source.kind, source.table), (target.kind, target.table)
    if ours != theirs:
        problem = Text(
            f"{source.meter} 是 {'、'.join(ours)}，{target.meter} 是 {'、'.join(theirs)}：种类或"
            "读数类型不同，读数不能互换。没有改动。",
            f"{source.meter} is {', '.join(ours)}, {target.meter} is {', '.join(theirs)}: readings "
            "of another kind or table cannot be booked there. Nothing was changed.",
        )
        raise ConfigError(problem)
    if source.table == GAUGE:
        return Fraction(1)
    return _step(source) / _step(target)


def see_that_they_convert(
    source: Meter, target: Meter, standing: Sequence[Reading], zone: ZoneInfo
) -> Fraction:
    """See that readings of one meter are whole steps of another; return their factor.

    Args:
        source: The meter that they stand at.
        target: The meter that they belong to.
        standing: What stands of the source.
        zone: Wall clock at the source, for what is said.

    Returns:
        Steps of the target in one step of the source.

    Raises:
        ConfigError: If the meters are of another kind, or a value is no whole number of steps;
            with how many, the first of them, and what can be done.
    """
    factor = factor_between(source, target)
    lost = [] if source.table == GAUGE else not_whole(standing, factor)
    if lost:
        whole = len(there(standing))
        when = wall_clock(lost[0].time, zone)
        raise ConfigError(_lost(source, target, (lost[0], when), f"{len(lost):,}", f"{whole:,}"))
    return factor


def _lost(source: Meter, target: Meter, lost: tuple[Reading, str], count: str, whole: str) -> Text:
    first, when = lost
    if source.table == INTERVAL:
        return Text(
            f"{source.meter} 的 {whole} 个读数中有 {count} 个（第一个：{first.value}，{when}）按 "
            f"{target.meter} 的倍率不是整数。没有改动。请检查两块表的 ratio；属实则撤回"
            f"（jieneng edit withdraw {source.meter}），并按正确的计量点重新导入。",
            f"{count} of {whole} readings of {source.meter}, the first {first.value} at {when}, "
            f"are no whole number behind the ratio of {target.meter}. Nothing was changed. Look at "
            f"ratio of both meters; if they are right, jieneng edit withdraw {source.meter}, and "
            f"import the amounts for {target.meter}.",
        )
    shown = f"{exact_text(int(first.value) * source.step)} {source.unit}"
    finer = f"{exact_text(_step(source) / base_units(kind=target.kind, unit=target.unit))}"
    step, unit, new = exact_text(target.step), target.unit, f"{target.meter}_2"
    return Text(
        f"{source.meter} 的 {whole} 个读数中有 {count} 个（第一个：{shown}，{when}）不是 "
        f"{target.meter} 的步长 {step} {unit} 的整数倍。没有改动。已存读数的步长不能改："
        f"请在 meters.csv 中为该处加一行步长 {finer} 的计量点，如 {new}，然后 "
        f"jieneng edit move {source.meter} {new}。",
        f"{count} of {whole} readings of {source.meter}, the first {shown} at {when}, are no whole "
        f"number of steps of {target.meter}, which are {step} {unit}. Nothing was changed. "
        "Readings keep the step they were stored with: add a row to meters.csv for that place "
        f"with a step of {finer}, such as {new}, and then: "
        f"jieneng edit move {source.meter} {new}.",
    )


def see_that_it_fits(meter: Meter, events: Sequence[MeterEvent], reading: Reading) -> None:
    """See that some register of a meter can show a reading.

    Raises:
        ConfigError: If it has too few digits, or the value is negative.
    """
    if meter.table == GAUGE:
        return
    modulus = widest_modulus(meter, events)
    least = 1 - modulus if meter.counts == NET else 0
    if reading.value < least or (meter.table == REGISTER and reading.value >= modulus):
        digits = len(str(modulus)) - 1
        raise ConfigError(
            Text(
                f"{meter.meter} 的表底有 {digits} 位，显示不了 {reading.value} 步。"
                "没有改动。请检查登记表中的 digits，或检查读数。",
                f"The register of {meter.meter} has {digits} digits and cannot show "
                f"{reading.value} steps. Nothing was changed. Look at its digits in the registry, "
                "or at the reading.",
            )
        )


def _step(meter: Meter) -> Fraction:
    """Return what one unit at rest is on the face of the meter, in base units, without its ratio.

    Two meters that were exchanged showed what they showed; what stood behind them is the place's.
    """
    if meter.table == INTERVAL:  # at rest it is what it counted, the ratio included
        return 1 / meter.ratio
    return meter.step * base_units(kind=meter.kind, unit=meter.unit)
