"""Waits for what another thread or process does."""

import time
from collections.abc import Callable

PATIENCE_S = 30.0
"""Chosen: much longer than anything takes, also where other work runs."""


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fail where it never gets so."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)
