"""Reads the raw log again into the store, where people ask for it; what devices say goes first.

Readings go straight into the store and not through the spool: they were received, counted and kept
once already. They keep their marks, so a store that has them, or something better, stays as it is.
"""

import itertools
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from collector.keeping.state import SPOOL_FOLDER, State
from collector.replaying.giving_way import SLICE, GivingWay
from collector.replaying.kept import Kept, kept_segments, shipped_commits
from collector.replaying.rawlog import RAWLOG_FOLDER
from collector.replaying.replay_request import (
    Progress,
    ReplayRequest,
    Replays,
    chosen,
    counted,
    moved,
    records_done,
)
from collector.worker import Worker
from energy.errors import StoreError
from storage.columns import Columns, joined
from storage.readings import ReadingStore, Refused

log = logging.getLogger(__name__)

LOOK = 50_000
"""Readings looked at, at most, between two notes of how far it is; chosen: a few milliseconds."""
NOTE_S = 1.0
IDLE_S = 1.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0


class _Piece(NamedTuple):
    readings: Columns
    read: int
    records: int


class Replayer(Worker):
    """A thread that carries out requests one after the other.

    How far it is, with its balance, is noted only when readings are in the store and their meters
    are marked as touched. What a crash leaves behind a note is written again, which changes
    nothing, and counted once.

    Args:
        replays: Where requests wait.
        state: Knows what is shipped, and which meters were touched.
        store: Where readings go.
        folder: State folder of the collector.
        way: Says when it may go on.
    """

    def __init__(
        self,
        replays: Replays,
        state: State,
        store: ReadingStore,
        *,
        folder: Path,
        way: GivingWay,
    ) -> None:
        super().__init__("replay")
        self._replays, self._state, self._store = replays, state, store
        self._rawlog, self._spool = folder / RAWLOG_FOLDER, folder / SPOOL_FOLDER
        self._way = way
        self._said = ""
        self._noted = 0.0

    def stop(self) -> None:
        """Stop after the slice under way; it goes on from there at the next start."""
        self._way.stop()
        super().stop()

    def work(self) -> None:
        """Look for requests."""
        while not self._way.is_stopped:
            try:
                is_busy = self.replay_once()
            except StoreError as error:
                self._say(error)
                is_busy = False
            if not is_busy:
                self._way.pause(IDLE_S)

    def replay_once(self) -> bool:
        """Carry out the oldest request; tell whether there was one, and it is done.

        Raises:
            StoreError: If the records do not answer.
        """
        request = self._replays.replay()
        if request is None:
            return False
        segments = self._segments(request.progress)
        if not segments:
            self._replays.replay_noted(request, is_done=True)
        total = request.progress.done + len(segments)
        request = moved(request, segments=total)
        for segment in segments:
            found = self._replay(request, segment)
            if found is None:
                return False
            request = found
            self._note(request, is_done=request.progress.done == total)
        log.info("replay.done number=%s %s", request.number, request.progress)
        return True

    def _segments(self, progress: Progress) -> list[Kept]:
        """Return what is to be read; what is shipped after this look is not."""
        done = (progress.done_number, progress.done_copy)
        kept = kept_segments(self._rawlog, self._spool, self._state.shipped().position)
        return [one for one in kept if one.key > done]

    def _replay(self, request: ReplayRequest, segment: Kept) -> ReplayRequest | None:
        """Return the request with a segment done; None when it is time to stop."""
        unreadable = 0
        pieces = self._pieces(request, segment)
        while not self._way.is_stopped:
            began = time.monotonic()
            try:
                piece = next(pieces, None)
            except StoreError as error:
                log.warning("replay.unreadable error=%s", error)
                piece, unreadable = None, 1
            self._way.rest(began)
            if piece is None:
                return moved(
                    request,
                    done=request.progress.done + 1,
                    unreadable=request.progress.unreadable + unreadable,
                    done_number=segment.key.number,
                    done_copy=segment.key.copy,
                    number=0,
                    copy=0,
                    records=0,
                )
            refused = self._keep(request, piece.readings)
            if refused is None:
                break
            request = counted(
                request,
                segment.key,
                chosen=len(piece.readings),
                read=piece.read,
                records=piece.records,
                refused=refused,
            )
            if time.monotonic() - self._noted > NOTE_S:
                self._note(request, is_done=False)
        self._note(request, is_done=False)
        return None

    def _pieces(self, request: ReplayRequest, segment: Kept) -> Iterator[_Piece]:
        """Yield what is chosen of a segment, some records at a time."""
        skipped = records_done(request.progress, segment.key)
        parts: list[Columns] = []
        read = records = 0
        for columns in itertools.islice(self._commits(segment), skipped, None):
            parts.append(columns.rows(chosen(columns, request)))
            read, records = read + len(columns), records + 1
            if read >= LOOK or sum(map(len, parts)) >= SLICE:
                yield _Piece(joined(parts), read, records)
                parts, read, records = [], 0, 0
        if records:
            yield _Piece(joined(parts), read, records)

    def _commits(self, segment: Kept) -> Iterator[Columns]:
        """Yield the readings of a segment, record by record; none when its time was over."""
        shipped = self._state.shipped().position
        for one in itertools.chain([segment], self._moved_away(segment)):
            with suppress(FileNotFoundError):
                yield from shipped_commits(one, shipped)
                return
        log.warning("replay.gone segment=%s", segment.path.name)

    def _moved_away(self, segment: Kept) -> Iterator[Kept]:
        kept = kept_segments(self._rawlog, self._spool, self._state.shipped().position)
        yield from (one for one in kept if one.key == segment.key)

    def _keep(self, request: ReplayRequest, readings: Columns) -> list[Refused] | None:
        """Give readings to the store; return the refused ones, None when it is time to stop."""
        if request.is_dry or not len(readings):
            return []
        refused: list[Refused] = []
        for first in range(0, len(readings), SLICE):
            found = self._write(readings.rows(slice(first, first + SLICE)))
            if found is None:
                return None
            refused += found
        self._state.wrote(readings)
        return refused

    def _write(self, readings: Columns) -> list[Refused] | None:
        pause = FIRST_PAUSE_S
        while self._way.may_go():
            began = time.monotonic()
            try:
                refused = self._store.write(readings, overruled=self._state.keep_versions)
            except StoreError as error:
                self._say(error)
                self._way.pause(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
                continue
            self._said = ""
            self._way.rest(began)
            return refused
        return None

    def _note(self, request: ReplayRequest, *, is_done: bool) -> None:
        """Note how far it is; the end must be noted, and waits for records that are away."""
        self._noted = time.monotonic()
        while True:
            try:
                self._replays.replay_noted(request, is_done=is_done)
            except StoreError as error:
                self._say(error)
            else:
                return
            if not is_done or self._way.is_stopped:
                return
            self._way.pause(IDLE_S)

    def _say(self, error: StoreError) -> None:
        """Say once that it waits for somebody."""
        if str(error) != self._said:
            log.warning("replay.waits error=%s", error)
        self._said = str(error)
