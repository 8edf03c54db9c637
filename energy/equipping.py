"""The points that should be metered, and the share of them that are: the equip rate (配备率)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from energy.instrument_rules import LEVELS, EquipTarget, target_of


@dataclass(frozen=True, slots=True)
class Point:
    """A place where energy or water should be metered, whether a meter stands there or not.

    Attributes:
        point: Name.
        institution: Whose it is.
        building: Where it is; "" for all of the institution.
        level: household, zone or sub_item.
        kind: Kind of energy or water.
        item: Sub-item letter A to D; "" for all.
        name_zh: Chinese name.
        name_en: English name.
        meter: The meter that stands there; "" while there is none.
        is_required: Whether rules ask for a meter.
        reason: Why they do, or why not.
    """

    point: str
    institution: str
    building: str
    level: str
    kind: str
    item: str
    name_zh: str
    name_en: str
    meter: str
    is_required: bool
    reason: str


@dataclass(frozen=True, slots=True)
class EquipRate:
    """How many of the points that should be metered are.

    Attributes:
        level: household, zone or sub_item.
        kind: Kind of energy or water; "" for all kinds.
        required: How many should be.
        installed: How many of them are.
        missing: Those that are not, in order of name.
        target: The share that must be; None where no rule says so.
    """

    level: str
    kind: str
    required: int
    installed: int
    missing: tuple[Point, ...]
    target: EquipTarget | None

    @property
    def percent(self) -> Fraction | None:
        """The share [%]; None where nothing is required, which is not 100 %."""
        return Fraction(100 * self.installed, self.required) if self.required else None

    @property
    def is_met(self) -> bool | None:
        """Whether it reaches its target; None where nothing is required or no rule says so."""
        share = self.percent
        return None if share is None or self.target is None else share >= self.target.percent


def equip_rates(
    points: Iterable[Point],
    *,
    there: Collection[str],
    targets: Iterable[EquipTarget],
    day: date,
) -> list[EquipRate]:
    """Return the rates of some points: of each level as a whole, then by kind.

    Args:
        points: Of a building, an institution or a district.
        there: Meters at which an instrument stands; a meter that was taken away counts no more.
        targets: Which shares must be.
        day: On which day.
    """
    asked = sorted(points, key=lambda point: point.point)
    targets = tuple(targets)
    found = []
    for level in LEVELS:
        own = [point for point in asked if point.level == level]
        if not own:
            continue
        for kind in ("", *dict.fromkeys(point.kind for point in own)):
            of_kind = [point for point in own if kind in (point.kind, "")]
            found.append(_rate(of_kind, level, kind, there, target_of(targets, level, day)))
    return found


def _rate(
    points: list[Point],
    level: str,
    kind: str,
    there: Collection[str],
    target: EquipTarget | None,
) -> EquipRate:
    required = [point for point in points if point.is_required]
    missing = tuple(point for point in required if point.meter not in there)
    return EquipRate(level, kind, len(required), len(required) - len(missing), missing, target)
