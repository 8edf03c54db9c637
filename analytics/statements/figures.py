"""What one source says of a kind of energy or water in a stretch of days."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from energy.text import Text

BILL, SETTLEMENT, OWN, EARLIER = "bill", "settlement", "own", "earlier"
BASES = (BILL, SETTLEMENT, OWN, EARLIER)
"""What a signed figure may rest on: the supplier's bill, the supplier's meter, meters of the
institution, totals of a ledger from before the platform."""

DAY_S = 86_400

METERED = (OWN, SETTLEMENT)
"""Of these, what meters say: by them a cost is computed."""


class MonthCharge(NamedTuple):
    """What a tariff asks by the month and not by the hour.

    Attributes:
        component: A word of energy.tariffs.bill_lines.LABELS, or "rounding".
        micro: How much [1e-6 yuan].
    """

    component: str
    micro: int


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount with what is known of its making.

    Attributes:
        basis: A word of BASES.
        amount: Base units; None if nothing is known, which is not zero.
        estimated: Of which allocated over gaps [base units].
        cost: 1e-6 yuan; None if no price is known.
        measured_s: Seconds of meters covered by readings of normal cadence.
        estimated_s: Seconds covered by gaps whose total is known.
        unresolved_s: Seconds whose amount nobody can know.
        due_s: Seconds that meters or bills should cover; 0 where neither is asked.
        is_blank: Whether the amount is left blank by rule and not for want of data: heat billed by
            area has a cost and no amount (statistics system, edition of November 2025); where no
            instrument stood there is nothing to count.
        sources: Meters, bills or rows it is made of, by name, sorted.
        notes: What a reader has to know of it.
        overdue_s: Of due_s, seconds of meters whose verification was overdue.
        rows: Ids of rows of reference data that it leans on beside its prices, sorted.
        priced_by: Ids of the rows of reference data that its cost leans on, sorted.
        by_account: Of bills: each account with what it alone says.
        charges: Of the cost: what the tariff asks by the month and not by the hour.
        billed_s: Of due_s, seconds of days that are on a bill.
        unpriced: Meters of what was bought that have no price for a part of their amount, or for
            all of it, by name, sorted: the cost is without that.
        generated: Of a figure of what was bought: what was generated and used besides; it is in
            amount, cost and seconds.
    """

    basis: str
    amount: int | None
    estimated: int = 0
    cost: int | None = None
    measured_s: int = 0
    estimated_s: int = 0
    unresolved_s: int = 0
    due_s: int = 0
    is_blank: bool = False
    sources: tuple[str, ...] = ()
    notes: tuple[Text, ...] = field(default=())
    overdue_s: int = 0
    rows: tuple[str, ...] = ()
    priced_by: tuple[str, ...] = ()
    by_account: tuple[tuple[str, "Figure"], ...] = ()
    charges: tuple[MonthCharge, ...] = ()
    billed_s: int = 0
    unpriced: tuple[str, ...] = ()
    generated: "Figure | None" = None

    @property
    def missing_s(self) -> int:
        """Seconds of which no meter and no bill said anything."""
        told = self.measured_s + self.estimated_s + self.unresolved_s + self.billed_s
        return max(self.due_s - told, 0)

    @property
    def is_told(self) -> bool:
        """Whether its source says anything, be it that nobody can know."""
        said = (self.amount, self.cost, self.unresolved_s or None)
        return any(one is not None for one in said)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing or unresolved."""
        if self.is_blank:
            return True
        return self.amount is not None and self.missing_s == 0 and self.unresolved_s == 0


def joined_figures(figures: list[Figure]) -> Figure:
    """Return the sum of figures of one basis: the known part, where an amount is missing.

    Raises:
        ValueError: If there is none, or their bases differ: those are never added.
    """
    bases = {figure.basis for figure in figures}
    if len(bases) != 1:
        raise ValueError(f"Figures of different bases are never added: {sorted(bases)}.")
    return Figure(
        basis=figures[0].basis,
        amount=_sum([figure.amount for figure in figures]),
        estimated=sum(figure.estimated for figure in figures),
        cost=_sum([figure.cost for figure in figures]),
        measured_s=sum(figure.measured_s for figure in figures),
        estimated_s=sum(figure.estimated_s for figure in figures),
        unresolved_s=sum(figure.unresolved_s for figure in figures),
        due_s=sum(figure.due_s for figure in figures),
        is_blank=all(figure.is_blank for figure in figures),
        sources=tuple(sorted({name for figure in figures for name in figure.sources})),
        notes=tuple(dict.fromkeys(note for figure in figures for note in figure.notes)),
        overdue_s=sum(figure.overdue_s for figure in figures),
        rows=tuple(sorted({row for figure in figures for row in figure.rows})),
        priced_by=tuple(sorted({row for figure in figures for row in figure.priced_by})),
        charges=added_charges(charge for figure in figures for charge in figure.charges),
        billed_s=sum(figure.billed_s for figure in figures),
        unpriced=tuple(sorted({name for figure in figures for name in figure.unpriced})),
    )


def added_charges(charges: Iterable[MonthCharge]) -> tuple[MonthCharge, ...]:
    """Return charges added up by component, in the order in which they first came."""
    total: dict[str, int] = {}
    for charge in charges:
        total[charge.component] = total.get(charge.component, 0) + charge.micro
    return tuple(MonthCharge(*pair) for pair in total.items())


def _sum(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
