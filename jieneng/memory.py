"""How much memory this process and its children have needed."""

import resource
import sys
from pathlib import Path

MIB = 1024 * 1024
KIB = 1024


def peak_rss_mb() -> float:
    """Return the peak memory of this process plus that of each child still running [MiB].

    The peaks of the processes need not fall together, so the true peak is at most this.
    """
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts KiB, macOS bytes.
    own_mib = own / MIB if sys.platform == "darwin" else own / KIB
    return own_mib + sum(_peak_of(pid) for pid in _descendants(own_pid()))


def own_pid() -> int:
    """Return our process id."""
    import os

    return os.getpid()


def _descendants(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        children += [int(child) for child in task.read_text().split()]
    return [found for child in children for found in (child, *_descendants(child))]


def _peak_of(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0  # it ended, or the system has no /proc
    for line in text.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / KIB
    return 0.0
