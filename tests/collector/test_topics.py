"""Who reads a topic, by the registry in force."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

import formats
from collector.mqtt import remembering
from collector.mqtt.remembering import LONGEST_TOPIC
from collector.mqtt.topics import Topics
from energy.messages.mapping import MappingRow
from energy.messages.message import Format
from energy.meter import Device
from energy.offers import offers
from tests.builders import PANEL, registry_of
from tests.formats.mappings import row

FORMATS = offers(formats, "FORMAT", Format)
BOILER = row(mapping="boiler", topic="site/+/data")
ALL_OF_SITE = row(mapping="all_of_site", topic="site/#")


def topics_of(*devices: Device, mappings: Sequence[MappingRow] = (BOILER, ALL_OF_SITE)) -> Topics:
    registry = replace(registry_of(devices=devices), mappings=tuple(mappings), number=7)
    return Topics(registry, FORMATS)


def reader(found: Topics, topic: str) -> tuple[str, str | None] | None:
    """Name of the format that reads a topic, and of the device it is bound to."""
    owner = found.of(topic)
    return None if owner is None else (owner[0].name, owner[1])


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("meters/panel", ("own_single", None)),
        ("meters/batch/gw", ("own_batch", None)),
        ("tele/plug/SENSOR", ("tasmota", None)),
        ("site/b1/data", ("boiler", None)),
        ("site/b1/other", ("all_of_site", None)),
        ("nobody/reads/this", None),
    ],
)
def test_a_topic_is_read_by_a_format_or_else_by_the_first_mapping_that_names_it(
    topic: str, expected: tuple[str, str | None] | None
) -> None:
    assert reader(topics_of(), topic) == expected


def test_a_device_bound_to_a_topic_has_its_format_there_whatever_others_say() -> None:
    plug = replace(PANEL, device="plug", format="tasmota", topic="meters/plug")
    boiler = replace(PANEL, device="boiler", format="all_of_site", topic="site/b1/data")
    found = topics_of(plug, boiler)

    assert reader(found, "meters/plug") == ("tasmota", "plug")
    assert reader(found, "site/b1/data") == ("all_of_site", "boiler")
    assert reader(found, "meters/other") == ("own_single", None)


def test_devices_that_share_the_topic_of_their_gateway_keep_their_own_names() -> None:
    devices = [
        replace(PANEL, device=name, gateway="gw", format="own_batch", topic="up/gw")
        for name in ("a", "b", "c")
    ]

    assert reader(topics_of(*devices), "up/gw") == ("own_batch", None)


def test_a_device_of_a_format_that_is_no_more_binds_nothing() -> None:
    lost = replace(PANEL, device="lost", format="forgotten", topic="meters/lost")

    assert reader(topics_of(lost), "meters/lost") == ("own_single", None)


def test_we_subscribe_to_formats_mappings_and_bound_topics_each_once() -> None:
    bound = [
        replace(PANEL, device=name, topic=topic)
        for name, topic in (("a", "meters/a"), ("b", "hall/meter"), ("c", "site/x/y"))
    ]

    some = {name: FORMATS[name] for name in ("own_single", "own_batch", "tasmota")}

    registry = replace(registry_of(devices=bound), mappings=(BOILER, ALL_OF_SITE))

    assert Topics(registry, some).filters() == (
        "+/tele/+/SENSOR",
        "hall/meter",
        "meters/+",
        "meters/batch/+",
        "site/#",
        "tele/+/+/SENSOR",
        "tele/+/SENSOR",
    )


def test_a_mapping_carries_the_number_of_its_registry_as_its_version() -> None:
    owner = topics_of().of("site/b1/data")

    assert owner is not None
    assert owner[0].version == 7


def test_a_flood_of_topics_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST_TOPICS", 10)
    found = topics_of()
    for number in range(1000):
        assert reader(found, f"site/{number}/data") == ("boiler", None)
        assert reader(found, f"nobody/{number}") is None
        assert len(found._found) <= 10


def test_a_very_long_topic_is_read_and_not_remembered() -> None:
    found = topics_of()
    long = "x" * LONGEST_TOPIC

    assert reader(found, f"site/{long}/data") == ("boiler", None)
    assert reader(found, long) is None
    assert list(found._found) == [long]
