"""What a real broker repeats at every subscription is taken once, or counted and ignored."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, PANEL, registry_of
from tests.fakes import FailingStore, Notebook
from tests.store_promises import ALWAYS

T0 = 1_767_225_600
PATIENCE_S = 20.0
PLAIN = replace(PANEL, device="hall", format="plain", topic="emon/hall/kwh")
REGISTRY = registry_of(
    MAIN_METER,
    replace(MAIN_METER, meter="hall", device="hall", channel="value"),
    devices=[PANEL, PLAIN],
)
RETAINED = {
    "meters/panel": f'{{"time":{T0},"values":{{"ep":1.25,"power":7}}}}',
    "meters/stranger": f'{{"time":{T0},"values":{{"ep":3}}}}',
    "emon/hall/kwh": "17.5",
}


def _retain(port: int, messages: Mapping[str, str]) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for topic, payload in messages.items():
        client.publish(topic, payload, qos=1, retain=True).wait_for_publish(PATIENCE_S)
    client.disconnect()
    client.loop_stop()


@pytest.mark.parametrize("client", ["own", "paho"])
def test_over_three_restarts_a_retained_message_is_stored_or_refused_once(
    mosquitto_port: int, tmp_path: Path, client: str
) -> None:
    _retain(mosquitto_port, RETAINED)
    store, notebook = FailingStore(), Notebook()
    options = CollectorOptions(
        address_of(f"mqtt://127.0.0.1:{mosquitto_port}"),
        "retained",
        tmp_path / "state",
        mqtt_client=client,
    )
    for start in range(1, 5):
        collector = Collector(
            options,
            store=cast("ReadingStore", store),
            registry=lambda: REGISTRY,
            formats=offers(formats, "FORMAT", Format),
            publish=notebook,
            clock=lambda: T0 * 1000 + 3_600_000,
        )
        collector.start()
        collector.wait_until_subscribed(PATIENCE_S)
        _wait_until_heard(collector, 4 * start)
        counters = collector.counters()
        collector.publish_now()
        collector.stop()

        # Each start hears one good value, two that are refused and one that has no time.
        assert (counters.dead, counters.duplicate) == (2, 0)
        assert (counters.shipped, counters.retained) == (start, 3 * start - 2)
        assert counters.balance == 0
    assert sorted(letter.reason for letter in notebook.kept.values()) == [
        "unknown channel",
        "unknown device",
    ]
    assert store.inside.counts() == {"register": 1, "interval": 0, "gauge": 0}
    assert store.inside.series(REGISTER, "hall_main", ALWAYS).value.tolist() == [125]


def _wait_until_heard(collector: Collector, count: int) -> None:
    """Wait until so many readings have been received since the folder was made."""
    deadline = time.monotonic() + PATIENCE_S
    while collector.counters().received < count or not collector.is_idle():
        assert time.monotonic() < deadline, collector.counters()
        time.sleep(0.02)
