"""Four collectors share the topics of a broker: their books add up to what was published."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from collector.partition import TOPICS, Partition, Share
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER
from jieneng.partitions import balance_of
from jieneng.settings import Settings
from jieneng.wiring import open_house
from simulators.speech.publish import Publisher
from storage.opening import open_store
from storage.readings import ReadingStore
from storage.records import registry as registry_records
from tests.builders import MAIN_METER, PANEL, registry_of
from tests.fakes import FailingStore, Notebook
from tests.server_programs import TOKEN, free_port, mosquitto, new_buckets
from tests.store_promises import ALWAYS

T0 = 1_767_225_600
NEVER = threading.Event()
COUNT = 4
KILLED = 2
METERS = 20
EACH = 100
STRANGERS = 10
PATIENCE_S = 90.0
FORMATS = offers(formats, "FORMAT", Format)
QUEUE = "allow_anonymous true\nmax_queued_messages 100000\nlog_type all\n"
DEVICES = [replace(PANEL, device=f"panel-{number}") for number in range(METERS)]
REGISTRY = registry_of(
    *(
        replace(MAIN_METER, meter=f"main_{number}", device=f"panel-{number}")
        for number in range(METERS)
    ),
    devices=DEVICES,
)


class Four:
    """Four collectors, each a process of its own on the same settings."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self._program = [sys.executable, "-m", "jieneng", "--state", str(folder)]
        self._variables = os.environ | variables
        self.running: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, number: int) -> None:
        command = [*self._program, "collect", "--partition", f"{number}/{COUNT}"]
        self.running[number] = subprocess.Popen(command, env=self._variables)  # noqa: S603

    def end(self, number: int, how: signal.Signals) -> int:
        process = self.running.pop(number)
        process.send_signal(how)
        return process.wait(PATIENCE_S)

    def status(self) -> dict[str, Any]:
        command = [*self._program, "status", "--json"]
        found = subprocess.run(command, env=self._variables, check=True, capture_output=True)  # noqa: S603
        status: dict[str, Any] = json.loads(found.stdout)
        return status

    def status_lines(self) -> str:
        command = [*self._program, "status"]
        found = subprocess.run(command, env=self._variables, check=True, capture_output=True)  # noqa: S603
        return found.stdout.decode()

    def wait(self, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_S
        while not until(status := self.status()):
            assert time.monotonic() < deadline, status
        return status


@contextmanager
def _four(folder: Path, variables: dict[str, str]) -> Iterator[Four]:
    four = Four(folder, variables)
    try:
        yield four
    finally:
        for process in four.running.values():
            process.kill()
            process.wait()


def _sum(status: dict[str, Any], name: str) -> int:
    return sum(counters[name] for counters in status["counters"].values())


def _publish(publisher: Publisher, times: range) -> None:
    for number in times:
        body = f'{{"time":{T0 + number},"values":{{"ep":{number}.25}}}}'.encode()
        for device in DEVICES:
            assert publisher.publish(f"meters/{device.device}", body, stop=NEVER)


def _furnished(folder: Path, start: str, port: int) -> dict[str, str]:
    """Give records in a state folder the registry; return the settings of the collectors."""
    store_url = new_buckets(start, f"p{uuid4().hex}")
    house = open_house(Settings(state_dir=folder, store_url=store_url, influxdb_token=TOKEN))
    with house.records.session() as session:
        registry_records.replace(session, REGISTRY, author="test", reason="first")
    house.close()
    return {
        "JIENENG_STORE_URL": store_url,
        "JIENENG_INFLUXDB_TOKEN": TOKEN,
        "JIENENG_BROKER_URL": f"mqtt://127.0.0.1:{port}",
    }


def _expected(number: int) -> int:
    """Return how many readings and letters were published on the topics of a partition."""
    share = Share(Partition(number, COUNT), FORMATS.values())
    told = sum(share.has(f"meters/{device.device}") for device in DEVICES) * EACH
    return told + sum(share.has(f"meters/stranger-{number}") for number in range(STRANGERS))


def _is_all_there(status: dict[str, Any]) -> bool:
    stored = status["readings"]["register"] >= METERS * EACH
    return stored and _sum(status, "dead") >= STRANGERS and _sum(status, "spooled") == 0


def test_the_books_of_four_partitions_add_up_to_what_was_published_though_one_is_killed(
    tmp_path: Path, influx_2: str
) -> None:
    port, state = free_port(), tmp_path / "state"
    variables = _furnished(state, influx_2, port)
    with mosquitto(tmp_path, port, QUEUE), _four(state, variables) as four:
        for number in range(1, COUNT + 1):
            four.start(number)
        _wait_until_subscribed(tmp_path / "log")
        with Publisher(variables["JIENENG_BROKER_URL"], client_id="meters") as publisher:
            _publish(publisher, range(EACH // 2))
            assert four.end(KILLED, signal.SIGKILL) == -signal.SIGKILL
            _publish(publisher, range(EACH // 2, EACH))
            for number in range(STRANGERS):
                assert publisher.publish(f"meters/stranger-{number}", b"{", stop=NEVER)
            assert publisher.drain(stop=NEVER)
        four.start(KILLED)
        four.wait(_is_all_there)
        ends = [four.end(number, signal.SIGTERM) for number in range(1, COUNT + 1)]
        status, lines = four.status(), four.status_lines()
    assert ends == [0] * COUNT
    _see_the_books(status["counters"])
    assert "all 4 collectors: " in lines
    assert "unexplained 0" in lines
    _see_the_store(variables["JIENENG_STORE_URL"])


def _see_the_books(counters: dict[str, dict[str, int]]) -> None:
    """See that each partition counted its own; the killed one also what it was sent again."""
    books = {k: counters.pop(f"jieneng-collector-{k}-of-{COUNT}") for k in range(1, COUNT + 1)}
    assert not counters
    assert sum(_expected(number) for number in books) == METERS * EACH + STRANGERS
    assert sum(book["dead"] for book in books.values()) == STRANGERS
    for number, book in books.items():
        assert balance_of(book) == 0
        assert (book["in_hand"], book["spooled"]) == (0, 0)
        assert book["elsewhere"] > 0
        if number == KILLED:
            assert _expected(number) <= book["received"]
        else:
            assert _expected(number) == book["received"] == book["shipped"] + book["dead"]


def _see_the_store(store_url: str) -> None:
    """See that every reading is there, once."""
    store = open_store(store_url, token=TOKEN)
    for meter in REGISTRY.meters:
        series = store.series(REGISTER, meter.meter, ALWAYS)
        assert series.time.tolist() == [(T0 + number) * 1000 for number in range(EACH)]
        assert series.value.tolist() == [number * 100 + 25 for number in range(EACH)]
    store.close()


def _wait_until_subscribed(log: Path) -> None:
    """Wait until the broker has let all of them in; what is published before is for nobody."""
    deadline = time.monotonic() + PATIENCE_S
    while not all(
        f"Sending SUBACK to jieneng-collector-{number}-of-{COUNT}" in log.read_text()
        for number in range(1, COUNT + 1)
    ):
        assert time.monotonic() < deadline, log.read_text()[-2000:]
        time.sleep(0.1)


def test_by_topic_filters_each_collector_is_sent_its_own_part_alone(
    tmp_path: Path, mosquitto_port: int
) -> None:
    broker = f"mqtt://127.0.0.1:{mosquitto_port}"
    both = [
        Collector(
            CollectorOptions(
                address_of(broker),
                f"collector-{number}",
                tmp_path / str(number),
                partition=Partition(number, 2, TOPICS),
                topics=(f"meters/{DEVICES[number].device}",),
            ),
            store=cast("ReadingStore", FailingStore()),
            registry=lambda: REGISTRY,
            formats=FORMATS,
            publish=Notebook(),
        )
        for number in (1, 2)
    ]
    for collector in both:
        collector.start()
        collector.wait_until_subscribed(PATIENCE_S)
    with Publisher(broker, client_id="meters") as publisher:
        _publish(publisher, range(EACH))
        assert publisher.drain(stop=NEVER)
    deadline = time.monotonic() + PATIENCE_S
    while [collector.counters().shipped for collector in both] != [EACH, EACH]:
        assert time.monotonic() < deadline, [collector.counters() for collector in both]
        time.sleep(0.05)
    for collector in both:
        assert collector.counters().received == EACH
        collector.stop()
