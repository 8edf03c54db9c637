"""The totals of an earlier ledger in a sheet that has other sources, too: beside its own totals."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from analytics.statements.printed.entries import METHOD_LABELS, kilograms
from energy.text import Text


class EarlierTotal(NamedTuple):
    """One total of earlier ledgers.

    Attributes:
        label: What it is.
        scope: 0 for standard coal, else of the CO2.
        method: Of the CO2; "" for coal.
        kg: Kilograms.
    """

    label: Text
    scope: int
    method: str
    kg: Decimal


def earlier_totals(sheet: Mapping[str, Any]) -> list[EarlierTotal]:
    """Return the totals of earlier ledgers; nothing where they are not told apart."""
    said = sheet["totals"].get("earlier")
    if said is None:
        return []
    found = [(_COAL, 0, "", kilograms(said["coal_g"]))]
    for key, grams in said["co2_g"].items():
        scope, method = key.split("/")
        how = METHOD_LABELS[method]
        label = Text(
            f"历史台账（不计入以上合计）：CO₂ 范围{scope}（{how.zh}，kg）",
            f"earlier ledger, in no total above: CO₂ scope {scope}, {how.en} (kg)",
        )
        found.append((label, int(scope), method, kilograms(grams)))
    return [
        EarlierTotal(label, scope, how, kg) for label, scope, how, kg in found if kg is not None
    ]


_COAL = Text(
    "历史台账（不计入以上合计）：综合能耗（kgce）",
    "earlier ledger, in no total above: comprehensive energy (kgce)",
)
