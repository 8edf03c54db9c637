"""Refuses registry files by which virtual meters count an energy more than once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from energy.counted_twice import TooOften, counted_too_often, shares_of
from energy.meter import EXPORT, MAIN, Meter
from energy.text import Text
from energy.virtual import MINUS, VirtualPart
from storage.csv_cells import Cells

Row = tuple[Cells, VirtualPart]


def check_counted_once(rows: Sequence[Row], meters: Mapping[str, Meter]) -> None:
    """Call a mistake what mains, or the sub-meters of one, count more than once in all.

    Asked only where every row is good: a cycle has no shares.

    Args:
        rows: Rows of virtual.csv, and what they say.
        meters: What meters.csv says, by name.
    """
    if not all(cells.good for cells, _ in rows):
        return
    parts = [part for _, part in rows]
    for main, sold, day in _sold_in_mains(meters, parts):
        _row_of(rows, [main], sold, day).mistake("input", _sold(sold, main))
    for one in counted_too_often(meters, parts):
        cells = _row_of(rows, one.by, one.meter, one.day, above=one.above)
        cells.mistake("input", words_of(one, meters))


def words_of(one: TooOften, meters: Mapping[str, Meter]) -> Text:
    """Return what is counted too often, and what to change.

    Args:
        one: What is counted too often.
        meters: By name.
    """
    if one.below:
        return _subs(one)
    if one.meter in one.shares:
        return _two_mains(one.meter, one.by[-1])
    if one.above and meters[one.above].role == MAIN:
        return _part_of_a_main(one.meter, one.above, one.by[-1])
    if one.above:
        return _itself_and_above(one)
    return _shares(one)


def _sold_in_mains(
    meters: Mapping[str, Meter], parts: Sequence[VirtualPart]
) -> Iterator[tuple[str, str, date]]:
    """Yield each main that adds what is sold, what is sold, and the first such day."""
    mains = [meter.meter for meter in meters.values() if meter.role == MAIN]
    told = set()
    for day in sorted({part.valid_from for part in parts}):
        for name, shares in shares_of(parts, mains, day).items():
            for top, share in shares.items():
                is_sold = name in meters and meters[name].role == EXPORT and share > 0
                if is_sold and (top, name) not in told:
                    told.add((top, name))
                    yield top, name, day


def _row_of(
    rows: Sequence[Row], tops: Sequence[str], source: str, day: date, above: str = ""
) -> Cells:
    """Return the last row by which virtual meters count a meter on a day, or what is above it."""
    found: dict[str, Cells] = {}
    parts = [part for _, part in rows]
    for cells, part in rows:
        is_theirs = part.meter in tops and part.sign != MINUS
        if is_theirs and part.valid_from <= day < part.valid_to:
            counted = shares_of(parts, [part.source], day)
            found |= dict.fromkeys({source, above}.intersection(counted), cells)
    return found.get(source) or found[above]


def _two_mains(name: str, main: str) -> Text:
    return Text(
        f"{name} 与 {main} 都是总表（main），用量会重复计入；请把其中一个改为 check。",
        f"{name} and {main} are both mains, so it would be counted twice; make one of them a "
        "check.",
    )


def _sold(name: str, main: str) -> Text:
    return Text(
        f"{name} 计的是上网电量，不是用量；总表 {main} 不能加上它。",
        f"{name} counts what is sold, which nobody used; the main {main} cannot add it.",
    )


def _part_of_a_main(source: str, above: str, main: str) -> Text:
    return Text(
        f"总表 {above} 已计入 {source}，在 {main} 中会重复计入。请把 {above} 与 {source} "
        f"改为 check、上级（parent）留空，另建虚拟总表：{above} 减 {source}；原来以 {above} "
        f"为上级的其他计量点改以该虚拟总表为上级，以 {source} 为上级的改以 {main} 为上级。",
        f"the main {above} counts {source} already, so {main} would count it twice. Make {above} "
        f"and {source} checks without a parent, and a virtual main of {above} less {source}; "
        f"other meters whose parent is {above} name that virtual main as their parent, those "
        f"whose parent is {source} name {main}.",
    )


def _itself_and_above(one: TooOften) -> Text:
    names = list(one.shares)
    return Text(
        f"总表 {'、'.join(names)} 共计入 {one.meter} {one.total} 次：它的用量也在上级 {one.above} "
        f"之中（自 {one.day} 起）。请减去重复的部分（sign -），或去掉其中一行。",
        f"{_and(names)} would count {one.meter} {one.total} times from {one.day} on: what it "
        f"counts is in {one.above} above it, too. Take off what is double (sign -), or take one "
        "of the rows away.",
    )


def _shares(one: TooOften) -> Text:
    names = list(one.shares)
    shares = "、".join(f"{name} {share}" for name, share in one.shares.items())
    told = _and([f"{name} {share}" for name, share in one.shares.items()])
    return Text(
        f"总表{'、'.join(names)}自 {one.day} 起共计入 {one.meter} {one.total} 次（{shares}）；"
        "同一计量点在各总表中的份额合计不得超过 1。请减小份额，或把其中一个改为 check。",
        f"the mains count {one.meter} {one.total} times in all from {one.day} on ({told}); shares "
        "of one meter in mains are at most 1 together. Make a share smaller, or one of the mains "
        "a check.",
    )


def _subs(one: TooOften) -> Text:
    names = one.by
    return Text(
        f"{one.below} 的分表共计入 {one.meter} {one.total} 次（自 {one.day} 起），其中有"
        f" {'、'.join(names)}；各分表之和会超过 {one.below}。请把 {names[-1]} 改为 check，"
        "或从中减去其他分表（sign -）。",
        f"the sub-meters of {one.below} count {one.meter} {one.total} times in all from {one.day} "
        f"on, {_and(names)} among them; together they would be more than {one.below}. Make "
        f"{names[-1]} a check, or take the other sub-meters off it (sign -).",
    )


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
