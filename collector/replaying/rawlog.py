"""The raw log: segments that are in the store, kept compressed for a set time.

A segment leaves the spool only after its compressed copy is durable under its final name. A crash
before the rename leaves a `.part`, which the next start removes; one between rename and unlink
leaves both, and the next pass finds the copy equal and removes the segment.
"""

import errno
import gzip
import logging
import os
import shutil
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from collector.keeping.hold import segments_leave
from collector.keeping.segment import Position
from collector.keeping.spool import Spool
from collector.options import CollectorOptions
from collector.replaying.ageing import Steadiness, mended, too_old
from collector.replaying.copies import CHUNK_BYTES, copies, key_for, path_of, trailer_of
from collector.worker import Worker

log = logging.getLogger(__name__)

RAWLOG_FOLDER = "rawlog"
LEVEL = 1
"""Chosen: columns of integers shrink almost as much as at 6, in a fraction of the time."""
DAY_MS = 24 * 3_600_000
LOOK_S = 1.0

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class RawLog(Worker):
    """A thread that moves shipped segments out of the spool into a folder of its own.

    Args:
        folder: Where the copies are; made if it is not there.
        spool: Whose segments are kept.
        shipped: Where shipping stands; only segments wholly before it are touched.
        keep_ms: How long a copy is kept after its segment was last written to.
        max_bytes: Size of all copies beyond which the oldest go first.
        clock: Time now [ms].
        ticks: Seconds that pass, whatever the clock is set to.
    """

    def __init__(
        self,
        folder: Path,
        spool: Spool,
        shipped: Callable[[], Position],
        *,
        keep_ms: int,
        max_bytes: int,
        clock: Callable[[], int],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__("rawlog")
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob("*.part"):
            unfinished.unlink()
        self._folder = folder
        self._spool = spool
        self._shipped = shipped
        self._keep_ms = keep_ms
        self._max_bytes = max_bytes
        self._clock = clock
        self._steadiness = Steadiness(ticks)
        self._bytes = 0
        self.kept = 0
        """Segments moved here since the start."""
        self.expired = 0
        """Copies removed by age or size since the start."""
        self.not_kept = 0
        """Shipped segments deleted without a copy since the start: the disk had no room."""

    def work(self) -> None:
        """Look every now and then."""
        while not self._stop.wait(LOOK_S):
            self.look()

    def look(self) -> None:
        """Begin a segment for a new day, keep what has shipped, and let the oldest go.

        While somebody copies the folders, everything stays where it is.
        """
        self._spool.begin_day(self._clock() // DAY_MS)
        for path in self._spool.before(self._shipped()):
            with segments_leave(self._spool.folder) as may_leave:
                if not may_leave or self._stop.is_set():
                    return
                self._keep(path)
                self._spool.drop(path)
        with segments_leave(self._spool.folder) as may_leave:
            if may_leave:
                self._expire()

    def files(self) -> list[Path]:
        """Return the copies, oldest first."""
        return list(copies(self._folder).values())

    def figures(self) -> dict[str, int]:
        """Return what is told of it, by name."""
        return {"rawlog_bytes": self._bytes, "rawlog_not_kept": self.not_kept}

    def _keep(self, path: Path) -> None:
        part = self._folder / f"{path.name}.part"
        try:
            _compress(path, part)
            # A number may come again, from a spool that was brought back: both are kept.
            key = key_for(self._folder, int(path.stem), trailer_of(part))
            part.rename(path_of(self._folder, key))
            _sync(self._folder)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            # The store has it. Room for what is not yet shipped is worth more than a copy.
            part.unlink(missing_ok=True)
            self.not_kept += 1
            log.warning("rawlog.no_room segment=%s", path.name)
        else:
            self.kept += 1

    def _expire(self) -> None:
        now = self._clock()
        old = self._too_old(now) if self._steadiness.has(now) else 0
        sizes = {path: path.stat().st_size for path in self.files()}
        size = sum(sizes.values())
        for number, path in enumerate(sizes):
            if number >= old and size <= self._max_bytes:
                break
            path.unlink()
            size -= sizes[path]
            self.expired += 1
        self._bytes = size

    def _too_old(self, now_ms: int) -> int:
        """Return how many of the first copies are too old, and mend times of a slow clock."""
        files = self.files()
        written = [path.stat().st_mtime_ns // 1_000_000 for path in files]
        better = mended(written, now_ms=now_ms)
        for path, was_ms, is_ms in zip(files, written, better, strict=True):
            if is_ms > was_ms:
                os.utime(path, ns=(is_ms * 1_000_000, is_ms * 1_000_000))
        return too_old(better, oldest_ms=now_ms - self._keep_ms, now_ms=now_ms)


def rawlog_of(
    options: CollectorOptions,
    spool: Spool,
    shipped: Callable[[], Position],
    *,
    clock: Callable[[], int],
) -> RawLog | None:
    """Return the raw log of a state folder; None where nothing is kept."""
    if not options.rawlog_ms:
        return None
    return RawLog(
        options.state_dir / RAWLOG_FOLDER,
        spool,
        shipped,
        keep_ms=options.rawlog_ms,
        max_bytes=options.rawlog_max_bytes,
        clock=clock,
    )


def _compress(path: Path, part: Path) -> None:
    """Write a durable compressed copy that bears the time of its segment."""
    with part.open("wb") as file:
        with path.open("rb") as segment, gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
            shutil.copyfileobj(segment, packed, CHUNK_BYTES)
        file.flush()
        written_ns = path.stat().st_mtime_ns
        os.utime(file.fileno(), ns=(written_ns, written_ns))
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def unpacked(path: Path, target: Path) -> None:
    """Write the segment of a copy as it was.

    Raises:
        OSError: If the copy is damaged: gzip's own checksum tells.
    """
    try:
        with gzip.open(path) as packed, target.open("wb") as segment:
            shutil.copyfileobj(packed, segment, CHUNK_BYTES)
    except (EOFError, zlib.error) as error:
        raise OSError(errno.EIO, str(error), str(path)) from error
