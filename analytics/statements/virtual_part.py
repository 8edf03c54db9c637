"""What is known of a virtual meter in hours that have no amount because an input is missing."""

import numpy as np

from analytics.ledger.mains import Hours
from analytics.ledger.rows import ROW
from analytics.ledger.virtual import known_part
from analytics.statements.due import away_text
from energy.kinds import KINDS
from energy.life import absences
from energy.meter import Meter
from energy.registry import Registry
from energy.span import Span
from energy.text import Text
from storage.readings import ReadingStore


def note_of_part(store: ReadingStore, registry: Registry, meter: Meter, span: Span) -> Text | None:
    """Return what the inputs that are there say in hours of a span in which another is missing.

    Args:
        store: Has the hours.
        registry: Says what the meter is made of.
        meter: The meter; nothing is said of one that is not virtual.
        span: Where to look [ms].

    Returns:
        Where no hour is missing while an input is there, which inputs were not there, for then it
        is whole without them; None of none.
    """
    portions = registry.portions.get(meter.meter)
    if portions is None:
        return None
    inputs = [registry.meter[name] for name in registry.sources[meter.meter]]
    own, *theirs = Hours(store, {}).within([meter, *inputs], span)
    by_name = {one.meter: rows for one, rows in zip(inputs, theirs, strict=True)}
    part = known_part(portions, by_name, registry.site[meter.site].timezone)
    whole = own.start[own.known[ROW["amount"]]]
    is_part = part.known[ROW["amount"]] & ~np.isin(part.start, whole)
    if not is_part.any():
        return _of_removed(registry, inputs, span)
    kind, count = KINDS[meter.kind], int(is_part.sum())
    amount = float(part.field("amount")[is_part].sum()) / kind.base_per_display
    return Text(
        f"有 {count} 小时缺少输入计量点，这些小时没有用量；其中已知的部分为 {amount:,.3f} "
        f"{kind.display_unit}，未计入。",
        f"In {count} hours an input is missing, and they have no amount; what is known of them, "
        f"{amount:,.3f} {kind.display_unit}, is not in it.",
    )


def _of_removed(registry: Registry, inputs: list[Meter], span: Span) -> Text | None:
    """Return at which inputs no instrument stood on some of the days; None at none."""
    zone = registry.site[inputs[0].site].zone
    said = [
        away_text(one.meter, gone, zone)
        for one in inputs
        for gone in absences(registry.events_of(one.meter))
        if gone.overlaps(span)
    ]
    if not said:
        return None
    whole = Text("虚拟计量点不含它而仍完整：", "The sum is whole without it: ")
    return whole + Text("".join(one.zh for one in said), " ".join(one.en for one in said))
