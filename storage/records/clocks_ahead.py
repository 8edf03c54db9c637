"""Devices whose times are refused because they are ahead, as each collector last told."""

import json
from collections.abc import Iterable

from energy.clock_ahead import ClockAhead
from storage.records import values
from storage.records.session import Session

_NAME = "clocks_ahead/"
"""Before the name of a collector: name of the value that holds what it told."""


def put(session: Session, collector: str, clocks: Iterable[ClockAhead]) -> None:
    """Keep what a collector tells; it replaces what it told before."""
    values.put(session, _NAME + collector, json.dumps([one._asdict() for one in clocks]))


def all(session: Session) -> dict[str, ClockAhead]:  # noqa: A001  read as clocks_ahead.all(session)
    """Return what was told last of each device, by its name."""
    told = values.beginning_with(session, _NAME).values()
    clocks = [ClockAhead(**one) for text in told for one in json.loads(text)]
    return {one.device: one for one in sorted(clocks, key=lambda one: one.last)}
