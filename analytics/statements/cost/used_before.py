"""What was used this year before a bill, as bills, ledgers of before, or a person tell it.

Source: docs/methods.md, "The year before a bill".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.ledger.year_before import ToldBefore, months_before
from analytics.statements.cost.accounts import account_keys, profiles_of
from analytics.statements.cost.contracts import standings_of
from energy.bills.account import AccountMeter
from energy.bills.bill import Bill, part_within
from energy.meter import Meter
from energy.period import Stretch
from energy.registry import Registry
from energy.signing import EarlierTotal
from energy.tariffs.terms import Tariff
from energy.uses import OWN_GENERATION
from storage.readings import ReadingStore


@dataclass(frozen=True)
class Told:
    """Where others than the meters tell of the year before a bill.

    Attributes:
        store: Days of meters, by which a bill over the end of a month is split.
        registry: Mains and accounts.
        billed: Bills in force.
        earlier: Totals of ledgers of before.
    """

    store: ReadingStore
    registry: Registry
    billed: Sequence[Bill]
    earlier: Sequence[EarlierTotal]

    def before(
        self,
        meters: Sequence[Meter],
        days: Stretch,
        tariff: Tariff | None,
        *,
        use: str = "",
        given: int | None = None,
    ) -> ToldBefore:
        """Return what is told of the year before a bill.

        Args:
            meters: On one bill.
            days: Of the bill.
            tariff: Their tariff; nothing is told where its price does not depend on the year.
            use: Use that the bills of the meters name; "" for none.
            given: What a person says was used [base units]; None if nobody does.
        """
        if tariff is None or tariff.tiers is None:
            return ToldBefore(given)
        return ToldBefore(
            given,
            self._billed_months(meters, days.first, use),
            earlier_months(self.earlier, self.registry, meters),
            self._stood(meters, days),
        )

    def _stood(self, meters: Sequence[Meter], days: Stretch) -> Mapping[str, list[Stretch]]:
        """Return which days of the year before each meter stood on the account of a bill.

        Nothing where its meters stand on no account on its days, or on several.
        """
        own = _rows_of(self.registry, meters, days)[1]
        keys = {(row.supplier, row.account) for row in own}
        if len(keys) != 1:
            return {}
        year = Stretch(date(days.first.year, 1, 1), days.first)
        on_bill = {row.meter for row in own}
        names = on_bill | {row.meter for row in _rows_of(self.registry, meters, year)[0]}
        found = {
            name: [
                one.days
                for one in standings_of(self.registry, name, year)
                if (one.supplier, one.account) in keys
            ]
            for name in names
        }
        return {name: stood for name, stood in found.items() if stood or name in on_bill}

    def _billed_months(
        self, meters: Sequence[Meter], first: date, use: str
    ) -> Mapping[Stretch, int]:
        """Return the months before a day that bills of the account cover from end to end."""
        own: dict[Stretch, list[Bill]] = {}
        for month in months_before(first):
            bills = covering(self.registry, self.billed, meters, month, use=use)
            if bills:
                own[month] = bills
        wanted = {bill.bill: bill for bills in own.values() for bill in bills}
        over = [
            bill
            for bill in wanted.values()
            if not any(one.first <= bill.first and bill.until <= one.until for one in own)
        ]
        zone = self.registry.site[meters[0].site].zone
        profiles = profiles_of(self.store, self.registry, self.billed, over, zone)
        found = {}
        for month, bills in own.items():
            parts = [part_within(bill, month, profiles.get(bill.bill, {})) for bill in bills]
            found[month] = sum(part.amount or 0 for part in parts if part is not None)
        return found


def bills_of(
    registry: Registry,
    billed: Iterable[Bill],
    meters: Sequence[Meter],
    days: Stretch,
    *,
    use: str = "",
) -> list[Bill]:
    """Return the bills behind which meters stand on some days, as far as accounts tell them apart.

    Those of the accounts that the meters are on; of meters on none, those of accounts that have no
    meter of their role.

    Args:
        registry: Accounts.
        billed: Bills in force.
        meters: Of one institution, kind and role.
        days: On which the meters stand there; the bills are of any days.
        use: What bills of meters on no account are for.
    """
    rows, own = _rows_of(registry, meters, days)
    alike = [
        bill
        for bill in billed
        if (bill.institution, bill.kind) == (meters[0].institution, meters[0].kind)
    ]
    if own:
        return [
            bill for bill in alike if any(row.is_of(bill.supplier, bill.account) for row in own)
        ]
    return [
        bill
        for bill in alike
        if bill.use == use and not any(row.is_of(bill.supplier, bill.account) for row in rows)
    ]


def covering(
    registry: Registry,
    billed: Iterable[Bill],
    meters: Sequence[Meter],
    days: Stretch,
    *,
    use: str = "",
) -> list[Bill]:
    """Return the bills that count these meters and no others on every one of some days; else none.

    Args:
        registry: Accounts.
        billed: Bills in force.
        meters: Of one institution, kind and role.
        days: The days.
        use: What bills of meters on no account are for.
    """
    names, same = {meter.meter for meter in meters}, _alike(registry, meters[0])
    rows, own_rows = _rows_of(registry, meters, days)
    keys = {(row.supplier, row.account) for row in own_rows}
    taken = {row.meter for row in rows}
    there = {row.meter for row in rows if (row.supplier, row.account) in keys}
    free = {name for name, one in same.items() if name not in taken and use in ("", one.use)}
    if names != (there or free) or any(row.within(days) != days for row in own_rows):
        return []
    bills = bills_of(registry, billed, meters, days, use=use)
    # An account that has begun and has no bill of a day: what it used then is not known.
    begun = [bill for bill in bills if bill.first < days.until and bill.amount is not None]
    whose = account_keys(begun)
    accounts = [
        [one for one in begun if whose[one.bill] == key and not one.is_note]
        for key in set(whose.values())
    ]
    if len(accounts) < max(len(keys), 1):
        return []
    each = (days.first + timedelta(days=number) for number in range(days.days))
    is_whole = all(
        any(one.first <= day < one.until for one in own) for day in each for own in accounts
    )
    return [one for one in begun if days.first < one.until] if is_whole else []


def earlier_months(
    totals: Iterable[EarlierTotal], registry: Registry, meters: Sequence[Meter]
) -> dict[date, int]:
    """Return the first day of each month of a ledger of before and its total [base units].

    Args:
        totals: Of any institution and kind.
        registry: Tells which meters there are.
        meters: On one bill. A ledger of before tells of an institution as a whole, so nothing is
            taken from it unless they are all its meters of a kind and role.
    """
    institution, kind = meters[0].institution, meters[0].kind
    if {*_alike(registry, meters[0])} != {meter.meter for meter in meters}:
        return {}
    return {
        total.month: total.amount
        for total in totals
        if (total.institution, total.kind) == (institution, kind)
    }


def _rows_of(
    registry: Registry, meters: Sequence[Meter], days: Stretch
) -> tuple[list[AccountMeter], list[AccountMeter]]:
    """Return the rows of accounts of some days: of all meters alike, and of these alone."""
    names, same = {meter.meter for meter in meters}, _alike(registry, meters[0])
    rows = [row for row in registry.accounts if row.meter in same and row.within(days)]
    return rows, [row for row in rows if row.meter in names]


def _alike(registry: Registry, meter: Meter) -> dict[str, Meter]:
    """Return the meters of the institution, kind and role of a meter, by name.

    What is generated on the spot is on no bill of what is bought.
    """
    return {
        one.meter: one
        for one in registry.meters
        if (one.institution, one.kind, one.role) == (meter.institution, meter.kind, meter.role)
        and (one.use == OWN_GENERATION) == (meter.use == OWN_GENERATION)
    }
