"""A replay reads each segment once, in the order of their numbers."""

import itertools
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import collector.replaying.replay
from collector.replaying.rawlog import RAWLOG_FOLDER
from collector.replaying.replay_request import ReplayRequest
from energy.span import Span
from storage.columns import Columns
from storage.contest import Overruled, nobody
from storage.opening import open_store
from storage.readings import Refused
from tests.replay_promises import SIZE
from tests.replay_world import HISTORY, HOUR, T0, KilledError, World, at, everything, kill_at


def _bring_back_old_spool(world: World) -> None:
    """Let the folder have an old spool beside a newer raw log, as an older program did it."""
    world.close()
    for path in [*(world.folder / "spool").iterdir(), *world.folder.glob("collector.sqlite*")]:
        path.unlink()
    aside = (world.folder / RAWLOG_FOLDER).rename(world.folder / "aside")
    world.open()
    for copy in aside.iterdir():
        copy.rename(world.folder / RAWLOG_FOLDER / copy.name)


def test_copies_of_segments_with_one_number_are_told_apart(tmp_path: Path) -> None:
    world = World(tmp_path, open_store("memory:"))
    world.ship([[at(0)], [at(1)], [at(2)]])
    _bring_back_old_spool(world)
    world.ship([[at(3)], [at(4)], [at(5)]])
    assert len(list((tmp_path / RAWLOG_FOLDER).glob("000000001*"))) == 2
    empty = open_store("memory:")
    world.replayer = world.replayer_into(empty)
    assert world.ask().progress.done == 5
    assert [one.value for one in everything(empty)] == [0, 1, 3, 4, 5]
    world.close()


CLOCK_S = 1_800_000_000


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written_s=st.lists(st.integers(0, 2 * CLOCK_S), min_size=12, max_size=12),
    moments=st.lists(st.integers(0, 14), max_size=4),
)
def test_a_replay_reads_every_segment_once_in_its_order_whatever_the_clock_said(
    written_s: list[int],
    moments: list[int],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(tmp_path_factory.mktemp("stepped"), open_store("memory:"))
    world.ship()
    empty, read = open_store("memory:"), []
    write = empty.write

    def noting(columns: Columns, *, overruled: Overruled = nobody) -> list[Refused]:
        read.append(columns)
        return write(columns, overruled=overruled)

    monkeypatch.setattr(empty, "write", noting)
    world.notebook.replays[1] = ReplayRequest(1, Span(T0, T0 + 50 * HOUR))
    monkeypatch.setattr(collector.replaying.replay, "LOOK", 1)
    monkeypatch.setattr(collector.replaying.replay, "NOTE_S", -1)
    times = itertools.cycle(written_s)
    for moment in [*moments, None]:
        paths = [*world.rawlog.files(), *sorted((world.folder / "spool").iterdir())]
        for path in paths:
            os.utime(path, (second := next(times), second))
        with monkeypatch.context() as patch, suppress(KilledError):
            if moment is not None:
                kill_at(moment, world, empty, patch)
            world.replayer_into(empty).replay_once()
        world.close()
        world.open()
    (ended,) = world.notebook.replayed
    assert everything(empty) == everything(world.store)
    assert (ended.progress.read, ended.progress.done) == (SIZE, len(HISTORY))
    if not moments:
        told = [one for columns in read for one in columns.readings()]
        assert told == [one for part in HISTORY for one in part]
    world.close()
