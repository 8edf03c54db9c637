"""Whatever is acknowledged outlives kill -9, in the spool or in the raw log, and in backups."""

import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from collector.copying import copy_state
from collector.replaying.copies import copies, last_number
from collector.replaying.giving_way import GivingWay
from collector.replaying.rawlog import RAWLOG_FOLDER
from collector.replaying.replay import Replayer
from collector.replaying.replay_request import ReplayRequest
from energy.reading import REGISTER
from storage.opening import open_store
from storage.readings import ReadingStore
from tests.fakes import Notebook
from tests.rawlog_killed import Held, Program, held
from tests.rawlog_program import COMMIT, KEEP_MS, METER, READINGS, Folder
from tests.store_promises import ALWAYS

KILLS = 36
LONGEST_LIFE_S = 0.5
LIVES = 10


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    (tmp_path / "state").mkdir()
    running = Program(tmp_path / "state")
    yield running
    running.close()


def _stored(store: ReadingStore) -> Held:
    series = store.series(REGISTER, METER, ALWAYS)
    return Held(series.time, series.value)


def _replayed(opened: Folder, empty: ReadingStore) -> Held:
    """Return what an empty store has after a replay of everything."""
    notebook = Notebook()
    notebook.replays[1] = ReplayRequest(1, ALWAYS)
    way = GivingWay(lambda: 0)
    replayer = Replayer(notebook, opened.state, empty, folder=opened.folder, way=way)
    assert replayer.replay_once()
    (ended,) = notebook.replayed
    assert (ended.progress.unreadable, ended.progress.refused) == (0, 0)
    return _stored(empty)


def _is_unfinished(state: Path) -> bool:
    """Tell whether a copy is half compressed."""
    return any((state / RAWLOG_FOLDER).glob("*.part"))


def _is_twice(state: Path) -> bool:
    """Tell whether a segment has its copy and is still in the spool."""
    newest = state / "spool" / f"{last_number(state / RAWLOG_FOLDER):09d}.spool"
    return newest.exists()


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_LIFE_S
    while not until() and time.monotonic() < deadline:
        pass


def _check_after_kill(program: Program) -> None:
    """Demand of a program that is open again, and of which nothing moves yet, that all is there."""
    assert not _is_unfinished(program.folder)
    found, known = held(program.folder), len(program.acknowledged)
    first = program.check(found, known=known, now_ms=program.clock.now_ms())
    new = found.time[known - first :]
    assert len(new) in {0, COMMIT}  # one commit may be durable, and was not yet said to be
    program.acknowledge(known, new)


def test_each_reading_is_once_in_spool_and_raw_log_after_every_kill(program: Program) -> None:
    chance = random.Random(1)  # noqa: S311 - moments, not secrets
    state = program.folder
    aims: list[Callable[[Path], bool]] = [lambda _: True, _is_unfinished, _is_twice]
    unfinished = twice = 0
    program.open()
    for _ in range(KILLS):
        program.go()
        aim = chance.choice(aims)
        time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        _wait(lambda aim=aim: aim(state))  # type: ignore[misc]
        program.kill()
        unfinished += _is_unfinished(state)
        twice += _is_twice(state)
        program.open()
        _check_after_kill(program)
    assert unfinished > 0
    assert twice > 0
    program.go()
    time.sleep(LONGEST_LIFE_S)
    program.end()
    _check_oldest_went(program)
    _check_replay(program)


def _check_oldest_went(program: Program) -> None:
    """Demand that copies went, and that none is there whose days are over."""
    written = [path.stat().st_mtime_ns for path in copies(program.folder / RAWLOG_FOLDER).values()]
    assert 0 < len(written) < last_number(program.folder / RAWLOG_FOLDER)
    assert min(written) // 1_000_000 >= program.ended_ms - KEEP_MS


def _check_replay(program: Program) -> None:
    """Demand that the store has everything, and once emptied gets all of the kept time again."""
    path = program.folder / READINGS
    store = open_store(f"duckdb:{path}")
    everything = _stored(store)
    store.close()
    assert everything.time.tolist() == program.acknowledged.tolist()
    found = held(program.folder)
    program.check(found, known=len(everything.time), now_ms=program.clock.now_ms())
    path.unlink()
    opened = Folder(program.folder, f"duckdb:{path}", program.clock)
    _check_same(_replayed(opened, opened.store), found)
    opened.close()


def _check_same(one: Held, other: Held) -> None:
    assert one.time.tolist() == other.time.tolist()
    assert one.value.tolist() == other.value.tolist()


class _Backup(NamedTuple):
    """A backup: its folder, readings acknowledged before it, and the time after it [ms]."""

    folder: Path
    known: int
    now_ms: int


class _Keeper(threading.Thread):
    """Takes one backup after the other while the program lives, and while it dies."""

    def __init__(self, program: Program, folder: Path) -> None:
        super().__init__()
        folder.mkdir()
        self._folder, self._program = folder, program
        self.taken: list[_Backup] = []
        self.ends = threading.Event()

    def run(self) -> None:
        while not self.ends.is_set():
            known = len(self._program.acknowledged)
            folder = self._folder / str(len(self.taken))
            folder.mkdir()
            copy_state(self._program.folder, folder)
            self.taken.append(_Backup(folder, known, self._program.clock.now_ms()))


def test_a_backup_that_is_taken_while_the_collector_dies_has_each_reading_once(
    program: Program, tmp_path: Path
) -> None:
    chance = random.Random(2)  # noqa: S311 - moments, not secrets
    program.open()
    for number in range(LIVES):
        keeper = _Keeper(program, tmp_path / f"backups{number}")
        program.go()
        time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        keeper.start()
        time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        program.kill()
        keeper.ends.set()
        keeper.join()
        program.open()
        _check_after_kill(program)
        for backup in keeper.taken:
            _check_backup(program, backup, is_replayed=backup is keeper.taken[-1])
        shutil.rmtree(tmp_path / f"backups{number}")
    program.go()
    program.end()


def _check_backup(program: Program, backup: _Backup, *, is_replayed: bool) -> None:
    """Demand that a backup has what it should, restored, and after all of it shipped, too."""
    opened = Folder(backup.folder, "memory:", program.clock)
    found = held(backup.folder)
    program.check(found, known=backup.known, now_ms=backup.now_ms)
    if is_replayed:
        while opened.shipper.ship_once():
            opened.rawlog.look()
        _check_same(_replayed(opened, open_store("memory:")), found)
    opened.close()
