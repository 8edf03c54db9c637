"""Imported readings go into the spool behind what devices say, and each chunk until it is done."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from collector.replaying.giving_way import MOST_WAITING, SLICE
from collector.telling.counters import Counters
from collector.telling.imports import ImportTaker
from energy.errors import StoreError
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER, Reading, Source
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, registry_of
from tests.fakes import FailingStore, Notebook
from tests.waiting import wait_until


def readings(count: int, first: int = 0) -> list[Reading]:
    return [
        Reading("hall_main", REGISTER, 1000 * number, number, 0, Source.IMPORT, 0, 99)
        for number in range(first, first + count)
    ]


class Shelf:
    """Keeps readings in a list; may be full."""

    def __init__(self) -> None:
        self.kept: list[Reading] = []
        self.calls: list[int] = []
        self.is_full = False

    def keep(self, readings: Sequence[Reading]) -> bool:
        """Keep them, unless it is full."""
        if self.is_full:
            return False
        self.calls.append(len(readings))
        self.kept.extend(readings)
        return True


def test_a_chunk_is_kept_in_slices_and_struck_out_when_all_of_it_is(tmp_path: Path) -> None:
    del tmp_path
    notebook, shelf = Notebook(), Shelf()
    notebook.chunks = {1: readings(SLICE + 2), 2: readings(3)}
    taker = ImportTaker(notebook, shelf, waiting=lambda: 0)

    assert taker.take_once()
    assert (shelf.calls, list(notebook.chunks)) == ([SLICE, 2], [2])
    assert taker.take_once()
    assert not taker.take_once()
    assert shelf.kept == readings(SLICE + 2) + readings(3)


def test_imports_wait_while_readings_of_devices_fill_the_spool() -> None:
    notebook, shelf = Notebook(), Shelf()
    notebook.chunks = {1: readings(3)}
    in_spool = MOST_WAITING
    taker = ImportTaker(notebook, shelf, waiting=lambda: in_spool)
    taker.start()
    time.sleep(0.1)
    assert shelf.kept == []
    in_spool = MOST_WAITING - 1
    wait_until(lambda: not notebook.chunks)
    taker.stop()
    assert len(shelf.kept) == 3


def test_a_taker_that_is_stopped_while_the_spool_is_full_leaves_the_chunk() -> None:
    notebook, shelf = Notebook(), Shelf()
    notebook.chunks, shelf.is_full = {1: readings(3)}, True
    taker = ImportTaker(notebook, shelf, waiting=lambda: 0)
    taker.start()
    time.sleep(0.05)
    taker.stop()

    assert list(notebook.chunks) == [1]
    assert taker.failure is None


def test_records_that_do_not_answer_are_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    notebook, shelf = Notebook(), Shelf()
    notebook.chunks, notebook.answers = {1: readings(3)}, False
    taker = ImportTaker(notebook, shelf, waiting=lambda: 0)
    with pytest.raises(StoreError):
        taker.take_once()
    assert not taker._take()
    assert not taker._take()
    assert caplog.text.count("imports.wait") == 1
    notebook.answers = True
    assert taker._take()


def test_a_chunk_that_is_taken_twice_changes_nothing_in_the_store(tmp_path: Path) -> None:
    store, notebook = FailingStore(), Notebook()
    notebook.chunks = {1: readings(10), 2: readings(10)}
    collector = Collector(
        CollectorOptions(address_of("mqtt://127.0.0.1:1"), "collector", tmp_path),
        store=cast("ReadingStore", store),
        registry=lambda: registry_of(MAIN_METER),
        formats=offers(formats, "FORMAT", Format),
        publish=notebook,
    )
    collector.start()
    wait_until(lambda: not notebook.chunks and collector.counters().shipped == 20)
    collector.stop()

    assert collector.failure is None
    assert notebook.books == Counters(received=20, shipped=20)
    assert store.inside.counts()[REGISTER] == 10
