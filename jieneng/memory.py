"""How much memory this process and its children need together."""

import os
import resource
import sys
import threading
from pathlib import Path

MIB = 1024 * 1024
KIB = 1024
LOOK_SECONDS = 0.2
"""Chosen: no part of a round that needs memory is much shorter."""


class MemoryWatch:
    """Looks at the memory of this process and all its descendants again and again.

    The peaks of several processes need not fall together, so they are added up at each look. What
    two processes share is counted in both: the true peak is at most this.
    """

    def __init__(self) -> None:
        self._most = 0.0
        self._stop = threading.Event()
        threading.Thread(target=self._look_for_ever, name="memory", daemon=True).start()

    @property
    def peak_mib(self) -> float:
        """Most memory of all processes together so far [MiB]."""
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # Linux counts KiB, macOS bytes.
        return max(self._most, own / MIB if sys.platform == "darwin" else own / KIB)

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def _look_for_ever(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self._most = max(self._most, sum(map(_resident, _family(os.getpid()))))


def _family(pid: int) -> list[int]:
    """Return a process and all its descendants; where the system has no /proc, only itself."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += [int(child) for child in task.read_text().split()]
        except OSError:
            continue  # the thread ended meanwhile
    return [pid, *(found for child in children for found in _family(child))]


def _resident(pid: int) -> float:
    """Return the memory of a process [MiB]; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / KIB for line in lines if line.startswith("VmRSS:")), 0.0)
