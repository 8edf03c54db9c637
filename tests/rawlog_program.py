"""Spools, ships and keeps readings, to be killed; starts anew in no time, and so can be often.

It is told a state folder and the time [ms]. A fork opens everything, on a clock that stands, says
"open" with its process id, and is told the number of the next reading. From there on the clock runs
a day in DAY_S, and for each commit that is durable it says number and time of the first reading.
Told "end", it ships and keeps everything, and says what time it was before it last let the oldest
go. When it is over, the program says "over" with how it ended, and may be told the next folder.
"""

import math
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np

import storage.engines.duckdb  # noqa: F401 - loaded once for all lives
from collector.keeping.packing import Commit, Totals, pack
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.replaying.copies import last_number
from collector.replaying.rawlog import DAY_MS, RAWLOG_FOLDER, RawLog
from collector.shipper import Shipper
from energy.reading import REGISTER
from storage.columns import Columns
from storage.opening import open_store

DAY_S = 0.1
KEEP_MS = 10 * DAY_MS
METER = "main"
COMMIT = 500
"""Readings."""
READINGS = "readings.duckdb"
PAUSE_S = 0.005


class FastClock:
    """A clock that stands until it is let run.

    Args:
        now_ms: What it says.
    """

    def __init__(self, now_ms: int) -> None:
        self._from_ms, self._since_s = now_ms, math.inf

    def run(self) -> None:
        self._since_s = time.monotonic()

    def stand(self) -> None:
        self._from_ms, self._since_s = self.now_ms(), math.inf

    def now_ms(self) -> int:
        passed_s = max(time.monotonic() - self._since_s, 0)
        return self._from_ms + int(passed_s / DAY_S * DAY_MS)

    def ticks_s(self) -> float:
        return self.now_ms() / 1000


class DatedSpool(Spool):
    """A spool on a disk that goes by our clock."""

    clock: FastClock

    def _write(self, frame: bytes) -> None:
        super()._write(frame)
        now_s = self.clock.now_ms() / 1000
        os.utime(self._file, (now_s, now_s))


class Folder:
    """What is open on a state folder."""

    def __init__(self, folder: Path, readings: str, clock: FastClock) -> None:
        self.folder, self.clock = folder, clock
        self.state = State(folder / STATE_FILE)
        DatedSpool.clock = clock
        self.spool = DatedSpool(
            folder / SPOOL_FOLDER,
            max_bytes=10**9,
            shipped=self.state.shipped().position,
            kept=last_number(folder / RAWLOG_FOLDER),
            segment_bytes=1_000_000,
        )
        self.store = open_store(readings)
        self.shipper = Shipper(
            self.spool, self.state, self.store, clock=clock.now_ms, keeps_segments=True
        )
        self.rawlog = RawLog(
            folder / RAWLOG_FOLDER,
            self.spool,
            lambda: self.state.shipped().position,
            keep_ms=KEEP_MS,
            max_bytes=10**9,
            clock=clock.now_ms,
            ticks=clock.ticks_s,
        )

    def ship(self) -> None:
        while self.shipper.ship_once():
            pass

    def close(self) -> None:
        self.spool.close()
        self.state.close()
        self.store.close()


def values_of(numbers: np.ndarray) -> np.ndarray:
    """Return the values of readings by their numbers, no two alike, which do not compress away."""
    return (numbers * 2_654_435_761) % 2**32


def readings(first: int, time_ms: int) -> Columns:
    """Return a commit's readings, a millisecond apart."""
    number = np.arange(first, first + COMMIT, dtype=np.int64)
    none = np.zeros(COMMIT, dtype=np.int64)
    return Columns(
        [(METER, REGISTER)],
        which=none,
        time=np.arange(time_ms, time_ms + COMMIT),
        value=values_of(number),
        quality=none,
        source=none,
        revision=none,
        arrived=none,
    )


def _again_and_again(work: Callable[[], object], ends: threading.Event) -> threading.Thread:
    def run() -> None:
        while not ends.is_set():
            work()
            time.sleep(PAUSE_S)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def _collector(opened: Folder, first: int) -> Callable[[], None]:
    """Return what commits the next readings and says so."""
    number, time_ms = first, 0

    def collect() -> None:
        nonlocal number, time_ms
        time_ms = max(opened.clock.now_ms(), time_ms + COMMIT)
        opened.spool.append(pack(Commit(readings(number, time_ms), [], Totals())))
        _say(number, time_ms)
        number += COMMIT

    return collect


def _say(*words: object) -> None:
    """Say a line as a whole, or not at all."""
    os.write(sys.stdout.fileno(), (" ".join(map(str, words)) + "\n").encode())


def live(folder: Path, clock: FastClock) -> None:
    """Be the program, for a life."""
    threading.excepthook = _broken
    opened = Folder(folder, f"duckdb:{folder / READINGS}", clock)
    _say("open", os.getpid())
    first = int(sys.stdin.readline())
    clock.run()
    ends = threading.Event()
    works = (_collector(opened, first), opened.shipper.ship_once, opened.rawlog.look)
    threads = [_again_and_again(work, ends) for work in works]
    sys.stdin.readline()
    ends.set()
    for thread in threads:
        thread.join()
    opened.ship()
    _say("end", clock.now_ms())
    opened.rawlog.look()
    opened.close()


def main() -> None:
    while line := sys.stdin.readline():
        folder, now_ms = line.split()
        child = os.fork()
        if not child:
            live(Path(folder), FastClock(int(now_ms)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        _say("over", os.waitstatus_to_exitcode(status))


def _broken(what: threading.ExceptHookArgs) -> None:
    """End at once where a thread breaks."""
    traceback.print_exception(what.exc_type, what.exc_value, what.exc_traceback)
    os._exit(3)


if __name__ == "__main__":
    main()
