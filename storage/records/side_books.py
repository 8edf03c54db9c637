"""The books of what is no traffic: files that were imported, raw logs that were read again.

They are kept apart from the collectors' own books: what an import hands over is received there once
it is taken; a replay goes past them into the store.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.records.imports import READY, ImportRow
from storage.records.replays import ReplayRow

IMPORTS, REPLAYS = "imports", "replays"
_IMPORTED = ("refused", "duplicate", "same", "outranked", "changing", "new")
_REPLAYED = ("kept", "refused", "outside")


@dataclass(frozen=True, slots=True)
class SideBook:
    """All finished imports, or all replays, together.

    Attributes:
        times: How many there were.
        going_on: Of these, how many are not done: the collector has not all of it yet.
        readings: Readings that were read: of the files, or of the raw logs.
        parts: What became of them, by name; together they are ``readings``.
        notes: Readings of them that deserve a note, by name; no part of the sum.
    """

    times: int
    going_on: int
    readings: int
    parts: Mapping[str, int]
    notes: Mapping[str, int]

    @property
    def unexplained(self) -> int:
        """Readings that the parts do not explain: 0, or a promise of ours is broken."""
        return self.readings - sum(self.parts.values())

    def as_dict(self) -> dict[str, int]:
        """Return every figure by name."""
        return {
            "times": self.times,
            "going_on": self.going_on,
            "readings": self.readings,
            **self.parts,
            "unexplained": self.unexplained,
            **self.notes,
        }


def told(session: Session) -> dict[str, dict[str, int]]:
    """Return the figures of both books by IMPORTS and REPLAYS; see SideBook.as_dict."""
    return {IMPORTS: imported(session).as_dict(), REPLAYS: replayed(session).as_dict()}


def imported(session: Session) -> SideBook:
    """Return the book of all finished imports; ``waiting`` is what no collector has yet."""
    rows = session.scalars(select(ImportRow).where(ImportRow.state == READY)).all()
    sums = _sums(row.balance for row in rows)
    waiting = [row.sent - row.taken for row in rows]
    return SideBook(
        times=len(rows),
        going_on=sum(map(bool, waiting)),
        readings=sums["readings"],
        parts={name: sums[name] for name in _IMPORTED},
        notes={"waiting": sum(waiting)},
    )


def replayed(session: Session) -> SideBook:
    """Return the book of all replays that were to write; dry ones wrote nothing."""
    rows = session.scalars(select(ReplayRow).where(ReplayRow.is_dry.is_(False))).all()
    sums = _sums(row.progress for row in rows)
    return SideBook(
        times=len(rows),
        going_on=sum(not row.ended for row in rows),
        readings=sums["read"],
        parts={name: sums[name] for name in _REPLAYED},
        notes={},
    )


def _sums(balances: Iterable[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in balances:
        found.update(json.loads(one))
    return found
