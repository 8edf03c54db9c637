"""Mappings in the registry files: read, written, and each slip in them explained."""

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.messages.mapping import MappingRow
from energy.meter import Device
from storage.registry.files import read_registry, write_registry
from tests.builders import PANEL
from tests.formats.mappings import HEX_ROW, PLAIN_ROW, TIMED_ROW, row
from tests.registry_folder import DISTRICT, NOW, OWN, edit, mistakes, refused

CHINESE = re.compile("[\u4e00-\u9fff]")
FILE = "mappings.csv"


def written(folder: Path, *rows: MappingRow) -> Path:
    write_registry(replace(DISTRICT, mappings=rows), folder)
    return folder


SLIPS: dict[str, tuple[MappingRow, str, str]] = {
    "no name": (row(mapping=""), "mapping", "it is empty; write a name"),
    "the name of a format": (row(mapping="own_single"), "mapping", "choose another name"),
    "no topic": (row(topic=""), "topic", "it is empty; write it"),
    "half a wildcard": (row(topic="site/a+/data"), "topic", "is no topic filter"),
    "a wildcard too early": (row(topic="site/#/data"), "topic", "is no topic filter"),
    "no device": (row(device=""), "device", "it is empty; write it"),
    "no channel": (row(channel=""), "channel", "it is empty; write it"),
    "an unknown blank": (row(device="{id}"), "device", "{id} is not known. It may be a level"),
    "a brace alone": (row(channel="ep}"), "channel", "a brace without its partner"),
    "a level too many": (row(device="{4}"), "device", "site/+/data has no level 4"),
    "a pointer without slash": (row(value="v"), "value", "it starts with '/'"),
    "an escape of nothing": (row(value="/v~"), "value", "'~' is written ~0"),
    "a star too many": (row(device="{/*/id}"), "device", "it uses 1 stars, and the pointer in"),
    "a star of nothing": (row(value="/*", channel="{*2}"), "channel", "it uses 2 stars"),
    "a time of many": (row(time="/*/t", time_as="s"), "time", "it uses 1 stars"),
    "a gateway of the message": (
        row(mapping="other", gateway="{/gw}"), "gateway", "comes from the topic alone",
    ),
    "an unknown form": (row(value_as="float"), "value_as", "It may be number, text, hex"),
    "no width": (replace(HEX_ROW, width=0), "width", "it is empty"),
    "a great width": (replace(HEX_ROW, width=9), "width", "between 1 and 8"),
    "no byte order": (replace(HEX_ROW, byte_order=""), "byte_order", "It may be big, little"),
    "a byte order of a number": (row(byte_order="big"), "byte_order", "value_as is number; leave"),
    "a sign of a number": (row(signed=True), "signed", "value_as is number; leave it empty"),
    "a suffix of a number": (row(suffixes="kWh"), "suffixes", "value_as is number; leave it"),
    "a suffix twice": (row(value_as="text", suffixes="W W"), "suffixes", "'W' is not known"),
    "a suffix of nothing": (row(value_as="text", suffixes="W=0"), "suffixes", "'W=0' is not known"),
    "a suffix of digits": (row(value_as="text", suffixes="0W"), "suffixes", "'0W' is not known"),
    "a third": (row(divisor=Fraction(3)), "divisor", "1/3 is no decimal that ends"),
    "a form without a time": (row(time_as="s"), "time_as", "there is no time; leave it empty"),
    "a time without a form": (row(time="/t"), "time_as", "'' is not known. It may be s, ms, us"),
    "a form without a year": (
        row(time="/t", time_as="%d.%m. %H:%M", zone="UTC"), "time_as", "with year, month, day",
    ),
    "a form of half a day": (
        row(time="/t", time_as="%Y-%m-%d %I:%M", zone="UTC"), "time_as", "with year, month, day",
    ),
    "a form of nonsense": (row(time="/t", time_as="%Q", zone="UTC"), "time_as", "is not known"),
    "a local time without a zone": (
        row(time="/t", time_as="%Y%m%d%H%M"), "zone", "is not a time zone",
    ),
    "a zone of Unix time": (replace(TIMED_ROW, zone="UTC"), "zone", "such a time has no zone"),
    "a zone of the moon": (row(time="/t", time_as="iso", zone="Moon"), "zone", "not a time zone"),
    "an unknown unit": (row(unit="kwh"), "unit", "'kwh' is not known"),
    "a time beside a bare text": (
        row(value="", value_as="text", time="/t", time_as="s"), "time", "the payload is the value",
    ),
    "a name beside a bare text": (
        row(value="", value_as="text", device="{/id}"), "device", "the payload is the value",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_one_slip_in_a_mapping_is_explained_in_both_languages(name: str, tmp_path: Path) -> None:
    mapped, column, sentence = SLIPS[name]
    error = refused(written(tmp_path, PLAIN_ROW, mapped))
    (found,) = error.mistakes
    assert str(found).startswith(f"{FILE} row 3 column {column}: ")
    assert sentence in str(found)
    assert CHINESE.search(found.problem.zh)
    assert found.problem.zh != found.problem.en


def test_every_mistake_of_a_mapping_is_told_at_once(tmp_path: Path) -> None:
    bad = row(topic="a#", device="{", value="v", value_as="float", unit="kwh", time="t")
    found = mistakes(written(tmp_path, bad))
    columns = [text.partition(": ")[0].rpartition(" ")[2] for text in found]
    assert sorted(columns) == ["device", "time", "time_as", "topic", "unit", "value", "value_as"]


def test_the_rows_of_a_mapping_agree_on_the_gateway(tmp_path: Path) -> None:
    (found,) = mistakes(written(tmp_path, PLAIN_ROW, row(gateway="{2}")))
    assert "all rows of the mapping boiler name the same gateway" in found


def test_a_registry_without_mappings_file_has_no_mappings(tmp_path: Path) -> None:
    (written(tmp_path, PLAIN_ROW) / FILE).unlink()
    assert read_registry(tmp_path, OWN, now_ms=NOW) == DISTRICT


def test_a_device_may_speak_by_a_mapping(tmp_path: Path) -> None:
    edit(written(tmp_path, PLAIN_ROW), "devices.csv", "own_single", "boiler")
    assert read_registry(tmp_path, OWN, now_ms=NOW).device["panel"].format == "boiler"


def test_a_device_of_an_unknown_mapping_is_told_the_known_ones(tmp_path: Path) -> None:
    edit(written(tmp_path, PLAIN_ROW), "devices.csv", "own_single", "kettle")
    (found,) = mistakes(tmp_path)
    assert found.endswith("'kettle' is not known. It may be boiler, own_single.")


def test_a_device_is_not_blamed_for_a_mappings_file_that_cannot_be_read(tmp_path: Path) -> None:
    edit(written(tmp_path, PLAIN_ROW), "devices.csv", "own_single", "boiler")
    edit(tmp_path, FILE, "mapping,topic", "name,topic")
    assert {text.split()[0] for text in mistakes(tmp_path)} == {FILE}


@pytest.mark.parametrize(
    ("device", "mapped", "column", "sentence"),
    [
        (replace(PANEL, gateway="gw"), row(), "gateway", "has no gateway"),
        (PANEL, row(gateway="{2}"), "gateway", "needs the gateway"),
        (replace(PANEL, topic="hall/data"), row(), "topic", "does not read hall/data, but site/+"),
    ],
)
def test_a_device_says_what_its_mapping_needs(
    device: Device, mapped: MappingRow, column: str, sentence: str, tmp_path: Path
) -> None:
    devices = (replace(device, format="boiler"),)
    write_registry(replace(DISTRICT, devices=devices, mappings=(mapped,)), tmp_path)
    (found,) = mistakes(tmp_path)
    assert found.startswith(f"devices.csv row 2 column {column}: ")
    assert sentence in found


FRACTIONS = st.sampled_from([Fraction(1), Fraction(1, 8), Fraction(1000), Fraction(36, 10)])


@st.composite
def mapping_rows(draw: st.DrawFn) -> MappingRow:
    value_as = draw(st.sampled_from(["number", "text", "hex"]))
    is_hex = value_as == "hex"
    has_time = draw(st.booleans())
    time_as = draw(st.sampled_from(["s", "ms", "us", "iso", "%Y-%m-%d %H:%M:%S", "%d%m%y%H%M%z"]))
    is_local = has_time and "%" in time_as
    return MappingRow(
        mapping=draw(st.sampled_from(["boiler", "kettle"])),
        topic=draw(st.sampled_from(["a/+/b", "#", "电/b/#", "a"])),
        gateway="",
        device=draw(st.sampled_from(["{1}", "x{/*/id~1}", "a{*1}b"])),
        channel=draw(st.sampled_from(["ep", "{/*/k}-{*2}"])),
        value=draw(st.sampled_from(["/*/*", "/d/*/*/0", '/,/"/*/*'])),
        value_as=value_as,
        width=draw(st.integers(1, 8)) if is_hex else 0,
        byte_order=draw(st.sampled_from(["big", "little"])) if is_hex else "",
        signed=is_hex and draw(st.booleans()),
        suffixes="kWh Wh=0.001" if value_as == "text" and draw(st.booleans()) else "",
        scale=draw(FRACTIONS),
        divisor=draw(st.sampled_from([Fraction(1), Fraction(1, 3), Fraction(80)])),
        time="/*/t" if has_time else "",
        time_as=time_as if has_time else "",
        zone="Asia/Shanghai" if is_local or (has_time and time_as == "iso") else "",
        unit=draw(st.sampled_from(["", "kWh", "m3", "degC"])),
    )


@given(rows=st.lists(mapping_rows(), max_size=4))
def test_reading_the_mappings_that_were_written_gives_the_same(
    rows: list[MappingRow], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = written(tmp_path_factory.mktemp("registry"), *rows)
    assert read_registry(folder, OWN, now_ms=NOW).mappings == tuple(rows)
