"""What changed against the year before, as lines for the terminal."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from analytics.statements.printed.entries import BASIS_LABELS, decimal, number_text
from analytics.statements.statement import Statement
from analytics.statements.year_on_year.change import EFFECTS, Split
from analytics.statements.year_on_year.explained import Explanation, rests_on
from analytics.statements.year_on_year.words import TITLES
from energy.kinds import KINDS, Kind
from energy.rounding import parts_in_print
from energy.text import Text

_MICRO = 1_000_000
_AMOUNT_PLACES, _COST_PLACES = 1, 2
_INDENT = "    "
_YUAN = Text("元", "yuan")
_TOTAL = Text("变化", "change")


def change_lines(
    before: Statement, now: Statement, explanations: Sequence[Explanation], language: str
) -> Iterator[str]:
    """Yield the lines that answer what changed and by what.

    Args:
        before: Statement of the year before.
        now: Statement of the period.
        explanations: Of each kind that is asked for.
        language: zh or en.
    """
    against = Text("对比", "against").get(language)
    name = Text(now.institution.name_zh, now.institution.name_en).get(language)
    yield f"{name}   {now.period.key} {against} {before.period.key}"
    for one in explanations:
        yield from _explanation(one, language)
    if not explanations:
        yield Text("没有任何用量。", "There is no amount of any kind.").get(language)


def _explanation(one: Explanation, language: str) -> Iterator[str]:
    kind = KINDS[one.kind]
    yield ""
    yield Text(kind.zh, kind.en).get(language)
    apart = one.apart
    for part in apart:
        if len(apart) > 1:
            yield f"{_INDENT}{rests_on(part).get(language)}"
        yield from _totals(part, kind, language)
    yield from (f"{_INDENT}{line}" for line in _noted(one.splits, language))
    for stretch, reason in one.left_out:
        label = Text("未比较", "not compared").get(language)
        yield f"{_INDENT}{stretch.first:%Y-%m}   {label}: {reason.get(language)}"


def _totals(one: Explanation, kind: Kind, language: str) -> Iterator[str]:
    (was, is_), costs = one.amounts, one.costs
    heading = " -> ".join(
        _number(amount, kind.base_per_display, _AMOUNT_PLACES) for amount in (was, is_)
    )
    heading += f" {kind.display_unit}"
    if costs is not None:
        heading += f"   {_number(costs[0], _MICRO, 2)} -> {_number(costs[1], _MICRO, 2)} "
        heading += _YUAN.get(language)
    yield f"{_INDENT}{heading}"
    effects = [one.effect(name) for name in EFFECTS]
    amounts = parts_in_print(
        [Fraction(amount, kind.base_per_display) for amount, _ in effects], _AMOUNT_PLACES
    )
    known = [cost for _, cost in effects if cost is not None]
    money: list[Decimal] = []
    if costs is not None and len(known) == len(effects):
        money = parts_in_print([Fraction(cost, _MICRO) for cost in known], _COST_PLACES)
    total = sum(amounts, Decimal(0)), sum(money, Decimal(0)) if money else None
    yield _row(_TOTAL.get(language), *total, kind, language)
    for place, name in enumerate(EFFECTS):
        how = one.splits[0].effect(name).text.get(language) if len(one.splits) == 1 else ""
        shown = amounts[place], money[place] if money else None
        yield f"{_row(TITLES[name].get(language), *shown, kind, language)}   {how}".rstrip()


def _row(title: str, amount: Decimal, cost: Decimal | None, kind: Kind, language: str) -> str:
    amount_text = f"{_signed(amount, _AMOUNT_PLACES):>14} {kind.display_unit:<4}"
    cost_text = "" if cost is None else f"{_signed(cost, _COST_PLACES):>15} {_YUAN.get(language)}"
    return f"{_INDENT}{_cell(title)}{amount_text}{cost_text}".rstrip()


def _noted(splits: Sequence[Split], language: str) -> list[str]:
    """Return what the months rest on and what is to be known of them, each once."""
    label = Text("依据：", "basis: ").get(language)
    same = [split for split in splits if split.before.basis == split.now.basis]
    bases = [f"{label}{BASIS_LABELS[split.now.basis].get(language)}" for split in same]
    notes = [note.get(language) for split in splits for note in split.notes]
    return list(dict.fromkeys([*bases, *notes]))


def _cell(title: str) -> str:
    """Return a title as wide as the widest; a Chinese character is as wide as two letters."""
    width = sum(1 + (letter > "⺀") for letter in title)
    return title + " " * (16 - width)


def _number(number: int, divisor: int, places: int) -> str:
    return number_text(decimal(Fraction(number, divisor)), places)


def _signed(number: Decimal, places: int) -> str:
    """Return a change with its sign; none where it is zero in print."""
    sign = {1: "+", 0: "", -1: "-"}[(number > 0) - (number < 0)]
    return f"{sign}{number_text(abs(number), places)}"
