"""The one clock of the platform's processes."""

import time


def now_ms() -> int:
    """Return the time now [ms since 1970 UTC]."""
    return time.time_ns() // 1_000_000
