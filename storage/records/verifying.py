"""Walks the chain and all that it speaks of, and says where something was changed afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError

from sqlalchemy.orm import Session

from energy.text import Text
from storage.chain_hash import BEFORE_THE_FIRST
from storage.records import chain, frozen
from storage.records.chain import Link
from storage.records.schema import number_of
from storage.records.verifying_edits import is_of_rows, problem_of_rows
from storage.records.verifying_rows import problem_of_tied, repeats_rows


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk over the chain found.

    Attributes:
        links: How many links hold, from the first on.
        head: Hash of the last of them; empty for an empty chain.
        frozen: How many frozen contents hold.
        broken: Number of the first link that does not hold; 0 if all do or it is no link.
        problem: What differs; None if everything holds.
    """

    links: int
    head: str
    frozen: int
    broken: int = 0
    problem: Text | None = None


def verify(session: Session, *, printed: str = "") -> Verdict:
    """Hold the chain and the frozen contents to their hashes.

    Args:
        session: Of the records.
        printed: A hash that a sheet or an export bears; it must be in the chain. A chain that was
            written anew from some link on can be told by nothing else.

    Returns:
        The first thing that does not hold, else that all of it does.
    """
    needed: dict[str, int] = {}
    of_rows: list[Link] = []
    repeating: list[Link] = []
    last: Link | None = None
    is_found = not printed
    for link in chain.every(session):
        problem = _problem_of(link, last) or _note_needed(link, needed)
        if problem is not None:
            return _verdict(last, broken=link.number, problem=problem)
        is_found = is_found or link.hash == printed
        of_rows += [link] if is_of_rows(link) else []
        repeating += [link] if repeats_rows(link) else []
        last = link
    count = number_of(session, chain.NUMBER)
    if (last.number if last else 0) != count:
        return _verdict(last, broken=(last.number if last else 0) + 1, problem=_gone(count))
    if not is_found:
        return _verdict(last, problem=_unknown_head(printed))
    verdict = _frozen_verdict(session, last, needed)
    if verdict.problem is not None:
        return verdict
    found = problem_of_rows(session, of_rows) or problem_of_tied(session, repeating)
    return verdict if found is None else _verdict(last, broken=found[0], problem=found[1])


def _frozen_verdict(session: Session, last: Link | None, needed: dict[str, int]) -> Verdict:
    held = set()
    for one in frozen.every(session):
        if not one.is_whole:
            return _verdict(last, broken=needed.get(one.sha256, 0), problem=_altered(one.sha256))
        if one.sha256 not in needed:
            return _verdict(last, problem=_unnamed(one.sha256))
        held.add(one.sha256)
    for sha256, number in needed.items():
        if sha256 not in held:
            return _verdict(last, broken=number, problem=_lost(sha256))
    return _verdict(last, held=len(held))


def _verdict(
    last: Link | None, *, held: int = 0, broken: int = 0, problem: Text | None = None
) -> Verdict:
    links, head = (last.number, last.hash) if last else (0, "")
    return Verdict(links=links, head=head, frozen=held, broken=broken, problem=problem)


def _problem_of(link: Link, last: Link | None) -> Text | None:
    """Return what is wrong with a link behind another one; None if nothing is."""
    expected = last.number + 1 if last else 1
    if link.number != expected:
        return Text(
            f"缺第 {expected} 条，其后是第 {link.number} 条",
            f"link {expected} is missing; the next one there is {link.number}",
        )
    before = last.hash if last else BEFORE_THE_FIRST
    if link.previous != before:
        return Text(
            f"上一条的哈希应为 {before or '空'}，记的是 {link.previous or '空'}",
            f"the hash of the link before is {before or 'empty'}, it names "
            f"{link.previous or 'none'}",
        )
    if link.hash != link.true_hash:
        return Text(
            f"内容的哈希为 {link.true_hash}，记的是 {link.hash}",
            f"its contents have the hash {link.true_hash}, it bears {link.hash}",
        )
    return None


def _note_needed(link: Link, needed: dict[str, int]) -> Text | None:
    """Note the frozen contents that a link names, by the first link that does."""
    try:
        for sha256 in _named(link):
            needed.setdefault(sha256, link.number)
    except (JSONDecodeError, AttributeError):
        return Text("内容不是 JSON 对象", "its detail is no JSON object")
    return None


def _named(link: Link) -> Iterator[str]:
    sha256 = link.told.get("sha256")
    if isinstance(sha256, str) and sha256:
        yield sha256


def _gone(count: int) -> Text:
    return Text(
        f"末尾缺失：共写过 {count} 条", f"the end is missing; {count} links have been written"
    )


def _unknown_head(printed: str) -> Text:
    return Text(
        f"链中没有所给的哈希 {printed}：自某条起已被重写",
        f"no link bears the hash {printed} that was given: the chain was written anew",
    )


def _altered(sha256: str) -> Text:
    return Text(f"封存内容 {sha256} 已被改动", f"the bytes kept as {sha256} are others by now")


def _unnamed(sha256: str) -> Text:
    return Text(
        f"没有任何一条提到封存内容 {sha256}：有记录缺失",
        f"no link names the bytes kept as {sha256}: links are missing",
    )


def _lost(sha256: str) -> Text:
    return Text(f"封存内容 {sha256} 已丢失", f"the bytes kept as {sha256} are gone")
