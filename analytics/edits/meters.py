"""Which meters an edit may name, and how the steps of two of them compare."""

from fractions import Fraction

from energy.errors import ConfigError
from energy.meter import Meter
from energy.reading import GAUGE, INTERVAL, REGISTER, Reading
from energy.registry import Registry
from energy.text import Text
from energy.units import base_units


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


def see_that_it_fits(meter: Meter, reading: Reading) -> None:
    """See that a register can show a reading.

    Raises:
        ConfigError: If it has too few digits, or the value is negative.
    """
    if meter.table == GAUGE:
        return
    if reading.value < 0 or (meter.table == REGISTER and reading.value >= meter.modulus):
        raise ConfigError(
            Text(
                f"{meter.meter} 的表底有 {meter.digits} 位，显示不了 {reading.value} 步。"
                "没有改动。请检查登记表中的 digits，或检查读数。",
                f"The register of {meter.meter} has {meter.digits} digits and cannot show "
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
