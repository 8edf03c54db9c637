"""What a collector says of itself over HTTP."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, cast

import pytest

import formats
from collector.collector import Collector
from collector.keeping.segment import START, Position
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from collector.screening.doubt import Doubt, Odd
from collector.telling.doubtful import MOST_METERS, doubtful_figures, without_meters
from collector.telling.evidence import Evidence, EvidenceServer, broken, most_counted
from collector.telling.exposition import collector_lines
from collector.telling.lag import MOST_MARKS, Lag
from energy.errors import ConfigError, StoreError
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER
from energy.span import Span
from energy.text import Text
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, registry_of
from tests.fakes import FailingStore, Notebook
from tests.scripted_broker import ScriptedBroker

T0 = 1_767_225_600
NOW = (T0 + 86_400) * 1000
PATIENCE_S = 20.0
LOOPBACK = "127.0.0.1"


def _ask(address: str, path: str) -> tuple[int, str]:
    line = HTTPConnection(address, timeout=PATIENCE_S)
    line.request("GET", path)
    answer = line.getresponse()
    said = answer.status, answer.read().decode()
    line.close()
    return said


def _health(address: str) -> tuple[int, Any]:
    status, said = _ask(address, "/health")
    return status, json.loads(said)


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def _collecting(folder: Path, url: str, store: FailingStore) -> Iterator[tuple[Collector, str]]:
    collector = Collector(
        CollectorOptions(address_of(url), "north", folder),
        store=cast("ReadingStore", store),
        registry=lambda: registry_of(MAIN_METER),
        formats=offers(formats, "FORMAT", Format),
        publish=Notebook(),
        clock=lambda: NOW,
    )
    server = EvidenceServer(LOOPBACK, 0, collector.evidence)
    collector.start()
    try:
        yield collector, server.address
    finally:
        server.stop()
        collector.stop()


def test_a_collector_that_receives_and_ships_is_healthy_and_its_balance_can_be_scraped(
    tmp_path: Path,
) -> None:
    store = FailingStore()
    with ScriptedBroker() as broker, _collecting(tmp_path, broker.url, store) as (north, address):
        broker.accept()
        north.wait_until_subscribed(PATIENCE_S)
        broker.publish("meters/panel", [b'{"time":%d,"values":{"ep":1}}' % T0, b"no json"])
        _wait(lambda: north.counters().shipped == 1 and len(broker.acknowledged) == 2)

        lines = _ask(address, "/metrics")[1].splitlines()
        status, said = _health(address)

    assert (status, said["healthy"], said["reasons"]) == (200, True, [])
    assert 'jieneng_collector_received{collector="north"} 2' in lines
    assert 'jieneng_collector_shipped{collector="north"} 1' in lines
    assert 'jieneng_collector_dead{collector="north"} 1' in lines
    assert 'jieneng_collector_is_healthy{collector="north"} 1' in lines
    assert 'jieneng_collector_spool_max_bytes{collector="north"} 4000000000' in lines
    assert said["figures"]["spool_bytes"] > 0
    assert said["figures"]["commits"] >= 1
    assert said["figures"]["is_window_limited"] == 0
    # This broker turned away the connection that asks after its queue.
    assert not said["figures"].keys() & {"broker_held", "broker_dropped"}


def test_a_store_that_does_not_answer_is_said_in_both_languages_and_forgotten_when_it_is_back(
    tmp_path: Path,
) -> None:
    store = FailingStore()
    store.reachable = False
    with ScriptedBroker() as broker, _collecting(tmp_path, broker.url, store) as (north, address):
        broker.accept()
        north.wait_until_subscribed(PATIENCE_S)
        broker.publish("meters/panel", [b'{"time":%d,"values":{"ep":1}}' % T0])
        _wait(lambda: _health(address)[0] == 503)
        reasons = _health(address)[1]["reasons"]
        store.reachable = True
        _wait(lambda: _health(address)[0] == 200)

    assert reasons == [{"zh": "nobody answers at fake:1", "en": "nobody answers at fake:1"}]


def test_a_broker_that_is_not_there_makes_the_collector_unhealthy(tmp_path: Path) -> None:
    with _collecting(tmp_path, "mqtt://127.0.0.1:1", FailingStore()) as (_, address):
        status, said = _health(address)
        lines = _ask(address, "/metrics")[1].splitlines()

    assert status == 503
    assert "127.0.0.1:1 还没有接受订阅" in said["reasons"][0]["zh"]
    assert "127.0.0.1:1 has not taken our subscriptions" in said["reasons"][0]["en"]
    assert 'jieneng_collector_is_healthy{collector="north"} 0' in lines


def test_a_full_spool_is_a_reason(tmp_path: Path) -> None:
    options = CollectorOptions(address_of("mqtt://127.0.0.1:1"), "n", tmp_path, spool_max_bytes=1)
    collector = Collector(
        options,
        store=cast("ReadingStore", FailingStore()),
        registry=lambda: registry_of(MAIN_METER),
        formats=offers(formats, "FORMAT", Format),
        publish=Notebook(),
    )
    collector._intake.take("meters/panel", b"no json", retained=False, arrived=NOW)
    assert not collector._receiver._keep()

    assert [one.en for one in collector.evidence().troubles] == [
        "The spool is full; nothing is acknowledged until the store takes some."
    ]
    collector.stop()


def test_dead_letters_that_take_most_of_their_room_are_an_alarm_and_no_reason() -> None:
    full = {"letter_bytes": 140_000_000, "letter_max_bytes": 200_000_000}

    said = json.loads(Evidence("north", full, ()).health())
    before = json.loads(Evidence("north", full | {"letter_bytes": 139_999_999}, ()).health())

    assert (said["healthy"], said["reasons"]) == (True, [])
    assert said["alarms"][0]["en"].startswith("Dead letters of north take 70 % of their 200 MB")
    assert said["alarms"][0]["zh"].startswith("north 的拒收报文已占 200 MB 的 70 %")
    assert before["alarms"] == []


def test_a_broken_part_is_said_in_its_own_words_where_it_has_some() -> None:
    assert broken(None) == []
    assert broken(StoreError(Text("坏", "bad"))) == [Text("坏", "bad")]
    assert [one.en for one in broken(KeyError("x"))] == [
        "A part of the collector broke: KeyError('x')."
    ]


def test_other_addresses_are_not_found_and_a_port_in_use_is_said() -> None:
    server = EvidenceServer(LOOPBACK, 0, lambda: Evidence("north", {}, []))
    port = int(server.address.rpartition(":")[2])
    try:
        assert _ask(server.address, "/")[0] == 404
        with pytest.raises(ConfigError, match=f"Port {port} on 127.0.0.1 cannot be used"):
            EvidenceServer(LOOPBACK, port, lambda: Evidence("north", {}, []))
    finally:
        server.stop()


def test_what_a_format_counts_in_words_becomes_a_label() -> None:
    lines = list(collector_lines({"north": {"received": 3, 'lost messages "a"': 2}}))

    assert 'jieneng_collector_received{collector="north"} 3' in lines
    assert (
        r'jieneng_collector_format_count{collector="north",name="lost messages \"a\""} 2' in lines
    )


def test_doubtful_readings_are_kept_used_and_told_with_their_meter_and_reason(
    tmp_path: Path,
) -> None:
    store = FailingStore()
    said = [(-7200, 10), (-3600, 20), (-5400, 30), (0, 9000)]  # a clock set back, and a spike
    odd = {"doubtful": 2, "above_rate": 1, "out_of_time": 1}
    with ScriptedBroker() as broker, _collecting(tmp_path, broker.url, store) as (north, address):
        broker.accept()
        north.wait_until_subscribed(PATIENCE_S)
        for second, value in said:
            body = b'{"time":%d,"values":{"ep":%d}}' % (T0 + second, value)
            broker.publish("meters/panel", [body])
        _wait(lambda: north.counters().shipped == 4)

        lines = _ask(address, "/metrics")[1].splitlines()
        figures = _health(address)[1]["figures"]

    series = cast("ReadingStore", store).series(REGISTER, "hall_main", Span(0, NOW))
    assert series.value.tolist() == [1000, 3000, 2000, 900_000]
    assert series.quality.tolist() == [0, 1, 0, 1]
    assert figures.items() >= odd.items()
    assert (figures["above_rate hall_main"], figures["out_of_time hall_main"]) == (1, 1)
    metric = 'jieneng_collector_meter_doubtful{collector="north",meter="hall_main",reason='
    assert [line for line in lines if "hall_main" in line] == [
        f'{metric}"above_rate"}} 1',
        f'{metric}"out_of_time"}} 1',
    ]


def test_of_very_many_doubtful_meters_those_with_the_most_are_told() -> None:
    odd = {Odd(f"meter_{number}", Doubt.ABOVE_RATE): number for number in range(1, 500)}

    figures = doubtful_figures(odd)

    assert len(figures) == MOST_METERS
    assert figures["above_rate meter_499"] == 499
    assert without_meters(figures | {"above_rate": 7, "lost messages a": 1}) == {
        "above_rate": 7,
        "lost messages a": 1,
    }


def test_of_very_many_counts_the_largest_are_told() -> None:
    counts = {f"lost messages {number}": number for number in range(500)}

    assert min(most_counted(counts).values()) == 400


def test_the_lag_is_the_age_of_the_oldest_that_is_not_shipped_though_more_keeps_coming() -> None:
    lag = Lag()
    ends = [Position(1, 10 * number) for number in range(4)]

    assert lag.seconds(end=ends[1], shipped=START, now=0) == 0
    assert lag.seconds(end=ends[2], shipped=START, now=5_000) == 5
    assert lag.seconds(end=ends[3], shipped=ends[1], now=9_000) == 4
    assert lag.seconds(end=ends[3], shipped=ends[3], now=9_500) == 0


def test_a_collector_that_holds_nothing_has_no_lag_however_long_it_waits(tmp_path: Path) -> None:
    times = iter(range(NOW, NOW + 10_000_000, 5_000))
    collector = Collector(
        CollectorOptions(address_of("mqtt://127.0.0.1:1"), "north", tmp_path),
        store=cast("ReadingStore", FailingStore()),
        registry=lambda: registry_of(MAIN_METER),
        formats=offers(formats, "FORMAT", Format),
        publish=Notebook(),
        clock=lambda: next(times),
    )

    waited = [collector.evidence().figures["oldest_s"] for _ in range(3)]

    collector._intake.take("meters/panel", b"no json", retained=False, arrived=NOW)
    assert collector._intake.commit()
    waiting = [collector.evidence().figures["oldest_s"] for _ in range(3)]
    while collector._shipper.ship_once():
        pass
    shipped = collector.evidence().figures["oldest_s"]
    collector.stop()

    assert (waited, waiting, shipped) == ([0, 0, 0], [0, 5, 10], 0)


def test_a_long_outage_keeps_few_marks_and_the_age_of_the_oldest() -> None:
    lag = Lag()
    for second in range(5 * MOST_MARKS):
        waited = lag.seconds(end=Position(1, 1 + second), shipped=START, now=second * 1000)

        assert waited == second
    assert len(lag._marks) <= MOST_MARKS
