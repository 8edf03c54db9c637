"""Bills against the meters, for a person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analytics.ledger.mains import away_of, begun_of
from analytics.ledger.month_bill import MonthBill, month_bill, tariff_of
from analytics.statements.figures import OWN, Figure, joined_figures
from analytics.statements.full_bill import reconcile_in_full
from analytics.statements.leaning import Leaning
from analytics.statements.own import Asked, own_figures
from analytics.statements.reconcile import Reconciliation, reconcile
from analytics.statements.signing import mains_of
from energy.bill import Bill
from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.meter import Meter
from energy.period import MONTH, Period, Stretch, period_of
from energy.provenance import leans_on
from energy.reference import Reference
from energy.registry import Registry
from energy.tariff_bill_lines import MonthUse
from energy.text import Text
from jieneng.billing import bill_line
from jieneng.imports.given_cells import MICRO
from jieneng.printing import printable
from jieneng.tariff_bills import number_of, unconfirmed_said
from storage.readings import ReadingStore
from storage.records import bills
from storage.records import reference as reference_records
from storage.records import registry as registry_records

if TYPE_CHECKING:
    from jieneng.desk import Desk


_THOUSAND = 1000
_MONTH_DAYS = range(25, 36)
"""Days of a bill on which a month of demand and capacity is asked; chosen: a reader comes a few
days sooner or later."""


@dataclass(frozen=True)
class Checker:
    """Holds bills against the meters.

    Attributes:
        store: Readings and ledger.
        registry: The registry in force.
        reference: Tariffs.
        billed: All bills in force.
        terms: What neither meters nor bills say, as a person gave it.
        now_ms: The present [ms].
    """

    store: ReadingStore
    registry: Registry
    reference: Reference
    billed: Sequence[Bill]
    terms: MonthUse
    now_ms: int

    def checked(self, bill: Bill, period: Period | None) -> Reconciliation:
        """Return a bill against its tariff in full, or the ledger of its days or of a period."""
        place = self.registry.institution.get(bill.institution)
        if place is None:  # a later registry may have let go of it
            return reconcile(bill, Figure(OWN, None))
        zone, leaning = self.registry.site[place.site].zone, Leaning(self.reference, self.registry)
        begun, away = begun_of(self.store), away_of(self.registry)
        asked = Asked(zone, self.now_ms, begun, leaning=leaning, away=away)
        mains = mains_of(self.registry, bill.institution).get(bill.kind, []) if not bill.use else []

        def own(stretches: list[Stretch]) -> Figure:
            figures = list(own_figures(self.store, mains, stretches, asked).values())
            return joined_figures(figures) if figures else Figure(OWN, None)

        metered = own([Stretch(bill.first, bill.until)])
        expected = None
        if period is None and metered.amount is not None and bill.amount is not None:
            expected = self._expected(bill, mains)
        if expected is not None:
            found = reconcile_in_full(bill, metered, expected)
        else:
            found = reconcile(bill, metered, own(list(period.stretches())) if period else None)
        waiting = leans_on(self.reference.sources, metered.priced_by)
        notes = (*found.notes, unconfirmed_said(waiting)) if waiting else found.notes
        return replace(found, notes=notes)

    def _expected(self, bill: Bill, mains: Sequence[Meter]) -> MonthBill | None:
        """Return what a tariff in full asks for the days of a bill; None if there is none."""
        days = Period(bill.first, bill.until, bill.bill, MONTH)
        if bill.days not in _MONTH_DAYS:
            return None
        try:
            tariff_of(mains, days, self.reference)
        except ConfigError:
            return None
        terms = replace(
            self.terms,
            capacity_va=self.terms.capacity_va or self._capacity_before(bill),
            reactive=bill.reactive if self.terms.reactive is None else self.terms.reactive,
            is_by_capacity=bill.capacity_va is not None and bill.demand_w is None,
        )
        return month_bill(
            mains,
            days,
            registry=self.registry,
            reference=self.reference,
            store=self.store,
            terms=terms,
        )

    def _capacity_before(self, bill: Bill) -> int | None:
        """Return the capacity on the bill before of the same account, the newest that has one."""
        earlier = [
            one
            for one in self.billed
            if one.account_key == bill.account_key and one.until <= bill.first and one.capacity_va
        ]
        return max(earlier, key=lambda one: one.until).capacity_va if earlier else None


def check_bills(desk: "Desk", institution: str, key: str, given: Mapping[str, str]) -> None:
    """Tell of each bill how far it is from the meters, and why.

    Args:
        desk: Where it is told.
        institution: Only its bills; "" for all.
        key: Key of a period whose ledger they are compared with; "" for the days of each bill.
        given: Contract [kW], capacity [kVA] and reactive energy [kvarh] as words; "" if not given.

    Raises:
        ConfigError: If the key is no period, or a number cannot be read.
    """
    period = period_of(key) if key else None
    house = desk.stores
    with house.records.reading() as session:
        registry = registry_records.load(session)
        reference = reference_records.load(session)
        every = bills.in_force(session)
    terms = MonthUse(
        amounts=(),
        contract_w=number_of(given, "contract", _THOUSAND),
        capacity_va=number_of(given, "capacity", _THOUSAND),
        reactive=number_of(given, "reactive", _THOUSAND),
    )
    checker = Checker(house.store, registry, reference, every, terms, house.clock())
    found = [one for one in every if institution in ("", one.institution)]
    if period is not None:
        found = [one for one in found if one.first < period.until and period.first < one.until]
    for bill in found:
        for line in check_lines(checker.checked(bill, period)):
            desk.tell(line)
    if not found:
        desk.tell(Text("没有可核对的账单。", "There is no bill to check."))


def check_lines(checked: Reconciliation) -> Iterator[Text]:
    """Yield what a reconciliation says: the bill, the meters, each effect."""
    bill, metered = checked.bill, checked.metered
    line = printable(bill_line(bill))
    yield Text(line, line)
    kind = KINDS[bill.kind]
    if metered.amount is None:
        yield Text("  没有总表数据可供核对", "  no main meter says anything of its days")
        return
    amount = f"{metered.amount / kind.base_per_display:,.3f} {kind.display_unit}"
    yield Text(f"  计量 {amount}", f"  meters {amount}")
    if not metered.is_whole:
        yield Text("  计量数据不完整", "  the meters do not cover all of its days")
    if checked.difference is None:
        yield Text("  计量数据没有费用", "  the meters have no cost: is their tariff known?")
        return
    for note in checked.notes:
        yield Text("  ", "  ") + note
    total = _yuan(checked.difference)
    yield Text(f"  费用差异 {total}，其中：", f"  difference in cost {total}, of which:")
    for effect in checked.effects:
        said = _yuan(effect.cost)
        yield Text(f"    {effect.item.zh} {said}", f"    {effect.item.en} {said}")


def _yuan(micro: int) -> str:
    return f"{micro / MICRO:+,.2f} CNY"
