"""The raw log goes into the store again: nothing is lost, nothing overruled, nothing doubled."""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import collector.replaying.replay
from collector.replaying.giving_way import MOST_WAITING, SLICE
from collector.replaying.kept import kept_segments
from collector.replaying.replay_request import ReplayRequest
from energy.span import Span
from storage.columns import Columns
from storage.contest import Overruled, nobody
from storage.opening import open_store
from storage.readings import ReadingStore, Refused
from tests.fakes import FailingStore
from tests.replay_promises import PROMISES, SIZE, Promise
from tests.replay_world import (
    HISTORY,
    HOUR,
    T0,
    KilledError,
    World,
    at,
    everything,
    is_balanced,
    kill_at,
)
from tests.store_promises import ALWAYS

PATIENCE_S = 20.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    built = World(tmp_path, cast("ReadingStore", FailingStore()))
    built.ship()
    yield built
    built.close()


def store_of(world: World) -> FailingStore:
    return cast("FailingStore", world.store)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("engine", ["memory:", "duckdb:{}.duckdb"])
def test_every_engine_keeps_what_a_replay_promises(
    engine: str, promise: Promise, tmp_path: Path
) -> None:
    stores = [open_store(engine.format(tmp_path / name)) for name in ("one", "two")]
    promise(tmp_path / "state", *stores)
    for store in stores:
        store.close()


def test_only_readings_of_the_span_and_the_meters_are_given_to_the_store(world: World) -> None:
    empty = open_store("memory:")
    world.replayer = world.replayer_into(empty)
    ended = world.ask(Span(T0 + HOUR, T0 + 4 * HOUR), "main", "air")
    assert everything(empty) == [
        at(1, value=10, arrived=T0 + 3 * HOUR), at(2), at(3)
    ]  # fmt: skip
    assert (ended.progress.read, ended.progress.kept, ended.progress.outside) == (SIZE, 5, SIZE - 5)
    assert world.state.touched()["main"][0] == T0  # by the first shipping
    assert is_balanced(ended)


def test_a_dry_run_counts_and_writes_nothing(world: World) -> None:
    empty = open_store("memory:")
    world.replayer = world.replayer_into(empty)
    ended = world.ask(ALWAYS, "main", is_dry=True)
    assert everything(empty) == []
    assert ended.progress.kept == sum(one.meter == "main" for part in HISTORY for one in part)
    assert is_balanced(ended)


def test_what_is_not_shipped_yet_is_not_replayed(world: World) -> None:
    world.commit([at(50)])
    assert world.ask().progress.read == SIZE


def test_meters_of_replayed_readings_are_computed_again(world: World) -> None:
    world.state.touched_published(world.state.touched())
    world.ask(Span(T0 + 3 * HOUR, T0 + 10 * HOUR))
    touched = {meter: earliest for meter, (earliest, _) in world.state.touched().items()}
    assert touched == {"main": T0 + 3 * HOUR, "air": T0 + 4 * HOUR}


def test_what_the_store_refuses_is_counted_with_its_reason_and_makes_no_second_dead_letter(
    world: World,
) -> None:
    store_of(world).poison = {5}
    ended = world.ask()
    assert (ended.progress.refused, ended.trouble) == (2, "poison")
    assert ended.progress.kept == SIZE - 2
    assert is_balanced(ended)
    assert world.state.unpublished_letters(10) == []


def test_replaying_again_does_not_make_the_raw_log_grow(world: World) -> None:
    files = world.rawlog.files()
    size = world.spool.size
    for number in (1, 2):
        assert world.ask(number=number).progress.read == SIZE
        world.rawlog.look()
    assert (world.rawlog.files(), world.spool.size) == (files, size)
    assert world.state.shipped().shipped == SIZE


def test_a_copy_that_is_damaged_is_counted_and_the_others_are_read(world: World) -> None:
    copies = world.rawlog.files()
    copies[0].write_bytes(copies[0].read_bytes()[:-9])
    broken = bytearray(gzip.decompress(copies[2].read_bytes()))
    broken[-1] ^= 1
    stat = copies[2].stat()
    copies[2].write_bytes(gzip.compress(bytes(broken)))
    ended = world.ask()
    assert stat.st_mtime_ns != copies[2].stat().st_mtime_ns
    assert ended.progress.unreadable == 2
    assert ended.progress.done == len(HISTORY)
    assert ended.progress.read >= SIZE - len(HISTORY[0]) - len(HISTORY[2])
    assert is_balanced(ended)


