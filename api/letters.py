"""Dead letters as people ask for them, and as machines are told them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Query

from api.cells import readable
from api.reasons import reason_text
from api.times import asked_span, iso
from storage.records import dead_letters as letter_records
from storage.records.dead_letters import DeadLetter, Wanted
from storage.records.session import Session


@dataclass(frozen=True)
class Asked:
    """What an address asks for; see ``wanted``."""

    topic: str = ""
    reason: str = ""
    form: str = ""
    start: str = ""
    end: str = ""

    def wanted(self, session: Session, zone: ZoneInfo) -> Wanted:
        """Return which letters are meant."""
        return wanted(session, zone=zone, **asdict(self))


def asked(
    *,
    topic: str = "",
    reason: str = "",
    form: Annotated[str, Query(alias="format")] = "",
    start: Annotated[str, Query(alias="from")] = "",
    end: Annotated[str, Query(alias="to")] = "",
) -> Asked:
    """Return what an address asks for."""
    return Asked(topic, reason, form, start, end)


def wanted(
    session: Session,
    *,
    zone: ZoneInfo,
    topic: str = "",
    reason: str = "",
    form: str = "",
    start: str = "",
    end: str = "",
    numbers: Sequence[int] = (),
) -> Wanted:
    """Return which letters somebody means.

    Args:
        session: Of the records.
        zone: Wall clock of the days.
        topic: A topic, or its beginning with ``#`` behind it.
        reason: Words of the reason, in Chinese or English.
        form: Name of a format.
        start: First local day or instant of arrival; see api/times.py.
        end: Last local day, or instant after the last.
        numbers: Numbers of letters.

    Raises:
        ConfigError: If a time cannot be read.
    """
    reasons = None
    if reason:
        known = letter_records.counts(session)
        reasons = [one for one in known if is_said_in(reason, one)]
    span = asked_span(start=start, end=end, zone=zone)
    return Wanted(
        topic=topic,
        reasons=reasons,
        form=form,
        after=span.start if start else None,
        before=span.end if end else None,
        numbers=numbers,
    )


def is_said_in(words: str, reason: str) -> bool:
    """Tell whether words stand in a reason, in either language."""
    text = reason_text(reason)
    return words.casefold() in text.en.casefold() or words in text.zh


def letter_row(letter: DeadLetter) -> dict[str, Any]:
    r"""Return a letter as JSON values; bytes that are no UTF-8 are ``\xNN`` in ``payload``."""
    return {
        "number": letter.number,
        "collector": letter.collector,
        "topic": letter.topic,
        "reason": letter.reason,
        "received": iso(letter.received),
        "readings": letter.readings,
        "format": letter.form,
        "version": letter.version,
        "kept": letter.kept,
        "length": letter.length or len(letter.payload),
        "sha256": letter.sha256,
        "payload": readable(letter.payload),
    }
