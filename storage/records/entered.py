"""Events of meters that were entered into the records and that no imported file has shown since.

Files are the registry's way in, and an import replaces all of it: one from files that were written
before would forget these events without a word.
"""

import json
from collections.abc import Iterable

from sqlalchemy.orm import Session

from energy.meter import MeterEvent
from energy.registry import Registry
from storage.records import values

_NAME = "registry.entered"

Entry = tuple[str, int]
"""(meter, time [ms])"""


def note(session: Session, events: Iterable[MeterEvent]) -> None:
    """Note events that were entered."""
    _put(session, {*_noted(session), *((event.meter, event.time) for event in events)})


def missing(session: Session, registry: Registry) -> list[Entry]:
    """Return the entries noted that a registry does not know, sorted."""
    known = {(event.meter, event.time) for event in registry.events}
    return sorted(_noted(session) - known)


def clear(session: Session) -> None:
    """Forget all: files that know them, or whose author wants it so, are in force."""
    _put(session, set())


def _noted(session: Session) -> set[Entry]:
    found = json.loads(values.get(session, _NAME) or "[]")
    return {(meter, time) for meter, time in found}


def _put(session: Session, entries: set[Entry]) -> None:
    if entries != _noted(session):
        values.put(session, _NAME, json.dumps(sorted(entries)))
