import csv
import stat
from dataclasses import replace
from pathlib import Path

import pytest

import formats
from energy.errors import ConfigError
from energy.messages.mapping import MappingRow
from energy.messages.message import Format
from energy.offers import offers
from jieneng.mqtt.access import access_list, hashed, write_access, writers_of
from tests.builders import PANEL, registry_of
from tests.formats.mappings import row

FORMATS = offers(formats, "FORMAT", Format)
OWN = {"collector": "for-the-collector"}


def test_a_gateway_has_one_account_for_all_devices_behind_it() -> None:
    panels = [
        replace(PANEL, device=name, gateway="gw-1", format="own_batch") for name in ("a", "b")
    ]
    plug = replace(PANEL, device="plug", format="tasmota", timezone="Asia/Shanghai")

    writers = writers_of(registry_of(devices=[*panels, PANEL, plug]), FORMATS)

    assert writers == {
        "gw-1": ("meters/batch/gw-1",),
        "panel": ("meters/panel",),
        "plug": ("tele/plug/SENSOR",),
    }


def test_a_device_with_a_topic_of_its_own_may_write_that_one() -> None:
    plug = replace(PANEL, device="plug", format="tasmota", topic="hall/tele/plug/SENSOR")

    assert writers_of(registry_of(devices=[plug]), FORMATS) == {"plug": (plug.topic,)}


def test_a_sparkplug_node_has_one_account_that_may_write_births_and_data_of_its_devices() -> None:
    heat, water = (
        replace(PANEL, device=f"school.boiler.{name}", format="sparkplug")
        for name in ("heat", "water")
    )
    node = replace(PANEL, device="school.roof", format="sparkplug")

    writers = writers_of(registry_of(devices=[heat, water, node]), FORMATS)

    assert writers.keys() == {"school.boiler", "school.roof"}
    assert set(writers["school.boiler"]) == {
        *(f"spBv1.0/school/N{kind}/boiler" for kind in ("BIRTH", "DATA", "DEATH")),
        *(
            f"spBv1.0/school/D{kind}/boiler/{name}"
            for kind in ("BIRTH", "DATA", "DEATH")
            for name in ("heat", "water")
        ),
    }
    assert writers["school.roof"] == tuple(
        f"spBv1.0/school/N{kind}/roof" for kind in ("BIRTH", "DATA", "DEATH")
    )


def mapped(*rows: MappingRow, gateway: str = "", topic: str = "") -> dict[str, tuple[str, ...]]:
    boiler = replace(PANEL, device="b1", format="boiler", gateway=gateway, topic=topic)
    return writers_of(replace(registry_of(devices=[boiler]), mappings=rows), FORMATS)


def test_a_device_of_a_mapping_may_write_the_topics_that_bear_its_name() -> None:
    energy, power = row(topic="m/+/energy"), row(topic="m/+/+", device="{2}", channel="{3}")

    assert mapped(energy, power) == {"b1": ("m/b1/+", "m/b1/energy")}
    assert mapped(row(topic="m/+/#", device="{2}")) == {"b1": ("m/b1/#",)}
    assert mapped(row(topic="kettle", device="b1")) == {"b1": ("kettle",)}


def test_a_gateway_of_a_mapping_may_write_the_topics_that_bear_its_name() -> None:
    up = row(topic="up/+/data", gateway="gw-{2}", device="{/id}")

    assert mapped(up, gateway="gw-7") == {"gw-7": ("up/7/data",)}


def test_a_device_whose_mapping_does_not_tell_its_topic_needs_it_written_down() -> None:
    nameless = row(topic="m/+/data", device="{/id}")

    with pytest.raises(ConfigError, match="Write it as the topic in devices"):
        mapped(nameless)
    with pytest.raises(ConfigError, match="does not tell on which topic"):
        mapped(row(topic="m/+/data", device="kettle-{2}"))
    assert mapped(nameless, topic="m/x/data") == {"b1": ("m/x/data",)}


def test_a_device_that_does_not_speak_over_the_broker_has_no_account_there() -> None:
    meter = replace(PANEL, device="b-1-7", gateway="b-1", format="gateway_xml")

    assert writers_of(registry_of(devices=[meter]), FORMATS) == {}


@pytest.mark.parametrize(
    "name", ["collector", "simulator", "a:b", "a\nuser b", " a", "#", "hall/+"]
)
def test_a_name_that_would_open_more_than_its_own_topic_is_refused(name: str) -> None:
    device = replace(PANEL, device=name)

    with pytest.raises(ConfigError):
        writers_of(registry_of(devices=[device]), FORMATS)


def test_the_access_list_lets_meters_write_and_the_collector_read_them_and_the_broker() -> None:
    text = access_list({"gw-1": ["meters/batch/gw-1"]}, filters=["meters/+", "meters/batch/+"])

    assert text == (
        "user collector\ntopic read meters/+\ntopic read meters/batch/+\n"
        "topic read $SYS/broker/store/messages/count\n"
        "topic read $SYS/broker/retained messages/count\n"
        "topic read $SYS/broker/publish/messages/dropped\n"
        "\nuser gw-1\ntopic write meters/batch/gw-1\n"
    )


def test_simulated_meters_have_an_account_only_where_it_is_wanted() -> None:
    text = access_list({"a": ["meters/a"], "b": ["meters/b"]}, filters=[], simulates=True)

    assert "user simulator\ntopic write meters/a\ntopic write meters/b\n" in text
    assert "simulator" not in access_list({"a": ["meters/a"]}, filters=[])


def test_the_same_password_looks_different_with_another_salt() -> None:
    first, second = hashed("secret", b"1" * 12), hashed("secret", b"2" * 12)

    assert first != second
    assert first.startswith("$7$101$")


def accounts(folder: Path) -> dict[str, str]:
    with (folder / "accounts.csv").open(encoding="utf-8", newline="") as stream:
        return {row["account"]: row["password"] for row in csv.DictReader(stream)}


def test_accounts_keep_their_passwords_until_they_leave_the_registry(tmp_path: Path) -> None:
    both = {"a": ["meters/a"], "b": ["meters/b"]}
    assert write_access(tmp_path, writers=both, filters=[], own=OWN) == 2
    before = accounts(tmp_path)

    changed = {"b": ["meters/b"], "c": ["meters/c"]}
    assert write_access(tmp_path, writers=changed, filters=[], own=OWN) == 1

    after = accounts(tmp_path)
    assert after["b"] == before["b"]
    assert after.keys() == {"b", "c"}
    assert "a:" not in (tmp_path / "passwords").read_text()
    assert len({*before.values(), *after.values()}) == 3


def test_nobody_but_the_owner_reads_passwords_and_no_password_stands_in_the_broker_s_files(
    tmp_path: Path,
) -> None:
    write_access(tmp_path, writers={"a": ["meters/a"]}, filters=["meters/+"], own=OWN)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"accounts.csv": 0o600, "passwords": 0o600, "acl": 0o600}
    for secret in (*accounts(tmp_path).values(), *OWN.values()):
        assert secret not in (tmp_path / "passwords").read_text()
