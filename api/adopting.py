"""Adopting a device: rows are added to the registry in force, and its dead letters read again."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import formats
from api.earlier import formats_now, letters_of, newest
from api.guesses import Proposal, proposal
from energy.messages.message import Format
from energy.offers import offers
from energy.registry import Registry
from storage.records import adopted, letter_requests
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.heard import UnknownChannel
from storage.records.letter_requests import RETRY
from storage.records.session import Session
from storage.registry.adding import METERS, Rows, read_added, registry_with
from storage.registry.files import read_registry
from storage.registry.judging import judge


class Retried(NamedTuple):
    """What is asked of the collectors.

    Attributes:
        letters: Collector and number of each dead letter that is to be read again.
        before: The number before the first of the requests.
    """

    letters: list[tuple[str, int]]
    before: int


def propose(session: Session, registry: Registry, channels: Sequence[UnknownChannel]) -> Proposal:
    """Return rows to adopt a device with.

    Args:
        session: Of the records.
        registry: The registry in force.
        channels: What is heard of the device, at least one.
    """
    last = max(channels, key=lambda one: one.last)
    form = formats_now(registry).get(last.form)
    topics = {one.topic for one in channels}
    said = [] if form is None else list(newest(session, form, device=last.device, topics=topics))
    return proposal(channels, registry, form, said)


def adopt(records: Records, rows: Rows, *, author: str, reason: str, now_ms: int) -> int:
    """Add rows to the registry in force; a running collector takes it up by itself.

    They are read and judged as an import of the whole registry is. In the same transaction the
    number rises, the audit says who and why, and it is noted that no file has these rows, so that
    an import of older files does not drop them unnoticed.

    Args:
        records: Where the registry is.
        rows: New rows of devices.csv and meters.csv.
        author: Who wants it.
        reason: Why.
        now_ms: The time now [ms].

    Returns:
        The number of the registry.

    Raises:
        AddedRowsError: All mistakes at once; nothing is changed then.
    """
    with records.session() as session:
        reference = reference_records.load(session)
        before = registry_records.load_to_change(session)

        def read(folder: Path) -> Registry:
            found = read_registry(folder, offers(formats, "FORMAT", Format), now_ms=now_ms)
            judge(found, folder, before, reference, heard=())
            return found

        with registry_with(before, rows) as folder:
            registry = read_added(folder, rows, read)
        number = registry_records.replace(session, registry, author=author, reason=reason)
        adopted.note(session, [(row["device"], row["channel"]) for row in rows.get(METERS, ())])
    return number


def read_again(
    records: Records,
    device: str,
    *,
    author: str,
    reason: str,
    but_for: Collection[tuple[str, int]] = (),
) -> Retried:
    """Ask the collectors to read again what a device said before the registry knew it.

    Args:
        records: Where requests are left.
        device: Its name in the registry of now; one that it does not know said nothing.
        author: Who wants it.
        reason: Why.
        but_for: Letters that are asked for already.
    """
    with records.reading() as session:
        keys = [key for key in earlier(session, device) if key not in but_for]
    with records.session() as session:
        before = letter_requests.put(session, keys, RETRY, author=author, reason=reason)
    return Retried(keys, before)


def earlier(session: Session, device: str) -> list[tuple[str, int]]:
    """Return collector and number of the dead letters that became readable with a device."""
    registry = registry_records.load(session)
    known = registry.device.get(device)
    return [] if known is None else letters_of(session, registry, known)
