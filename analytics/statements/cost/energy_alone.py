"""The cost of energy alone, and the sentence that says so where a tariff asks by the month, too.

A cost of a meter, a building, a sub-item, a use or a day has no part of what is asked of all mains.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.ledger.month_bill import versions_in
from analytics.statements.figures import Figure
from analytics.statements.own import Asked
from energy.meter import Meter
from energy.period import Stretch
from energy.reference import Reference
from energy.tariffs.bill_lines import DEMAND, LABELS, MINIMUM, POWER_FACTOR, TIERS
from energy.tariffs.terms import Tariff
from energy.text import Text

ROUNDING = "rounding"
LABEL_OF_ROUNDING = Text("舍入", "rounding")
ALL_LABELS: Mapping[str, Text] = {**LABELS, ROUNDING: LABEL_OF_ROUNDING}

WITHOUT = Text("费用不含：", "The cost is without: ")
"""What every note begins with that says what is not in a cost."""
_ELSEWHERE = Text(
    "；按月计的部分见机构报表中该品种的全部用量一行",
    "; what is asked by the month is in the line of all of the kind in the institution's statement",
)
ENERGY_ALONE = Text(
    "费用只含电度或用量部分；需量、力率、阶梯等按月计的部分见机构报表。",
    "The cost is of the energy alone: what a tariff asks by the month (demand, power factor, "
    "tiers) is in the institution's statement.",
)
"""Said beside tables of days and places, of which nobody knows for which meters they are read."""


@dataclass(frozen=True)
class EnergyAlone:
    """Says of the cost of mains that it is without what their tariff asks by the month."""

    reference: Reference

    def added(
        self, figure: Figure, mains: Sequence[Meter], stretch: Stretch, _asked: Asked
    ) -> Figure:
        """Return a figure with that sentence, if a tariff of the mains asks something so."""
        said = self.said(mains, stretch)
        if figure.cost is None or said is None:
            return figure
        return replace(figure, notes=(*figure.notes, said))

    @property
    def of_parts(self) -> "EnergyAlone":
        """What says the same of parts of what mains count."""
        return self

    def said(self, mains: Iterable[Meter], stretch: Stretch) -> Text | None:
        """Return that sentence for some meters on some days; None if nothing is asked so."""
        asked = [
            name for meter in mains for name in asked_within(meter.tariff, stretch, self.reference)
        ]
        return WITHOUT + listed(asked) + _ELSEWHERE if asked else None


def monthly_of(tariff: Tariff) -> list[str]:
    """Return the names of what a tariff asks by the month, of LABELS."""
    parts = {
        DEMAND: tariff.demand,
        POWER_FACTOR: tariff.power_factor,
        TIERS: tariff.tiers,
        MINIMUM: tariff.minimum,
    }
    return [name for name, part in parts.items() if part]


def asked_within(tariff: str, stretch: Stretch, reference: Reference) -> list[str]:
    """Return the names of what the versions of a tariff on some days ask by the month."""
    versions = versions_in(tariff, stretch, reference)
    return list(dict.fromkeys(name for one in versions for name in monthly_of(one.tariff)))


def listed(names: Iterable[str]) -> Text:
    """Return what the charges of some names are called, each once."""
    labels = [ALL_LABELS[name] for name in dict.fromkeys(names)]
    return Text("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))
