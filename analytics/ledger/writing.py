"""How derived tables are written: one meter or place at a time, or a small table at once."""

from collections.abc import Mapping

import pandas as pd

from energy.span import Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.tables import METER_HOUR, PLACE_HOUR, Table

_LARGE = (METER_HOUR.name, PLACE_HOUR.name)
"""Tables of hours would not fit the memory of a laptop as one frame."""


class Writer:
    """Writes spans of derived tables.

    Args:
        store: The store.
        everything: Whether all meters and places are written from their beginning. Then each small
            table is replaced whole at the end, which takes a tenth of the time.
    """

    def __init__(self, store: ReadingStore, *, everything: bool) -> None:
        self._store = store
        self._everything = everything
        self._waiting: dict[str, tuple[Table, list[pd.DataFrame]]] = {}

    def write(
        self, table: Table, frame: pd.DataFrame, *, key: Mapping[str, str], start: int
    ) -> None:
        """Make a table say this, and nothing else, for the points with these tags from a time on.

        Args:
            table: The table.
            frame: Its points, as ReadingStore.replace takes them.
            key: Tags that select what is replaced.
            start: From when on [ms].
        """
        if self._everything and table.name not in _LARGE:
            self._waiting.setdefault(table.name, (table, []))[1].append(frame)
            return
        self._store.replace(table, frame, tags=dict(key), span=Span(start, LATEST_MS))

    def finish(self) -> None:
        """Write what was kept back."""
        for table, frames in self._waiting.values():
            whole = pd.concat(frames, ignore_index=True)
            self._store.replace(table, whole, tags={}, span=Span(EARLIEST_MS, LATEST_MS))
        self._waiting.clear()
