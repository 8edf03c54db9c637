"""Whatever moment a crash picks, each shipped segment is in the spool or whole in the raw log."""

import errno
import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple, Self

import pytest

from collector import rawlog
from collector.rawlog import DAY_MS, RawLog, unpacked
from collector.segment import HEADER, Position, records
from collector.spool import Spool

SEGMENT_BYTES = 60
"""Two payloads of 40 bytes do not fit, so each record but the first has a segment of its own."""


class _World(NamedTuple):
    folder: Path
    spool: Spool
    log: RawLog

    @classmethod
    def on(
        cls, folder: Path, *, keep_days: int = 30, max_bytes: int = 1_000_000, later_days: int = 0
    ) -> Self:
        spool = Spool(folder / "spool", max_bytes=1_000_000, segment_bytes=SEGMENT_BYTES)
        log = RawLog(
            folder / "rawlog",
            spool,
            lambda: spool.end,
            keep_ms=keep_days * DAY_MS,
            max_bytes=max_bytes,
            clock=lambda: time.time_ns() // 1_000_000 + later_days * DAY_MS,
        )
        return cls(folder, spool, log)

    def fill(self, count: int) -> list[bytes]:
        payloads = [bytes([number]) * 60 for number in range(1, count + 1)]
        for payload in payloads:
            self.spool.append(payload)
        return payloads


def _everything(folder: Path) -> list[bytes]:
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


def test_a_shipped_segment_is_kept_compressed_and_leaves_the_spool(tmp_path: Path) -> None:
    world = _World.on(tmp_path)
    payloads = world.fill(4)
    world.log.look()
    assert [file.name for file in world.log.files()] == [
        f"{number:09d}.spool.gz" for number in (1, 2, 3)
    ]
    assert world.spool.segments() == [4]
    assert world.spool.size == len(HEADER) + 8 + 60
    assert _everything(tmp_path) == payloads
    assert (world.log.kept, world.log.expired, world.log.not_kept) == (3, 0, 0)


def test_what_is_not_shipped_stays_in_the_spool(tmp_path: Path) -> None:
    world = _World.on(tmp_path)
    world.fill(4)
    assert [path.stem for path in world.spool.before(Position(2, 10))] == ["000000001"]


class _CrashError(Exception):
    pass


@pytest.mark.parametrize("moment", ["_compress", "_trailer", "_sync", "drop", "rename"])
def test_a_crash_at_any_moment_loses_nothing_and_doubles_nothing(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = _World.on(tmp_path)
    payloads = world.fill(4)

    def crash(*_: object) -> None:
        raise _CrashError

    owner = {"drop": Spool, "rename": Path}.get(moment, rawlog)
    with monkeypatch.context() as patch:
        patch.setattr(owner, moment, crash)
        if moment == "_trailer":  # looked at only where a crash left both
            (tmp_path / "rawlog" / "000000001.spool.gz").write_bytes(
                gzip.compress((tmp_path / "spool" / "000000001.spool").read_bytes())
            )
        with pytest.raises(_CrashError):
            world.log.look()
    assert _everything(tmp_path) == payloads

    world.spool.close()
    again = _World.on(tmp_path)
    again.log.look()
    assert _everything(tmp_path) == payloads
    assert len(again.log.files()) == 3
    assert not list((tmp_path / "rawlog").glob("*.part"))


def test_a_spool_that_counts_from_one_again_overwrites_no_copy(tmp_path: Path) -> None:
    first = tmp_path / "spool"
    world = _World.on(tmp_path)
    world.fill(2)
    world.log.look()
    world.spool.close()
    first.rename(tmp_path / "lost")
    again = _World.on(tmp_path)
    again.spool.append(b"x" * 60)
    again.spool.append(b"y" * 60)
    again.log.look()
    names = [file.name for file in again.log.files()]
    assert names == ["000000001-2.spool.gz", "000000001.spool.gz"]


def test_copies_go_after_their_days_and_the_oldest_first_beyond_their_size(tmp_path: Path) -> None:
    world = _World.on(tmp_path)
    world.fill(4)
    world.log.look()
    one = world.log.files()[0].stat().st_size
    for age, file in enumerate(reversed(world.log.files())):
        os.utime(file, (time.time() - age, time.time() - age))
    world.spool.close()

    small = _World.on(tmp_path, max_bytes=2 * one + 5)
    small.log.look()
    assert [file.name[:9] for file in small.log.files()] == ["000000002", "000000003"]
    small.spool.close()

    late = _World.on(tmp_path, later_days=31)
    late.log.look()
    assert late.log.files() == []
    assert late.log.expired == 3  # the newest too: a day began, and it was kept and too old


def test_a_new_day_begins_a_new_segment_and_an_empty_one_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path, max_bytes=1_000_000)
    spool.begin_day(30_000)
    assert spool.segments() == [1]
    spool.append(b"one")
    spool.begin_day(30_000)
    assert spool.segments() == [1]
    spool.begin_day(30_001)
    spool.begin_day(30_002)
    assert spool.segments() == [1, 2]
    spool.append(b"two")
    assert [record.payload for record in spool.read(Position(0, 0))] == [b"one", b"two"]


def test_a_disk_without_room_for_copies_still_lets_the_spool_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = _World.on(tmp_path)
    world.fill(3)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(rawlog, "_compress", full)
    world.log.look()
    assert (world.log.not_kept, world.spool.segments()) == (2, [3])


_KEEPER = """
import sys, time
from pathlib import Path
from collector.rawlog import RawLog
from collector.spool import Spool
folder = Path(sys.argv[1])
spool = Spool(folder / "spool", max_bytes=10**9, segment_bytes=60)
log = RawLog(folder / "rawlog", spool, lambda: spool.end, keep_ms=10**12, max_bytes=10**9,
             clock=lambda: time.time_ns() // 1_000_000)
print("ready", flush=True)
while True:
    log.look()
"""


def test_killing_the_keeper_again_and_again_loses_no_record(tmp_path: Path) -> None:
    world = _World.on(tmp_path)
    payloads = world.fill(120)
    world.spool.close()
    for kill_after_s in (0.0, 0.005, 0.02, 0.05):
        with subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", _KEEPER, str(tmp_path)], stdout=subprocess.PIPE
        ) as keeper:
            assert keeper.stdout is not None
            assert keeper.stdout.readline() == b"ready\n"
            time.sleep(kill_after_s)
            keeper.send_signal(signal.SIGKILL)
        assert _everything(tmp_path) == payloads
    last = _World.on(tmp_path)
    last.log.look()
    assert _everything(tmp_path) == payloads
    assert len(last.log.files()) == 119
