"""Every reading counts exactly once on its way from a message to the store."""

import json
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import formats
from collector.copying import copy_state
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.refused.letters import REMEMBERED
from collector.shipper import Shipper
from collector.taking.intake import Intake
from collector.telling.books import books
from collector.telling.counters import Counters
from collector.telling.letter_desk import LetterDesk
from energy.errors import FormatTooNewError, UnreachableError
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import Reading
from energy.registry import Registry
from energy.span import Span
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, PANEL, SUB_METER
from tests.fakes import FailingStore

REGISTRY = Registry(devices=(PANEL,), meters=(MAIN_METER, SUB_METER), number=1)
FORMATS = offers(formats, "FORMAT", Format)
T0 = 1_767_225_600
NOW = (T0 + 40 * 3600) * 1000


class Bench:
    """Intake, spool, state and shipper in a folder, without threads; may be killed and reopened."""

    def __init__(self, folder: Path, store: FailingStore, *, max_bytes: int = 1_000_000) -> None:
        self.state = State(folder / STATE_FILE)
        self.spool = Spool(
            folder / SPOOL_FOLDER,
            max_bytes=max_bytes,
            shipped=self.state.shipped().position,
            segment_bytes=300,
        )
        self.desk = LetterDesk(self.spool, self.state, max_bytes=1_000_000)
        self.intake = Intake(
            self.spool, FORMATS, lambda: REGISTRY, future_ms=0, letters=self.desk.box
        )
        self.shipper = Shipper(
            self.spool, self.state, cast("ReadingStore", store), clock=lambda: NOW
        )

    def take(self, payload: object, topic: str = "meters/panel", *, retained: bool = False) -> None:
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.intake.take(topic, content, retained=retained, arrived=NOW)

    def ship_all(self) -> None:
        while self.shipper.ship_once():
            pass

    def counters(self) -> Counters:
        return books(self.state, self.intake)

    def letters(self) -> list[tuple[str, str, int]]:
        found = self.state.unpublished_letters(100)
        return [(letter.topic, letter.reason, letter.readings) for letter in found]

    def close(self) -> None:
        self.spool.close()
        self.state.close()


def _entry(hour: int, value: float) -> dict[str, object]:
    return {"time": T0 + 3600 * hour, "values": {"ep": value}}


def test_one_message_is_taken_committed_shipped(tmp_path: Path, store: FailingStore) -> None:
    bench = Bench(tmp_path, store)
    bench.take([_entry(0, 1.0), _entry(1, 2.5)])
    assert bench.counters() == Counters(received=2, in_hand=2)
    assert bench.intake.commit()
    assert bench.counters() == Counters(received=2, spooled=2)
    bench.ship_all()
    assert bench.counters() == Counters(received=2, shipped=2)
    assert store.inside.counts() == {"register": 2, "interval": 0, "gauge": 0}
    assert bench.state.touched() == {"hall_main": (T0 * 1000, 1)}
    bench.close()


def test_a_bad_reading_becomes_a_dead_letter_and_the_rest_goes_on(
    tmp_path: Path, store: FailingStore
) -> None:
    bench = Bench(tmp_path, store)
    bench.take({"time": T0, "values": {"ep": -1, "ep_light": 3, "nonsense": 1}})
    bench.take(b"\xff\x00 not json")
    bench.take({}, topic="weather/now")
    bench.take(b"not json", retained=True)
    bench.intake.commit()
    bench.ship_all()
    assert bench.counters() == Counters(received=6, shipped=1, dead=4, retained=1)
    assert sorted((topic, count) for topic, _, count in bench.letters()) == [
        ("meters/panel", 1),
        ("meters/panel", 1),
        ("meters/panel", 1),
        ("weather/now", 1),
    ]
    bench.close()


def test_a_retained_message_is_taken_by_the_time_it_bears_and_changes_nothing_again(
    tmp_path: Path, store: FailingStore
) -> None:
    bench = Bench(tmp_path, store)
    for _ in range(2):
        bench.take(_entry(0, 7), retained=True)
        bench.intake.commit()
    bench.ship_all()
    assert bench.counters() == Counters(received=2, shipped=1, duplicate=1)
    assert store.inside.counts()["register"] == 1
    bench.close()


def test_what_a_retained_message_says_without_a_time_is_counted_and_not_taken(
    tmp_path: Path, store: FailingStore
) -> None:
    bench = Bench(tmp_path, store)
    said = [{"n": "ep", "v": 3}, {"n": "ep_light", "v": 4}, {"n": "ep", "v": 5, "t": T0}]
    bench.take(said, topic="senml/panel", retained=True)
    bench.intake.commit()
    assert bench.counters() == Counters(received=3, retained=3)
    bench.close()


