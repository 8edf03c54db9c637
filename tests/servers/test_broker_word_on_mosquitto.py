"""What a real broker tells of its queue while the collector does not acknowledge."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from collector.partition import Partition
from energy.messages.message import Format
from energy.offers import offers
from simulators.speech.publish import Publisher
from storage.readings import ReadingStore
from tests import server_programs
from tests.builders import MAIN_METER, registry_of
from tests.collector_process import NEVER, publish
from tests.fakes import FailingStore, Notebook

ANYBODY = "allow_anonymous true\n"
SYS_INTERVAL_S = 1
TELLS = f"sys_interval {SYS_INTERVAL_S}\n"
HIDES = TELLS + "acl_file {folder}/acl\n"
KEEPS_MANY = "max_queued_messages 20000\n"
QUEUE = 1000
"""Mosquitto's own limit."""
SAYS_NOTHING = "sys_interval 0\n"
PATIENCE_S = 60.0
ROOM_BYTES = 150_000
"""Of the spool: some commits of 2,000 readings, each of which takes some 28 bytes."""
SAID = 8_000


def _wait(until: Callable[[], bool], why: Callable[[], object] = lambda: None) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline, why()
        time.sleep(0.02)


@contextmanager
def _broker(folder: Path, port: int, settings: str) -> Iterator[str]:
    with server_programs.mosquitto(folder, port, ANYBODY + settings):
        yield f"mqtt://127.0.0.1:{port}"


@contextmanager
def _collecting(
    url: str, folder: Path, store: FailingStore, options: dict[str, object]
) -> Iterator[Collector]:
    collector = Collector(
        CollectorOptions(address_of(url), "north", folder / "state", **options),  # type: ignore[arg-type]
        store=cast("ReadingStore", store),
        registry=lambda: registry_of(MAIN_METER),
        formats=offers(formats, "FORMAT", Format),
        publish=Notebook(),
    )
    collector.start()
    try:
        collector.wait_until_subscribed(PATIENCE_S)
        yield collector
    finally:
        collector.stop()


def _told(collector: Collector) -> dict[str, int]:
    figures = collector.evidence().figures
    return {name: count for name, count in figures.items() if name.startswith("broker_")}


def _publish(meters: Publisher, count: int) -> None:
    publish(meters, range(count))
    assert meters.drain(stop=NEVER)


def _say(url: str, count: int) -> None:
    with Publisher(url, client_id="meters") as meters:
        _publish(meters, count)


@pytest.mark.parametrize(("client", "version"), [("own", 4), ("own", 5), ("paho", 5)])
def test_what_a_full_spool_leaves_with_the_broker_is_told_and_gone_when_it_has_room_again(
    tmp_path: Path, client: str, version: int
) -> None:
    store = FailingStore()
    store.reachable = False
    options: dict[str, object] = {
        "spool_max_bytes": ROOM_BYTES,
        "mqtt_client": client,
        "mqtt_version": version,
    }
    with (
        _broker(tmp_path, server_programs.free_port(), TELLS + KEEPS_MANY) as url,
        _collecting(url, tmp_path, store, options) as north,
    ):
        _wait(lambda: _told(north) == {"broker_held": 0, "broker_dropped": 0})
        _say(url, SAID)
        _wait(lambda: north._receiver.is_full)

        def is_told() -> bool:
            held = SAID - north.counters().spooled
            return held > 0 and _told(north) == {"broker_held": held, "broker_dropped": 0}

        _wait(is_told, lambda: (_told(north), north.counters()))
        assert north.counters().balance == 0

        store.reachable = True
        _wait(lambda: north.counters().shipped == SAID, north.evidence)
        _wait(lambda: _told(north)["broker_held"] == 0)
        counters = north.counters()

    # The broker's own messages are no readings of anybody.
    assert (counters.received, counters.retained, counters.dead) == (SAID, 0, 0)


def test_what_the_broker_drops_from_a_full_queue_is_told(tmp_path: Path) -> None:
    store = FailingStore()
    with _broker(tmp_path, server_programs.free_port(), TELLS) as url:
        with _collecting(url, tmp_path, store, {}):
            pass
        _say(url, QUEUE + 250)
        with _collecting(url, tmp_path, store, {}) as north:
            _wait(lambda: _told(north).get("broker_dropped") == 250, lambda: _told(north))


@pytest.mark.parametrize("settings", [SAYS_NOTHING, HIDES])
def test_a_broker_that_does_not_tell_leaves_the_figures_out_and_readings_come(
    tmp_path: Path, settings: str
) -> None:
    (tmp_path / "acl").write_text("topic readwrite meters/#\n")
    store = FailingStore()
    with (
        _broker(tmp_path, server_programs.free_port(), settings.format(folder=tmp_path)) as url,
        Publisher(url, client_id="meters") as meters,
        _collecting(url, tmp_path, store, {}) as north,
    ):
        _publish(meters, 50)
        _wait(lambda: north.counters().shipped == 50)
        time.sleep(2 * SYS_INTERVAL_S)  # in which a broker that tells would have told
        assert _told(north) == {}
        assert (north.evidence().troubles, north.counters().balance) == ([], 0)


def test_what_a_broker_told_is_forgotten_with_it_and_told_anew_when_it_is_back(
    tmp_path: Path,
) -> None:
    port = server_programs.free_port()
    with _broker(tmp_path, port, TELLS) as url:
        collecting = _collecting(url, tmp_path, FailingStore(), {})
        north = collecting.__enter__()  # outlives the broker
        _wait(lambda: bool(_told(north)))
    try:
        _wait(lambda: _told(north) == {})
        with _broker(tmp_path, port, TELLS):
            _wait(lambda: bool(_told(north)))
    finally:
        collecting.__exit__(None, None, None)


def test_of_several_collectors_one_asks_the_broker(tmp_path: Path) -> None:
    with _broker(tmp_path, server_programs.free_port(), TELLS) as url:
        second = {"partition": Partition(2, 2)}
        with _collecting(url, tmp_path, FailingStore(), second) as north:  # type: ignore[arg-type]
            assert not north._broker_word._thread.is_alive()
