"""What is newer than all before it and what is late; what loses is kept, whatever breaks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import formats
from collector.keeping.arrivals import JOINED_MS, newest_of
from collector.keeping.packing import unpack
from collector.keeping.segment import Position
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.shipper import Shipper
from collector.taking.intake import Intake
from energy.errors import StoreError, UnreachableError
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import GAUGE, REGISTER, Reading
from energy.registry import Registry
from energy.span import Span
from storage.columns import Columns, columns_of
from storage.contest import Overruled, nobody
from storage.readings import ReadingStore, Refused
from tests.builders import MAIN_METER, PANEL
from tests.fakes import FailingStore

FORMATS = offers(formats, "FORMAT", Format)
REGISTRY = Registry(devices=(PANEL,), meters=(MAIN_METER,), number=1)
T0 = 1_767_225_600
ALWAYS = Span(-(2**62), 2**62)

# A day in steps of a third, so that some late readings are of one span and some are not.
TIMES = st.integers(0, 12).map(lambda step: step * JOINED_MS // 3)
READINGS = st.tuples(
    st.sampled_from(["a", "b"]), st.sampled_from([REGISTER, GAUGE]), TIMES, st.integers(0, 1)
).map(lambda said: Reading(*said[:3], 1, arrived=said[3]))
BATCHES = st.lists(st.lists(READINGS, max_size=8), max_size=6)


@settings(max_examples=200)
@given(batches=BATCHES, failing=st.sets(st.integers(0, 5)))
def test_new_and_late_are_told_apart_as_one_by_one_they_would_be(
    batches: list[list[Reading]], failing: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("state") / STATE_FILE
    state = State(path)
    newest: dict[tuple[str, str], int] = {}
    touched: dict[str, int] = {}
    late: set[tuple[str, int]] = set()
    for place, batch in enumerate(batches):
        if place in failing:
            fail_once(state, batch)
        state.ship(Position(1, place), shipped=0, refused=0, letters=[], readings=columns_of(batch))
        for reading in batch:
            name = reading[:2]
            if reading.arrived and reading.time <= newest.get(name, -1):
                late.add((reading.meter, reading.time))
            else:
                touched[reading.meter] = min(reading.time, touched.get(reading.meter, reading.time))
            newest[name] = max(reading.time, newest.get(name, reading.time))
        state.close()
        state = State(path)  # as after a kill: nothing of it is only in memory
    assert state.newest() == newest
    assert {meter: earliest for meter, (earliest, _) in state.touched().items()} == touched
    found = [(one.meter, one.span) for one in state.late(1000)]
    state.close()
    assert sorted(found) == sorted(spans_of(late))


def fail_once(state: State, batch: list[Reading]) -> None:
    """Ship in a transaction that comes to nothing."""
    before = state.newest()
    with pytest.raises(ZeroDivisionError), state._arriving(columns_of(batch)):
        raise ZeroDivisionError
    assert state.newest() == before


def spans_of(late: set[tuple[str, int]]) -> Iterator[tuple[str, Span]]:
    for meter in ("a", "b"):
        times = sorted(time for name, time in late if name == meter)
        while times:
            start = end = times.pop(0)
            while times and times[0] <= end + JOINED_MS:
                end = times.pop(0)
            yield meter, Span(start, end + 1)


class KilledError(BaseException):
    """The process ends here."""


class DyingStore(FailingStore):
    """Dies, when told to, between telling what loses and writing what wins, or behind both.

    Attributes:
        dies: "before" or "behind" the writing, once.
    """

    dies = ""

    def write(self, columns: Columns, *, overruled: Overruled = nobody) -> list[Refused]:
        """Keep readings, or die."""

        def told(lost: list[Reading]) -> None:
            overruled(lost)
            if self.dies == "before":
                raise KilledError

        refused = super().write(columns, overruled=told)
        if self.dies == "behind":
            raise KilledError
        return refused


class Life:
    """One life of a collector without threads, on a folder that outlives it."""

    def __init__(self, folder: Path, store: FailingStore) -> None:
        self.state = State(folder / STATE_FILE)
        shipped = self.state.shipped().position
        self.spool = Spool(folder / SPOOL_FOLDER, max_bytes=10**7, shipped=shipped)
        waiting = (unpack(record).readings for record in self.spool.read(shipped))
        self.intake = Intake(
            self.spool,
            FORMATS,
            lambda: REGISTRY,
            future_ms=600_000,
            newest=newest_of(self.state.newest(), waiting),
        )
        self.shipper = Shipper(self.spool, self.state, cast("ReadingStore", store), clock=lambda: 0)

    def hear(self, second: int, value: int, *, arrived: int) -> None:
        """Take one value, on time, and make it durable."""
        payload = json.dumps({"time": T0 + second, "values": {"ep": value}}).encode()
        arrived_ms = (T0 + arrived) * 1000
        self.intake.take("meters/panel", payload, retained=False, arrived=arrived_ms)
        assert self.intake.commit()

    def end(self) -> None:
        """Let go of the folder, as the end of the process does."""
        self.spool.close()
        self.state.close()


def values_of(store: FailingStore) -> list[int]:
    values: list[int] = store.inside.series(REGISTER, MAIN_METER.meter, ALWAYS).value.tolist()
    return values


@pytest.mark.parametrize("is_shipped", [True, False])
def test_the_later_value_of_a_time_wins_over_a_restart_and_the_earlier_is_kept(
    tmp_path: Path, *, is_shipped: bool
) -> None:
    store = FailingStore()
    life = Life(tmp_path, store)
    life.hear(5, 9, arrived=5)
    life.hear(10, 12, arrived=10)
    if is_shipped:
        assert life.shipper.ship_once()
    life.end()

    life = Life(tmp_path, store)
    life.hear(5, 8, arrived=11)  # smaller, so only its arrival can make it win
    life.hear(7, 10, arrived=11)
    life.hear(12, 13, arrived=12)
    life.shipper.ship_once()

    assert values_of(store) == [800, 1000, 1200, 1300]
    assert [one.value for one in life.state.versions(10)] == [900]
    assert [one.span for one in life.state.late(10)] == [Span((T0 + 5) * 1000, (T0 + 7) * 1000 + 1)]
    arrived = store.inside.series(REGISTER, MAIN_METER.meter, ALWAYS).arrived.tolist()
    assert arrived[1:] == [(T0 + 11) * 1000 + 1, 0, 0]  # behind the one that came with it
    life.end()


def test_of_what_came_in_one_millisecond_the_value_said_last_stands(tmp_path: Path) -> None:
    store = FailingStore()
    life = Life(tmp_path, store)
    for second, value in ((-9000, 5), (-8000, 7), (10, 14), (-9000, 4), (10, 12), (10, 13)):
        life.hear(second, value, arrived=11)  # a broker held them all while the collector was away
    life.hear(-9000, 3, arrived=10)  # and then our clock went back
    assert life.shipper.ship_once()

    assert values_of(store) == [300, 700, 1300]
    assert sorted(one.value for one in life.state.versions(10)) == [400, 500, 1200, 1400]
    life.end()


def test_of_what_came_late_in_one_millisecond_the_value_said_last_stands(tmp_path: Path) -> None:
    store = FailingStore()
    life = Life(tmp_path, store)
    life.hear(0, 1, arrived=0)
    for second, value in ((60, 9), (60, 5), (120, 8), (120, 6)):  # newer than all, and corrected
        life.hear(second, value, arrived=20_000)  # hours late, all at once
    assert life.shipper.ship_once()

    assert values_of(store) == [100, 500, 600]
    assert sorted(one.value for one in life.state.versions(10)) == [800, 900]
    life.end()


def test_late_spans_are_kept_only_when_the_store_has_the_readings(tmp_path: Path) -> None:
    store = FailingStore()
    life = Life(tmp_path, store)
    life.hear(10, 12, arrived=10)
    life.shipper.ship_once()
    life.hear(5, 9, arrived=11)
    store.reachable = False
    with pytest.raises(UnreachableError):
        life.shipper.ship_once()
    assert life.state.late(10) == []
    store.reachable = True
    life.shipper.ship_once()
    assert [one.span for one in life.state.late(10)] == [Span((T0 + 5) * 1000, (T0 + 5) * 1000 + 1)]
    life.end()


@pytest.mark.parametrize("dies", ["before", "behind"])
def test_a_kill_around_the_writing_neither_loses_nor_doubles_a_version(
    tmp_path: Path, dies: str
) -> None:
    store = DyingStore()
    life = Life(tmp_path, store)
    life.hear(5, 9, arrived=5)
    life.shipper.ship_once()
    life.hear(5, 8, arrived=6)
    store.dies = dies
    with pytest.raises(KilledError):
        life.shipper.ship_once()
    life.end()

    store.dies = ""
    life = Life(tmp_path, store)
    life.shipper.ship_once()

    assert values_of(store) == [800]
    assert [one.value for one in life.state.versions(10)] == [900]
    assert len(life.state.late(10)) == 1
    life.end()


def test_without_room_for_a_version_the_store_keeps_what_it_has(tmp_path: Path) -> None:
    store = FailingStore()
    life = Life(tmp_path, store)
    life.hear(5, 9, arrived=5)
    life.shipper.ship_once()
    life.hear(5, 8, arrived=6)
    keep = life.state.keep_versions

    def no_room(_lost: object) -> None:
        raise StoreError("no room")

    life.state.keep_versions = no_room  # type: ignore[method-assign,assignment]
    with pytest.raises(StoreError):
        life.shipper.ship_once()
    assert values_of(store) == [900]
    life.state.keep_versions = keep  # type: ignore[method-assign]
    life.shipper.ship_once()
    assert values_of(store) == [800]
    life.end()