def test_what_is_refused_of_a_retained_message_is_one_dead_letter_however_often_it_is_repeated(
    tmp_path: Path, store: FailingStore
) -> None:
    bench = Bench(tmp_path, store)
    said = {"time": T0, "values": {"ep": 7, "ep_light": -1, "other": 1}}
    for _ in range(3):
        bench.take(said, retained=True)
        bench.intake.commit()
        bench.ship_all()
        bench.close()
        bench = Bench(tmp_path, store)
    counters = bench.counters()
    assert (counters.received, counters.shipped, counters.dead, counters.retained) == (9, 3, 2, 4)
    assert counters.balance == 0
    assert sorted(reason for _, reason, _ in bench.letters()) == [
        "negative register",
        "unknown channel",
    ]
    bench.close()


def test_a_retained_message_that_died_when_it_was_new_is_no_dead_letter_again(
    tmp_path: Path, store: FailingStore
) -> None:
    bench = Bench(tmp_path, store)
    bench.take(_entry(0, -1))
    for number in range(1, REMEMBERED + 2):  # so that it is known from the disk alone
        bench.take(_entry(number, -1))
    bench.intake.commit()
    bench.ship_all()
    for _ in range(2):
        bench.take(_entry(0, -1), retained=True)
    bench.take(_entry(-1, -1), retained=True)
    bench.intake.commit()
    assert (bench.counters().dead, bench.counters().retained) == (REMEMBERED + 3, 2)
    bench.close()


def test_a_reading_said_twice_running_is_counted_as_a_duplicate(
    tmp_path: Path, store: FailingStore
) -> None:
    bench = Bench(tmp_path, store)
    bench.take([_entry(0, 1), _entry(0, 1), _entry(0, 2)])
    bench.intake.commit()
    assert bench.counters() == Counters(received=3, spooled=2, duplicate=1)
    bench.close()


def test_a_value_said_again_otherwise_for_the_same_time_carries_its_arrival(
    tmp_path: Path, store: FailingStore
) -> None:
    bench = Bench(tmp_path, store)
    bench.take([_entry(40, 1), _entry(40, 2)])
    bench.intake.commit()
    bench.ship_all()
    series = store.inside.series("register", "hall_main", _ever())
    assert series.value.tolist() == [200]
    bench.close()


def test_a_store_that_does_not_answer_loses_nothing(tmp_path: Path, store: FailingStore) -> None:
    bench = Bench(tmp_path, store)
    store.reachable = False
    bench.take([_entry(hour, hour) for hour in range(5)])
    bench.intake.commit()
    with pytest.raises(UnreachableError):
        bench.shipper.ship_once()
    assert bench.counters() == Counters(received=5, spooled=5)
    store.reachable = True
    bench.ship_all()
    assert bench.counters() == Counters(received=5, shipped=5)
    bench.close()


def test_a_reading_the_store_refuses_becomes_a_dead_letter(
    tmp_path: Path, store: FailingStore
) -> None:
    bench = Bench(tmp_path, store)
    store.poison = {300}
    bench.take([_entry(hour, hour) for hour in range(5)])
    bench.intake.commit()
    bench.ship_all()
    assert bench.counters() == Counters(received=5, shipped=4, dead=1)
    assert bench.letters() == [("store", "poison", 1)]
    bench.close()


def test_a_full_spool_takes_nothing_until_the_store_has_some(
    tmp_path: Path, store: FailingStore
) -> None:
    bench = Bench(tmp_path, store, max_bytes=400)
    hour = 0
    while True:
        bench.take(_entry(hour, hour))
        hour += 1
        if not bench.intake.commit():
            break
    assert bench.counters().in_hand == 1
    bench.ship_all()
    assert bench.intake.commit()
    bench.ship_all()
    assert bench.counters() == Counters(received=hour, shipped=hour)
    bench.close()


