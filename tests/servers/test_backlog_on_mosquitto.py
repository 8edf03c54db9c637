"""A meter without a clock speaks while its collector is away; a real broker holds what it says."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER, Quality
from simulators.speech.publish import Publisher
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, PANEL, registry_of
from tests.collector_process import Stream
from tests.fakes import FailingStore, Notebook
from tests.store_promises import ALWAYS

NEVER = threading.Event()
PATIENCE_S = 20.0
HELD = 70
"""More than mosquitto sends before the first acknowledgement."""
T0 = int(time.time()) - 30
TOPIC = "emon/hall/kwh"
PLAIN = replace(PANEL, device="hall", format="plain", topic=TOPIC)
REGISTRY = registry_of(
    replace(MAIN_METER, meter="hall", device="hall", channel="value"),
    MAIN_METER,
    devices=[PLAIN, PANEL],
)


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@dataclass
class House:
    """A broker, a store, and a collector that comes and goes."""

    url: str
    folder: Path
    client: str
    store: FailingStore = field(default_factory=FailingStore)

    @contextmanager
    def collector(self) -> Iterator[Collector]:
        """Run the collector."""
        running = Collector(
            CollectorOptions(
                address_of(self.url), "held", self.folder / "state", mqtt_client=self.client
            ),
            store=cast("ReadingStore", self.store),
            registry=lambda: REGISTRY,
            formats=offers(formats, "FORMAT", Format),
            publish=Notebook(),
        )
        running.start()
        running.wait_until_subscribed(PATIENCE_S)
        yield running
        running.stop()

    def kept(self, meter: str) -> dict[int, int]:
        """Return value to quality of what is kept of a meter."""
        series = self.store.inside.series(REGISTER, meter, ALWAYS)
        return dict(zip(series.value.tolist(), series.quality.tolist(), strict=True))


@pytest.fixture(params=["own", "paho"])
def house(request: pytest.FixtureRequest, mosquitto_port: int, tmp_path: Path) -> House:
    return House(f"mqtt://127.0.0.1:{mosquitto_port}", tmp_path, request.param)


def _say(meters: Publisher, count: float, topic: str = TOPIC) -> None:
    body = b"%.2f" % count if topic == TOPIC else b'{"time":%d,"values":{"ep":%d}}' % (T0, count)
    assert meters.publish(topic, body, stop=NEVER)
    assert meters.drain(stop=NEVER)


def test_what_a_broker_held_is_of_unknown_time_and_what_comes_then_is_not(house: House) -> None:
    with Publisher(house.url, client_id="meters") as meters:
        with house.collector() as collector:
            _say(meters, 1)
            _wait(lambda: collector.counters().shipped == 1)
        for count in range(2, HELD + 2):
            _say(meters, count)
        _say(meters, HELD + 1)  # no repetition: nobody knows when it was said
        _say(meters, 5, "meters/panel")
        with house.collector() as collector:
            _wait(lambda: collector.counters().shipped == HELD + 3)
            _wait(lambda: not collector._receiver._backlog.is_held)
            _say(meters, HELD + 2)
            _wait(lambda: collector.counters().shipped == HELD + 4)
            counters = collector.counters()

    assert (counters.uncertain, counters.duplicate, counters.balance) == (HELD + 1, 0, 0)
    kept = house.kept("hall")
    assert (kept.pop(100), kept.pop(100 * (HELD + 2))) == (Quality.ORDINARY, Quality.ORDINARY)
    assert set(kept.values()) == {Quality.UNCERTAIN}
    assert max(kept) == 100 * (HELD + 1)
    assert house.kept("hall_main") == {500: Quality.ORDINARY}


@pytest.mark.parametrize("rate", [60, 200, 1000])
def test_the_end_of_what_was_held_is_found_though_messages_come_without_a_pause(
    house: House, mosquitto_port: int, rate: int
) -> None:
    with house.collector():
        pass
    stream = Stream(mosquitto_port, rate=rate)
    try:
        with Publisher(house.url, client_id="hall") as meters, house.collector() as collector:
            _wait(lambda: not collector._receiver._backlog.is_held)
            _say(meters, 7)
            _wait(lambda: 700 in house.kept("hall"))
    finally:
        stream.finish()
    assert house.kept("hall") == {700: Quality.ORDINARY}