def test_a_segment_that_moves_into_the_raw_log_meanwhile_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, open_store("memory:"))
    for readings in HISTORY:
        world.commit(readings)
    while world.shipper.ship_once():
        pass
    assert world.rawlog.files() == []
    before = kept_segments

    def look_and_move(*places: object) -> object:
        found = before(*places)  # type: ignore[arg-type]
        world.commit([at(60)])  # the newest is written to after the look, and moves, too
        while world.shipper.ship_once():
            pass
        world.commit([at(61)])
        world.rawlog.look()
        return found

    monkeypatch.setattr(collector.replaying.replay, "kept_segments", look_and_move)
    ended = world.ask()
    world.close()
    assert ended.progress.done == len(HISTORY)
    assert ended.progress.read >= SIZE
    assert is_balanced(ended)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.lists(st.integers(0, 14), max_size=6))
def test_a_replay_that_is_killed_anywhere_goes_on_and_counts_each_reading_once(
    moments: list[int],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(tmp_path_factory.mktemp("killed"), open_store("memory:"))
    world.ship()
    empty = open_store("memory:")
    world.notebook.replays[1] = ReplayRequest(1, ALWAYS)
    monkeypatch.setattr(collector.replaying.replay, "LOOK", 1)
    monkeypatch.setattr(collector.replaying.replay, "NOTE_S", -1)
    for moment in moments:
        with monkeypatch.context() as patch, suppress(KilledError):
            kill_at(moment, world, empty, patch)
            world.replayer_into(empty).replay_once()
        world.ship([[at(60)]])  # the segment under way grows
        world.close()
        world.open()
    world.replayer_into(empty).replay_once()
    (ended,) = world.notebook.replayed
    expected = [one for one in everything(world.store) if one.time < T0 + 60 * HOUR]
    assert [one for one in everything(empty) if one.time < T0 + 60 * HOUR] == expected
    assert 0 <= ended.progress.read - SIZE <= len(moments)
    assert is_balanced(ended)
    world.close()


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_replay_waits_while_readings_of_devices_wait_and_for_a_store_that_is_away(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    written = store_of(world).writes
    world.spooled, store_of(world).reachable = MOST_WAITING, False
    world.notebook.replays[1] = ReplayRequest(1, ALWAYS)
    world.replayer.start()
    time.sleep(0.1)
    assert store_of(world).writes == written
    world.spooled = 0
    _wait(lambda: "replay.waits" in caplog.text)
    store_of(world).reachable = True
    _wait(lambda: bool(world.notebook.replayed))
    world.replayer.stop()
    assert world.replayer.failure is None
    assert is_balanced(world.notebook.replayed[0])


def test_records_that_do_not_answer_lose_no_count(world: World) -> None:
    world.notebook.replays[1] = ReplayRequest(1, ALWAYS)
    world.notebook.answers = False
    world.replayer.start()
    time.sleep(0.05)
    world.notebook.answers = True
    _wait(lambda: bool(world.notebook.replayed))
    world.replayer.stop()
    assert world.notebook.replayed[0].progress.read == SIZE


def test_a_replayer_that_is_stopped_notes_how_far_it_is_and_goes_on(world: World) -> None:
    world.notebook.replays[1] = ReplayRequest(1, ALWAYS)
    stopping = world.store.write

    def write(columns: Columns, *, overruled: Overruled = nobody) -> list[Refused]:
        world.way.stop()
        return stopping(columns, overruled=overruled)

    store_of(world).write = write  # type: ignore[method-assign]
    assert not world.replayer.replay_once()
    noted = world.notebook.replays[1].progress
    assert 0 < noted.read < SIZE
    world.close()
    store_of(world).write = stopping  # type: ignore[method-assign,assignment]
    world.open()
    assert world.replayer.replay_once()
    assert world.notebook.replayed[0].progress.read == SIZE


def test_readings_of_devices_are_not_held_up_by_a_replay_of_many(tmp_path: Path) -> None:
    store = open_store(f"duckdb:{tmp_path}/readings.duckdb")
    world = World(tmp_path / "state", store)
    many = [
        [at(hour, value=hour) for hour in range(first, first + 4 * SLICE)]
        for first in range(0, 40 * SLICE, 4 * SLICE)
    ]
    world.ship(many)
    world.notebook.replays[1] = ReplayRequest(1, ALWAYS)
    world.replayer.start()
    world.shipper.start()
    waited: list[float] = []
    while not world.notebook.replayed:
        began = time.monotonic()
        world.commit([at(10**6 + len(waited), "light")])
        _wait(lambda: world.shipper.is_done)
        waited.append(time.monotonic() - began)
        time.sleep(0.01)
    world.replayer.stop()
    world.shipper.stop()
    world.close()
    store.close()
    assert len(waited) >= 5
    assert sorted(waited)[len(waited) // 2] < 1.0
    assert max(waited) < 5.0
    assert world.notebook.replayed[0].progress.kept == 40 * SLICE
