"""Messages that devices really sent, where the folder with them lies beside the checkout.

They are others' text and stay outside the repository; golden messages are our own in their shape.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from energy.messages.message import Said
from tests.golden_messages import FORMATS

PAYLOADS = Path(__file__).parents[3] / "shared" / "payloads"
pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason="the folder shared/payloads does not lie beside the checkout"
)


def message(folder: str, *, kind: str = "") -> tuple[str, bytes, Any]:
    """A real topic and body, and the body as Python reads it, its numbers exact."""
    topic = (PAYLOADS / folder / f"topic{kind}.txt").read_text("utf-8")
    body = next((PAYLOADS / folder).glob(f"payload{kind}.*")).read_bytes()
    return topic, body, json.loads(body, parse_float=Decimal)


def decoded(name: str, topic: str, body: bytes) -> list[Said]:
    """What its format says, and that it would have been asked."""
    found = FORMATS[name]
    assert found.is_mine(topic) or not found.filters
    return found.decode(topic, body)


def test_a_real_tasmota_plug_is_read() -> None:
    topic, body, sent = message("tasmota")

    assert decoded("tasmota", topic, body) == [
        Said("tasmota_t2", "Total", sent["Time"], sent["ENERGY"]["Total"], "kWh"),
        Said("tasmota_t2", "Power", sent["Time"], Decimal(sent["ENERGY"]["Power"]), "W"),
    ]


def test_a_real_tasmota_device_with_two_channels_is_read() -> None:
    topic, body, sent = message("tasmota", kind="_multichannel")
    first, second = sent["ENERGY"]["Total"]

    assert decoded("tasmota", topic, body) == [
        Said("DUALR3_PM06", "Total/0", None, first, "kWh"),
        Said("DUALR3_PM06", "Total/1", None, second, "kWh"),
    ]


def test_a_real_shelly_meter_is_read() -> None:
    topic, body, sent = message("shelly_gen2")

    assert decoded("shelly", topic, body) == [
        Said("<prefix>", f"em1data:1/{field}", None, sent[field], "Wh")
        for field in ("total_act_energy", "total_act_ret_energy")
    ]


def test_a_real_zigbee_plug_is_read() -> None:
    topic, body, sent = message("zigbee2mqtt")
    device = topic.partition("/")[2]

    assert " " in device
    assert decoded("zigbee2mqtt", topic, body) == [
        Said(device, "energy", None, sent["energy"], "kWh"),
        Said(device, "power", None, Decimal(sent["power"]), "W"),
    ]


def test_a_real_wireless_m_bus_meter_is_read_and_its_placeholder_time_is_not() -> None:
    topic, body, sent = message("wmbusmeters")
    device = topic.partition("/")[2]

    assert decoded("wmbusmeters", topic, body) == [
        Said(device, key, None, sent[key], unit)
        for key, unit in (
            ("total_energy_consumption_kwh", "kWh"),
            ("current_power_consumption_kw", "kW"),
            ("total_energy_production_kwh", "kWh"),
        )
    ]


def test_the_first_records_of_the_rfc_s_own_example_are_read() -> None:
    topic, body, (first, second) = message("senml")
    ms = int(first["bt"] * 1000)

    assert decoded("senml", topic, body) == [
        Said("<channel>", first["bn"] + first["n"], ms, first["v"], first["u"]),
        Said("<channel>", first["bn"] + second["n"], ms - 5000, second["v"], first["bu"]),
    ]


def test_a_real_plain_value_is_read() -> None:
    topic, body, sent = message("plain_value")

    assert decoded("plain", topic, body) == [Said(topic, "value", None, Decimal(sent))]
