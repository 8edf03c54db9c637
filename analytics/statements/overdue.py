"""When the verification was overdue at the meters that figures rest on, virtual ones among them."""

from collections.abc import Mapping, Sequence
from datetime import date

from energy.counting.virtual import Portion
from energy.instrument_rules import InstrumentType
from energy.instruments import Days, Overdue, joined_days, overdue_days
from energy.registry import Registry


def overdue_of(
    registry: Registry, types: Sequence[InstrumentType], *, until: date = date.max
) -> dict[str, Overdue]:
    """Return when the verification at meters was overdue, by their names; none where none ever was.

    A virtual meter has no instrument: it was overdue while one of its inputs was that counted.

    Args:
        registry: Certificates, and what virtual meters are made of.
        types: How long certificates hold.
        until: First day that is not looked at.
    """
    found = overdue_days(registry.instruments, types, until=until)
    for name in registry.virtual_order:  # inputs before what is made of them
        inputs = _of_inputs(registry.portions[name], found)
        if inputs is not None:
            found[name] = inputs
    return found


def _of_inputs(portions: Sequence[Portion], known: Mapping[str, Overdue]) -> Overdue | None:
    days: list[Days] = []
    rows: set[str] = set()
    inputs: set[str] = set()
    for portion in portions:
        overdue = known.get(portion.source)
        within = () if overdue is None else overdue.within(portion.valid_from, portion.valid_to)
        if overdue is not None and within:
            days += within
            rows |= {*overdue.rows}
            inputs |= {*(overdue.inputs or (portion.source,))}
    return Overdue(joined_days(days), tuple(sorted(rows)), tuple(sorted(inputs))) if days else None
