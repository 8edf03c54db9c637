"""Which meters stand on the bills of which account, in the registry files."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from energy.account import AccountMeter
from energy.meter import MAIN, Meter
from energy.period import NO_FIRST_DAY, NO_LAST_DAY, day_named
from energy.text import Text
from storage.csv_cells import Cells, exact_text

ACCOUNT_COLUMNS = (
    "account", "meter", "supplier", "valid_from", "valid_to", "contract_kw", "capacity_kva",
)  # fmt: skip

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
    found = [(cells, _entry(cells, names)) for cells in rows]
    for cells, entry in found:
        meter = meters.get(entry.meter)
        if meter is not None and meter.role != MAIN:
            problem = Text(
                f"{entry.meter} 的角色是 {meter.role}；账单对应总表（main）。",
                f"{entry.meter} has the role {meter.role}; bills are of mains.",
            )
            cells.mistake("meter", problem)
    good = [row for row in found if row[0].good]
    _check_on_one_account(good)
    _check_one_contract([row for row in good if row[1].meter in meters], meters)
    return tuple(entry for _, entry in found)


def account_cells(entry: AccountMeter) -> Sequence[str]:
    """Return the cells of a row."""
    return (
        entry.account,
        entry.meter,
        entry.supplier,
        day_named(entry.valid_from),
        day_named(entry.valid_to),
        _thousands(entry.contract_w),
        _thousands(entry.capacity_va),
    )


def _thousands(number: int | None) -> str:
    return "" if number is None else exact_text(Fraction(number, _THOUSAND))


def _entry(cells: Cells, names: Collection[str] | None) -> AccountMeter:
    entry = AccountMeter(
        account=cells.text("account", needed=True),
        meter=cells.known("meter", names, where="meters.csv", needed=True),
        supplier=cells.text("supplier"),
        valid_from=cells.day("valid_from", default=NO_FIRST_DAY),
        valid_to=cells.day("valid_to", default=NO_LAST_DAY),
        contract_w=_power(cells, "contract_kw"),
        capacity_va=_power(cells, "capacity_kva"),
    )
    if cells.good and entry.valid_to <= entry.valid_from:
        begin = entry.valid_from.isoformat()
        problem = Text(f"不晚于 valid_from 的 {begin}。", f"it is not after valid_from, {begin}.")
        cells.mistake("valid_to", problem)
    return entry


def _power(cells: Cells, column: str) -> int | None:
    """Return a power in thousandths of what the cell says; None if it is empty."""
    return int(cells.exact(column) * _THOUSAND) if cells.cell(column) else None


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
                _check_same(cells, entry, "contract_kw", entry.contract_w, other.contract_w)
                _check_same(cells, entry, "capacity_kva", entry.capacity_va, other.capacity_va)
        accounts[key].append(entry)


def _check_same(
    cells: Cells, entry: AccountMeter, column: str, own: int | None, other: int | None
) -> None:
    if own is None or other is None or own == other:
        return
    problem = Text(
        f"户号 {entry.account} 同时已写明 {_thousands(other)}；请只写一次或写成一样。",
        f"account {entry.account} has {_thousands(other)} at the same time; write it once, or the "
        "same in each row.",
    )
    cells.mistake(column, problem)
