"""The one table that the proof kit ends with: a column a scenario, a row a figure."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size

from energy.text import Text
from jieneng.proving.fates import Fate
from jieneng.proving.verdict import Verdict, attributed_text

NOT_YET = Text("尚未", "not yet")
"""Of what the platform cannot do yet: never a number."""
_GAP = "  "


def rows(verdicts: Sequence[Verdict]) -> list[tuple[Text, list[Text]]]:
    """Return the name of each figure, and the figure of each scenario."""
    return [(name, [cell(verdict) for verdict in verdicts]) for name, cell in _ROWS]


def table_lines(verdicts: Sequence[Verdict], *, width: int = 0) -> list[Text]:
    """Return the table as lines, in blocks one below the other where it is wider than the screen.

    Args:
        verdicts: A column each.
        width: Cells of the screen; 0 for any.
    """
    head = (Text("情景", "scenario"), [same(verdict.scenario) for verdict in verdicts])
    table = [head, *rows(verdicts)]
    chinese, english = (_blocks(table, language, width) for language in ("zh", "en"))
    return [Text(zh, en) for zh, en in zip_longest(chinese, english, fillvalue="")]


def _blocks(
    table: Sequence[tuple[Text, Sequence[Text]]], language: str, width: int
) -> Iterator[str]:
    """Yield the lines of a table in one language, as many columns at once as fit the screen."""
    names = [name.get(language) for name, _ in table]
    cells = [[cell.get(language) for cell in row] for _, row in table]
    first = max(map(cell_len, names))
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    start = 0
    while start < len(widths) or not start:
        end = start + 1
        while end < len(widths) and (
            not width or first + sum(len(_GAP) + one for one in widths[start : end + 1]) <= width
        ):
            end += 1
        if start:
            yield ""
        for name, row in zip(names, cells, strict=True):
            parts = [
                " " * (one - cell_len(cell)) + cell for one, cell in zip(widths, row, strict=True)
            ]
            yield _GAP.join([set_cell_size(name, first), *parts[start:end]])
        start = end


def same(text: str) -> Text:
    """Return a text that is the same in both languages."""
    return Text(text, text)


def _number(number: int) -> Text:
    return same(f"{number:,}")


def _late(verdict: Verdict) -> Text:
    due, done = verdict.restated.due, verdict.restated.done
    return Text(f"{due} 中的 {done}", f"{done} of {due}") if due else same("-")


def _faults(verdict: Verdict, fate: Fate) -> Text:
    return _number(len(verdict.fates[fate])) if verdict.score.faults_planted else same("-")


def _found(verdict: Verdict) -> Text:
    held = verdict.score
    if not held.findings_planted:
        return same("-")
    found, planted = held.findings_found, held.findings_planted
    return Text(f"{planted} 中的 {found}", f"{found} of {planted}")


_ROWS = (
    (Text("读数", "readings"), lambda v: _number(v.score.readings_published)),
    (Text("轮次", "rounds"), lambda v: _number(v.rounds)),
    (
        Text("与真值之差（基本单位）", "differs from truth [base units]"),
        lambda v: _number(v.score.tie_out_difference),
    ),
    (
        Text("错误的实测小时", "wrong measured hours"),
        lambda v: _number(v.score.wrong_measured_hours),
    ),
    (
        Text("无法判定的表时（真/报）", "unresolvable hours (true / said)"),
        lambda v: same(f"{v.score.unresolved_true:,} / {v.score.unresolved_said:,}"),
    ),
    (Text("迟到后补正的小时", "late hours restated"), _late),
    (Text("故障 已说明", "faults told"), lambda v: _faults(v, Fate.TOLD)),
    (Text("     无影响", "       absorbed"), lambda v: _faults(v, Fate.ABSORBED)),
    (Text("     漏报", "       missed"), lambda v: _faults(v, Fate.MISSED)),
    (Text("植入异常 找到", "planted findings found"), _found),
    (Text("其他异常", "other findings"), lambda v: _number(v.score.findings_unplanted)),
    (
        Text("用量归因 报/真 中位（范围）", "energy said / true, median (range)"),
        lambda v: same(attributed_text(v.attributed)),
    ),
    (Text("节能量与真值之比", "savings against truth"), lambda _: NOT_YET),
    (Text("用时", "seconds"), lambda v: same(f"{v.seconds:.0f}")),
)
