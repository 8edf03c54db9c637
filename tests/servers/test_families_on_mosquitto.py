"""Devices of other makers, from a real broker into the store, while the registry changes."""

import json
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
from energy.reading import REGISTER
from energy.registry import Registry
from simulators.speech.publish import Publisher
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, PANEL, registry_of
from tests.fakes import FailingStore, Notebook
from tests.formats.mappings import row
from tests.server_programs import free_port, mosquitto
from tests.store_promises import ALWAYS

T0_MS = 1_767_225_600_000
HOUR_MS = 3_600_000
PATIENCE_S = 20.0
NODE = replace(PANEL, device="school.meter-7", format="sparkplug")
SHELLY = replace(PANEL, device="shellyem3", format="shelly")
PLAIN = replace(PANEL, device="hall", format="plain", topic="emon/hall/kwh")
BOILER = replace(PANEL, device="b1", format="boiler")
HEARD = (
    replace(MAIN_METER, meter="node", device=NODE.device, channel="ep"),
    replace(
        MAIN_METER, meter="phase", device=SHELLY.device, channel="switch:0/aenergy.total", unit="Wh"
    ),
)
LATER = (
    replace(MAIN_METER, meter="hall", device=PLAIN.device, channel="value"),
    replace(MAIN_METER, meter="boiler", device=BOILER.device, channel="ep"),
)
FIRST = registry_of(*HEARD, devices=[NODE, SHELLY])
SECOND = replace(
    registry_of(*HEARD, *LATER, devices=[NODE, SHELLY, PLAIN, BOILER]),
    mappings=(row(topic="site/+/data", time="/t", time_as="ms"),),
    number=FIRST.number + 1,
)


@dataclass
class House:
    """A broker, a store, and the registry in force."""

    url: str
    folder: Path
    registry: Registry = FIRST
    store: FailingStore = field(default_factory=FailingStore)
    notebook: Notebook = field(default_factory=Notebook)

    @contextmanager
    def collector(self) -> Iterator[Collector]:
        """Run the collector."""
        running = Collector(
            CollectorOptions(address_of(self.url), "families", self.folder / "state"),
            store=cast("ReadingStore", self.store),
            registry=lambda: self.registry,
            formats=offers(formats, "FORMAT", Format),
            publish=self.notebook,
            clock=lambda: T0_MS + HOUR_MS,
        )
        running.start()
        running.wait_until_subscribed(PATIENCE_S)
        yield running
        running.stop()

    def publish(self, topic: str, content: object) -> None:
        """Publish something as JSON."""
        never = threading.Event()
        with Publisher(self.url, client_id="somebody", window=10) as publisher:
            publisher.publish(topic, json.dumps(content).encode(), stop=never)
            assert publisher.drain(stop=never)

    def values(self, meter: str) -> list[int]:
        """Return what the store holds of a meter."""
        found: list[int] = self.store.inside.series(REGISTER, meter, ALWAYS).value.tolist()
        return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    (tmp_path / "broker").mkdir()
    port = free_port()
    with mosquitto(tmp_path / "broker", port):
        yield House(f"mqtt://127.0.0.1:{port}", tmp_path)


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _metric(value: float, **more: object) -> dict[str, object]:
    return {"timestamp": T0_MS, "dataType": "Double", "value": value, **more}


def test_an_alias_named_at_birth_is_known_after_the_collector_was_restarted(house: House) -> None:
    birth = {"timestamp": T0_MS, "seq": 0, "metrics": [_metric(1.5, name="ep", alias=9)]}
    with house.collector():
        house.publish("spBv1.0/school/NBIRTH/meter-7", birth)
        _wait(lambda: house.values("node") == [150])
    with house.collector() as running:
        late = _metric(2.5, alias=9) | {"timestamp": T0_MS + 1000}
        house.publish(
            "spBv1.0/school/NDATA/meter-7", {"timestamp": T0_MS, "seq": 1, "metrics": [late]}
        )
        _wait(lambda: house.values("node") == [150, 250])
        assert running.counters().dead == 0


def test_topics_of_a_new_registry_are_heard_without_a_restart(house: House) -> None:
    with house.collector() as running:
        house.publish("shellyem3/status/switch:0", {"id": 0, "aenergy": {"total": 7.25}})
        _wait(lambda: house.values("phase") == [725])
        house.registry = SECOND

        def said() -> bool:
            house.publish("emon/hall/kwh", 12.5)
            house.publish("site/b1/data", {"t": T0_MS, "v": 3.5})
            return house.values("hall") == [1250] and house.values("boiler") == [350]

        _wait(said)
        assert running.counters().balance == 0
