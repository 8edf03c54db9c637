"""The whole collector in one process, on a broker and records that do what the test says."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

import formats
from collector.collector import Collector
from collector.keeping.state import STATE_FILE
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from collector.telling.counters import Counters
from energy.errors import ConfigError, FormatTooNewError, StoreError
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER, Reading, Source
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, registry_of
from tests.fakes import FailingStore, Notebook
from tests.scripted_broker import ScriptedBroker
from tests.store_promises import ALWAYS

T0 = 1_767_225_600
NOW = (T0 + 86_400) * 1000
PATIENCE_S = 20.0
NOBODY = "mqtt://127.0.0.1:1"
FORMATS = offers(formats, "FORMAT", Format)


@pytest.fixture
def broker() -> Iterator[ScriptedBroker]:
    with ScriptedBroker() as scripted:
        yield scripted


def _collector(folder: Path, url: str, store: FailingStore, notebook: Notebook) -> Collector:
    return Collector(
        CollectorOptions(address_of(url), "collector", folder),
        store=cast("ReadingStore", store),
        registry=lambda: registry_of(MAIN_METER),
        formats=FORMATS,
        publish=notebook,
        clock=lambda: NOW,
    )


def _body(hour: int, value: float) -> bytes:
    return b'{"time":%d,"values":{"ep":%r}}' % (T0 + 3600 * hour, value)


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_readings_go_from_the_broker_to_the_store_and_the_records_hear_of_them(
    tmp_path: Path, broker: ScriptedBroker, store: FailingStore, notebook: Notebook
) -> None:
    collector = _collector(tmp_path, broker.url, store, notebook)
    collector.start()
    broker.accept()
    collector.wait_until_subscribed(PATIENCE_S)
    broker.publish("meters/panel", [_body(0, 1), _body(1, 2.5), _body(2, -1)])
    _wait(lambda: collector.counters().shipped == 2 and len(broker.acknowledged) == 3)
    assert collector.wait_until_idle(PATIENCE_S)
    collector.stop()
    assert store.inside.series(REGISTER, "hall_main", ALWAYS).value.tolist() == [100, 250]
    assert notebook.earliest == {"hall_main": T0 * 1000}
    assert [letter.reason for letter in notebook.kept.values()] == ["negative register"]
    assert notebook.books == Counters(received=3, shipped=2, dead=1)


def test_a_collector_that_was_stopped_goes_on_with_its_books(
    tmp_path: Path, broker: ScriptedBroker, store: FailingStore, notebook: Notebook
) -> None:
    store.reachable = False
    first = _collector(tmp_path, broker.url, store, notebook)
    first.start()
    broker.accept()
    broker.publish("meters/panel", [_body(0, 1), _body(1, 2)])
    _wait(lambda: len(broker.acknowledged) == 2)
    first.stop()
    assert notebook.books == Counters(received=2, spooled=2)
    store.reachable = True
    second = _collector(tmp_path, NOBODY, store, notebook)
    assert second.counters() == Counters(received=2, spooled=2)
    second.start()
    assert second.wait_until_idle(PATIENCE_S)
    assert second.counters() == Counters(received=2, shipped=2)
    second.stop()


def test_an_empty_collector_is_idle(
    tmp_path: Path, store: FailingStore, notebook: Notebook
) -> None:
    collector = _collector(tmp_path, NOBODY, store, notebook)
    assert collector.is_idle()
    collector.start()
    collector.stop()
    assert collector.failure is None


def test_records_that_do_not_answer_never_stop_receiving_and_hear_it_later(
    tmp_path: Path, broker: ScriptedBroker, store: FailingStore, notebook: Notebook
) -> None:
    notebook.answers = False
    collector = _collector(tmp_path, broker.url, store, notebook)
    collector.start()
    broker.accept()
    broker.publish("meters/panel", [_body(0, 1), _body(1, -1)])
    _wait(lambda: collector.counters().shipped == 1 and len(broker.acknowledged) == 2)
    with pytest.raises(StoreError):
        collector.publish_now()
    assert (notebook.earliest, notebook.kept) == ({}, {})
    notebook.answers = True
    collector.publish_now()
    collector.stop()
    assert notebook.earliest == {"hall_main": T0 * 1000}
    assert len(notebook.kept) == 1


def test_readings_that_people_gave_are_taken_from_the_inbox_once_durable(
    tmp_path: Path, store: FailingStore, notebook: Notebook
) -> None:
    notebook.waiting = {7: Reading("hall_main", REGISTER, T0 * 1000, 5, source=Source.MANUAL)}
    collector = _collector(tmp_path, NOBODY, store, notebook)
    collector.start()
    _wait(lambda: not notebook.waiting and collector.counters().shipped == 1)
    collector.stop()
    assert store.inside.series(REGISTER, "hall_main", ALWAYS).source.tolist() == [Source.MANUAL]


def test_a_full_spool_leaves_what_people_gave_in_the_inbox(
    tmp_path: Path, store: FailingStore, notebook: Notebook
) -> None:
    notebook.waiting = {7: Reading("hall_main", REGISTER, T0 * 1000, 5)}
    collector = Collector(
        CollectorOptions(address_of(NOBODY), "collector", tmp_path, spool_max_bytes=1),
        store=cast("ReadingStore", store),
        registry=lambda: registry_of(MAIN_METER),
        formats=FORMATS,
        publish=notebook,
    )
    collector.teller.take_inbox()
    collector.teller.take_inbox()
    assert collector.counters() == Counters()
    assert list(notebook.waiting) == [7]
    collector.start()
    collector.stop()


def test_a_second_collector_on_one_folder_is_refused_and_the_first_is_named(
    tmp_path: Path, store: FailingStore, notebook: Notebook
) -> None:
    first = _collector(tmp_path, NOBODY, store, notebook)
    with pytest.raises(StoreError, match="Another collector"):
        _collector(tmp_path, NOBODY, store, notebook)
    first.start()
    first.stop()
    again = _collector(tmp_path, NOBODY, store, notebook)
    again.start()
    again.stop()


def test_a_collector_that_cannot_open_its_state_lets_go_of_the_folder(
    tmp_path: Path, store: FailingStore, notebook: Notebook
) -> None:
    with sqlite3.connect(tmp_path / STATE_FILE) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(FormatTooNewError, match="format 99"):
        _collector(tmp_path, NOBODY, store, notebook)
    (tmp_path / STATE_FILE).unlink()
    collector = _collector(tmp_path, NOBODY, store, notebook)
    collector.start()
    collector.stop()


def test_a_broker_that_does_not_answer_is_named_once_with_the_setting(
    tmp_path: Path, store: FailingStore, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    collector = _collector(tmp_path, NOBODY, store, notebook)
    with caplog.at_level(logging.WARNING):
        collector.start()
        _wait(lambda: bool(caplog.records))
        with pytest.raises(StoreError, match="did not take our subscriptions"):
            collector.wait_until_subscribed(0.01)
        collector.stop()
    (said,) = [record.getMessage() for record in caplog.records]
    assert "broker.away address=127.0.0.1:1 reason='does not answer" in said
    assert "JIENENG_BROKER_URL" in said


def test_a_store_that_does_not_answer_is_said_once_and_again_when_it_is_back(
    tmp_path: Path,
    broker: ScriptedBroker,
    store: FailingStore,
    notebook: Notebook,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store.reachable = False
    collector = _collector(tmp_path, broker.url, store, notebook)
    with caplog.at_level(logging.WARNING, logger="collector.shipper"):
        collector.start()
        broker.accept()
        broker.publish("meters/panel", [_body(0, 1)])
        _wait(lambda: bool(caplog.records))
        store.reachable = True
        assert collector.wait_until_idle(PATIENCE_S)
        _wait(lambda: len(caplog.records) > 1)
        collector.stop()
    said = [record.getMessage() for record in caplog.records]
    assert said == ["store.waits error=nobody answers at fake:1", "store.back"]


def test_an_address_that_cannot_be_read_leaves_the_folder_free(
    tmp_path: Path, store: FailingStore, notebook: Notebook
) -> None:
    with pytest.raises(ConfigError):
        _collector(tmp_path, "http://nowhere", store, notebook)
    collector = _collector(tmp_path, NOBODY, store, notebook)
    collector.start()
    collector.stop()


def test_the_log_says_once_when_dead_letters_take_most_of_their_room(
    tmp_path: Path, store: FailingStore, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    collector = Collector(
        CollectorOptions(address_of(NOBODY), "collector", tmp_path, letters_max_bytes=4_000),
        store=cast("ReadingStore", store),
        registry=lambda: registry_of(MAIN_METER),
        formats=FORMATS,
        publish=notebook,
    )
    for number in range(8):
        collector._intake.take(f"x/{number}", b"?" * 60, retained=False, arrived=NOW)
    with caplog.at_level(logging.WARNING, logger="collector.telling.letter_desk"):
        for _ in range(3):
            collector.teller.tell()
    collector.start()
    collector.stop()
    name = "collector.telling.letter_desk"
    (said,) = [one.getMessage() for one in caplog.records if one.name == name]
    assert said == "letters.filling bytes=2904 of=4000"
    assert notebook.figures["letter_bytes"] == 2904
