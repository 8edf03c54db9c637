"""A spool, its raw log without a thread, and a clock that can be set wrong."""

import time
from pathlib import Path
from typing import NamedTuple, Self

from collector.keeping.segment import HEADER, records
from collector.keeping.spool import Spool
from collector.replaying.copies import last_number
from collector.replaying.rawlog import DAY_MS, RawLog, unpacked

SEGMENT_BYTES = 60
"""Two payloads of 40 bytes do not fit, so each record but the first has a segment of its own."""
KEEP_DAYS = 30


class Clock:
    """The clock of this machine, moved."""

    def __init__(self) -> None:
        self._set_ms = self._passed_s = 0.0

    def now_ms(self) -> int:
        return int(time.time_ns() // 1_000_000 + self._set_ms + 1000 * self._passed_s)

    def ticks_s(self) -> float:
        return time.monotonic() + self._passed_s

    def step(self, *, days: float) -> None:
        """Set it ahead, or back."""
        self._set_ms += days * DAY_MS

    def wait(self, *, days: float) -> None:
        """Let time pass."""
        self._passed_s += days * DAY_MS / 1000


class RawLogWorld(NamedTuple):
    folder: Path
    spool: Spool
    log: RawLog

    @classmethod
    def on(
        cls,
        folder: Path,
        *,
        max_bytes: int = 1_000_000,
        clock: Clock | None = None,
    ) -> Self:
        clock = clock or Clock()
        spool = Spool(
            folder / "spool",
            max_bytes=1_000_000,
            kept=last_number(folder / "rawlog"),
            segment_bytes=SEGMENT_BYTES,
        )
        log = RawLog(
            folder / "rawlog",
            spool,
            lambda: spool.end,
            keep_ms=KEEP_DAYS * DAY_MS,
            max_bytes=max_bytes,
            clock=clock.now_ms,
            ticks=clock.ticks_s,
        )
        return cls(folder, spool, log)

    def fill(self, count: int) -> list[bytes]:
        payloads = [bytes([number]) * 60 for number in range(1, count + 1)]
        for payload in payloads:
            self.spool.append(payload)
        return payloads


def payloads_of(folder: Path) -> list[bytes]:
    """Return the payloads of raw log and spool; a segment that is in both counts once."""
    segments: dict[str, Path] = {}
    for copy in sorted((folder / "rawlog").glob("*.spool.gz")):
        target = folder / copy.name.removesuffix(".gz")
        unpacked(copy, target)
        segments[target.name] = target
    for path in (folder / "spool").glob("*.spool"):
        if path.name in segments:
            assert segments[path.name].read_bytes() == path.read_bytes()
        segments[path.name] = path
    return [
        record.payload
        for _, path in sorted(segments.items())
        for record in records(path, 1, len(HEADER))
    ]
