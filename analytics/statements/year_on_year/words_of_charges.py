"""How what a tariff asks by the month changed against the year before, in words."""

from collections.abc import Iterable, Sequence

from analytics.statements.cost.energy_alone import ALL_LABELS, ROUNDING
from analytics.statements.figures import MonthCharge, added_charges
from energy.tariffs.tariff import MICRO_YUAN
from energy.text import Text

NOTHING = Text("", "")


def text(before: Sequence[MonthCharge], now: Sequence[MonthCharge]) -> Text:
    """Return what follows the mean price of the energy; nothing where no side has such charges.

    Args:
        before: Of the month of the year before.
        now: Of the month.
    """
    if not before and not now:
        return NOTHING
    was, became = (sum(charge.micro for charge in side) for side in (before, now))
    names = _listed(charge.component for charge in added_charges([*before, *now]))
    said = Text(
        f"按月计的费用（{names.zh}）由 {_yuan(was)} 元变为 {_yuan(became)} 元，其变化计在此。",
        f" What is asked by the month ({names.en}) went from {_yuan(was)} to {_yuan(became)} yuan, "
        "and its change is here.",
    )
    here, there = ({charge.component for charge in side} - {ROUNDING} for side in (before, now))
    if here == there:
        return said
    alone = _listed(sorted(here ^ there))
    return said + Text(
        f"{alone.zh}只在一边已知，全部计在此。",
        f" Of one side alone is known: {alone.en}; all of it is here.",
    )


def _listed(names: Iterable[str]) -> Text:
    labels = [ALL_LABELS[name] for name in names]
    return Text("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))


def _yuan(micro: int) -> str:
    return f"{micro / MICRO_YUAN:,.2f}"
