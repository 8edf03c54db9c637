"""What a person should look at in a bill that is kept all the same."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from energy.bills.bill import Bill
from energy.kinds import KINDS
from energy.tariffs.tariff import MICRO_YUAN
from energy.text import Text
from energy.uses import LABELS, OWN_GENERATION

_OFF = Fraction(1, 100)
"""Part of the cost by which amount times price may miss it; chosen: a printed price is rounded."""


def doubts_of(bill: Bill, others: Iterable[Bill], today: date) -> Iterator[Text]:
    """Yield what a person should look at in a bill that is kept all the same.

    Args:
        bill: The bill.
        others: Bills that count; the bill itself does not matter.
        today: On the wall clock of its institution.
    """
    if bill.last > today:
        yield Text(
            f"账单期到 {bill.last} 才结束；没有用量的热力账单可以预付。",
            f"its days end on {bill.last} only; heat without an amount may be paid ahead.",
        )
    if _misses_price(bill):
        asked, cost = _yuan(_by_price(bill)), _yuan(Fraction(bill.cost))
        yield Text(
            f"用量 × 单价为 {asked} 元，而金额为 {cost} 元；请核对用量、单价和金额。",
            f"amount times price is {asked} yuan, and its cost is {cost}; compare amount, "
            "price and cost with the bill.",
        )
    others = [other for other in others if other.bill != bill.bill]
    yield from _more_than_all(bill, others)
    if bill.is_note:
        yield from _of_note(bill, others)
    elif bill.cost < 0:
        yield Text(
            "用量为正而金额为负；若是冲减其他账单，用量也应为负，或写 0。",
            "its amount is above zero and its cost below; if it takes back what another bill says, "
            "its amount is below zero, too, or 0.",
        )
    yield from _below_zero(bill, others)
    for other in others:
        if other.bill != bill.bill and bill.is_like(other):
            days = f"{other.first} – {other.last}"
            yield Text(
                f"与账单 {other.bill} 日期重叠（{days}），其中一张没有户号；若是同一张账单："
                f"jieneng bill withdraw {other.bill}",
                f"it covers days of bill {other.bill} ({days}), and one of both names no account; "
                f"if they are one bill: jieneng bill withdraw {other.bill}",
            )


def _of_note(note: Bill, others: Sequence[Bill]) -> Iterator[Text]:
    """Yield that a note has nothing to correct, or is there already under another name."""
    own = [one for one in others if one.shares_account(note)]
    if not any(one.first < note.until and note.first < one.until for one in own if not one.is_note):
        yield Text(
            "同一户号没有覆盖这些日期的账单可供冲减；请核对户号、用途和日期，或先录入原账单。",
            "no bill of its account covers these days, so it corrects nothing; compare account, "
            "use and days, or enter the bill itself, too.",
        )
    said = (note.first, note.until, note.amount, note.cost)
    for one in own:
        if (one.first, one.until, one.amount, one.cost) == said:
            mend = f"jieneng bill withdraw {one.bill}"
            yield Text(
                f"与 {one.bill} 的日期、用量和金额相同；若是同一张：{mend}",
                f"it has days, amount and cost of {one.bill}; if they are one: {mend}",
            )


def _below_zero(bill: Bill, others: Sequence[Bill]) -> Iterator[Text]:
    """Yield that notes take back more than the bills of their account and days say, if they do."""
    own = [one for one in others if one.shares_account(bill) and _meets(one, bill)]
    notes = [one for one in (bill, *own) if one.is_note]
    bills = [one for one in (bill, *others) if not one.is_note and one.shares_account(bill)]
    bills = [one for one in bills if any(_meets(one, note) for note in notes)]
    if not notes or not bills:
        return
    kind = KINDS[bill.kind]
    amount, cost = (
        sum(getattr(one, number) or 0 for one in (*bills, *notes)) for number in ("amount", "cost")
    )
    if amount >= 0 and cost >= 0:
        return
    names, taken = (", ".join(one.bill for one in some) for some in (bills, notes))
    left = f"{amount / kind.base_per_display:,.3f} {kind.display_unit}"
    yield Text(
        f"退费或红字账单 {taken} 大于它们冲减的账单 {names}：合计 {left}、"
        f"{_yuan(Fraction(cost))} 元；请核对日期、用量和金额。",
        f"the refund or note {taken} takes back more than {names}, which it corrects: together "
        f"{left}, {_yuan(Fraction(cost))} yuan; compare days, amounts and costs.",
    )


def _meets(bill: Bill, other: Bill) -> bool:
    return bill.first < other.until and other.first < bill.until


def _more_than_all(bill: Bill, others: Sequence[Bill]) -> Iterator[Text]:
    """Yield that a use is more than all of its kind, which a bill of the same days or more tells.

    What was generated was not bought, and is no part of a bill of all.
    """
    alike = [
        one
        for one in (*(other for other in others if other.bill != bill.bill), bill)
        if (one.institution, one.kind) == (bill.institution, bill.kind)
    ]
    for part in alike:
        if part.use in ("", OWN_GENERATION) or bill not in (part, *_around(part, alike)):
            continue
        wholes = _around(part, alike)
        of_all = sum(one.amount or 0 for one in wholes)
        is_known = bool(wholes) and all(one.amount is not None for one in wholes)
        if not is_known or (part.amount or 0) <= of_all:
            continue
        names = ", ".join(one.bill for one in wholes)
        kind, label = KINDS[bill.kind], LABELS[part.use]
        more, less = (
            f"{amount / kind.base_per_display:,.3f} {kind.display_unit}"
            for amount in (part.amount or 0, of_all)
        )
        yield Text(
            f"账单 {part.bill} 的{label.zh}用量 {more} 大于账单 {names} 的全部用量 {less}；"
            "请核对用途和用量。",
            f"bill {part.bill} has {more} of {label.en}, which is more than all of it on {names}, "
            f"{less}; look at use and amount.",
        )


def _around(part: Bill, alike: Sequence[Bill]) -> list[Bill]:
    """Return the bills of all of a kind that cover every day of one for a use."""
    return [
        one for one in alike if not one.use and one.first <= part.first and part.until <= one.until
    ]


def _by_price(bill: Bill) -> Fraction:
    """Return amount times price, exactly [1e-6 yuan]; 0 where one of them is not printed."""
    amount, price = bill.amount or 0, bill.price or 0
    return Fraction(amount * price, KINDS[bill.kind].base_per_display)


def _misses_price(bill: Bill) -> bool:
    """Tell whether the price that is printed cannot be that of amount and cost.

    Where a demand or a capacity is printed, the cost has more in it than the price of the amount.
    """
    if bill.amount is None or bill.price is None:
        return False
    rest = bill.cost - _by_price(bill)
    has_more = bill.demand_w is not None or bill.capacity_va is not None
    return abs(rest) > _OFF * abs(bill.cost) and not (rest > 0 and has_more)


def _yuan(micro: Fraction) -> str:
    return f"{float(micro / MICRO_YUAN):,.2f}"
