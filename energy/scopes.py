"""Scope 1 and scope 2 of a kind, and electricity by location and by market, kept apart."""

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.text import Text

_PURCHASED = frozenset({"electricity", "heat", "cold", "steam"})


class Scope(IntEnum):
    """Where an emission happens."""

    DIRECT = 1
    """Where the fuel is burnt: on the site."""
    PURCHASED = 2
    """Where the electricity, heat or cold is made: elsewhere."""


def scope_of(kind: str) -> Scope | None:
    """Return the scope of a kind; None for water, and for other energy, of which nobody knows."""
    if not KINDS[kind].is_energy or kind == "other":
        return None
    return Scope.PURCHASED if kind in _PURCHASED else Scope.DIRECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """The electricity of a site in a year [kWh].

    Attributes:
        purchased: Taken from the grid, by the import register.
        generated: Made on the site without fuel, such as by panels on the roof.
        exported: Fed into the grid, by the export register.
        certified: Purchased kWh for which green certificates are held.
    """

    purchased: Fraction
    generated: Fraction = Fraction(0)
    exported: Fraction = Fraction(0)
    certified: Fraction = Fraction(0)

    @property
    def consumed(self) -> Fraction:
        """Return what the site used [kWh]: its own power is part of its consumption."""
        return self.purchased + self.generated - self.exported


def location_based(power: Power, *, average: Fraction) -> Fraction:
    """Return scope 2 of electricity by location [kgCO2].

    Purchased kWh alone: own power used on the site emits nothing, and what is exported is never
    netted against what is purchased.

    Args:
        power: The electricity of the site.
        average: Average factor of the region [kgCO2/kWh].
    """
    return power.purchased * average


def market_based(power: Power, *, residual: Fraction) -> Fraction:
    """Return scope 2 of electricity by market [kgCO2].

    Without certificates green power is not zero: every purchased kWh has the residual factor.

    Args:
        power: The electricity of the site.
        residual: Factor without market-traded non-fossil power, series MEE-residual [kgCO2/kWh].

    Raises:
        ConfigError: If more is certified than was purchased.
    """
    if not 0 <= power.certified <= power.purchased:
        problem = Text(
            f"绿证电量 {float(power.certified):,.1f} kWh 不在 0 与购入电量 "
            f"{float(power.purchased):,.1f} kWh 之间；请更正绿证电量。",
            f"{float(power.certified):,.1f} kWh are certified, which is not between 0 and the "
            f"{float(power.purchased):,.1f} kWh purchased; correct the certified amount.",
        )
        raise ConfigError(problem)
    return (power.purchased - power.certified) * residual
