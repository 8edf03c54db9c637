"""Channels that were adopted into the records and that no imported file has shown since.

Files are the registry's way in, and an import replaces all of it: one from files that were written
before would let go of these channels without a word.
"""

import json
from collections.abc import Iterable

from sqlalchemy.orm import Session

from energy.registry import Registry
from storage.records import values

_NAME = "registry.adopted"

Channel = tuple[str, str]
"""(device, channel)"""


def note(session: Session, channels: Iterable[Channel]) -> None:
    """Note channels that were adopted."""
    _put(session, {*_noted(session), *channels})


def missing(session: Session, registry: Registry) -> list[Channel]:
    """Return the channels noted that a registry does not know, sorted."""
    return sorted(one for one in _noted(session) if one not in registry.channel)


def clear(session: Session) -> None:
    """Forget all: files that know them, or whose author wants it so, are in force."""
    _put(session, set())


def _noted(session: Session) -> set[Channel]:
    found = json.loads(values.get(session, _NAME) or "[]")
    return {(device, channel) for device, channel in found}


def _put(session: Session, channels: set[Channel]) -> None:
    if channels != _noted(session):
        values.put(session, _NAME, json.dumps(sorted(channels)))
