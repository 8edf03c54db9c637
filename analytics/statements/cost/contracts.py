"""What bill_accounts.csv says of an account besides its meters, and where accounts change."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

from energy.bills.account import AccountMeter
from energy.meter import Meter
from energy.period import Stretch
from energy.registry import Registry
from energy.text import Text


class Contract(NamedTuple):
    """What bill_accounts.csv says of an account besides its meters.

    Attributes:
        contract_w: Contracted demand [W]; None if it names none.
        capacity_va: Transformer capacity [VA]; None if it names none.
        quota: Quota of the year [base units]; None if it names none.
        households: Households behind it; None if it names none.
        persons: Persons behind it; None if it names none.
        is_registered: Whether the account has a row at all.
        unused: What accounts that follow each other say differently and is hence None, and why.
    """

    contract_w: int | None = None
    capacity_va: int | None = None
    quota: int | None = None
    households: int | None = None
    persons: int | None = None
    is_registered: bool = False
    unused: tuple[Text, ...] = ()


NO_CONTRACT = Contract()
_NAMED = {
    "contract_w": Text("合同需量", "contracted demand"),
    "capacity_va": Text("变压器容量", "transformer capacity"),
    "quota": Text("年定额", "quota"),
    "households": Text("户数", "households"),
    "persons": Text("人数", "persons"),
}


def account_of(registry: Registry, meters: Sequence[Meter], days: Stretch) -> Contract:
    """Return the contract of the account that some meters are on.

    Where one account follows another, what both say alike holds, and what they say differently is
    named. Nothing holds where meters are on several at a time.
    """
    names = {meter.meter for meter in meters}
    rows = [row for row in registry.accounts if row.meter in names and row.within(days)]
    keys = list(dict.fromkeys((row.supplier, row.account) for row in rows))
    if len(keys) == 1:
        return contract_in(rows)
    if not keys or not _follow_each_other(rows, days):
        return NO_CONTRACT
    each = [contract_in([row for row in rows if row.is_of(*key)]) for key in keys]
    said = {name: [getattr(one, name) for one in each] for name in _NAMED}
    alike = {name: own[0] for name, own in said.items() if len({*own}) == 1}
    unlike = [name for name in said if name not in alike]
    unused = (_unused(rows, unlike, days),) if unlike else ()
    return NO_CONTRACT._replace(**alike, is_registered=True, unused=unused)


class Standing(NamedTuple):
    """Days on which a meter stands on the bills of an account.

    Attributes:
        supplier: Who sends the bills; "" if the number alone tells.
        account: Number of the account.
        days: Which days.
    """

    supplier: str
    account: str
    days: Stretch


def standings_of(registry: Registry, meter: str, days: Stretch) -> tuple[Standing, ...]:
    """Return on which accounts a meter stands on some days, in order of time.

    Rows of one account that meet are one standing: what changed was its contract.
    """
    found: list[Standing] = []
    rows = [
        Standing(row.supplier, row.account, within)
        for row in registry.accounts
        if row.meter == meter and (within := row.within(days)) is not None
    ]
    for one in sorted(rows):
        last = found[-1] if found else None
        if last and last[:2] == one[:2] and one.days.first <= last.days.until:
            until = max(last.days.until, one.days.until)
            found[-1] = last._replace(days=Stretch(last.days.first, until))
        else:
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.days))


def _follow_each_other(rows: Sequence[AccountMeter], days: Stretch) -> bool:
    """Tell whether no day has rows of two accounts."""
    spans = [((row.supplier, row.account), row.within(days)) for row in rows]
    return not any(
        key != other and one is not None and two is not None
        and one.first < two.until and two.first < one.until
        for (key, one), (other, two) in combinations(spans, 2)
    )  # fmt: skip


def _unused(rows: Sequence[AccountMeter], unlike: Sequence[str], days: Stretch) -> Text:
    """Return that accounts follow each other, and what they say differently is not used."""
    ordered = sorted(rows, key=lambda row: row.valid_from)
    accounts = list(dict.fromkeys(row.account for row in ordered))
    changes = sorted({row.valid_from for row in ordered if days.first < row.valid_from})
    when = ", ".join(f"{day}" for day in changes)
    names = [_NAMED[name] for name in unlike]
    zh, en = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
    return Text(
        f"户号由 {' → '.join(accounts)} 变更（{when}），各户的{zh}不同，均未采用；请分段核对账单。",
        f"the account changed ({' → '.join(accounts)}, {when}), and what both say differently is "
        f"not used: {en}. Compare the bill of each.",
    )


def contract_in(rows: Sequence[AccountMeter]) -> Contract:
    """Return the contract that rows of one account name; where it changed, the later one."""
    found: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: row.valid_from):
        said = {name: getattr(row, name) for name in _NAMED}
        found |= {name: number for name, number in said.items() if number is not None}
    return NO_CONTRACT._replace(**found, is_registered=True)
