"""Readings of imported files, chunk by chunk into the spool; what devices say goes first."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from collector.replaying.giving_way import CROWDED_S, SLICE, GivingWay
from collector.worker import Worker
from energy.errors import StoreError
from energy.reading import Reading

log = logging.getLogger(__name__)

IDLE_S = 1.0


class Keeper(Protocol):
    """Makes readings durable; what the collector's intake does."""

    def keep(self, readings: Sequence[Reading]) -> bool:
        """Return False when there is no room, and then none is kept."""
        ...


class Chunks(Protocol):
    """Where the chunks wait. Every call may be repeated.

    Raises:
        StoreError: If the records do not answer; it is tried again later.
    """

    def import_chunk(self) -> tuple[int, Sequence[Reading]] | None:
        """Return the oldest chunk that waits, with its number; None when there is none."""
        ...

    def import_chunk_done(self, number: int) -> None:
        """Its readings are durable here."""
        ...


class ImportTaker(Worker):
    """A thread that takes imported readings into the spool.

    A chunk is struck out only when all of it is durable, so that one may be taken twice after a
    crash: its readings are then word for word those of before, and change nothing in the store.

    Args:
        chunks: Where they wait.
        keeper: Makes them durable.
        waiting: How many readings wait in the spool.
    """

    def __init__(self, chunks: Chunks, keeper: Keeper, *, waiting: Callable[[], int]) -> None:
        super().__init__("imports")
        self._chunks = chunks
        self._keeper = keeper
        self._way = GivingWay(waiting)
        self._said = ""

    def stop(self) -> None:
        """Stop after the slice under way; the rest of the chunk is taken again."""
        self._way.stop()
        super().stop()

    def work(self) -> None:
        """Take what people gave."""
        while not self._way.is_stopped:
            if not self._take():
                self._way.pause(IDLE_S)

    def _take(self) -> bool:
        """Take a chunk; that the records do not answer is said once."""
        try:
            taken = self.take_once()
        except StoreError as error:
            if str(error) != self._said:
                log.warning("imports.wait error=%s", error)
            self._said = str(error)
            return False
        self._said = ""
        return taken

    def take_once(self) -> bool:
        """Take one chunk; tell whether there was one, and all of it was taken.

        Raises:
            StoreError: If the records do not answer.
        """
        found = self._chunks.import_chunk()
        if found is None:
            return False
        number, readings = found
        for first in range(0, len(readings), SLICE):
            if not self._keep(readings[first : first + SLICE]):
                return False
        self._chunks.import_chunk_done(number)
        return True

    def _keep(self, readings: Sequence[Reading]) -> bool:
        """Make a slice durable when there is room; False when it is time to stop."""
        while self._way.may_go():
            began = time.monotonic()
            if self._keeper.keep(readings):
                self._way.rest(began)
                return True
            self._way.pause(CROWDED_S)
        return False
