"""How derived tables are written: many meters or places at once where that is small."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from analytics.ledger.rows import Patch, frame_of
from energy.span import HOUR_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.tables import METER_HOUR, PLACE_HOUR, Table

_LARGE = (METER_HOUR.name, PLACE_HOUR.name)
_SHORT_MS = 40 * 24 * HOUR_MS
"""So many hours of all meters fit the memory of a laptop as one frame; chosen: a month."""


class _Part(NamedTuple):
    """A patch of one meter or place, and the tags of its rows."""

    patch: Patch
    tags: Mapping[str, str]


class Writer:
    """Writes parts of derived tables, those of many meters or places in one go.

    Args:
        store: The store.
        key: Tags that tell one meter, or one place, from another.
        everything: Whether all of them are written from their beginning, so that whatever else a
            table holds is no longer true.
    """

    def __init__(self, store: ReadingStore, *, key: Sequence[str], everything: bool) -> None:
        self._store = store
        self._key = list(key)
        self._everything = everything
        self._waiting: dict[tuple[str, int], tuple[Table, list[_Part]]] = {}

    def write(self, table: Table, patch: Patch, tags: Mapping[str, str]) -> None:
        """Make a part of a table say these rows of one meter or place, and no others of it.

        Args:
            table: The table.
            patch: What is true.
            tags: Tags of each row.
        """
        part = _Part(patch, tags)
        newest = int(patch.rows.start[-1]) if len(patch.rows) else patch.span.end
        if table.name in _LARGE and newest - patch.span.start > _SHORT_MS:
            self._write_alone(table, part)
            return
        # What ends together was late together: a gateway's backlog is one write, not a hundred.
        self._waiting.setdefault((table.name, patch.span.end), (table, []))[1].append(part)

    def finish(self) -> None:
        """Write what was kept back."""
        for table, parts in self._waiting.values():
            if self._everything and table.name not in _LARGE:
                fresh = frame_of(table, [(part.patch.rows, part.tags) for part in parts])
                span = Span(EARLIEST_MS, LATEST_MS)
                self._store.replace(table, fresh, tags={}, span=span)
            elif len(parts) == 1:
                self._write_alone(table, parts[0])
            else:
                self._write_together(table, parts)
        self._waiting.clear()

    def _write_alone(self, table: Table, part: _Part) -> None:
        frame = frame_of(table, [(part.patch.rows, part.tags)])
        tags = {name: part.tags[name] for name in self._key}
        self._store.replace(table, frame, tags=tags, span=part.patch.span)

    def _write_together(self, table: Table, parts: Sequence[_Part]) -> None:
        fresh = frame_of(table, [(part.patch.rows, part.tags) for part in parts])
        spans: dict[tuple[str, ...], list[Span]] = {}
        for part in parts:
            name = tuple(part.tags[tag] for tag in self._key)
            spans.setdefault(name, []).append(part.patch.span)
        self._store.renew(table, fresh, key=self._key, spans=spans)
