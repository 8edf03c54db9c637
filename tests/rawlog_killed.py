"""Runs the program of rawlog_program.py, kills it, and looks at what is on disk."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from collector.keeping.packing import unpack
from collector.keeping.segment import HEADER, records
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.replaying.kept import kept_segments, shipped_commits
from collector.replaying.rawlog import RAWLOG_FOLDER
from storage.columns import joined
from tests.rawlog_program import COMMIT, KEEP_MS, FastClock, values_of

CHECKOUT = Path(__file__).parents[1]
PATIENCE_S = 60.0


class Held(NamedTuple):
    """Readings as they were found, in their order, which is that of their numbers."""

    time: np.ndarray
    value: np.ndarray


def held(folder: Path) -> Held:
    """Return what spool and raw log of a state folder hold: what a replay sees, and the rest."""
    state = State(folder / STATE_FILE)
    shipped = state.shipped().position
    state.close()
    kept = kept_segments(folder / RAWLOG_FOLDER, folder / SPOOL_FOLDER, shipped)
    found = [commit for one in kept for commit in shipped_commits(one, shipped)]
    for path in sorted((folder / SPOOL_FOLDER).glob("*.spool")):
        of_segment = records(path, int(path.stem), len(HEADER))
        found += [unpack(one).readings for one in of_segment if one.end > shipped]
    columns = joined(found)
    return Held(columns.time, columns.value)


class Program:
    """The program on one state folder, however often it is killed.

    Attributes:
        folder: The state folder.
        clock: As far as its own, or a little ahead; stands while it does not run.
        acknowledged: Time of each reading that it said is durable, by number [ms].
        ended_ms: What time it was before it last let the oldest go; 0 if it did not end.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FastClock(time.time_ns() // 1_000_000)
        self.acknowledged = np.empty(0, np.int64)
        self.ended_ms = 0
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.rawlog_program"],
            cwd=CHECKOUT,
            stdin=pipe,
            stdout=pipe,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout

    def open(self) -> None:
        """Start it; nothing moves yet."""
        self._say(f"{self.folder} {self.clock.now_ms()}")
        said, self._pid = self._output.readline().split()
        assert said == "open"

    def _say(self, word: str) -> None:
        self._input.write(f"{word}\n")
        self._input.flush()

    def go(self) -> None:
        """Let it go on behind what it has."""
        self.clock.run()
        self._say(str(len(self.acknowledged)))
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        for line in self._output:
            what, number = line.split()
            if what == "over":
                self._code = int(number)
                return
            if what == "end":
                self.ended_ms = int(number)
            else:
                self.acknowledge(int(what), np.arange(int(number), int(number) + COMMIT))

    def acknowledge(self, first: int, times: np.ndarray) -> None:
        assert first == len(self.acknowledged)
        self.acknowledged = np.concatenate([self.acknowledged, times])

    def kill(self) -> None:
        os.kill(int(self._pid), signal.SIGKILL)
        self._wait(-signal.SIGKILL)

    def end(self) -> None:
        """Let it ship and keep everything, and end."""
        self._say("end")
        self._wait(0)

    def _wait(self, code: int) -> None:
        self._listener.join(PATIENCE_S)
        assert not self._listener.is_alive()
        self.clock.stand()
        assert self._code == code

    def close(self) -> None:
        """End it, alive or not."""
        self._input.close()
        assert self._process.wait(PATIENCE_S) == 0
        self._output.close()

    def check(self, found: Held, *, known: int, now_ms: int) -> int:
        """Demand that readings are all that must be there at a time, each once and as it was.

        Args:
            found: The readings.
            known: So many were acknowledged before somebody looked.
            now_ms: Time after that.

        Returns:
            The number of the first.
        """
        first = int(np.searchsorted(self.acknowledged, found.time[0])) if len(found.time) else known
        end = first + len(found.time)
        assert found.value.tolist() == values_of(np.arange(first, end)).tolist()
        assert known <= end
        acknowledged = self.acknowledged[first:end]
        assert found.time[: len(acknowledged)].tolist() == acknowledged.tolist()
        assert (self.acknowledged[:first] < now_ms - KEEP_MS).all()
        return first
