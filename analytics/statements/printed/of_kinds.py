"""Months of a kind added up, as the forms of a quarter and of a year ask for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from analytics.statements.printed.entries import PrintedLine
from energy.text import Text


@dataclass(frozen=True, slots=True)
class KindTotal:
    """A kind, or a use of it, in all months of a sheet, on one basis.

    Attributes:
        lines: Its months, in order.
        amount: In display units, the known part together; None if nothing is known.
        coal_kgce: Standard coal of that; None as well.
        cost_yuan: Cost of that; None as well.
        note: How many months have no amount or no cost, or only a part of one, or one below zero;
            empty where all have the whole of both.
    """

    lines: tuple[PrintedLine, ...]
    amount: Decimal | None
    coal_kgce: Decimal | None
    cost_yuan: Decimal | None
    note: Text

    @property
    def subject(self) -> str:
        """Return what people call it."""
        first = self.lines[0]
        return f"{first.kind} · {first.use}" if first.use else first.kind

    def emitted_kg(self, method: str) -> Decimal | None:
        """Return its CO2 by a method [kg]; None if nothing is known."""
        said = (line.emission(method) for line in self.lines)
        return _added(one[3] if one else None for one in said)


def totals_of_kinds(lines: Sequence[PrintedLine]) -> list[KindTotal]:
    """Return the months of each kind and use added up; none of one that has a single line.

    Bases are kept apart: figures of different bases are never added.
    """
    groups: dict[tuple[str, str], dict[str, list[PrintedLine]]] = {}
    for line in lines:
        groups.setdefault((line.kind, line.use), {}).setdefault(line.basis, []).append(line)
    return [
        _total(own)
        for bases in groups.values()
        if sum(map(len, bases.values())) > 1
        for own in bases.values()
    ]


def _total(lines: Sequence[PrintedLine]) -> KindTotal:
    due = [line for line in lines if not line.is_blank]
    known = sum(line.amount is not None for line in due)
    priced = sum(line.cost_yuan is not None for line in lines)
    parts = [
        Text(
            f"{what.zh}为 {len(of)} 个月中的 {count} 个月",
            f"{what.en} of {count} of {len(of)} months",
        )
        for what, count, of in (
            (Text("用量", "amount"), known, due),
            (Text("费用", "cost"), priced, lines),
        )
        if 0 < count < len(of)
    ]
    partly = sum(line.amount is not None and bool(line.missing) for line in due)
    if partly:
        parts.append(
            Text(
                f"{len(due)} 个月中的 {partly} 个月部分缺失",
                f"partly missing in {partly} of {len(due)} months",
            )
        )
    parts += [*_open_costs(lines), *_below_zero(lines)]
    return KindTotal(
        tuple(lines),
        _added(line.amount for line in lines),
        _added(line.coal_kgce for line in lines),
        _added(line.cost_yuan for line in lines),
        Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts)),
    )


def _open_costs(lines: Sequence[PrintedLine]) -> list[Text]:
    """Return how many months have a cost that is not all of it, or the least it can be."""
    bare = sum(line.cost_yuan is not None and line.is_unpriced for line in lines)
    said = (
        (Text("部分用量没有价格，费用不完整", "cost incomplete"), bare, ", a part has no price"),
        (
            Text("的费用缺按月计的部分", "cost without what is asked by the month"),
            sum(line.is_without for line in lines),
            "",
        ),
        (
            Text("的费用只是下限", "cost the least it can be"),
            sum(line.is_least for line in lines),
            "",
        ),
    )
    months = len(lines)
    return [
        Text(
            f"{months} 个月中的 {count} 个月{what.zh}",
            f"{what.en} in {count} of {months} months{why}",
        )
        for what, count, why in said
        if count
    ]


def _below_zero(lines: Sequence[PrintedLine]) -> list[Text]:
    """Return how many months have an amount or a cost below zero, as notes may leave them."""
    below = (
        (Text("用量", "amount"), sum((line.amount or 0) < 0 for line in lines)),
        (Text("费用", "cost"), sum((line.cost_yuan or 0) < 0 for line in lines)),
    )
    return [
        Text(
            f"{len(lines)} 个月中的 {count} 个月{what.zh}为负",
            f"{what.en} below zero in {count} of {len(lines)} months",
        )
        for what, count in below
        if count
    ]


def _added(numbers: Iterable[Decimal | None]) -> Decimal | None:
    known = [number for number in numbers if number is not None]
    return sum(known, Decimal(0)) if known else None
