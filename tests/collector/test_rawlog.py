"""Whatever moment a crash picks, each shipped segment is in the spool or whole in the raw log."""

import errno
import gzip
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collector.keeping.segment import HEADER, Position
from collector.keeping.spool import Spool
from collector.replaying import rawlog
from tests.rawlog_world import Clock, RawLogWorld, payloads_of


def test_a_shipped_segment_is_kept_compressed_and_leaves_the_spool(tmp_path: Path) -> None:
    world = RawLogWorld.on(tmp_path)
    payloads = world.fill(4)
    world.log.look()
    assert [file.name for file in world.log.files()] == [
        f"{number:09d}.spool.gz" for number in (1, 2, 3)
    ]
    assert world.spool.segments() == [4]
    assert world.spool.size == len(HEADER) + 8 + 60
    assert payloads_of(tmp_path) == payloads
    assert (world.log.kept, world.log.expired, world.log.not_kept) == (3, 0, 0)


def test_what_is_not_shipped_stays_in_the_spool(tmp_path: Path) -> None:
    world = RawLogWorld.on(tmp_path)
    world.fill(4)
    assert [path.stem for path in world.spool.before(Position(2, 10))] == ["000000001"]


class _CrashError(Exception):
    pass


@pytest.mark.parametrize("moment", ["_compress", "trailer_of", "_sync", "drop", "rename"])
def test_a_crash_at_any_moment_loses_nothing_and_doubles_nothing(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = RawLogWorld.on(tmp_path)
    payloads = world.fill(4)

    def crash(*_: object) -> None:
        raise _CrashError

    owner = {"drop": Spool, "rename": Path}.get(moment, rawlog)
    with monkeypatch.context() as patch:
        patch.setattr(owner, moment, crash)
        if moment == "trailer_of":  # looked at only where a crash left both
            (tmp_path / "rawlog" / "000000001.spool.gz").write_bytes(
                gzip.compress((tmp_path / "spool" / "000000001.spool").read_bytes())
            )
        with pytest.raises(_CrashError):
            world.log.look()
    assert payloads_of(tmp_path) == payloads

    world.spool.close()
    again = RawLogWorld.on(tmp_path)
    again.log.look()
    assert payloads_of(tmp_path) == payloads
    assert len(again.log.files()) == 3
    assert not list((tmp_path / "rawlog").glob("*.part"))


def test_a_new_spool_counts_on_where_the_raw_log_ends(tmp_path: Path) -> None:
    first = tmp_path / "spool"
    world = RawLogWorld.on(tmp_path)
    world.fill(2)
    world.log.look()
    world.spool.close()
    first.rename(tmp_path / "lost")
    again = RawLogWorld.on(tmp_path)
    again.spool.append(b"x" * 60)
    again.spool.append(b"y" * 60)
    again.log.look()
    names = [file.name for file in again.log.files()]
    assert names == ["000000001.spool.gz", "000000002.spool.gz"]


def test_an_old_spool_brought_back_beside_a_newer_raw_log_overwrites_no_copy(
    tmp_path: Path,
) -> None:
    world = RawLogWorld.on(tmp_path)
    world.fill(2)
    shutil.copytree(tmp_path / "spool", tmp_path / "saved")
    world.spool.append(b"later" * 12)
    world.spool.append(b"later still" * 6)
    world.log.look()
    world.spool.close()
    shutil.rmtree(tmp_path / "spool")
    (tmp_path / "saved").rename(tmp_path / "spool")

    again = RawLogWorld.on(tmp_path)
    assert again.spool.segments() == [1, 2, 4]  # above the copies, of which 3 is the last
    (tmp_path / "spool" / "000000002.spool").write_bytes(HEADER)
    again.log.look()
    names = [file.name for file in again.log.files()]
    assert names == [
        "000000001.spool.gz", "000000002.spool.gz", "000000002-2.spool.gz", "000000003.spool.gz"
    ]  # fmt: skip


def test_copies_go_after_their_days_and_the_oldest_first_beyond_their_size(tmp_path: Path) -> None:
    world = RawLogWorld.on(tmp_path)
    world.fill(4)
    world.log.look()
    one = world.log.files()[0].stat().st_size
    world.spool.close()

    small = RawLogWorld.on(tmp_path, max_bytes=2 * one + 5)
    small.log.look()
    assert [file.name[:9] for file in small.log.files()] == ["000000002", "000000003"]
    small.spool.close()

    clock = Clock()
    late = RawLogWorld.on(tmp_path, clock=clock)
    late.log.look()
    clock.wait(days=31)
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
    spool.begin_day(30_001)  # the clock was a little fast at midnight
    assert spool.segments() == [1, 2]
    spool.begin_day(20_000)  # it was wrong, and is set right
    assert spool.segments() == [1, 2, 3]


def test_a_disk_without_room_for_copies_still_lets_the_spool_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = RawLogWorld.on(tmp_path)
    world.fill(3)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(rawlog, "_compress", full)
    world.log.look()
    assert (world.log.not_kept, world.spool.segments()) == (2, [3])


_KEEPER = """
import sys, time
from pathlib import Path
from collector.replaying.rawlog import RawLog
from collector.keeping.spool import Spool
folder = Path(sys.argv[1])
spool = Spool(folder / "spool", max_bytes=10**9, segment_bytes=60)
log = RawLog(folder / "rawlog", spool, lambda: spool.end, keep_ms=10**12, max_bytes=10**9,
             clock=lambda: time.time_ns() // 1_000_000)
print("ready", flush=True)
while True:
    log.look()
"""


def test_killing_the_keeper_again_and_again_loses_no_record(tmp_path: Path) -> None:
    world = RawLogWorld.on(tmp_path)
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
        assert payloads_of(tmp_path) == payloads
    last = RawLogWorld.on(tmp_path)
    last.log.look()
    assert payloads_of(tmp_path) == payloads
    assert len(last.log.files()) == 119
