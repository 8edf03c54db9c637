"""What docs/connect-a-meter.md tells to send is read as it says, by the registry it starts from."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import formats
from collector.mqtt.topics import Topics
from energy.messages.message import Format, Said
from energy.offers import offers
from storage.registry.files import read_registry

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs/connect-a-meter.md").read_text("utf-8")
FOLDER = CHECKOUT / "examples/three_meters"
FORMATS = offers(formats, "FORMAT", Format)
REGISTRY = read_registry(FOLDER, FORMATS)


def sent() -> list[tuple[str, bytes]]:
    """Topic and payload of each message of the page, as the shell fills them in."""
    commands = "\n".join(re.findall(r"^mosquitto_pub .*$", PAGE, re.MULTILINE))
    script = f'mosquitto_pub() {{ printf \'%s\\t%s\\n\' "$4" "$6"; }}\n{commands}'
    out = subprocess.run(["bash", "-ec", script], capture_output=True, check=True).stdout  # noqa: S603, S607 - our own page
    return [
        (topic.decode(), payload)
        for topic, _, payload in (line.partition(b"\t") for line in out.splitlines())
    ]


def said() -> list[tuple[Said, str, str]]:
    """What the messages of the page say, with the gateway and the format they come in."""
    topics = Topics(REGISTRY, FORMATS)
    found = []
    for topic, payload in sent():
        owner = topics.of(topic)
        assert owner is not None, topic
        form = owner[0]
        found += [(one, form.gateway_of(topic), form.name) for one in form.decode(topic, payload)]
    return found


def test_every_meter_of_the_page_gets_the_figure_that_the_page_names() -> None:
    shown = {}
    for one, gateway, form in said():
        meter = REGISTRY.channel.get((one.device, one.channel))
        if meter is not None:
            device = REGISTRY.device[one.device]
            assert (device.gateway, device.format) == (gateway, form)
            assert one.unit in ("", meter.unit)
            shown[meter.meter] = f"{one.value.normalize():f} {meter.unit}"

    assert shown.keys() == REGISTRY.meter.keys()
    for figure in shown.values():
        assert figure in PAGE


def test_the_times_of_the_page_are_read_as_one_moment() -> None:
    times = [one.time for one, _, form in said() if form in ("own_single", "radio")]
    moments = [time if time > 10**11 else time * 1000 for time in times if isinstance(time, int)]

    assert len(moments) == 4
    assert max(moments) - min(moments) < 60_000


def test_the_rows_that_the_page_shows_are_those_of_the_registry() -> None:
    rows = {
        row.removeprefix("\ufeff")
        for name in ("mappings.csv", "devices.csv")
        for row in (FOLDER / name).read_text("utf-8-sig").splitlines()[1:]
    }

    assert len(rows) == 6
    for row in rows:
        assert f"\n{row}\n" in PAGE


def test_the_example_without_its_mapping_would_have_no_reader_for_the_radio() -> None:
    without = replace(REGISTRY, mappings=())

    assert Topics(without, FORMATS).of("radio/roof/up") is None
