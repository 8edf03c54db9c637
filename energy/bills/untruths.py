"""What of a bill cannot be true when it is entered: all of it at once, each with its column.

Records keep what was entered before; hence none of this is part of what every bill promises.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from energy.bills.bill import Bill
from energy.kinds import KINDS
from energy.text import Text
from energy.uses import HEATING, LABELS, VEHICLE

MOST_DAYS = 1_096
"""Of a bill; chosen: three years, for which suppliers claim what they forgot. More is a slip of the
pen, and would be split over centuries."""

_NEVER_FOR = {VEHICLE: ("heat", "cold", "water", "steam"), HEATING: ("cold", "water")}
"""A use to the kinds that nobody has for it: no car runs on them, and they warm no room."""


def untruths_of(bill: Bill, today: date) -> Iterator[tuple[str, Text]]:
    """Yield what of a bill cannot be true when it is entered, as its column and why.

    Args:
        bill: The bill.
        today: On the wall clock of its institution.
    """
    if bill.amount is not None and bill.last > today:
        yield (
            "last",
            Text(
                f"{bill.last} 还没有到，而有用量的账单写的是已经用掉的量；"
                "请更正日期，或到期后再录入。",
                f"{bill.last} is still to come, and a bill with an amount says what was used. "
                "Correct the day, or enter the bill once its days are over.",
            ),
        )
    if bill.days > MOST_DAYS:
        yield (
            "first",
            Text(
                f"账单期有 {bill.days:,} 天；请核对两个日期。",
                f"it covers {bill.days:,} days; compare both dates with it.",
            ),
        )
    if bill.kind in _NEVER_FOR.get(bill.use, ()):
        kind, use = KINDS[bill.kind], LABELS[bill.use]
        yield (
            "use",
            Text(
                f"{kind.zh}不用于{use.zh}；请更正用途或能源品种，全部用量则留空。",
                f"{kind.en} is not used for {use.en}; correct use or kind, or leave the use empty "
                "for all of it.",
            ),
        )
    if bill.amount is not None and bill.amount < 0 < bill.cost:
        yield (
            "cost",
            Text(
                "红字账单退回用量，金额不能为正：请把金额写为负数或 0；若同时补收，"
                "请更正原账单（jieneng bill add … --reason）。",
                "a note that takes an amount back asks for no money: write its cost below zero or "
                "0. Of what is charged on top, correct the bill itself (jieneng bill add ... "
                "--reason).",
            ),
        )
    yield from _misprints(bill)


def _misprints(bill: Bill) -> Iterator[tuple[str, Text]]:
    """Yield what of the figures that are printed beside amount and cost cannot be true."""
    if bill.power_factor is not None and not 0 < bill.power_factor <= 1:
        likely = _likely(bill.power_factor)
        yield (
            "power_factor",
            Text(
                f"功率因数应大于 0、不大于 1，如 {likely}；没有印就留空。",
                f"a power factor is above 0 and at most 1, such as {likely}; leave it empty if "
                "none is printed.",
            ),
        )
    if bill.capacity_va is not None and bill.capacity_va <= 0:
        yield (
            "capacity",
            Text(
                "合同容量应大于 0；没有印就留空。",
                "a contract capacity is above 0; leave it empty if none is printed.",
            ),
        )
    below = Text("不能为负。", "it is not below zero.")
    for column, value in (("demand", bill.demand_w), ("reactive", bill.reactive)):
        if value is not None and value < 0:
            yield column, below


def _likely(factor: Fraction) -> str:
    """Return a power factor that may have been meant: 93 is a percentage."""
    return f"{float(factor / 100):g}" if 1 < factor <= 100 else "0.93"  # noqa: PLR2004  per cent
