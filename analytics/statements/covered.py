"""How much of a total is known: which lines have no number, and which only part of one.

Missing is not zero: a total over lines of which some are missing is the known part, and says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from analytics.statements.cost.known_cost import is_least, is_without
from analytics.statements.figures import BILL, EARLIER
from energy.kinds import KINDS
from energy.scopes import scope_of
from energy.text import Text

_Line = Mapping[str, Any]
_Month = tuple[str, str]
"""First day, and the day after the last."""


@dataclass(frozen=True, slots=True)
class Covered:
    """How many of the lines of a total are known.

    Attributes:
        lines: How many it should hold: parts of other lines, and those that are blank by rule, are
            not among them.
        missing: Kind to the stretches that have no number.
        partly: Kind to the stretches that have one of which a part is missing.
        below: Kind to the stretches whose number is below zero, as of a note that takes back more
            than its bill counted.
    """

    lines: int
    missing: Mapping[str, Sequence[_Month]]
    partly: Mapping[str, Sequence[_Month]]
    below: Mapping[str, Sequence[_Month]]

    @property
    def is_empty(self) -> bool:
        """Whether the total should hold nothing: then it is not missing."""
        return not self.lines

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing in any line."""
        return not self.missing and not self.partly

    @property
    def known(self) -> int:
        """How many lines have a number, be it of a part."""
        return self.lines - sum(len(months) for months in self.missing.values())

    def label(self, total: Text) -> Text:
        """Return what a total is called: where lines are missing it is the known part of it."""
        if self.is_whole or not self.known:
            return total
        return total + Text(
            f"（已知部分：{self.lines} 行中的 {self.known} 行）",
            f" (known part: {self.known} of {self.lines} lines)",
        )

    def note(self) -> Text:
        """Return which lines are missing, partly missing or below zero; empty where none is."""
        parts = []
        if self.missing:
            parts.append(Text("缺：", "missing: ") + _listed(self.missing))
        if self.partly:
            parts.append(Text("部分缺失：", "partly missing: ") + _listed(self.partly))
        if self.below:
            parts.append(Text("为负：", "below zero: ") + _listed(self.below))
        return _joined(Text("；", "; "), parts)


def coal_covered(sheet: Mapping[str, Any]) -> Covered:
    """Return how much of the standard coal of a sheet is known: water is not in it."""

    def counts(line: _Line) -> bool:
        return KINDS[line["kind"]].is_energy and not is_apart(sheet, line)

    return _covered(sheet, counts, _has("coal_g"))


def co2_covered(sheet: Mapping[str, Any], scope: int, method: str) -> Covered:
    """Return how much of the CO2 of a scope is known, by a method."""

    def emits(line: _Line) -> bool:
        found = scope_of(line["kind"])
        return found is not None and int(found) == scope and not is_apart(sheet, line)

    def has(line: _Line) -> bool:
        return any((one["scope"], one["method"]) == (scope, method) for one in line["co2"])

    return _covered(sheet, emits, has)


def is_apart(sheet: Mapping[str, Any], line: _Line) -> bool:
    """Tell whether a line of an earlier ledger is in a total of its own."""
    return "earlier" in sheet["totals"] and line["basis"] == EARLIER


def is_cost_mixed(sheet: Mapping[str, Any]) -> bool:
    """Tell whether earlier ledgers and other sources both tell an amount or a cost."""
    told = {
        line["basis"] == EARLIER
        for line in sheet["lines"].values()
        if line.get("use") == "" and (line["amount"] is not None or line["cost"] is not None)
    }
    return len(told) > 1


def is_cost_apart(line: _Line, *, is_mixed: bool) -> bool:
    """Tell whether the cost of a line is in a total of its own: of an earlier ledger among others.

    Args:
        line: Of a sheet, or of one that it sums.
        is_mixed: Whether the sheet has other sources, too.
    """
    return is_mixed and line["basis"] == EARLIER


def cost_covered(sheet: Mapping[str, Any]) -> Covered:
    """Return how much of the cost of a sheet is known: also what is blank by rule has a cost."""
    is_mixed = is_cost_mixed(sheet)
    return _covered(
        sheet,
        lambda line: not is_cost_apart(line, is_mixed=is_mixed),
        _has("cost"),
        number="cost",
        with_blank=True,
        is_partly=lambda line: bool(line.get("unpriced")) or is_without(line) or is_least(line),
    )


def _has(name: str) -> Callable[[_Line], bool]:
    return lambda line: line[name] is not None


def _covered(
    sheet: Mapping[str, Any],
    counts: Callable[[_Line], bool],
    has: Callable[[_Line], bool],
    *,
    number: str = "amount",
    with_blank: bool = False,
    is_partly: Callable[[_Line], bool] = lambda _: False,
) -> Covered:
    """Return how many lines of a sheet, or of those that it sums, a total should and does hold."""
    lines = [
        line
        for line in _lines(sheet)
        if counts(line) and (not line["is_blank"] or (with_blank and line["basis"] == BILL))
    ]
    gone = [line for line in lines if not has(line)]
    partly = [
        line
        for line in lines
        if has(line)
        and not line["is_blank"]
        and (line["unresolved_s"] + line["missing_s"] or is_partly(line))
    ]
    below = [line for line in lines if has(line) and (line[number] or 0) < 0]
    return Covered(len(lines), _by_kind(gone), _by_kind(partly), _by_kind(below))


def _lines(sheet: Mapping[str, Any]) -> Iterator[_Line]:
    """Yield the lines that are no part of others, and no booking of an earlier period."""
    for one in sheet.get("members", {"": sheet}).values():
        for line in one["lines"].values():
            if "kind" in line and not line["use"]:
                yield line


def _by_kind(lines: Iterable[_Line]) -> dict[str, list[_Month]]:
    found: dict[str, list[_Month]] = {}
    for line in lines:
        found.setdefault(line["kind"], []).append((line["from"], line["until"]))
    order = [kind for kind in KINDS if kind in found]
    return {kind: sorted(found[kind]) for kind in order}


def _listed(by_kind: Mapping[str, Sequence[_Month]]) -> Text:
    said = [
        Text(f"{KINDS[kind].zh} ", f"{KINDS[kind].en} ") + months_said(months)
        for kind, months in by_kind.items()
    ]
    return _joined(Text("；", "; "), said)


def months_said(months: Sequence[_Month]) -> Text:
    """Return stretches as people write them: those that follow on one another as one."""
    runs: list[list[_Month]] = []
    distinct = sorted(set(months))
    for before, month in pairwise([("", ""), *distinct]):
        if before[1] == month[0]:
            runs[-1].append(month)
        else:
            runs.append([month])
    return _joined(Text("、", ", "), [_run(run) for run in runs])


def _run(run: Sequence[_Month]) -> Text:
    first, last = run[0][0][:7], run[-1][0][:7]
    return Text(first, first) if first == last else Text(f"{first} 至 {last}", f"{first} to {last}")


def _joined(between: Text, texts: Sequence[Text]) -> Text:
    return Text(
        between.zh.join(text.zh for text in texts), between.en.join(text.en for text in texts)
    )
