"""Who changed what, when and why: the chain, as those see it who have only words to say."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storage.records import chain, people


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change by a person or a program.

    Attributes:
        number: Rises with every entry.
        at: When [ms].
        who: The author: the name, or the id where it was erased.
        what: What was done, a few words.
        detail: The rest, the reason included.
    """

    number: int
    at: int
    who: str
    what: str
    detail: str


def add(session: Session, who: str, what: str, detail: str) -> None:
    """Keep an entry, dated now: a link of the chain, which has the id of who did it.

    Raises:
        ConfigError: If several people are called so.
    """
    chain.append(session, who=people.known_as(session, who), what=what, detail={"text": detail})


def recent(session: Session, limit: int) -> list[AuditEntry]:
    """Return the newest entries, newest first; details that are no words as JSON."""
    return [_entry(session, link) for link in chain.newest(session, limit)]


def _entry(session: Session, link: chain.Link) -> AuditEntry:
    detail = link.told.get("text", link.detail)
    return AuditEntry(link.number, link.at, people.shown_as(session, link.who), link.what, detail)
