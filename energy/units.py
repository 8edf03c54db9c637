"""From the unit a device speaks to base units, exactly: fractions, never floats."""

from fractions import Fraction
from functools import cache

from energy.errors import UnitError
from energy.kinds import KINDS, QUANTITIES
from energy.text import Text

KILOWATT_HOUR_KJ = 3600  # definition: 1 kWh = 3.6 MJ
CUBIC_FOOT_LITRES = Fraction(28_316_846_592, 1_000_000_000)  # definition: 0.3048 m cubed

_ENERGY_WH = {
    "Wh": Fraction(1),
    "kWh": Fraction(1000),
    "MWh": Fraction(1_000_000),
    "kJ": Fraction(1000, KILOWATT_HOUR_KJ),
    "MJ": Fraction(1_000_000, KILOWATT_HOUR_KJ),
    "GJ": Fraction(1_000_000_000, KILOWATT_HOUR_KJ),
}
_ENERGY_KJ = {unit: wh * KILOWATT_HOUR_KJ / 1000 for unit, wh in _ENERGY_WH.items()}
_VOLUME_L = {
    "mL": Fraction(1, 1000),
    "L": Fraction(1),
    "m3": Fraction(1000),
    "ft3": CUBIC_FOOT_LITRES,
}
_VOLUME_ML = {unit: litres * 1000 for unit, litres in _VOLUME_L.items()}
_MASS_G = {"g": Fraction(1), "kg": Fraction(1000), "t": Fraction(1_000_000)}
_BY_BASE = {"Wh": _ENERGY_WH, "kJ": _ENERGY_KJ, "L": _VOLUME_L, "mL": _VOLUME_ML, "g": _MASS_G}


def units_of(kind: str) -> tuple[str, ...]:
    """Return the units in which a meter of a kind, or a gauge of a quantity, may speak.

    Raises:
        UnitError: If the kind is not known.
    """
    if kind in QUANTITIES:
        return (QUANTITIES[kind].unit,) if kind != "power" else ("W", "kW")
    if kind not in KINDS:
        kinds = [*KINDS, *QUANTITIES]
        problem = Text(
            f"种类 {kind!r} 无法识别。已知种类：{'、'.join(kinds)}。",
            f"Kind {kind!r} is not known. Known kinds: {', '.join(kinds)}.",
        )
        raise UnitError(problem)
    return tuple(_BY_BASE[KINDS[kind].base_unit])


@cache
def base_units(*, kind: str, unit: str) -> Fraction:
    """Return how many base units of the kind one of the unit is, exactly.

    Raises:
        UnitError: If the kind is not known or the unit does not measure it.
    """
    known = units_of(kind)
    if unit not in known:
        problem = Text(
            f"单位 {unit!r} 不能计量 {kind}。可以是：{'、'.join(known)}。",
            f"Unit {unit!r} does not measure {kind}. It may be {', '.join(known)}.",
        )
        raise UnitError(problem)
    if kind in QUANTITIES:
        return Fraction(1000) if unit == "kW" else Fraction(1)
    return _BY_BASE[KINDS[kind].base_unit][unit]
