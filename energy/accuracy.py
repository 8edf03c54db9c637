"""The accuracy class of an instrument against the one that rules ask for."""

from datetime import date
from typing import NamedTuple

from energy.instrument_rules import (
    METER,
    SENSOR,
    TRANSFORMER,
    InstrumentRules,
    is_fine_enough,
    need_of,
)
from energy.instruments import Instrument


class Accuracy(NamedTuple):
    """The accuracy class of an instrument against the one it should have.

    Attributes:
        needed: The class it should have; "" where no rule says so.
        ct_needed: The class its transformers should have; "" where it names none.
        is_enough: Whether it and its transformers are as fine; None if nobody can tell.
    """

    needed: str
    ct_needed: str
    is_enough: bool | None


def accuracy_of(instrument: Instrument, kind: str, rules: InstrumentRules, day: date) -> Accuracy:
    """Return the accuracy class an instrument should have, and whether it is as fine.

    Transformers are held against the class for transformers, sensors against none.

    Args:
        instrument: What stands at a meter, with the class of the transformers before it.
        kind: What the meter counts.
        rules: Types and classes.
        day: On which day.
    """
    need = need_of(rules.needs, kind=kind, category=instrument.category, day=day)
    part = next((row.part for row in rules.types if row.type == instrument.type), METER)
    if need is None or part == SENSOR:
        return Accuracy("", "", None)
    if part == TRANSFORMER:
        return Accuracy(need.ct_class, "", is_fine_enough(instrument.accuracy, need.ct_class))
    fine = [is_fine_enough(instrument.accuracy, need.accuracy)]
    ct_needed = need.ct_class if instrument.ct_class else ""
    if ct_needed:
        fine.append(is_fine_enough(instrument.ct_class, ct_needed))
    return Accuracy(
        need.accuracy, ct_needed, False if False in fine else None if None in fine else True
    )
