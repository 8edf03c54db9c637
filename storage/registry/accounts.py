"""Which meters stand on the bills of which account, in the registry files."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from energy.bills.account import AccountMeter
from energy.kinds import KINDS
from energy.meter import MAIN, SETTLEMENT, Meter
from energy.period import NO_FIRST_DAY, NO_LAST_DAY, day_named
from energy.text import Text
from storage.csv_cells import Cells, exact_text

ACCOUNT_COLUMNS = (
    "account", "meter", "supplier", "valid_from", "valid_to", "contract_kw", "capacity_kva",
    "quota", "households", "persons",
)  # fmt: skip
ACCOUNT_COLUMNS_LATER = ("quota", "households", "persons")
"""Columns that files of before may lack."""

MOST_PEOPLE = 1_000_000
"""Persons or households on an account; chosen: a campus has fewer, a number with too many zeros
more."""

_THOUSAND = 1000
_Row = tuple[Cells, AccountMeter]


def read_accounts(
    rows: list[Cells], meters: Mapping[str, Meter], names: Collection[str] | None
) -> tuple[AccountMeter, ...]:
    """Return the meters of accounts; mistakes stay with their rows.

    Args:
        rows: Rows of bill_accounts.csv.
        meters: What meters.csv says, by name.
        names: Names of meters.csv; None if it cannot be read.
    """
    found = [(cells, _entry(cells, names, meters)) for cells in rows]
    for cells, entry in found:
        meter = meters.get(entry.meter)
        if meter is not None and meter.role not in (MAIN, SETTLEMENT):
            problem = Text(
                f"{entry.meter} 的角色是 {meter.role}；账单对应总表（main）"
                "或结算表（settlement）。",
                f"{entry.meter} has the role {meter.role}; bills are of mains, or of settlement "
                "meters.",
            )
            cells.mistake("meter", problem)
    good = [row for row in found if row[0].good]
    _check_on_one_account(good)
    _check_one_contract([row for row in good if row[1].meter in meters], meters)
    return tuple(entry for _, entry in found)


def account_cells(entry: AccountMeter, meters: Mapping[str, Meter]) -> Sequence[str]:
    """Return the cells of a row.

    Args:
        entry: The row.
        meters: The meters of the registry, by name: a quota stands in the unit of the kind.
    """
    return (
        entry.account,
        entry.meter,
        entry.supplier,
        day_named(entry.valid_from),
        day_named(entry.valid_to),
        _thousands(entry.contract_w),
        _thousands(entry.capacity_va),
        _displayed(entry.quota, meters.get(entry.meter)),
        _whole_text(entry.households),
        _whole_text(entry.persons),
    )


def _whole_text(number: int | None) -> str:
    return "" if number is None else str(number)


def _displayed(amount: int | None, meter: Meter | None) -> str:
    """Return base units of the kind of a meter as people read them."""
    return "" if amount is None else exact_text(Fraction(amount, _per_display(meter)))


def _per_display(meter: Meter | None) -> int:
    return KINDS[meter.kind].base_per_display if meter and meter.kind in KINDS else 1


def _thousands(number: int | None) -> str:
    return "" if number is None else exact_text(Fraction(number, _THOUSAND))


def _entry(
    cells: Cells, names: Collection[str] | None, meters: Mapping[str, Meter]
) -> AccountMeter:
    entry = AccountMeter(
        account=cells.text("account", needed=True),
        meter=cells.known("meter", names, where="meters.csv", needed=True),
        supplier=cells.text("supplier"),
        valid_from=cells.day("valid_from", default=NO_FIRST_DAY),
        valid_to=cells.day("valid_to", default=NO_LAST_DAY),
        contract_w=_power(cells, "contract_kw"),
        capacity_va=_power(cells, "capacity_kva"),
        quota=_quota(cells, meters.get(cells.cell("meter"))),
        households=_people(cells, "households"),
        persons=_people(cells, "persons"),
    )
    if cells.good and entry.valid_to <= entry.valid_from:
        begin = entry.valid_from.isoformat()
        problem = Text(f"不晚于 valid_from 的 {begin}。", f"it is not after valid_from, {begin}.")
        cells.mistake("valid_to", problem)
    return entry


def _power(cells: Cells, column: str) -> int | None:
    """Return a power in thousandths of what the cell says; None if it is empty."""
    return int(cells.exact(column) * _THOUSAND) if cells.cell(column) else None


def _quota(cells: Cells, meter: Meter | None) -> int | None:
    """Return a quota of a year in base units of the kind of the meter; None if there is none."""
    if not cells.cell("quota"):
        return None
    quota = cells.exact("quota") * _per_display(meter)
    if quota.denominator != 1:
        unit = KINDS[meter.kind].base_unit if meter and meter.kind in KINDS else ""
        problem = Text(f"细于 1 {unit}，请取整。", f"it is finer than 1 {unit}; round it.")
        cells.mistake("quota", problem)
    return int(quota)


def _people(cells: Cells, column: str) -> int | None:
    """Return a number of households or persons; None if the cell is empty."""
    return cells.whole(column, least=1, most=MOST_PEOPLE) if cells.cell(column) else None


def _check_on_one_account(rows: Sequence[_Row]) -> None:
    """A meter stands on one account at a time, or its amount would be billed twice."""
    last: dict[str, _Row] = {}
    for cells, entry in sorted(rows, key=lambda row: row[1].valid_from):
        before = last.get(entry.meter)
        if before is not None and entry.valid_from < before[1].valid_to:
            problem = Text(
                f"第 {before[0].row} 行同时已把 {entry.meter} 归入户号 {before[1].account}；"
                "有效期不能重叠。",
                f"row {before[0].row} has {entry.meter} on account {before[1].account} at the same "
                "time; what is valid must not overlap.",
            )
            cells.mistake("valid_from", problem)
        if before is None or entry.valid_to > before[1].valid_to:
            last[entry.meter] = cells, entry


def _check_one_contract(rows: Sequence[_Row], meters: Mapping[str, Meter]) -> None:
    """An account has one contract and one capacity at a time, in whichever row they stand."""
    accounts: dict[tuple[str, ...], list[AccountMeter]] = {}
    for cells, entry in rows:
        meter = meters[entry.meter]
        key = entry.supplier, entry.account, meter.institution, meter.kind
        for other in accounts.setdefault(key, []):
            if entry.valid_from < other.valid_to and other.valid_from < entry.valid_to:
                for column, own, its in zip(
                    _ONCE, _said_once(entry, meters), _said_once(other, meters), strict=True
                ):
                    _check_same(cells, entry, column, own, its)
        accounts[key].append(entry)


_ONCE = ACCOUNT_COLUMNS[-5:]
"""What is of the account, not of the meter."""


def _said_once(entry: AccountMeter, meters: Mapping[str, Meter]) -> Sequence[str]:
    return account_cells(entry, meters)[-len(_ONCE) :]


def _check_same(cells: Cells, entry: AccountMeter, column: str, own: str, other: str) -> None:
    if not own or not other or own == other:
        return
    problem = Text(
        f"户号 {entry.account} 同时已写明 {other}；请只写一次或写成一样。",
        f"account {entry.account} has {other} at the same time; write it once, or the same in "
        "each row.",
    )
    cells.mistake(column, problem)
