"""What a why of a statement says to people: a line for each thing, in both languages."""

from collections.abc import Iterator

from analytics.statements.cost.energy_alone import ALL_LABELS
from analytics.statements.printed.words import place_of
from analytics.why.asked import Answer
from analytics.why.wording import (
    factor_line,
    figures_told,
    number,
    removed_told,
    sheets_told,
    trust,
)
from analytics.why.words import (
    NOT_ENDED,
    VERDICTS,
    both,
    called,
    cost_text,
    figure_called,
    intensity_called,
    measure_called,
    named,
)
from energy.kinds import KINDS
from energy.text import Text

RESTATE = Text(
    "已签字的数字不会改变；现在的依据给出别的数字：jieneng ledger restate。",
    "What was signed stays; what it stands on gives other figures now: jieneng ledger restate.",
)


def lines_of_statement(answer: Answer) -> Iterator[Text]:
    """Yield why the figures of a statement are what they are."""
    state = named(answer["frozen"]["state"] if answer["frozen"] else "draft")
    name = Text(answer["name"]["zh"], answer["name"]["en"])
    yield name + both(f"   {answer['period']}   ") + state + both(f"   {answer['code']}")
    if answer["verdict"] == "not_begun":
        yield VERDICTS["not_begun"]
        return
    yield from _grounds(answer)
    yield VERDICTS[answer["verdict"]]


def _grounds(answer: Answer) -> Iterator[Text]:
    """Yield figures with what they stand on."""
    yield both(f"SHA-256 {answer['sha256']}")
    if answer["frozen"]:
        yield from sheets_told([answer["frozen"]])
    for line in answer["lines"]:
        yield from _line(line)
    if answer["totals"]:
        yield Text("合计", "totals")
        yield from figures_told(answer["totals"])
    for ratio in answer["intensities"]:
        yield from _ratio(ratio)
    for row in answer["unconfirmed"]:
        yield Text(f"未确认：{row['id']}   {row['source']}",
                   f"unconfirmed: {row['id']}   {row['source']}")  # fmt: skip
    yield from removed_told(answer)
    if answer["frozen"] and answer["verdict"] == "differs":
        yield RESTATE
    if not answer["has_ended"]:
        yield NOT_ENDED


def _line(line: Answer) -> Iterator[Text]:
    chosen = line["basis"]["chosen"]
    yield (
        place_of(line["line"])[2]
        + both("   ")
        + named(line["basis"]["basis"])
        + (
            both(f"   {chosen['valid_from']}   {chosen['author']}")
            + Text(f"：{chosen['reason']}", f": {chosen['reason']}")
            if chosen
            else both("")
        )
    )
    yield from figures_told(line["figures"])
    for one in line["inputs"]:
        name = _input_called(one)
        amount = f"   {number(one['amount'])} {KINDS[line['kind']].base_unit}   "
        yield both("    ") + name + both(amount) + cost_text(one["cost"]) + _of_input(one)
    weighed = ([line["coal"]] if line["coal"] else []) + line["co2"]
    for one in weighed:
        head = both("    ") + figure_called(one["figure"]["figure"]) + both("   ")
        yield head + _by_what(one)
        if one["now"]:
            yield _by_now(one["now"])
        for step in one.get("steps", []):
            yield both("      ") + Text(step["zh"], step["en"])
    for row in line["prices"]:
        yield (
            Text("    价格   ", "    price   ")
            + both(f"{row['id']}   {row['source']}")
            + trust(row)
        )
    for note in line["notes"]:
        yield both("    ") + Text(note["zh"], note["en"])


def _by_what(one: Answer) -> Text:
    """Return a coefficient or factor with the number that it weighed with."""
    if one["row"]:
        return factor_line(one["row"], one["per_display"])
    return both(f"{', '.join(one['rows'])}   {one['per_display']}")


def _by_now(now: Answer) -> Text:
    """Return what weighs a signed amount now, and how much that differs from what was signed."""
    if now["per_display"] is None:
        return Text("      现在没有系数可用", "      by now: there is none")
    figure = now["figure"]
    by = "" if figure["differs_by"] is None else f" ({figure['differs_by']:+,})"
    grams = f"{number(figure['again'])} g{by}"
    start = Text("      现在为：", "      by now: ") + _by_what(now)
    return start + Text(f"   得 {grams}", f"   which gives {grams}")


def _input_called(one: Answer) -> Text:
    if "charge" in one:
        return ALL_LABELS[one["charge"]]
    return called(one.get("name"), one.get("meter") or one.get("bill") or one["source"])


def _of_input(one: Answer) -> Text:
    if "readings" in one:
        return both("   ") + VERDICTS[one["readings"]]
    if one.get("why"):
        return both(f"   {one['why']}")
    if one.get("is_in_force") is False:
        return Text("   已不再有效", "   is not in force any more")
    if "split" in one:
        split = one["split"]
        return both(f"   {one['first']} - {one['until']}   {number(one['bill_amount'])} x "
                    f"({split['after']} - {split['before']}) / {split['whole']} ") + named(
            split["by"]
        )  # fmt: skip
    return both("")


def _ratio(ratio: Answer) -> Iterator[Text]:
    unit = "g" if ratio["of"] not in KINDS else KINDS[ratio["of"]].base_unit
    mean = ratio["denominator"]
    divisor = Text("缺失", "missing")
    if mean is not None:
        divisor = both(f"{mean.removesuffix('/1')} ") + measure_called(ratio["measure"])
    top = both(f"   {number(ratio['numerator'])} {unit} / (")
    yield intensity_called(ratio["intensity"]) + top + divisor + both(")")
    yield from figures_told(ratio["figures"])
    for one in ratio["size"]["buildings"]:
        rows = ", ".join(f"{row['valid_from']}: {row['value']}" for row in one["rows"])
        sizes = both(f"   {one['at_first'] or '-'} ") + measure_called(ratio["measure"])
        tail = both(f"   {rows}" if rows else "")
        yield both("    ") + called(one["name"], one["building"]) + sizes + tail
