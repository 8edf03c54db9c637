"""Bills and totals of earlier ledgers as rows of a file that people keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from energy.bills.bill import Bill
from energy.bills.doubts import doubts_of
from energy.bills.untruths import untruths_of
from energy.errors import ConfigError, Mistake, RegistryError
from energy.signing import EarlierTotal
from energy.span import next_month
from energy.text import Text
from energy.uses import USES
from jieneng.imports.given_cells import MICRO, Cells, Names, rows_of
from jieneng.imports.opening import open_sheet
from jieneng.imports.sheet import How

BILLS = Text("账单文件", "file of bills")
EARLIER = Text("历史台账文件", "file of earlier totals")
ABOVE = Text("这个月已在前面出现。", "this month stands above already.")

BILL_COLUMNS: Names = {
    "bill": ("账单号", "账单编号"),
    "institution": ("机构", "用能单位"),
    "kind": ("能源品种", "能源种类", "品种"),
    "use": ("用途",),
    "supplier": ("供应商", "供能单位"),
    "account": ("户号", "账户"),
    "first": ("开始日期", "起始日期"),
    "last": ("结束日期", "截止日期"),
    "amount": ("用量", "数量"),
    "unit": ("单位", "计量单位"),
    "cost": ("金额", "金额（元）", "费用"),
    "price": ("单价", "单价（元）"),
    "demand": ("最大需量", "最大需量（kW）"),
    "power_factor": ("功率因数",),
    "capacity": ("合同容量", "合同容量（kVA）"),
    "reactive": ("无功电量", "无功电量（kvarh）"),
    "evidence": ("凭证",),
}
EARLIER_COLUMNS: Names = {
    "institution": ("机构", "用能单位"),
    "kind": ("能源品种", "能源种类", "品种"),
    "month": ("月份", "年月"),
    "amount": ("用量", "数量"),
    "unit": ("单位", "计量单位"),
    "cost": ("金额", "金额（元）", "费用"),
}


@dataclass(frozen=True)
class Entry:
    """Who enters rows, and what they may name.

    Attributes:
        author: Who.
        at: When [ms].
        today: Institution of the registry in force to the day it is there now.
        metered: Institution and kind to the first day of the month that its own meters began in.
    """

    author: str
    at: int
    today: Mapping[str, date]
    metered: Mapping[tuple[str, str], date] = field(default_factory=dict)


@dataclass
class Judged:
    """What becomes of the bills of a file.

    Attributes:
        new: Those to be kept.
        same: Names of those that are there already as they are.
        mistakes: What is wrong.
        doubts: Names of those to be kept, each with what a person should look at.
    """

    new: list[Bill] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    doubts: list[tuple[str, Text]] = field(default_factory=list)


def doubts_in(bill: Bill, others: Sequence[Bill], entry: Entry) -> list[Text]:
    """Return what a person should look at in a bill beside others that count."""
    return list(doubts_of(bill, others, entry.today[bill.institution]))


def bill_of(cells: Cells, entry: Entry) -> Bill | None:
    """Return the bill in a row; None after a mistake."""
    kind = cells.kind()
    name = cells.word("bill", needed=True)
    institution = cells.one_of("institution", entry.today)
    use = cells.one_of("use", [word for word in USES if word]) if cells.word("use") else ""
    first, last = cells.day("first"), cells.day("last")
    cost = cells.scaled("cost", MICRO, needed=True)
    amount = cells.amount(kind)
    printed = {
        "price": cells.scaled("price", MICRO),
        "demand_w": cells.scaled("demand", 1000),
        "capacity_va": cells.scaled("capacity", 1000),
        "reactive": cells.scaled("reactive", 1000),
    }
    factor = cells.exact("power_factor")
    if not (kind and name and institution) or first is None or last is None or cost is None:
        return None
    if cells.word("amount") and amount is None:
        return None
    try:
        bill = Bill(
            bill=name, institution=institution, kind=kind, use=use,
            supplier=cells.word("supplier"), account=cells.word("account"),
            first=first, until=last + timedelta(days=1), amount=amount, cost=cost,
            power_factor=factor, evidence=cells.word("evidence"),
            author=entry.author, entered_at=entry.at, **printed,
        )  # fmt: skip
    except ConfigError as error:
        cells.refuse("", error.text)
    except OverflowError:
        cells.refuse("last", Text("日期太晚。", "it is too late a date."))
    else:
        problems = list(untruths_of(bill, entry.today[institution]))
        for problem in problems:
            cells.refuse(*problem)
        return None if problems else bill
    return None


def judge_bills(path: Path, entry: Entry, counted: Sequence[Bill]) -> Judged:
    """Return what becomes of the bills of a CSV or Excel file, with all mistakes.

    Args:
        path: The file.
        entry: Who enters them.
        counted: The bills that count already.

    Raises:
        RegistryError: If it cannot be read as a table of bills.
    """
    judged = Judged()
    there = {bill.bill: bill for bill in counted}
    subjects: dict[tuple[str, ...], list[Bill]] = {}
    for one in counted:
        subjects.setdefault(one.subject, []).append(one)
    with open_sheet(path, How()) as sheet:
        for cells in rows_of(sheet, BILL_COLUMNS, judged.mistakes):
            bill = bill_of(cells, entry)
            if bill is None:
                continue
            if bill.bill in there:
                _compare(cells, bill, there[bill.bill], judged)
                continue
            siblings = subjects.setdefault(bill.subject, [])
            for other in siblings:
                if bill.overlaps(other):
                    _refuse_overlap(cells, other)
            judged.doubts += [(bill.bill, doubt) for doubt in doubts_in(bill, siblings, entry)]
            there[bill.bill] = bill
            siblings.append(bill)
            judged.new.append(bill)
    return judged


def _compare(cells: Cells, bill: Bill, before: Bill, judged: Judged) -> None:
    if replace(bill, author=before.author, entered_at=before.entered_at) == before:
        judged.same.append(bill.bill)
        return
    problem = Text(
        f"账单 {bill.bill} 已经存在，内容不同；更正请用 jieneng bill add … --reason。",
        f"bill {bill.bill} is there already and says something else; correct it with "
        "jieneng bill add ... --reason.",
    )
    cells.refuse("bill", problem)


def _refuse_overlap(cells: Cells, other: Bill) -> None:
    days = f"{other.first} – {other.last}"
    problem = Text(
        f"与同一账户的账单 {other.bill} 日期重叠（{days}）。",
        f"it covers days of bill {other.bill} of the same account ({days}).",
    )
    cells.refuse("first", problem)


def read_earlier(path: Path, entry: Entry) -> list[EarlierTotal]:
    """Return the monthly totals of a CSV or Excel file.

    Raises:
        RegistryError: All mistakes at once.
    """
    mistakes: list[Mistake] = []
    found: dict[tuple[str, str, date], EarlierTotal] = {}
    with open_sheet(path, How()) as sheet:
        for cells in rows_of(sheet, EARLIER_COLUMNS, mistakes):
            total = _earlier(cells, entry, path.name)
            if total is None:
                continue
            key = (total.institution, total.kind, total.month)
            if key in found:
                cells.refuse("month", ABOVE)
            found[key] = total
    if mistakes:
        raise RegistryError(mistakes, EARLIER)
    return list(found.values())


def _earlier(cells: Cells, entry: Entry, source: str) -> EarlierTotal | None:
    institution = cells.one_of("institution", entry.today)
    kind = cells.kind()
    month = cells.month("month")
    amount = cells.amount(kind, needed=True)
    cost = cells.scaled("cost", MICRO)
    if amount is not None and amount < 0:
        cells.refuse("amount", Text("不能为负。", "it is below zero."))
        return None
    if not (institution and kind) or month is None or amount is None:
        return None
    problem = _not_earlier(entry, institution, kind, month)
    if problem is not None:
        cells.refuse("month", problem)
        return None
    return EarlierTotal(
        institution=institution, kind=kind, month=month, amount=amount, cost=cost, source=source,
        author=entry.author, entered_at=entry.at,
    )  # fmt: skip


def _not_earlier(entry: Entry, institution: str, kind: str, month: date) -> Text | None:
    """Return why a month cannot be one of a ledger from before the platform; None if it can."""
    if next_month(month) > entry.today[institution]:
        return Text(
            f"{month:%Y-%m} 还没有结束；历史台账只有平台之前的月份。请更正月份。",
            f"{month:%Y-%m} has not ended; an earlier ledger holds months from before the "
            "platform. Correct the month.",
        )
    begun = entry.metered.get((institution, kind), date.max)
    if month < begun:
        return None
    return Text(
        f"{institution} 的自有表计从 {begun:%Y-%m} 起已有这一品种的读数，"
        "那之后的月份不采用历史台账。请删去这一行。",
        f"the own meters of {institution} have been heard since {begun:%Y-%m}, and from then on an "
        "earlier ledger counts no more. Take this row out.",
    )
