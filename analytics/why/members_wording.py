"""What a why of a sum says to people: a line for each figure, and below it those of members."""

from collections.abc import Iterator

from analytics.why.asked import Answer
from analytics.why.wording import figures_told, number
from analytics.why.words import VERDICTS, both, named
from energy.text import Text


def lines_of_members(answer: Answer) -> Iterator[Text]:
    """Yield why the figures of a sum are what they are."""
    name = Text(answer["name"]["zh"], answer["name"]["en"])
    yield name + both(f"   {answer['period']}   {answer['code']}")
    yield both(f"SHA-256 {answer['sha256']}")
    if answer["is_removed"]:
        day = answer["raw_from"][:10]
        period = answer["period"]
        yield Text(
            f"{day} 之前的读数已按保存期限删除；各机构封存了什么：jieneng why 机构 {period}。",
            f"Readings before {day} were removed when their years were over; what is frozen of "
            f"each institution: jieneng why INSTITUTION {period}.",
        )
    yield from _lines(answer)
    yield from _totals(answer)
    yield from _ratios(answer)
    for one in answer["members"]:
        state = Text(one["state"]["zh"], one["state"]["en"])
        yield both(f"{one['institution']}   ") + state + both(f"   SHA-256 {one['sha256']}")
    if answer["silent"]:
        yield Text("毫无数据：", "nothing is known of: ") + both(", ".join(answer["silent"]))
    for row in answer["unconfirmed"]:
        yield Text(f"未确认：{row['id']}   {row['source']}",
                   f"unconfirmed: {row['id']}   {row['source']}")  # fmt: skip
    yield VERDICTS[answer["verdict"]]


def _lines(answer: Answer) -> Iterator[Text]:
    for line in answer["lines"]:
        yield both(f"{line['line'].removesuffix('/' + line['basis'])}   ") + named(line["basis"])
        yield from figures_told(line["figures"])
        for one in line["members"]:
            figures = (one["amount"], one["cost"], one["coal_g"])
            said = "   ".join(number(figure) for figure in figures)
            yield both(f"    {one['institution']}   {said}   {one['why']}")


def _totals(answer: Answer) -> Iterator[Text]:
    for total in answer["totals"]:
        yield from figures_told([total["figure"]])
        for one in total["members"]:
            yield both(f"    {one['institution']}   {number(one['grams'])}   {one['why']}")


def _ratios(answer: Answer) -> Iterator[Text]:
    for ratio in answer["intensities"]:
        yield both(f"{ratio['intensity']}")
        yield from figures_told(ratio["figures"])
        for one in ratio["members"]:
            parts = f"{number(one['numerator'])} / {one['denominator'] or '-'}"
            yield both(f"    {one['institution']}   {parts}   {one['why']}")
        if ratio["not_covered"]:
            yield Text("    未覆盖：", "    not covered: ") + both(", ".join(ratio["not_covered"]))
