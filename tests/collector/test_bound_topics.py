"""A device that is bound to a topic is known by its name there, whatever the topic says."""

from dataclasses import replace
from pathlib import Path

import pytest

import formats
from collector.keeping.packing import unpack
from collector.keeping.segment import START
from collector.keeping.spool import Spool
from collector.taking.intake import Intake
from energy.messages.message import Format
from energy.meter import Device
from energy.offers import offers
from tests.builders import MAIN_METER, registry_of

FORMATS = offers(formats, "FORMAT", Format)
NOW = 1_767_225_600_000
MESSAGES = {
    "own_single": ("meters/1 号 柜", b'{"time":1767225600,"values":{"ep":4.5}}', "ep"),
    "tasmota": ("tele/1 号 柜/SENSOR", b'{"ENERGY":{"Total":4.5}}', "Total"),
    "zigbee2mqtt": ("zigbee2mqtt/一楼/插座", b'{"energy":4.5}', "energy"),
    "wmbusmeters": (
        "wmbusmeters/总表 1",
        b'{"total_energy_consumption_kwh":4.5}',
        "total_energy_consumption_kwh",
    ),
    "senml": ("senml/总表 1", b'[{"n":"ep","u":"kWh","v":4.5}]', "ep"),
    "shelly": (
        "楼 1/status/switch:0",
        b'{"aenergy":{"total":4500}}',
        "switch:0/aenergy.total",
    ),
    "chirpstack": (
        "application/1/device/0123456789ABCDEF/event/up",
        b'{"object":{"energy":4.5}}',
        "energy",
    ),
    "plain": ("总表/1", b"4.5", "value"),
}


@pytest.mark.parametrize("form", MESSAGES)
def test_a_device_bound_to_its_topic_is_read_under_the_name_of_the_registry(
    form: str, tmp_path: Path
) -> None:
    topic, payload, channel = MESSAGES[form]
    unit = "Wh" if form == "shelly" else "kWh"
    device = Device("cabinet", "", form, topic, "s", "UTC")
    meter = replace(MAIN_METER, device="cabinet", channel=channel, unit=unit)
    registry = registry_of(meter, devices=[device])
    spool = Spool(tmp_path, max_bytes=10**6)
    intake = Intake(spool, FORMATS, lambda: registry, future_ms=0)

    intake.take(topic, payload, retained=False, arrived=NOW)
    assert intake.commit()

    (commit,) = [unpack(record) for record in spool.read(START)]
    assert [letter.reason for letter in commit.letters] == []
    assert [(one.meter, one.time) for one in commit.readings.readings()] == [("hall_main", NOW)]
    spool.close()


ELSEWHERE = {
    "own_single": ("", "meters/cabinet", MESSAGES["own_single"][1], "ep"),
    "tasmota": ("", "tele/cabinet/SENSOR", MESSAGES["tasmota"][1], "Total"),
    "own_batch": (
        "gw",
        "meters/batch/gw",
        b'[{"device":"cabinet","time":1767225600,"values":{"ep":4.5}}]',
        "ep",
    ),
}


@pytest.mark.parametrize("form", ELSEWHERE)
def test_a_device_bound_to_a_topic_is_not_believed_on_another(form: str, tmp_path: Path) -> None:
    gateway, topic, payload, channel = ELSEWHERE[form]
    device = Device("cabinet", gateway, form, "roof/1", "s", "UTC")
    meter = replace(MAIN_METER, device="cabinet", channel=channel)
    registry = registry_of(meter, devices=[device])
    spool = Spool(tmp_path, max_bytes=10**6)
    intake = Intake(spool, FORMATS, lambda: registry, future_ms=0)

    intake.take(topic, payload, retained=False, arrived=NOW)
    assert intake.commit()

    (commit,) = [unpack(record) for record in spool.read(START)]
    assert not len(commit.readings)
    assert [(letter.topic, letter.reason) for letter in commit.letters] == [
        (topic, "not the topic that its device is bound to")
    ]
    spool.close()
