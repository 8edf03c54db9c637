"""Amounts by sub-item of a building or an institution, and the rest that no sub-item has.

    of an item = what meters of it and of its children count, less what meters of other items below
                 them count
    rest       = mains - what the uppermost meters with an item below them count

so that the sub-items of the first level and the rest are the mains, exactly. The rest is published
as it is: below zero it says that sub-items count more than the main.

Source: docs/methods.md, "Sub-items".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.ledger.rows import Rows
from analytics.statements.figures import Figure, joined_figures
from analytics.statements.own import Asked, days_of, figures_by
from analytics.statements.parts import COUNTED, above
from analytics.statements.worst import worst_seconds
from energy.item_code import is_within, items_above
from energy.kinds import KINDS
from energy.meter import MAIN, Meter
from energy.period import Period, Stretch
from energy.registry import Registry
from energy.text import Text
from storage.readings import ReadingStore

NEGATIVE = Text(
    "分项之和大于总表：请检查接线、倍率和层级。",
    "The sub-items say more than the main: check wiring, ratios and the tree of meters.",
)
PART_UNKNOWN = Text(
    "部分分项没有用量，其用量仍在其余之中。",
    "Some sub-items have no amount; what they used is in the rest.",
)


@dataclass(frozen=True, slots=True)
class ItemAmount:
    """What one sub-item used in a period.

    Attributes:
        kind: Kind of energy or water.
        item: Sub-item, such as B1A; "" for the rest that no sub-item has.
        figures: Stretch to what is known of it.
    """

    kind: str
    item: str
    figures: Mapping[Stretch, Figure]

    @property
    def figure(self) -> Figure:
        """All of the period together."""
        return joined_figures(list(self.figures.values()))

    @property
    def is_negative(self) -> bool:
        """Whether more was counted below than above, which only a fault can do."""
        return (self.figure.amount or 0) < 0


Signed = Sequence[tuple[int, Meter]]
"""Meters, each with 1 where it is added and -1 where it is taken off."""


def items_of(
    store: ReadingStore, registry: Registry, meters: Sequence[Meter], period: Period, asked: Asked
) -> list[ItemAmount]:
    """Return the amounts of the sub-items of a place, kinds in order, the rest after its items.

    Args:
        store: Has the days of the meters.
        registry: Has the tree of meters.
        meters: All of a building or of an institution: what hangs elsewhere is not asked.
        period: For when.
        asked: Clock and present.

    A kind without a meter that has a sub-item is left out.
    """
    counted = [meter for meter in meters if meter.role in COUNTED]
    stretches = list(period.stretches())
    days = days_of(store, [meter.meter for meter in counted], stretches, asked.zone)
    each = figures_by(days, counted, stretches, asked)
    found = []
    for kind in KINDS:
        own = [meter for meter in counted if meter.kind == kind]
        for item, signed in signed_parts(registry, own).items():
            figures = {
                stretch: _known_as_worst(figure, signed, days, stretch, asked)
                for stretch in stretches
                if (figure := _together(item, signed, each, stretch)) is not None
            }
            if figures:
                found.append(ItemAmount(kind, item, figures))
    return found


def signed_parts(registry: Registry, meters: Sequence[Meter]) -> dict[str, Signed]:
    """Return each sub-item with what it is made of, in order; the rest, "", at the end.

    Args:
        registry: Has the tree of meters.
        meters: Mains and sub-meters of one kind and of one place.
    """
    bearing = [meter for meter in meters if meter.item]
    names = {meter.meter for meter in meters}
    nearest = {meter.meter: _nearest(registry, meter, names) for meter in bearing}
    codes = {code for meter in bearing for code in (meter.item, *items_above(meter.item))}
    parts: dict[str, Signed] = {code: _of(code, bearing, nearest) for code in sorted(codes)}
    mains = [meter for meter in meters if meter.role == MAIN]
    if bearing and mains:
        tops = [one for one in bearing if not nearest[one.meter]]
        taken = [(-1, one) for one in tops if _is_below(registry, one, mains)]
        parts[""] = [*((1, main) for main in mains), *taken]
    return parts


def _of(code: str, bearing: Sequence[Meter], nearest: Mapping[str, str]) -> Signed:
    """Return the meters of an item: those that enter it from outside, less those that leave it."""
    signed = []
    for meter in bearing:
        is_inside = is_within(meter.item, code)
        upper = nearest[meter.meter]
        comes_from_inside = bool(upper) and is_within(upper, code)
        if is_inside != comes_from_inside:
            signed.append((1 if is_inside else -1, meter))
    return signed


def _nearest(registry: Registry, meter: Meter, names: set[str]) -> str:
    """Return the item of the nearest meter above that has one and is of the place; "" for none."""
    uppers = (upper for upper in above(registry, meter) if upper.meter in names)
    return next((upper.item for upper in uppers if upper.item), "")


def _is_below(registry: Registry, meter: Meter, mains: Sequence[Meter]) -> bool:
    return meter in mains or any(upper in mains for upper in above(registry, meter))


def _together(
    item: str, signed: Signed, each: Mapping[str, Mapping[Stretch, Figure]], stretch: Stretch
) -> Figure | None:
    """Return the figures of signed meters in one; estimated amounts are all added."""
    there = [(sign, each[meter.meter].get(stretch)) for sign, meter in signed]
    # Where no instrument stood, none is asked.
    due = [(sign, figure) for sign, figure in there if figure is None or not figure.is_blank]
    told = [(sign, figure) for sign, figure in due if figure is not None]
    if not any(sign > 0 for sign, _ in told):
        return None
    joined = joined_figures([_with_sign(sign, figure) for sign, figure in told])
    is_known = any(figure.amount is not None for sign, figure in told if sign > 0)
    is_priced = all(figure is not None and figure.cost is not None for _, figure in due)
    figure = replace(
        joined,
        amount=joined.amount if is_known else None,
        cost=joined.cost if is_priced else None,
    )
    is_open = any(figure.amount is None for sign, figure in told if sign < 0)
    lacking = is_open or len(told) < len(due)
    notes = (*figure.notes, *((PART_UNKNOWN,) if lacking and not item else ()))
    negative = (NEGATIVE,) if (figure.amount or 0) < 0 else ()
    return replace(figure, notes=(*notes, *negative))


def _known_as_worst(
    figure: Figure, signed: Signed, days: Mapping[str, Rows], stretch: Stretch, asked: Asked
) -> Figure:
    """Return a figure that is a difference with seconds in which all its meters are known."""
    if all(sign > 0 for sign, _ in signed):
        return figure
    known = worst_seconds(
        days,
        [meter.meter for _, meter in signed],
        stretch,
        asked,
        added=[meter.meter for sign, meter in signed if sign > 0],
    )
    return replace(
        figure,
        due_s=known.due,
        measured_s=known.measured,
        estimated_s=known.estimated,
        unresolved_s=known.unresolved,
        overdue_s=min(figure.overdue_s, known.due),
    )


def _with_sign(sign: int, figure: Figure) -> Figure:
    if sign > 0:
        return figure
    return replace(
        figure,
        amount=None if figure.amount is None else -figure.amount,
        cost=None if figure.cost is None else -figure.cost,
    )
