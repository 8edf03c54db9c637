"""While somebody copies a spool and its raw log, no segment leaves them.

A lock on the folder of the spool, which the system lets go of when a program dies. Whoever moves or
deletes segments does not wait for it but comes again later.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def segments_stay(spool: Path) -> Iterator[None]:
    """Let no segment leave the folder of a spool, or the raw log beside it, meanwhile."""
    folder = os.open(spool, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_SH)
        yield
    finally:
        os.close(folder)


@contextmanager
def segments_leave(spool: Path) -> Iterator[bool]:
    """Tell whether segments may leave now; who copies waits meanwhile."""
    folder = os.open(spool, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(folder)
