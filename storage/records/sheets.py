"""Sheets that are signed, and bytes that were handed out: every step is a link of the chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from energy.errors import StoreError
from energy.text import Text
from storage.records import chain, frozen, people, schema
from storage.records.chain import Link

EXPORTED = "exported"


class Step(StrEnum):
    """What is done to the sheet of an institution for a period; the value stands in the chain."""

    SUBMITTED = "sheet submitted"
    CHECKED = "sheet checked"
    RETURNED = "sheet returned"
    CLOSED = "sheet closed"
    RESTATED = "sheet restated"
    ADJUSTED = "sheet adjusted"


@dataclass(frozen=True, slots=True)
class SheetStep:
    """One step of one sheet.

    Attributes:
        step: What was done.
        institution: Whose sheet.
        period: Key of the period, such as 2026-05.
        at: When [ms].
        by: Id of the person.
        roles: What the person signed as.
        reason: Why; empty where none is asked for.
        sha256: Hash of the sheet that is in force from here on; empty if the step brought none.
        number: Of the restatement or adjustment of this period, from 1; else 0.
        difference: Line to before, after and difference; of restatements and adjustments.
        into: The open period an adjustment is booked in; else empty.
        link: Number of the link.
        hash: Hash of the link.
    """

    step: Step
    institution: str
    period: str
    at: int
    by: str
    roles: tuple[str, ...]
    reason: str
    sha256: str
    number: int
    difference: Mapping[str, Any]
    into: str
    link: int
    hash: str


def take_turn(session: Session) -> None:
    """Wait until nobody else takes a step; what is read from here on stays true until the end."""
    schema.take_turn(session, "chain")


def subject_of(institution: str, period: str) -> str:
    """Return what links about a sheet have as their subject."""
    return f"sheet {institution} {period}"


def record(
    session: Session,
    step: Step,
    *,
    institution: str,
    period: str,
    by: str,
    roles: Sequence[str],
    at: int,
    reason: str = "",
    content: bytes | None = None,
    number: int = 0,
    difference: Mapping[str, Mapping[str, object]] | None = None,
    into: str = "",
) -> SheetStep:
    """Keep a step, and for good the bytes that are in force from it on.

    Raises:
        StoreError: If a difference holds a number that is no integer.
    """
    detail: dict[str, object] = {
        "institution": institution,
        "period": period,
        "roles": list(roles),
        "reason": reason,
        "sha256": "" if content is None else frozen.put(session, content),
        "number": number,
        "difference": {key: dict(change) for key, change in (difference or {}).items()},
        "into": into,
    }
    subject = subject_of(institution, period)
    link = chain.append(session, who=by, what=step, subject=subject, detail=detail, at=at)
    return _step(link)


def history(
    session: Session, institution: str, period: str, *, until: int | None = None
) -> list[SheetStep]:
    """Return the steps of a sheet, oldest first, until a time [ms] included."""
    links = chain.about(session, subject_of(institution, period), until=until)
    return [_step(link) for link in links]


def begun(session: Session) -> list[tuple[str, str]]:
    """Return institution and period of every sheet that was ever submitted, sorted."""
    steps = (_step(link) for link in chain.of_what(session, Step.SUBMITTED))
    return sorted({(step.institution, step.period) for step in steps})


def closed(session: Session) -> list[tuple[str, str]]:
    """Return institution and period of every closed sheet, sorted."""
    steps = (_step(link) for link in chain.of_what(session, Step.CLOSED))
    return sorted({(step.institution, step.period) for step in steps})


def adjustments_into(session: Session, institution: str, period: str) -> list[SheetStep]:
    """Return what is booked in a period for closed ones before it, oldest first."""
    steps = (_step(link) for link in chain.of_what(session, Step.ADJUSTED))
    return [step for step in steps if (step.institution, step.into) == (institution, period)]


def in_force(steps: Sequence[SheetStep]) -> str:
    """Return the hash of the sheet that holds after these steps; empty for a draft."""
    held = ""
    for step in steps:
        if step.step is Step.RETURNED:
            held = ""
        held = step.sha256 or held
    return held


def content_of(session: Session, sha256: str) -> bytes:
    """Return the bytes that are kept under a hash.

    Raises:
        StoreError: If they are gone or are others than were kept.
    """
    kept = frozen.get(session, sha256)
    if kept is None or kept.content is None or not kept.is_whole:
        problem = Text(
            f"封存内容 {sha256} 已丢失或被改动。请运行 jieneng ledger verify，并恢复备份。",
            f"What was kept under {sha256} is gone or was changed. "
            "Run jieneng ledger verify, and restore a backup.",
        )
        raise StoreError(problem)
    return kept.content


def as_of(session: Session, institution: str, period: str, time: int | None) -> bytes | None:
    """Return the sheet that was in force at a time [ms], byte for byte; None if none was.

    Without a time it is the one in force now.

    Raises:
        StoreError: If it is gone or was changed since.
    """
    held = in_force(history(session, institution, period, until=time))
    return content_of(session, held) if held else None


def record_export(session: Session, content: bytes, what: str, *, by: str, at: int) -> Link:
    """Keep bytes that leave the platform, and who took them; the link bears the hash to print.

    Args:
        session: Of the records.
        content: The bytes as they are handed out.
        what: Names them, such as "statement town 2026-05 xlsx".
        by: Id or name of a person.
        at: When [ms].
    """
    detail = {"sha256": frozen.put(session, content), "size": len(content)}
    who = people.known_as(session, by)
    return chain.append(
        session, who=who, what=EXPORTED, subject=_export(what), detail=detail, at=at
    )


def export_as_of(session: Session, what: str, time: int | None) -> bytes | None:
    """Return what was last handed out under a name at a time [ms]; None if nothing was.

    Raises:
        StoreError: If it is gone or was changed since.
    """
    links = chain.about(session, _export(what), until=time)
    return content_of(session, links[-1].told["sha256"]) if links else None


def _export(what: str) -> str:
    return f"export {what}"


def export_called(subject: str) -> str:
    """Return the name under which bytes left the platform, of the subject of their link."""
    return subject.removeprefix(_export(""))


def _step(link: Link) -> SheetStep:
    told = link.told
    told["roles"] = tuple(told["roles"])
    return SheetStep(
        step=Step(link.what), at=link.at, by=link.who, link=link.number, hash=link.hash, **told
    )
