"""The cost of a month by the tariff in full: what hours cost, and what is asked by the month.

Hours and days carry the price of the energy alone, for the demand, the power factor and the tiers
of the year belong to no hour. The line of a whole month has them: what the tariff asks of the mains
that stand on one bill, so that it is the bill of ``jieneng tariff bill`` to the cent.

Source: docs/methods.md, "Cost of a month".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from analytics.ledger.month_bill import MonthBill, month_bill, tariff_of
from analytics.statements.cost.contracts import account_of, standings_of
from analytics.statements.cost.energy_alone import (
    ALL_LABELS,
    ROUNDING,
    WITHOUT,
    EnergyAlone,
    asked_within,
    listed,
)
from analytics.statements.cost.known_cost import AT_LEAST
from analytics.statements.cost.used_before import Told, bills_of
from analytics.statements.cost.year_said import year_said
from analytics.statements.figures import Figure, MonthCharge, added_charges
from analytics.statements.own import Asked, own_figures
from energy.bills.bill import Bill
from energy.errors import ConfigError
from energy.meter import Meter
from energy.period import MONTH, Period, Stretch
from energy.reference import Reference
from energy.registry import Registry
from energy.signing import EarlierTotal
from energy.span import next_month
from energy.tariffs.bill_lines import LABELS, MonthUse
from energy.tariffs.tariff import MICRO_YUAN
from energy.tariffs.terms import Tariff
from energy.text import Text
from energy.uses import OWN_GENERATION
from storage.readings import ReadingStore
from storage.records import bills, earlier_ledger
from storage.records.session import Session


class Supply(NamedTuple):
    """Mains that stand on one bill, and what their account says.

    Attributes:
        meters: Of one site, kind and tariff.
        terms: What meters do not say, as far as it is known.
    """

    meters: tuple[Meter, ...]
    terms: MonthUse


@dataclass(frozen=True)
class FullCosts:
    """Adds what a tariff asks by the month to the cost of own mains.

    Attributes:
        store: Readings and days.
        registry: Sites, events, accounts.
        reference: Tariffs.
        billed: Bills of the institution in force: they say reactive energy and capacity.
        earlier: Its totals of ledgers from before, for the tiers of a year.
    """

    store: ReadingStore
    registry: Registry
    reference: Reference
    billed: Sequence[Bill]
    earlier: Sequence[EarlierTotal] = ()

    def added(
        self, figure: Figure, mains: Sequence[Meter], stretch: Stretch, asked: Asked
    ) -> Figure:
        """Return what mains of a kind say of a stretch, with the charges of its month.

        A figure without a cost, and one whose tariffs ask nothing by the month, stays as it is.

        Args:
            figure: What the mains say together.
            mains: The mains.
            stretch: The days.
            asked: Clock and present.
        """
        if figure.cost is None:
            return figure
        charges: list[MonthCharge] = []
        notes: list[Text] = []
        for supply in self._supplies(mains, stretch):
            tariff = self._tariff(supply.meters, stretch)
            monthly = asked_within(supply.meters[0].tariff, stretch, self.reference)
            if tariff is None or not monthly:
                continue
            lacking = self._lacking(supply.meters, stretch, asked)
            if lacking is not None:
                notes.append(WITHOUT + listed(monthly) + lacking)
                continue
            bill = self._bill(supply, stretch)
            charges += self._charges(bill, supply.meters, stretch, asked)
            notes += _notes(bill)
        summed = added_charges(charges)
        said = (_made_of(figure.cost, summed),) if summed else ()
        return replace(
            figure,
            cost=figure.cost + sum(charge.micro for charge in summed),
            charges=summed,
            notes=(*figure.notes, *said, *dict.fromkeys(notes)),
        )

    @property
    def of_parts(self) -> "EnergyAlone":
        """What says of parts of mains that their cost is without these charges."""
        return EnergyAlone(self.reference)

    def _supplies(self, mains: Sequence[Meter], stretch: Stretch) -> Iterator[Supply]:
        """Yield the mains by bill: those on the same accounts on the same days; those on none.

        What panels on the roof generate stands on no bill of what is bought.
        """
        groups: dict[tuple[object, ...], list[Meter]] = {}
        for meter in mains:
            if meter.use == OWN_GENERATION:
                continue
            standings = standings_of(self.registry, meter.meter, stretch)
            groups.setdefault((meter.site, meter.tariff, standings), []).append(meter)
        for meters in groups.values():
            yield Supply(tuple(meters), self._terms(meters, stretch))

    def _terms(self, meters: Sequence[Meter], stretch: Stretch) -> MonthUse:
        """Return what account and bills say beside the amount; None for what nobody says."""
        contract = account_of(self.registry, meters, stretch)
        told = bills_of(self.registry, self.billed, meters, stretch)
        own = [one for one in told if not one.is_note]
        of_month = [one for one in own if (one.first, one.until) == tuple(stretch)]
        reactive = of_month[0].reactive if len(of_month) == 1 else None
        known = [one for one in own if one.until <= stretch.until and one.capacity_va]
        latest = max(known, key=lambda one: one.until, default=None)
        return MonthUse(
            amounts=(),
            contract_w=contract.contract_w,
            capacity_va=contract.capacity_va or (latest.capacity_va if latest else None),
            quota=contract.quota,
            households=contract.households,
            persons=contract.persons,
            reactive=reactive,
            unused=contract.unused,
            is_by_capacity=bool(latest and latest.demand_w is None),
        )

    def _tariff(self, meters: Sequence[Meter], stretch: Stretch) -> Tariff | None:
        try:
            return tariff_of(meters, _month(stretch), self.reference)
        except ConfigError:  # prices alone, or none: then the hours say all there is
            return None

    def _lacking(self, meters: Sequence[Meter], stretch: Stretch, asked: Asked) -> Text | None:
        """Return why a stretch has no charges of a month; None if it has."""
        if stretch.first.day != 1 or stretch.until != next_month(stretch.first):
            return Text("（不是整月）", " (it is no whole month)")
        if stretch.span(asked.zone).end > asked.now_ms:
            return Text("（本月尚未结束）", " (the month has not ended)")
        if any(meter.meter in self.registry.portions for meter in meters):
            return Text("（虚拟计量点没有读数）", " (a virtual meter has no readings)")
        return None

    def _bill(self, supply: Supply, stretch: Stretch) -> MonthBill:
        return month_bill(
            supply.meters,
            _month(stretch),
            registry=self.registry,
            reference=self.reference,
            store=self.store,
            terms=supply.terms,
            before=Told(self.store, self.registry, self.billed, self.earlier).before(
                supply.meters, stretch, self._tariff(supply.meters, stretch)
            ),
        )

    def _charges(
        self, bill: MonthBill, meters: Sequence[Meter], stretch: Stretch, asked: Asked
    ) -> Iterator[MonthCharge]:
        """Yield what a bill asks beside the energy, and what is left between both roundings."""
        energy = own_figures(self.store, meters, [stretch], asked)[stretch].cost or 0
        found = [
            MonthCharge(charge.component, round(charge.micro))
            for charge in bill.bill.charges
            if charge.component in LABELS
        ]
        yield from found
        rest = bill.bill.total - energy - sum(charge.micro for charge in found)
        if rest:
            yield MonthCharge(ROUNDING, rest)


def full_costs_of(
    session: Session,
    store: ReadingStore,
    registry: Registry,
    reference: Reference,
    institution: str,
) -> FullCosts:
    """Return what adds the charges of months for an institution, by its bills and totals."""
    return FullCosts(
        store,
        registry,
        reference,
        bills.in_force(session, institution),
        earlier_ledger.in_force(session, institution),
    )


def _month(stretch: Stretch) -> Period:
    return Period(stretch.first, stretch.until, f"{stretch.first:%Y-%m}", MONTH)


def _made_of(energy: int, charges: Sequence[MonthCharge]) -> Text:
    """Return the sentence that says what a cost is made of."""
    parts = [(Text("电度或用量", "energy"), energy)]
    parts += [(ALL_LABELS[charge.component], charge.micro) for charge in charges]
    zh = "，".join(f"{label.zh} {_yuan(micro)}" for label, micro in parts)
    en = ", ".join(f"{label.en} {_yuan(micro)}" for label, micro in parts)
    return Text(f"费用（元）按完整电价：{zh}", f"Cost by the tariff in full (yuan): {en}")


def _yuan(micro: int) -> str:
    # No sum is -0.00.
    return f"{round(micro / MICRO_YUAN, 2) or 0.0:,.2f}"


def _notes(found: MonthBill) -> Iterator[Text]:
    """Yield what is not in a bill, and what is the least that it can be."""
    for lacking in found.bill.missing:
        yield WITHOUT + lacking
    yield from year_said(found)
    for why in found.bill.least:
        yield AT_LEAST + why
