"""Bills against the meters, for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analytics.ledger.mains import away_of, begun_of
from analytics.ledger.month_bill import MonthBill, month_bill, tariff_of
from analytics.statements.cost.accounts import (
    Behind,
    account_keys,
    account_text,
    behind_of,
    profiles_of,
    shared_days,
    sum_within,
)
from analytics.statements.cost.bill import held_against, reconcile_in_full
from analytics.statements.cost.month import FullCosts
from analytics.statements.cost.reconcile import Reconciliation, reconcile
from analytics.statements.cost.used_before import Told
from analytics.statements.figures import OWN, Figure, joined_figures
from analytics.statements.leaning import Leaning
from analytics.statements.own import Asked, own_figures
from energy.bills.bill import Bill
from energy.errors import ConfigError
from energy.period import MONTH, Period, Stretch, period_of
from energy.provenance import leans_on
from energy.reference import Reference
from energy.registry import Registry
from energy.signing import EarlierTotal
from energy.tariffs.bill_lines import MonthUse
from energy.text import Text
from jieneng.bills.check_said import (
    CHANGED,
    NOT_IN_FULL,
    OF_NOTE,
    TOGETHER,
    WHOSE,
    apart,
    check_lines,
    summed,
    with_notes,
)
from jieneng.bills.tariffs import number_of, unconfirmed_said
from storage.readings import ReadingStore
from storage.records import bills, earlier_ledger
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
        earlier: Totals of ledgers of before.
        terms: What neither meters nor bills say, as a person gave it.
        now_ms: The present [ms].
    """

    store: ReadingStore
    registry: Registry
    reference: Reference
    billed: Sequence[Bill]
    earlier: Sequence[EarlierTotal]
    terms: MonthUse
    now_ms: int

    def checked(self, bill: Bill, period: Period | None) -> Reconciliation:
        """Return a bill against its tariff in full, or the ledger of its days or of a period.

        Where several accounts share meters and nobody said which are whose, their sum is compared,
        over the days that all of them cover.
        """
        if bill.institution not in self.registry.institution:  # a later registry let go of it
            return reconcile(bill, Figure(OWN, None))
        if bill.is_note:
            return Reconciliation(bill, Figure(OWN, None), None, (), preface=(OF_NOTE,))
        behind = behind_of(self.registry, self.billed, bill)
        if len(behind.accounts) > 1:
            return self._together(bill, behind, period)
        corrected, notes = self._corrected(bill)
        found = self._alone(corrected, behind, period)
        return replace(found, bill=bill, preface=(*found.preface, *notes))

    def _corrected(self, bill: Bill) -> tuple[Bill, tuple[Text, ...]]:
        """Return a bill with what notes of its account take back of its days, and their names."""
        notes = [
            one
            for one in self.billed
            if one.is_note
            and one.shares_account(bill)
            and one.first < bill.until
            and bill.first < one.until
        ]
        if not notes:
            return bill, ()
        zone = self.registry.site[self.registry.institution[bill.institution].site].zone
        profiles = profiles_of(self.store, self.registry, self.billed, notes, zone)
        days = [Stretch(bill.first, bill.until)]
        total = sum_within(bill, [bill, *notes], days, profiles)
        # A printed price is that of the bill alone.
        whole = replace(bill, amount=total.amount, cost=total.cost, price=None)
        return whole, (with_notes(", ".join(one.bill for one in notes), whole),)

    def _alone(self, bill: Bill, behind: Behind, period: Period | None) -> Reconciliation:
        """Return a bill whose account shares its meters with no other against them."""
        metered = self._own(bill, [Stretch(bill.first, bill.until)])
        expected = None
        if metered.amount is not None and bill.amount is not None:
            expected = self._expected(bill, behind, metered)
        if isinstance(expected, MonthBill):
            found = reconcile_in_full(bill, metered, expected)
            found = held_against(found, self._booked(bill, period)) if period else found
            return self._with_notes(found)
        booked = self._own(bill, list(period.stretches())) if period else None
        return self._with_notes(reconcile(bill, metered, booked), expected)

    def _with_notes(self, found: Reconciliation, note: Text | None = None) -> Reconciliation:
        """Return a reconciliation with a note, and with the prices that nobody confirmed."""
        waiting = leans_on(self.reference.sources, found.metered.priced_by)
        more = (note, unconfirmed_said(waiting) if waiting else None)
        return replace(found, notes=(*found.notes, *(one for one in more if one is not None)))

    def _booked(self, bill: Bill, period: Period) -> Figure:
        """Return what statements say of a period: the months with what is asked by the month."""
        billed = [one for one in self.billed if one.institution == bill.institution]
        earlier = [one for one in self.earlier if one.institution == bill.institution]
        costs = FullCosts(self.store, self.registry, self.reference, billed, earlier)
        months = [
            costs.added(
                self._own(bill, [stretch]),
                behind_of(self.registry, self.billed, bill, stretch).meters,
                stretch,
                self._asked(bill),
            )
            for stretch in period.stretches()
        ]
        return joined_figures(months)

    def _asked(self, bill: Bill) -> Asked:
        place = self.registry.institution[bill.institution]
        zone, leaning = self.registry.site[place.site].zone, Leaning(self.reference, self.registry)
        begun, away = begun_of(self.store), away_of(self.registry)
        return Asked(zone, self.now_ms, begun, leaning=leaning, away=away)

    def _own(self, bill: Bill, stretches: Sequence[Stretch]) -> Figure:
        """Return what the meters behind a bill say of some days."""
        asked = self._asked(bill)
        figures = [
            figure
            for stretch in stretches
            for link in behind_of(self.registry, self.billed, bill, stretch).links
            for figure in own_figures(self.store, [link.meter], [link.days], asked).values()
        ]
        return joined_figures(figures) if figures else Figure(OWN, None)

    def _together(self, bill: Bill, behind: Behind, period: Period | None) -> Reconciliation:
        """Return the bills of all accounts that share meters against those meters."""
        whole = Stretch(bill.first, bill.until)
        keys = account_keys(self.billed)
        sharing = [one for one in self.billed if keys[one.bill] in behind.accounts]
        groups = [[one for one in sharing if keys[one.bill] == key] for key in behind.accounts]
        days = shared_days(groups, whole)
        names = ", ".join(map(account_text, behind.accounts))
        if not days:
            return Reconciliation(bill, Figure(OWN, None), None, (), preface=(apart(names),))
        place = self.registry.institution[bill.institution]
        zone = self.registry.site[place.site].zone
        meets = [one for one in sharing if one.first < whole.until and whole.first < one.until]
        profiles = profiles_of(self.store, self.registry, self.billed, meets, zone)
        total = sum_within(bill, meets, days, profiles)
        booked = self._own(bill, list(period.stretches())) if period else None
        found = reconcile(total, self._own(bill, days), booked)
        found = replace(found, bill=bill, preface=(summed(names, total, days),))
        return self._with_notes(found, self._unless_unnamed(bill, TOGETHER))

    def _expected(self, bill: Bill, behind: Behind, metered: Figure) -> MonthBill | Text | None:
        """Return what a tariff in full asks for the days of a bill, or why nobody can say it.

        None where there is none and the bill names nothing that needs it.
        """
        reason: Text
        if bill.days not in _MONTH_DAYS:
            reason = Text(
                f"账单为 {bill.days} 天，不是一个月", f"its {bill.days} days are no month"
            )
        elif not behind.are_behind_all_of(Stretch(bill.first, bill.until)):
            reason = CHANGED
        else:
            try:
                return self._month_bill(bill, behind, metered)
            except ConfigError as error:
                reason = error.text if behind.contract.is_registered else error.text + WHOSE
        return self._unless_unnamed(bill, reason)

    def _unless_unnamed(self, bill: Bill, reason: Text) -> Text | None:
        """Return why a bill is not held against a tariff; None if nobody names what needs it."""
        asked = (self.terms.contract_w, self.terms.capacity_va, self.terms.reactive)
        named = (bill.demand_w, bill.power_factor, bill.capacity_va, bill.reactive)
        return NOT_IN_FULL + reason if any(one is not None for one in (*asked, *named)) else None

    def _month_bill(self, bill: Bill, behind: Behind, metered: Figure) -> MonthBill:
        terms = replace(
            self.terms,
            contract_w=_first_of(self.terms.contract_w, behind.contract.contract_w),
            capacity_va=_first_of(
                self.terms.capacity_va, behind.contract.capacity_va, self._capacity_before(bill)
            ),
            # The reactive energy of a bill is no meter's: with another amount it would be a power
            # factor that nobody measured.
            reactive=self.terms.reactive if metered.is_whole else None,
            is_by_capacity=bill.capacity_va is not None and bill.demand_w is None,
            quota=behind.contract.quota,
            households=behind.contract.households,
            persons=behind.contract.persons,
        )
        period = Period(bill.first, bill.until, bill.bill, MONTH)
        return month_bill(
            behind.meters,
            period,
            registry=self.registry,
            reference=self.reference,
            store=self.store,
            terms=terms,
            before=Told(self.store, self.registry, self.billed, self.earlier).before(
                behind.meters,
                Stretch(bill.first, bill.until),
                tariff_of(behind.meters, period, self.reference),
                use=bill.use,
            ),
        )

    def _capacity_before(self, bill: Bill) -> int | None:
        """Return the capacity on the bill before of the same account, the newest that has one."""
        earlier = [
            one
            for one in self.billed
            if one.shares_account(bill) and one.until <= bill.first and one.capacity_va
        ]
        return max(earlier, key=lambda one: one.until).capacity_va if earlier else None


def _first_of(*numbers: int | None) -> int | None:
    return next((number for number in numbers if number is not None), None)


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
        earlier = earlier_ledger.in_force(session)
    terms = MonthUse(
        amounts=(),
        contract_w=number_of(given, "contract", _THOUSAND),
        capacity_va=number_of(given, "capacity", _THOUSAND),
        reactive=number_of(given, "reactive", _THOUSAND),
    )
    checker = Checker(house.store, registry, reference, every, earlier, terms, house.clock())
    found = [one for one in every if institution in ("", one.institution)]
    if period is not None:
        found = [one for one in found if one.first < period.until and period.first < one.until]
    for bill in found:
        for line in check_lines(checker.checked(bill, period), registry):
            desk.tell(line)
    if not found:
        desk.tell(Text("没有可核对的账单。", "There is no bill to check."))
