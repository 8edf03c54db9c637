"""Which meters stand behind a bill: those of its account, else the mains that no account has."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from analytics.statements.cost.contracts import NO_CONTRACT, Contract, contract_in
from analytics.statements.own import days_of, whole_days
from analytics.statements.parts import is_bought
from energy.bills.account import AccountMeter
from energy.bills.bill import Bill, part_within
from energy.meter import MAIN, Meter
from energy.period import Stretch
from energy.registry import Registry
from storage.readings import ReadingStore

AccountKey = tuple[str, str, str, str, str]


class Link(NamedTuple):
    """A meter behind a bill, and the days on which it stands there."""

    meter: Meter
    days: Stretch


class Behind(NamedTuple):
    """What stands behind a bill on some days.

    Attributes:
        links: Its meters.
        accounts: Accounts whose bills these meters count together, sorted; one, unless several
            have no meters of their own in bill_accounts.csv.
        contract: What bill_accounts.csv says of the account.
    """

    links: tuple[Link, ...]
    accounts: tuple[AccountKey, ...]
    contract: Contract = NO_CONTRACT

    @property
    def meters(self) -> list[Meter]:
        """Each meter once."""
        return list({link.meter.meter: link.meter for link in self.links}.values())

    def are_behind_all_of(self, days: Stretch) -> bool:
        """Tell whether every meter stands there on every one of some days."""
        return all(link.days == days for link in self.links)


def behind_of(
    registry: Registry, billed: Iterable[Bill], bill: Bill, days: Stretch | None = None
) -> Behind:
    """Return what stands behind a bill.

    The meters that bill_accounts.csv names for its account. Where it names none, the mains of its
    kind, and of its use if it has one, that no account has: one account without meters of its own
    has all of these, several share them.

    Args:
        registry: Mains and accounts.
        billed: Bills in force, of any institution: they tell which accounts there are.
        bill: The bill.
        days: Days that are asked for; None for those of the bill.
    """
    days = days or Stretch(bill.first, bill.until)
    mains = [
        meter
        for meter in registry.meters
        if (meter.institution, meter.kind, meter.role) == (bill.institution, bill.kind, MAIN)
        and (is_bought(meter) or bill.use == meter.use)
    ]
    names = {meter.meter: meter for meter in mains}
    rows = [row for row in registry.accounts if row.meter in names and row.within(days)]
    own = [row for row in rows if row.is_of(bill.supplier, bill.account)]
    if own:
        parts = ((row.meter, row.within(days)) for row in own)
        links = tuple(Link(names[name], part) for name, part in parts if part is not None)
        return Behind(links, (bill.account_key,), contract_in(own))
    free = (
        Link(meter, part)
        for meter in mains
        if bill.use in ("", meter.use)
        for part in _free(days, [row for row in rows if row.meter == meter.meter])
    )
    alike = [
        one
        for one in billed
        if one.subject == bill.subject and one.bill != bill.bill and not one.is_note
    ]
    sharing = {
        key
        for key in accounts_on([*alike, bill], days)
        if not any(row.is_of(*key[3:]) for row in rows)
    }
    return Behind(tuple(free), tuple(sorted(sharing)))


def account_keys(billed: Sequence[Bill]) -> dict[str, AccountKey]:
    """Return the account of each of some bills, by the name of the bill.

    A bill that names no supplier is of the only one that others of its account name.
    """
    named: dict[tuple[str, ...], set[str]] = {}
    for bill in billed:
        named.setdefault((*bill.subject, bill.account), set()).update({bill.supplier} - {""})
    found = {}
    for bill in billed:
        suppliers = named[*bill.subject, bill.account]
        supplier = next(iter(suppliers)) if len(suppliers) == 1 else bill.supplier
        found[bill.bill] = (*bill.subject, supplier, bill.account)
    return found


def accounts_on(billed: Iterable[Bill], days: Stretch) -> set[AccountKey]:
    """Return the accounts that have bills before the end of some days and behind their start."""
    first: dict[AccountKey, date] = {}
    until: dict[AccountKey, date] = {}
    billed = list(billed)
    keys = account_keys(billed)
    for bill in billed:
        key = keys[bill.bill]
        first[key] = min(first.get(key, bill.first), bill.first)
        until[key] = max(until.get(key, bill.until), bill.until)
    return {key for key in first if first[key] < days.until and days.first < until[key]}


def _free(days: Stretch, taken: Sequence[AccountMeter]) -> Iterator[Stretch]:
    """Yield the parts of some days on which a meter is on no account, in order of time."""
    first = days.first
    for row in sorted(taken, key=lambda row: row.valid_from):
        if first < row.valid_from:
            yield Stretch(first, min(row.valid_from, days.until))
        first = max(first, row.valid_to)
    if first < days.until:
        yield Stretch(first, days.until)


def profiles_of(
    store: ReadingStore,
    registry: Registry,
    billed: Sequence[Bill],
    wanted: Iterable[Bill],
    zone: ZoneInfo,
) -> dict[str, dict[date, int | None]]:
    """Return what the meters behind bills used on each day of theirs [base units].

    A day is there only if each of its meters measured or estimated all of it. Behind a bill for a
    use without mains of its own are the mains of the kind.

    Args:
        store: Has their days.
        registry: Mains and accounts.
        billed: All bills in force of an institution.
        wanted: Those whose days are asked for.
        zone: Wall clock on which days are cut.

    Returns:
        Bill to local day to amount.
    """
    links = {bill.bill: (bill, _links(registry, billed, bill)) for bill in wanted}
    found: dict[str, dict[date, int | None]] = {}
    for kind in sorted({bill.kind for bill, _ in links.values()}):
        own = [(bill, behind) for bill, behind in links.values() if bill.kind == kind and behind]
        names = sorted({link.meter.meter for _, behind in own for link in behind})
        if not names:
            continue
        whole = Stretch(min(bill.first for bill, _ in own), max(bill.until for bill, _ in own))
        rows = days_of(store, names, [whole], zone)
        each = {name: whole_days(one, zone) for name, one in rows.items()}
        for bill, behind in own:
            found[bill.bill] = _profile(bill, behind, each)
    return found


def _links(registry: Registry, billed: Sequence[Bill], bill: Bill) -> tuple[Link, ...]:
    days = Stretch(bill.first, bill.until)
    links = behind_of(registry, billed, bill).links
    if links or not bill.use:
        return links
    return tuple(
        Link(meter, days)
        for meter in registry.meters
        if (meter.institution, meter.kind) == (bill.institution, bill.kind) and is_bought(meter)
    )


def _profile(
    bill: Bill, links: Sequence[Link], each: Mapping[str, Mapping[date, int]]
) -> dict[date, int | None]:
    found: dict[date, int | None] = {}
    for day in (bill.first + timedelta(days=number) for number in range(bill.days)):
        there = [link for link in links if link.days.first <= day < link.days.until]
        amounts = [each.get(link.meter.meter, {}).get(day) for link in there]
        known = [amount for amount in amounts if amount is not None]
        if there and len(known) == len(there):
            found[day] = sum(known)
    return found


def account_text(key: AccountKey) -> str:
    """Return how people call an account: its supplier and number, "-" if bills name neither."""
    return " ".join(word for word in key[3:] if word) or "-"


def shared_days(accounts: Sequence[Sequence[Bill]], days: Stretch) -> list[Stretch]:
    """Return the parts of some days that bills of every account cover, in order of time."""
    found: list[Stretch] = []
    for day in (days.first + timedelta(days=number) for number in range(days.days)):
        whole = ([bill for bill in own if not bill.is_note] for own in accounts)
        if not all(any(bill.first <= day < bill.until for bill in own) for own in whole):
            continue
        if found and found[-1].until == day:
            day_before = found.pop()
            found.append(Stretch(day_before.first, day + timedelta(days=1)))
        else:
            found.append(Stretch(day, day + timedelta(days=1)))
    return found


def sum_within(
    bill: Bill,
    billed: Sequence[Bill],
    days: Sequence[Stretch],
    profiles: Mapping[str, Mapping[date, int | None]],
) -> Bill:
    """Return what some bills say together of some days, as one bill without particulars.

    Args:
        bill: Whose institution, kind and use they share.
        billed: The bills.
        days: In order of time.
        profiles: Bill to what its meters used day by day: by what it is cut.
    """
    cut = (
        part_within(one, stretch, profiles.get(one.bill, {})) for one in billed for stretch in days
    )
    parts = [part for part in cut if part is not None]
    amounts = [part.amount for part in parts if part.amount is not None]
    return Bill(
        bill=bill.bill,
        institution=bill.institution,
        kind=bill.kind,
        use=bill.use,
        first=days[0].first,
        until=days[-1].until,
        amount=sum(amounts) if len(amounts) == len(parts) else None,
        cost=sum(part.cost for part in parts),
    )
