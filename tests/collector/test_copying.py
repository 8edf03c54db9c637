"""A copy of a collector's folder has every segment once, whatever moves while it is taken."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from collector.copying import copy_state
from collector.keeping.hold import segments_stay
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.replaying.copies import copies
from collector.replaying.kept import kept_segments, shipped_commits
from collector.replaying.rawlog import RAWLOG_FOLDER
from energy.reading import REGISTER, Reading
from storage.opening import open_store
from tests.rawlog_world import RawLogWorld, payloads_of
from tests.replay_world import T0, World, at, everything


def _copied(world_folder: Path, folder: Path) -> Path:
    folder.mkdir()
    copy_state(world_folder, folder)
    return folder


def test_what_is_copied_while_segments_ship_and_move_is_each_reading_once(tmp_path: Path) -> None:
    world = World(tmp_path / "here", open_store("memory:"))
    ended = threading.Event()

    def collect() -> None:
        for hour in itertools.count():
            if ended.is_set():
                return
            world.ship([[at(hour, value=hour)]])

    collecting = threading.Thread(target=collect)
    collecting.start()
    taken = [_copied(world.folder, tmp_path / f"copy{number}") for number in range(12)]
    ended.set()
    collecting.join()
    world.close()
    for copy in taken:
        state = State(copy / STATE_FILE)
        shipped = state.shipped()
        kept = kept_segments(copy / RAWLOG_FOLDER, copy / SPOOL_FOLDER, shipped.position)
        read = [
            hour
            for one in kept
            for commit in shipped_commits(one, shipped.position)
            for hour in commit.value.tolist()
        ]
        state.close()
        moved = {key.number for key in copies(copy / RAWLOG_FOLDER)}
        assert read == list(range(shipped.shipped))
        assert moved.isdisjoint(int(path.stem) for path in (copy / SPOOL_FOLDER).iterdir())


def test_while_somebody_copies_no_segment_moves_and_none_goes(tmp_path: Path) -> None:
    world = RawLogWorld.on(tmp_path)
    payloads = world.fill(4)
    world.log.look()
    world.spool.close()
    small = RawLogWorld.on(tmp_path, max_bytes=1)
    with segments_stay(tmp_path / "spool"):
        small.log.look()
        assert len(small.log.files()) == 3
        small.spool.append(b"more" * 15)
        small.log.look()
        small.spool.delete_before(small.spool.end)
        assert small.spool.segments() == [4, 5]
        assert payloads_of(tmp_path)[:4] == payloads
    small.log.look()
    assert (small.log.files(), small.spool.segments()) == ([], [5])


_COPIER = """
import sys, time
from pathlib import Path
from collector.keeping.hold import segments_stay
with segments_stay(Path(sys.argv[1])):
    print("copying", flush=True)
    time.sleep(3600)
"""


def test_a_copy_that_was_killed_holds_nothing_up(tmp_path: Path) -> None:
    world = RawLogWorld.on(tmp_path)
    world.fill(3)
    command = [sys.executable, "-c", _COPIER, str(tmp_path / "spool")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as copier:  # noqa: S603 - our own program
        assert copier.stdout is not None
        assert copier.stdout.readline() == b"copying\n"
        world.log.look()
        assert world.log.files() == []
        copier.send_signal(signal.SIGKILL)
    world.log.look()
    assert len(world.log.files()) == 2


@pytest.mark.parametrize("age_days", [0, 20])
def test_a_copied_raw_log_is_as_old_as_the_original_and_goes_on_from_there(
    tmp_path: Path, age_days: int
) -> None:
    world = World(tmp_path / "here", open_store("memory:"))
    world.ship()
    for file in world.rawlog.files():
        second = file.stat().st_mtime - age_days * 86_400
        os.utime(file, (second, second))
    times = [file.stat().st_mtime_ns for file in world.rawlog.files()]
    copy = _copied(world.folder, tmp_path / "copy")
    world.close()
    shutil.rmtree(world.folder)
    copy.rename(world.folder)
    world.open()
    assert [file.stat().st_mtime_ns for file in world.rawlog.files()] == times
    world.ship([[at(70)], [at(71)]])
    empty = open_store("memory:")
    world.replayer = world.replayer_into(empty)
    world.ask()
    assert everything(empty) == everything(world.store)
    assert empty.last_before(REGISTER, "main", 2 * T0) == Reading(
        "main", REGISTER, T0 + 71 * 3_600_000, 71
    )
    world.close()
