"""``jieneng devices`` and ``jieneng adopt`` on real records."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import formats
from energy.messages.message import Format
from energy.offers import offers
from energy.registry import Registry
from jieneng.holder import Request
from jieneng.settings import Settings
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import heard
from storage.records.heard import UnknownChannel
from storage.registry.files import read_registry, write_registry
from storage.registry.meters import METER_COLUMNS
from tests.builders import MAIN_METER, registry_of
from tests.record_promises import stored

T0 = 1_767_225_600_000
COLLECTOR = "jieneng-collector"
HEARD = [
    UnknownChannel(COLLECTOR, "canteen", "ep", "gw-1", "own_batch", "t", T0, T0, 3, "7.5", "kWh"),
    UnknownChannel(COLLECTOR, "canteen", "ua", "gw-1", "own_batch", "t", T0, T0, 1234, "220", ""),
    UnknownChannel(
        COLLECTOR, "panel", "ua", "", "own_single", "meters/panel", T0, T0 + 60_000, 2, "221", "V"
    ),
    UnknownChannel(
        COLLECTOR, "odd \x1b[2J", "v", "", "plain_number", "attic/co2", T0, T0, 1, "NaN", ""
    ),
]  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    stored(held.records, registry_of(MAIN_METER))
    yield held
    held.close()


@pytest.fixture
def hearing(house: House) -> House:
    with house.records.session() as session:
        heard.publish(session, COLLECTOR, HEARD, T0)
    return house


def done(
    house: House, command: str, *, language: str = "en", **arguments: object
) -> tuple[int, list[str], list[str]]:
    """Return exit code, answer and errors."""
    said: list[str] = []
    wrong: list[str] = []
    asked = Request(command, command, arguments, "/", language)
    return answer_for(house)(asked, said.append, wrong.append), said, wrong


def adopt(house: House, device: str, *, only: str = "", cells: Sequence[str] = ()) -> list[str]:
    code, said, _ = done(house, "adopt", device=device, only=only, cells=cells)
    assert code == 0
    return said


def test_what_is_heard_is_listed_in_columns_with_its_last_value(hearing: House) -> None:
    code, said, _ = done(hearing, "devices", limit=9, as_json=False)

    assert code == 0
    assert said[:3] == [
        "device       channel  format        gateway  last value  unit  last heard        times",
        "canteen      ep       own_batch     gw-1     7.5         kWh   2026-01-01 08:00  3",
        "canteen      ua       own_batch     gw-1     220         -     2026-01-01 08:00  1,234",
    ]
    assert said[3].startswith(r"odd \x1b[2J ")
    assert len(said) == 6


def test_columns_stay_in_line_in_chinese(hearing: House) -> None:
    _, said, _ = done(hearing, "devices", language="zh", limit=1, as_json=False)

    assert said[:2] == [
        "采集设备  通道  格式       网关  最近的值  单位  最近收到          次数",
        "canteen   ep    own_batch  gw-1  7.5       kWh   2026-01-01 08:00  3",
    ]
    assert said[2] == "共 4 个，只列出 1 个：--limit"


def test_in_json_it_is_said_whether_the_device_is_registered(hearing: House) -> None:
    _, (line,), _ = done(hearing, "devices", limit=9, as_json=True)

    told = json.loads(line)
    assert told["channels"] == 4
    assert {one["device"]: one["is_device_known"] for one in told["heard"]} == {
        "canteen": False, "odd \x1b[2J": False, "panel": True
    }  # fmt: skip
    assert told["heard"][0]["first"] == "2026-01-01T00:00:00Z"


def test_where_everything_is_registered_that_is_said(house: House) -> None:
    assert done(house, "devices", limit=9, as_json=False)[1] == [
        "Every device and channel that is heard is registered."
    ]


def test_a_new_device_gets_its_row_and_one_for_each_channel(hearing: House) -> None:
    assert adopt(hearing, "canteen") == [
        "devices.csv",
        "device,gateway,format,topic,time_unit,timezone",
        "canteen,gw-1,own_batch,,,",
        "meters.csv",
        ",".join(METER_COLUMNS),
        (
            "canteen_ep,hall,,electricity,register,,,,canteen,ep,kWh,0.1,,,,,,,canteen ep,"
            "canteen ep,,,"
        ),
        "canteen_ua,hall,,,,,,,canteen,ua,,,,,,,,,canteen ua,canteen ua,,,",
    ]


def test_what_is_only_guessed_is_told_beside_the_rows(hearing: House) -> None:
    _, _, wrong = done(hearing, "adopt", device="canteen", channels=["ua"], cells=["kind=power"])

    assert wrong[0].startswith("No message of it is at hand to see the unit of its times")
    assert wrong[1] == "Only guessed, so look at them: meter, building, name_zh, name_en."
    assert wrong[2].endswith("jieneng adopt 'canteen' --write --retry")


def test_a_registered_device_gets_rows_for_its_channels_alone(hearing: House) -> None:
    assert adopt(hearing, "panel", only="meters") == [
        "panel_ua,hall,,,,,,,panel,ua,V,,,,,,,,panel ua,panel ua,,,"
    ]
    assert adopt(hearing, "panel", only="devices") == []


def test_a_cell_goes_into_every_row_that_has_it_or_into_that_of_one_channel(
    hearing: House,
) -> None:
    cells = ["kind=heat", "ua.kind=power", "ua.name_en=U, phase A", "time_unit=ms", "device=c2"]
    said = adopt(hearing, "canteen", cells=cells)

    assert said[2] == "c2,gw-1,own_batch,,ms,"
    assert said[5].startswith("canteen_ep,hall,,heat,register,,,,c2,ep,")
    assert said[6] == 'canteen_ua,hall,,power,,,,,c2,ua,,,,,,,,,canteen ua,"U, phase A",,,'


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"cells": ["colour=red"]}, "--set 'colour=red': write COLUMN=VALUE, or CHANNEL.COLUMN="),
        ({"cells": ["kind"]}, "--set 'kind': write COLUMN=VALUE"),
        ({"cells": ["uc.kind=power"]}, "--set 'uc.kind=power': write COLUMN=VALUE"),
        ({"channels": ["uc"]}, "Nothing unregistered is heard of a channel 'uc', but of ep, ua."),
    ],
)
def test_a_cell_or_channel_that_is_not_there_is_an_error(
    hearing: House, asked: dict[str, Any], wrong: str
) -> None:
    code, said, (told,) = done(hearing, "adopt", device="canteen", **asked)

    assert (code, said) == (1, [])
    assert told.startswith(wrong)


def test_a_name_that_the_registry_cannot_have_keeps_its_topic_and_is_told(hearing: House) -> None:
    odd = "odd \x1b[2J"
    _, said, wrong = done(hearing, "adopt", device=odd, only="devices")

    assert said == [",,plain_number,attic/co2,,"]
    assert adopt(hearing, r"odd \x1b[2J", only="devices") == said  # as a person can type it
    assert wrong[0].startswith(r"'odd \x1b[2J' cannot be a name in the registry")


def test_a_device_that_nobody_heard_is_an_error_with_the_command_that_lists(house: House) -> None:
    code, said, (wrong,) = done(house, "adopt", device="panel", only="")

    assert (code, said) == (1, [])
    assert wrong.endswith("Look at: jieneng devices")


def test_the_rows_with_a_persons_answers_make_a_registry_that_knows_the_channel(
    hearing: House, tmp_path: Path
) -> None:
    write_registry(registry_of(MAIN_METER), tmp_path)
    with (tmp_path / "devices.csv").open("a") as file:
        file.write("\n".join(adopt(hearing, "canteen", only="devices")) + "\n")
    row, _ = csv.reader(adopt(hearing, "canteen", only="meters"))
    answers = {
        0: "canteen_main", 5: "check", 11: "0.01",
        13: "8", 14: "1", 15: "100", 16: "15min", 18: "食堂总表", 19: "Canteen",
    }  # fmt: skip
    with (tmp_path / "meters.csv").open("a") as file:
        file.write(",".join(answers.get(place, cell) for place, cell in enumerate(row)) + "\n")

    registry: Registry = read_registry(tmp_path, offers(formats, "FORMAT", Format))
    assert registry.device["canteen"].gateway == "gw-1"
    stored(hearing.records, registry)

    _, (line,), _ = done(hearing, "devices", limit=9, as_json=True)
    left = [(one["device"], one["channel"]) for one in json.loads(line)["heard"]]
    assert ("canteen", "ep") not in left
    assert ("canteen", "ua") in left
