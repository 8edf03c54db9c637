"""What a place used, as lines for the terminal."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from analytics.closing.choices import STATISTICS, Choices
from analytics.place_amounts import Told
from analytics.statements.amounts import Amount
from analytics.statements.figures import OWN
from analytics.statements.printed.entries import BASIS_LABELS, USE_LABELS
from analytics.statements.printed.quality import ON_BILLS
from api.task import institution_called
from energy.items import Items
from energy.kinds import KINDS
from energy.registry import Registry
from energy.text import Text, padded
from jieneng.ledger.choices import sets_said

_MISSING = Text("缺", "missing")
_REST = Text("未分项", "in no sub-item")
_SHARES = (
    Text("实测", "measured"),
    Text("估算", "estimated"),
    Text("无法判定", "unresolved"),
    Text("缺", "missing"),
    ON_BILLS,
)
_INDENT = "    "


def lines_of(
    told: Told,
    key: str,
    items: Items,
    language: str,
    choices: Choices = STATISTICS,
    *,
    registry: Registry,
    today: date,
) -> Iterator[str]:
    """Yield the lines that answer what a place used.

    Args:
        told: The answer.
        key: Of the period.
        items: Names sub-items.
        language: zh or en.
        choices: By what amounts are weighed.
        registry: Knows what people call institutions.
        today: The local date: a period that reaches beyond it has not ended.
    """
    heading = [told.place, told.name.get(language), key]
    if told.period is not None:
        last = told.period.until.fromordinal(told.period.until.toordinal() - 1)
        heading.append(f"{told.period.first} – {last}")
        if told.period.until > today:
            heading.append(Text("期间尚未结束", "the period has not ended").get(language))
    if told.is_view:
        view = Text("另一条线上的视图，不计入合计", "a view on the other line, in no sum")
        heading.append(view.get(language))
    yield "   ".join(heading)
    yield from (text.get(language) for text in sets_said(choices.words))
    for amount in (*told.amounts, *told.items):
        yield from _lines(amount, items, registry, language)
    if not told.amounts and not told.items:
        yield Text("没有任何数据。", "Nothing is known.").get(language)
    if told.institutions:
        yield _counted(told, registry).get(language)


def _lines(amount: Amount, items: Items, registry: Registry, language: str) -> Iterator[str]:
    kind, figure = KINDS[amount.kind], amount.figure
    nothing = "—" if figure.is_blank else _MISSING.get(language)
    number = _number(figure.amount, kind.base_per_display, 3) or nothing
    label = padded(_label(amount, items, language), 34)
    parts = [f"{label}{padded(number, 20, right=True)} {kind.display_unit:<5}"]
    if amount.shares is not None:
        known = zip(_SHARES, amount.shares, strict=True)
        parts += [
            f"{name.get(language)} {_percent(share)}"
            for name, share in known
            if share or name != ON_BILLS
        ]
    if figure.basis != OWN:
        parts.append(BASIS_LABELS[figure.basis].get(language))
    yield "   ".join([*parts, *_worth(amount, language)])
    yield from (f"{_INDENT}{note.get(language)}" for note in figure.notes)
    for names, zh, en in (
        (amount.partly, "部分覆盖：", "partly covered: "),
        (amount.not_covered, "未覆盖：", "not covered: "),
    ):
        if names:
            yield (Text(f"{_INDENT}{zh}", f"{_INDENT}{en}") + _named(names, registry)).get(language)


def _worth(amount: Amount, language: str) -> Iterator[str]:
    """Yield what an amount cost, weighs and emits, as far as that is known, and its code."""
    cost = _number(amount.figure.cost, 1_000_000, 2)
    if cost:
        yield Text(f"{cost} 元", f"{cost} yuan").get(language)
    if amount.coal_grams is not None:
        yield f"{_number(amount.coal_grams, 1000, 1)} kgce"
    if amount.co2_grams is not None:
        yield f"CO2 {_number(amount.co2_grams, 1000, 1)} kg"
    if amount.code:
        yield amount.code


def _label(amount: Amount, items: Items, language: str) -> str:
    kind = KINDS[amount.kind]
    name = Text(kind.zh, kind.en).get(language)
    if amount.is_rest:
        return f"  {name} · {_REST.get(language)}"
    if amount.item:
        row = items.named(amount.kind, amount.item)
        label = Text(row.name_zh, row.name_en).get(language) if row else ""
        return f"  {amount.item:<4}{label}".rstrip()
    use = USE_LABELS[amount.use].get(language)
    return f"  {name} · {use}" if use else name


def _counted(told: Told, registry: Registry) -> Text:
    count = len(told.institutions)
    said = Text(f"{count} 个机构", f"institutions: {count}")
    if told.silent:
        said += Text("，其中毫无数据：", "; of these nothing is known: ")
        said += _named(told.silent, registry)
    return said


def _named(institutions: Sequence[str], registry: Registry) -> Text:
    called = [institution_called(registry, one) for one in institutions]
    return Text("、".join(one.zh for one in called), ", ".join(one.en for one in called))


def _number(value: int | None, per_shown: int, places: int) -> str:
    from analytics.statements.printed.entries import number_text

    return number_text(None if value is None else Decimal(value) / per_shown, places)


def _percent(share: Fraction) -> str:
    """Return a share with one decimal; never 0.0 or 100.0 for what is not all or nothing."""
    tenths = round(share * 1000)
    if 0 < share < 1:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths / 10:.1f} %"
