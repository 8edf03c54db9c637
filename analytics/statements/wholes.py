"""Wholes beside their parts: a whole that nobody counts is missing, and no part is more than it.

Source: docs/methods.md, "Parts and wholes".
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from analytics.statements.figures import EARLIER, Figure
from analytics.statements.lines import Line
from energy.kinds import KINDS
from energy.period import Stretch
from energy.text import Text
from energy.uses import LABELS, OWN_GENERATION

Key = tuple[str, str, Stretch]


def lacking(said: Mapping[Key, Mapping[str, Figure]]) -> set[Key]:
    """Return the whole of each kind and stretch of which uses are told and the whole by nobody.

    Args:
        said: Kind, use and stretch to what is said of it: nothing where its source is silent.
    """
    return {(kind, "", stretch) for kind, use, stretch in said if use} - {*said}


def judged(lines: Sequence[Line], without: Collection[Key]) -> tuple[Line, ...]:
    """Return lines with what a reader has to know of parts and wholes.

    Args:
        lines: Of one statement.
        without: Wholes that no main meter counts and no other source tells.
    """
    return tuple(_judged(line, lines, without) for line in lines)


def _judged(line: Line, lines: Sequence[Line], without: Collection[Key]) -> Line:
    same = [one for one in lines if (one.kind, one.stretch) == (line.kind, line.stretch)]
    if line.use:
        whole = next((one for one in same if not one.use), None)
        notes = [] if whole is None else list(_larger([line], whole))
    else:
        parts = [one for one in same if one.use and one.use != OWN_GENERATION]
        notes = list(_larger(parts, line)) if len(parts) > 1 else []
        if (line.kind, line.use, line.stretch) in without:
            notes.append(_no_main([one for one in same if one.use]))
    return replace(line, notes=(*line.notes, *notes)) if notes else line


def _larger(parts: Sequence[Line], whole: Line) -> Iterable[Text]:
    """Yield that parts are more than the whole, if they are.

    Earlier ledgers do not tell whether generated power is in them.

    Args:
        parts: One use, or all that are no source of energy.
        whole: Of the same kind and days.
    """
    amounts = [part.signed.amount for part in parts if part.signed.amount is not None]
    of_all = whole.signed.amount
    is_generated = any(part.use == OWN_GENERATION for part in parts)
    if of_all is None or sum(amounts) <= of_all or (is_generated and whole.signed.basis == EARLIER):
        return
    kind, names = whole.kind, _named(parts)
    more, less = _shown(sum(amounts), kind), _shown(of_all, kind)
    yield Text(
        f"{names.zh}共 {more}，大于全部用量 {less}：其中之一有误或不完整，"
        "请核对账单和计量点的用途及倍率。",
        f"{names.en}: {more}, which is more than all of it, {less}. One of both is wrong or not "
        "complete: look at the uses of bills and meters, and at their ratios.",
    )


def _no_main(parts: Sequence[Line]) -> Text:
    zh, en = [], []
    for part in parts:
        amount = part.signed.amount
        shown = (
            Text("缺失", "missing") if amount is None else Text(*[_shown(amount, part.kind)] * 2)
        )
        zh.append(f"{LABELS[part.use].zh} {shown.zh}")
        en.append(f"{LABELS[part.use].en} {shown.en}")
    return Text(
        f"没有总表，只有部分用途有数（{'、'.join(zh)}）：它们之和不是全部，不作为全部用量。"
        "请登记总表（role 为 main），或录入不写用途的账单。",
        f"No main meter counts all of it; uses of it are told ({', '.join(en)}), and their sum is "
        "not all of it. Give its meter the role main, or enter bills that name no use.",
    )


def _named(parts: Sequence[Line]) -> Text:
    labels = [LABELS[part.use] for part in parts]
    return Text("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))


def _shown(amount: int, kind: str) -> str:
    return f"{amount / KINDS[kind].base_per_display:,.3f} {KINDS[kind].display_unit}"
