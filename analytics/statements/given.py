"""What bills and earlier ledgers say of an institution, and which figure it signs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from analytics.statements.cost.accounts import account_keys, account_text, accounts_on
from analytics.statements.figures import BILL, DAY_S, EARLIER, OWN, Figure, joined_figures
from analytics.statements.statement import Choice, Given
from analytics.statements.whole_bills import by_subject, of_whole, said_of
from energy.bills.bill import Bill, Part, part_within
from energy.period import Stretch
from energy.signing import Basis, EarlierTotal, basis_on
from energy.span import next_month
from energy.text import Text

BLANK = Text(
    "按面积计费的热力账单没有用量，按规则留空",
    "a bill for heat by area names no amount, which is left blank by rule",
)
FROM_EARLIER = Text("取自平台之前的台账", "from a ledger kept before the platform")

Profiles = Mapping[str, Mapping[date, int | None]]
"""Bill to local day to what its meters used [base units]; None where a day is not known."""

Begun = Mapping[str, date]
"""Kind to the first local day of which the main meters say anything."""


def given_of(
    bills: Sequence[Bill],
    earlier: Sequence[EarlierTotal],
    stretches: Sequence[Stretch],
    *,
    profiles: Profiles,
    begun: Begun,
) -> Given:
    """Return what bills and earlier ledgers say, by kind, use and stretch.

    Args:
        bills: Of one institution; one day of an account is on one of them only.
        earlier: Of the same institution.
        stretches: Those of the period that is asked for.
        profiles: By what bills over a month end are split.
        begun: From when on an earlier ledger counts no more.
    """
    found: dict[tuple[str, str, Stretch], list[Figure]] = {}
    for (kind, use), alike in by_subject(bills).items():
        for stretch in stretches:
            own = alike if use else of_whole(bills, alike, stretch)
            figure = _billed(own, stretch, profiles)
            if figure is not None:
                found[kind, use, stretch] = [said_of(figure, bills, use, is_all=own == alike)]
    for total in earlier:
        month = Stretch(total.month, next_month(total.month))
        if total.month >= begun.get(total.kind, date.max):
            continue
        for stretch in stretches:
            if month.first <= stretch.first and stretch.until <= month.until:
                figure = _earlier(total) if stretch == month else _not_split(total, stretch)
                found.setdefault((total.kind, "", stretch), []).append(figure)
    return found


def choice_of(
    rows: Sequence[Basis], given: Given, *, metered: Collection[str], begun: Begun
) -> Choice:
    """Return which basis is signed.

    Without a choice it is the own meters where a main meter stands, else the bill. A month that
    began before the meters were heard, and that nobody chose a basis for, rests on the earlier
    ledger if that has it.

    Args:
        rows: Choices of one institution, in the order of entry.
        given: What bills and earlier ledgers say.
        metered: Kinds that have a main meter.
        begun: Kind to the first day of the own meters.
    """

    def choice(kind: str, use: str, stretch: Stretch) -> str:
        chosen = basis_on(rows, kind, stretch.first, default="")
        if chosen:
            return chosen
        bases = {figure.basis for figure in given.get((kind, use, stretch), ())}
        if EARLIER in bases and stretch.first < begun.get(kind, date.max):
            return EARLIER
        return OWN if kind in metered else BILL

    return choice


def _billed(bills: Sequence[Bill], stretch: Stretch, profiles: Profiles) -> Figure | None:
    """Return what the bills of all accounts say of a stretch; None if none covers a day of it."""
    keys, whose = sorted(accounts_on(bills, stretch)), account_keys(bills)
    each = {}
    for key in keys:
        own = [bill for bill in bills if whose[bill.bill] == key]
        name = account_text(key) if len(keys) > 1 else ""
        each[key] = _of_account(own, stretch, profiles, name)
    if not any(figure.sources for figure in each.values()):
        return None
    joined = joined_figures(list(each.values()))
    return replace(
        joined,
        notes=(*joined.notes, *_alike(bills, stretch)),
        by_account=tuple(
            (" ".join(word for word in key[2:] if word) or "-", figure)
            for key, figure in each.items()
        ),
    )


def _alike(bills: Sequence[Bill], stretch: Stretch) -> Iterator[Text]:
    """Yield the bills of a stretch that may be one, entered twice, once without an account."""
    there = [one for one in bills if one.first < stretch.until and stretch.first < one.until]
    for one, other in combinations(there, 2):
        is_same = (one.first, one.until, one.amount) == (other.first, other.until, other.amount)
        if is_same and one.cost == other.cost and one.is_like(other):
            yield Text(
                f"账单 {one.bill} 与 {other.bill} 的日期、用量和金额相同，其中一张没有户号："
                "若是同一张，用量计了两次（jieneng bill withdraw）",
                f"bills {one.bill} and {other.bill} have the same days, amount and cost, and one "
                "of them no account: if they are one, it is counted twice (jieneng bill withdraw)",
            )


def _of_account(bills: Sequence[Bill], stretch: Stretch, profiles: Profiles, name: str) -> Figure:
    """Return what the bills of one account say of a stretch, with the days that they leave open.

    Args:
        bills: Of the account.
        stretch: The days.
        profiles: By what bills are split.
        name: What the account is called where there are others; else "".
    """
    found = (part_within(bill, stretch, profiles.get(bill.bill, {})) for bill in bills)
    figures = [_part(part) for part in found if part is not None]
    days = (stretch.first + timedelta(days=number) for number in range(stretch.days))
    whole = [bill for bill in bills if not bill.is_note]  # a note covers no day by itself
    open_days = sum(not any(bill.first <= day < bill.until for bill in whole) for day in days)
    if open_days == stretch.days and figures:
        figures = [_of_notes(figures, name)]
    elif open_days:
        is_blank = all(figure.is_blank for figure in figures)
        note = Text(
            f"账单缺 {open_days} 天" + (f"（户号 {name}）" if name else ""),
            f"bills{f' of account {name}' if name else ''} leave {open_days} days open",
        )
        figures.append(Figure(BILL, None, is_blank=is_blank, notes=(note,)))
    billed_s = (stretch.days - open_days) * DAY_S
    joined = joined_figures(figures)
    taken_back = [bill.bill for bill in bills if bill.is_note and bill.bill in joined.sources]
    return replace(
        joined,
        due_s=stretch.days * DAY_S,
        billed_s=billed_s,
        notes=(*joined.notes, *_below_zero(joined, taken_back, name)),
    )


def _below_zero(figure: Figure, taken_back: Sequence[str], name: str) -> Iterator[Text]:
    """Yield that notes take back more than the bills of the days say, if they do.

    Args:
        figure: What bills and notes of an account say together.
        taken_back: The notes among them.
        name: What the account is called where there are others; else "".
    """
    below = [
        what
        for what, number in (
            (Text("用量", "amount"), figure.amount),
            (Text("费用", "cost"), figure.cost),
        )
        if number is not None and number < 0
    ]
    if below and taken_back:
        notes, whose = ", ".join(taken_back), (f"户号 {name} 的", f" of account {name}")
        what = Text("和".join(one.zh for one in below), " and ".join(one.en for one in below))
        yield Text(
            f"退费或红字账单 {notes} 大于它们冲减的账单：{whose[0] if name else ''}{what.zh}为负。"
            "请核对这些账单的日期、用量和金额。",
            f"The refund or note {notes} takes back more than the bills of these days say: "
            f"{what.en}{whose[1] if name else ''} below zero. Compare their days, amounts and "
            "costs.",
        )


def _of_notes(figures: Sequence[Figure], name: str) -> Figure:
    """Return what refunds and notes say of days that no bill covers: not what was used or paid."""
    joined = joined_figures(list(figures))
    notes = ", ".join(joined.sources)
    missing = Text(
        f"没有账单{f'（户号 {name}）' if name else ''}，"
        f"只有退费或红字账单 {notes}：用量和金额空缺。",
        f"There is no bill{f' of account {name}' if name else ''}, only the refund or note "
        f"{notes}: amount and cost are missing.",
    )
    return replace(joined, amount=None, cost=None, is_blank=False, notes=(*joined.notes, missing))


def _part(part: Part) -> Figure:
    is_blank = part.amount is None
    notes = (part.note, BLANK if is_blank else None)
    return Figure(
        BILL,
        part.amount,
        cost=part.cost,
        is_blank=is_blank,
        sources=(part.bill.bill,),
        notes=tuple(note for note in notes if note is not None),
    )


def _earlier(total: EarlierTotal) -> Figure:
    return Figure(
        EARLIER,
        total.amount,
        cost=total.cost,
        sources=(total.source,) if total.source else (),
        notes=(FROM_EARLIER,),
    )


def _not_split(total: EarlierTotal, stretch: Stretch) -> Figure:
    """Return what is said of a part of a month, such as the first of a heating season."""
    month, first = f"{total.month:%Y-%m}", stretch.first
    last = stretch.until - timedelta(days=1)
    note = Text(
        f"历史台账只有 {month} 整月的合计，无法拆分出 {first} 至 {last}，用量空缺。",
        f"The earlier ledger has a total of all of {month}, which cannot be split to tell "
        f"{first} to {last}: the amount is missing.",
    )
    return Figure(EARLIER, None, notes=(note,))
