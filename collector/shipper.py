"""From the spool to the store: for ever, in order, each record counted once."""

import logging
from collections.abc import Callable, Iterator
from typing import NamedTuple

from collector.keeping.packing import unpack
from collector.keeping.segment import START, Position
from collector.keeping.spool import Spool
from collector.keeping.state import State
from collector.refused.letter import Letter
from collector.refused.letters import letter_of_store
from collector.worker import Worker
from energy.errors import StoreError
from energy.text import Text
from storage.columns import Columns, joined
from storage.readings import ReadingStore, Refused

log = logging.getLogger(__name__)

BATCH_READINGS = 20_000
"""Chosen: large enough that a store's cost a batch no longer counts, small in memory."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
IDLE_S = 0.05
FEW_READINGS = 5000
"""A batch with fewer than a body should hold is followed by a pause: what comes joins the next.

Chosen with the pause: a body costs much the same whatever it holds, and no board asks sooner.
"""
GATHER_S = 0.25
PROBE_READINGS = 1000
"""A store that did not take the batch before is asked with a small one, for little memory."""


class Batch(NamedTuple):
    """What records that are shipped together hold, and where they end."""

    readings: Columns
    letters: list[Letter]
    settled: list[tuple[int, int]]
    end: Position


class Shipper(Worker):
    """A thread that ships what the spool holds.

    Args:
        spool: What is durable here.
        state: Remembers where shipping stands.
        store: Where readings go.
        clock: Time now [ms].
        keeps_segments: Leave shipped segments where they are, for the raw log to take.
    """

    def __init__(
        self,
        spool: Spool,
        state: State,
        store: ReadingStore,
        *,
        clock: Callable[[], int],
        keeps_segments: bool = False,
    ) -> None:
        super().__init__("shipper")
        self._keeps_segments = keeps_segments
        self._spool = spool
        self._state = state
        self._store = store
        self._clock = clock
        self._said = ""
        self.trouble: Text | None = None

    @property
    def is_done(self) -> bool:
        """Whether everything durable is in the store."""
        return not self._spool.holds_after(self._state.shipped().position)

    def work(self) -> None:
        """Ship for ever; what is left stays in the spool."""
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            try:
                batch = self._next_batch()
                if batch is not None:
                    self._ship(batch)
            except StoreError as error:
                if str(error) != self._said:  # said once, retried for ever
                    log.warning("store.waits error=%s", error)
                self._said = str(error)
                self.trouble = error.text
                self._stop.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
                continue
            if self._said and batch is not None:
                log.warning("store.back")
                self._said = ""
            self.trouble = None
            pause = FIRST_PAUSE_S
            if batch is None:
                self._stop.wait(IDLE_S)
            elif len(batch.readings) < FEW_READINGS:
                self._stop.wait(GATHER_S)

    def ship_once(self) -> bool:
        """Ship one batch; tell whether there was one.

        Raises:
            UnreachableError: If the store does not answer; nothing is lost, call again.
        """
        batch = self._next_batch()
        if batch is not None:
            self._ship(batch)
        return batch is not None

    def _ship(self, batch: Batch) -> None:
        refused = []
        if len(batch.readings):
            refused = self._store.write(batch.readings, overruled=self._state.keep_versions)
        self._state.ship(
            batch.end,
            shipped=len(batch.readings) - len(refused),
            refused=len(refused),
            letters=[*batch.letters, *self._letters(refused)],
            readings=batch.readings,
            settled=batch.settled,
        )
        if not self._keeps_segments:
            self._spool.delete_before(batch.end)

    def _next_batch(self) -> Batch | None:
        position = self._state.shipped().position
        if position >= self._spool.end:
            return None
        most = PROBE_READINGS if self.trouble else BATCH_READINGS
        parts: list[Columns] = []
        letters: list[Letter] = []
        settled: list[tuple[int, int]] = []
        size, end = 0, START
        for record in self._spool.read(position):
            commit = unpack(record)
            parts.append(commit.readings)
            letters += commit.letters
            settled += commit.settled
            size, end = size + len(commit.readings), record.end
            if size >= most:
                break
        return Batch(joined(parts), letters, settled, end) if end > START else None

    def _letters(self, refused: list[Refused]) -> Iterator[Letter]:
        for reading, reason in refused:
            yield letter_of_store(reading, reason, self._clock())
