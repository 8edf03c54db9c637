"""What rules ask of instruments: how long a certificate holds, how fine they are, how many."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

VERIFICATION, USE_LIMIT = "verification", "use_limit"
RULES = (VERIFICATION, USE_LIMIT)
"""From the last certificate on, or from the day of installation on and never again."""

METER, TRANSFORMER, SENSOR = "meter", "transformer", "sensor"
PARTS = (METER, TRANSFORMER, SENSOR)

HOUSEHOLD, ZONE, SUB_ITEM = "household", "zone", "sub_item"
LEVELS = (HOUSEHOLD, ZONE, SUB_ITEM)
"""分户, 分区, 分项: an institution as a whole, a part of it, a use within."""

_CLASS = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,3})?)(S?)")
_LETTERS = {"A": "2", "B": "1", "C": "0.5S", "D": "0.2S", "E": "0.1S"}
"""Classes of electricity meters by letter (GB/T 17215.321-2021) and by number."""


@dataclass(frozen=True, slots=True)
class InstrumentType:
    """How long a certificate of a type of instrument holds.

    Attributes:
        id: Its row in the reference file.
        type: Name of the type, such as water_dn15_25.
        part: meter, transformer or sensor: what of a metering point it is.
        accuracy: Accuracy class it is for; "" for every class.
        rule: verification or use_limit.
        months: How long.
        valid_from: First day of use.
        valid_to: First day it is no longer used; date.max when open.
    """

    id: str
    type: str
    part: str
    accuracy: str
    rule: str
    months: int
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class AccuracyNeed:
    """How fine an instrument must be at least.

    Attributes:
        id: Its row in the reference file.
        kind: Kind of energy or water.
        category: Category of the metering point, such as I for the largest consumers.
        accuracy: Class of the instrument.
        ct_class: Class of its transformers; "" where it needs none.
        valid_from: First day of use.
        valid_to: First day it is no longer used; date.max when open.
    """

    id: str
    kind: str
    category: str
    accuracy: str
    ct_class: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class EquipTarget:
    """Which share of the points that should be metered must be.

    Attributes:
        id: Its row in the reference file.
        level: household, zone or sub_item.
        percent: The share [%].
        valid_from: First day of use.
        valid_to: First day it is no longer used; date.max when open.
    """

    id: str
    level: str
    percent: int
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class InstrumentRules:
    """All of it.

    Attributes:
        types: How long certificates hold, by id.
        needs: How fine instruments must be, by id.
        targets: How many there must be, by id.
    """

    types: tuple[InstrumentType, ...] = ()
    needs: tuple[AccuracyNeed, ...] = ()
    targets: tuple[EquipTarget, ...] = ()


def fineness(accuracy: str) -> tuple[Fraction, int] | None:
    """Return how fine an accuracy class is, the finest first; None for what is no class.

    The S classes hold from smaller currents on than those without: 0.5S is finer than 0.5.
    """
    found = _CLASS.fullmatch(_LETTERS.get(accuracy, accuracy))
    return (Fraction(found[1]), 0 if found[2] else 1) if found else None


def is_fine_enough(accuracy: str, needed: str) -> bool | None:
    """Tell whether a class is as fine as another asks for; None if one of them is not known."""
    has, asked = fineness(accuracy), fineness(needed)
    return None if has is None or asked is None else has <= asked


def need_of(
    needs: Iterable[AccuracyNeed], *, kind: str, category: str, day: date
) -> AccuracyNeed | None:
    """Return how fine an instrument must be on a day.

    Without a category it is the one row of the kind; None where there are several, or none.
    """
    found = [
        row
        for row in needs
        if row.kind == kind
        and category in (row.category, "")
        and row.valid_from <= day < row.valid_to
    ]
    return found[0] if len(found) == 1 else None


def target_of(targets: Iterable[EquipTarget], level: str, day: date) -> EquipTarget | None:
    """Return which share of a level must be metered on a day; None where nothing says so."""
    held = (row for row in targets if row.level == level)
    return next((row for row in held if row.valid_from <= day < row.valid_to), None)
