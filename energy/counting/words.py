"""Says what is counted more than once, and what to change."""

from collections.abc import Mapping, Sequence

from energy.counting.twice import TooOften
from energy.meter import MAIN, Meter
from energy.period import NO_FIRST_DAY
from energy.text import Text


def too_often_words(one: TooOften, meters: Mapping[str, Meter]) -> Text:
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


def _two_mains(name: str, main: str) -> Text:
    return Text(
        f"{name} 与 {main} 都是总表（main），用量会重复计入；请把其中一个改为 check。",
        f"{name} and {main} are both mains, so it would be counted twice; make one of them a "
        "check.",
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
        f"之中{_since(one).zh}。请减去重复的部分（sign -），或去掉其中一行。",
        f"{_and(names)} would count {one.meter} {one.total} times{_since(one).en}: what it "
        f"counts is in {one.above} above it, too. Take off what is double (sign -), or take one "
        "of the rows away.",
    )


def _shares(one: TooOften) -> Text:
    names = list(one.shares)
    shares = "、".join(f"{name} {share}" for name, share in one.shares.items())
    told = _and([f"{name} {share}" for name, share in one.shares.items()])
    return Text(
        f"总表 {'、'.join(names)} 共计入 {one.meter} {one.total} 次（{shares}）{_since(one).zh}；"
        "同一计量点在各总表中的份额合计不得超过 1。请减小份额，或把其中一个改为 check。",
        f"the mains count {one.meter} {one.total} times in all{_since(one).en} ({told}); shares "
        "of one meter in mains are at most 1 together. Make a share smaller, or one of the mains "
        "a check.",
    )


def _subs(one: TooOften) -> Text:
    names = one.by
    return Text(
        f"{one.below} 的分表共计入 {one.meter} {one.total} 次{_since(one).zh}，其中有"
        f" {'、'.join(names)}；各分表之和会超过 {one.below}。请把 {names[-1]} 改为 check，"
        "或从中减去其他分表（sign -）。",
        f"the sub-meters of {one.below} count {one.meter} {one.total} times in all"
        f"{_since(one).en}, {_and(names)} among them; together they would be more than "
        f"{one.below}. Make {names[-1]} a check, or take the other sub-meters off it (sign -).",
    )


def _since(one: TooOften) -> Text:
    if one.day == NO_FIRST_DAY:
        return Text("", "")
    return Text(f"（自 {one.day} 起）", f" from {one.day} on")


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