class World:
    """A bench that is used, killed and cut off at random, and what must be true of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = FailingStore()
        self.bench = Bench(folder, self.store)
        self.count = 0
        self.in_hand: list[int] = []
        self.committed: list[int] = []

    def do(self, step: str, hour: int) -> None:
        """Do one step; ``hour`` below 0 stands for a reading that must be refused."""
        if step == "take":
            # No two messages are alike: the broker may say one again after a kill.
            self.count += 1
            self.bench.take(_entry(abs(hour), hour if hour >= 0 else hour - self.count / 1000))
            self.in_hand.append(hour)
        elif step == "commit":
            self.bench.intake.commit()
            self.committed += self.in_hand
            self.in_hand = []
        elif step == "ship" and self.store.reachable:
            self.bench.shipper.ship_once()
        elif step == "kill":
            self.bench.close()
            self.bench = Bench(self.folder, self.store)
            self.in_hand = []
        elif step in {"out", "back"}:
            self.store.reachable = step == "back"


@given(
    st.lists(
        st.tuples(st.just("take"), st.integers(-30, 30))
        | st.tuples(st.sampled_from(["commit", "ship", "kill", "out", "back"]), st.just(0)),
        max_size=40,
    )
)
def test_the_books_balance_whatever_happens_and_all_that_was_committed_arrives(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    world = World(tmp_path_factory.mktemp("world"))
    for step, hour in steps:
        world.do(step, hour)
        assert world.bench.counters().balance == 0
    world.store.reachable = True
    world.bench.ship_all()
    series = world.store.inside.series("register", "hall_main", _ever())
    good = {hour for hour in world.committed if hour >= 0}
    assert set(series.time.tolist()) == {reading_time(hour) for hour in good}
    refused = [hour for hour in world.committed if hour < 0]
    assert world.bench.counters().dead == len(refused) == len(world.bench.letters())
    world.bench.close()


def reading_time(hour: int) -> int:
    return (T0 + 3600 * hour) * 1000


def _ever() -> Span:
    return Span(0, 2**42)


def test_the_registry_is_taken_up_again_when_its_number_has_changed(
    tmp_path: Path,
) -> None:
    registries = [Registry(number=1), REGISTRY]
    spool = Spool(tmp_path, max_bytes=10_000)
    intake = Intake(spool, FORMATS, lambda: registries[0], future_ms=0)
    message = json.dumps(_entry(0, 1.005)).encode()
    intake.take("meters/panel", message, retained=False, arrived=NOW)
    registries[0] = Registry(devices=(PANEL,), meters=(MAIN_METER,), number=2)
    intake.renew_registry()
    intake.take("meters/panel", message, retained=False, arrived=NOW)
    intake.commit()
    assert (intake.totals.dead, intake.totals.accepted) == (1, 1)
    assert intake.finer() == {"hall_main": 1}
    spool.close()


def test_values_finer_than_the_step_stay_counted_over_a_restart(tmp_path: Path) -> None:
    totals = []
    for start in range(3):
        spool = Spool(tmp_path, max_bytes=10_000)
        intake = Intake(spool, FORMATS, lambda: REGISTRY, future_ms=0)
        message = json.dumps(_entry(start, 1.005)).encode()
        intake.take("meters/panel", message, retained=False, arrived=NOW)
        intake.commit()
        totals.append(intake.totals.finer)
        spool.close()
    assert totals == [1, 2, 3]


def test_readings_that_people_gave_take_the_same_way(tmp_path: Path, store: FailingStore) -> None:
    bench = Bench(tmp_path, store)
    assert bench.intake.keep([Reading("hall_main", "register", NOW, 5, source=2)])
    bench.ship_all()
    assert bench.counters() == Counters(received=1, shipped=1)
    bench.close()


def test_a_copy_taken_while_running_goes_on_as_the_original_would(
    tmp_path: Path, store: FailingStore
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    bench = Bench(tmp_path / "here", store)
    bench.take([_entry(hour, hour) for hour in range(5)])
    bench.take(_entry(9, -1))
    bench.intake.commit()
    bench.shipper.ship_once()
    bench.take(_entry(6, 6))
    bench.intake.commit()
    copy_state(tmp_path / "here", tmp_path / "there")
    other = Bench(tmp_path / "there", store)
    other.ship_all()
    assert other.counters() == Counters(received=7, shipped=6, dead=1)
    assert len(other.letters()) == 1
    other.close()
    bench.close()


def test_a_state_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / STATE_FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(FormatTooNewError, match="format 99"):
        State(tmp_path / STATE_FILE)


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=60)), max_size=10))
def test_any_bytes_on_any_topic_are_counted_and_kept(
    tmp_path_factory: pytest.TempPathFactory, messages: list[tuple[str, bytes]]
) -> None:
    bench = Bench(tmp_path_factory.mktemp("bench"), FailingStore())
    for topic, payload in messages:
        bench.take(payload, topic=topic)
    assert bench.intake.commit()
    bench.ship_all()
    assert bench.counters() == Counters(received=len(messages), dead=len(messages))
    kept = bench.state.unpublished_letters(100)
    assert [(letter.topic, letter.payload) for letter in kept] == messages
    bench.close()
