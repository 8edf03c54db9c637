"""``jieneng adopt --write``: into records and files, and what was said before read again."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collector.collector import Collector
from energy.reading import REGISTER
from jieneng.clock import now_ms
from jieneng.holder import Request
from jieneng.registry.intake import take_reference, take_registry
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import audit, letter_requests
from storage.records import registry as registry_records
from storage.registry.files import write_registry
from tests.builders import MAIN_METER, registry_of
from tests.store_promises import ALWAYS

CHECKOUT = Path(__file__).parents[3]
T0 = now_ms() // 3_600_000 * 3600 - 86_400
"""A day ago [s]: what was heard longer ago than a month is forgotten."""
ANSWERS = ["meter=boiler", "kind=electricity", "table=register", "role=check", "unit=kWh",
           "step=0.01", "digits=8", "max_rate=100"]  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    take_reference(held.records, shipped("reference"))
    write_registry(registry_of(MAIN_METER), tmp_path / "files")
    take_registry(held.records, tmp_path / "files", heard=(), reason="start")
    yield held
    held.close()


@pytest.fixture
def collector(house: House) -> Collector:
    return house.start_collector()


def hear(collector: Collector, device: str, hours: range, *, per_second: int = 1) -> None:
    """Let a collector hear a device that it does not know, one reading an hour."""
    for hour in hours:
        body = {"time": (T0 + 3600 * hour) * per_second, "values": {"ep": hour + 0.25}}
        content = json.dumps(body).encode()
        arrived = (T0 + 86_400) * 1000
        collector._intake.take(f"meters/{device}", content, retained=False, arrived=arrived)
    assert collector._intake.commit()
    assert collector.wait_until_idle(20)
    collector.publish_now()
    collector.teller.tell_heard()


def adopt(
    house: House, device: str, cells: list[str], *, folder: Path | None = None, retry: bool = False
) -> tuple[int, list[str], list[str]]:
    """Return exit code, answer and errors."""
    said: list[str] = []
    wrong: list[str] = []
    arguments = {
        "device": device, "cells": cells, "folder": str(folder or ""), "is_writing": True,
        "is_retrying": retry, "why": "boiler room",
    }  # fmt: skip
    asked = Request("adopt", "adopt", arguments, "/", "en")
    return answer_for(house)(asked, said.append, wrong.append), said, wrong


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def number(house: House) -> int:
    with house.records.reading() as session:
        return registry_records.number(session)


def stored(house: House) -> list[tuple[int, int]]:
    series = house.store.series(REGISTER, "boiler", ALWAYS)
    return list(zip(series.time.tolist(), series.value.tolist(), strict=True))


def test_what_it_said_before_comes_to_its_own_time(house: House, collector: Collector) -> None:
    hear(collector, "boiler-1", range(5))
    hear(collector, "stranger", range(2))

    code, said, wrong = adopt(house, "boiler-1", ANSWERS, retry=True)

    assert code == 0
    assert wrong == ["Only guessed, so look at them: building, interval, name_zh, name_en."]
    assert said[-3:] == [
        "registered   registry number 2",
        "5 dead letters of it read again",
        "       5  became readings",
    ]
    assert collector.wait_until_idle(20)
    counters = collector.counters()
    assert (counters.received, counters.shipped, counters.dead) == (7, 5, 2)
    assert counters.balance == 0
    assert stored(house) == [((T0 + 3600 * hour) * 1000, 100 * hour + 25) for hour in range(5)]
    with house.records.reading() as session:
        who = [(entry.what, entry.detail) for entry in audit.recent(session, 2)]
        registry = registry_records.load(session)
    assert who[0][0] == "dead letters: retry"
    assert who[1] == ("registry replaced", "number 2, 2 meters, 1 touched: boiler room")
    assert (registry.device["boiler-1"].time_unit, registry.meter["boiler"].interval_s) == (
        "s", 3600,
    )  # fmt: skip


def test_the_unit_of_times_is_seen_in_what_it_said(house: House, collector: Collector) -> None:
    hear(collector, "boiler-1", range(5), per_second=1000)

    assert adopt(house, "boiler-1", ANSWERS, retry=True)[0] == 0

    with house.records.reading() as session:
        assert registry_records.load(session).device["boiler-1"].time_unit == "ms"
    assert len(stored(house)) == 5


def test_mistakes_are_told_by_channel_and_column_and_nothing_changes(
    house: House, collector: Collector, tmp_path: Path
) -> None:
    hear(collector, "boiler-1", range(2))
    before = files(tmp_path / "files")
    cells = ["kind=electricity", "role=sub", "step=0.01", "digits=many", "max_rate=1"]

    for folder in (None, tmp_path / "files"):
        code, _, wrong = adopt(house, "boiler-1", cells, folder=folder, retry=True)
        assert code == 1
        heading, *told = wrong[-1].split("\n  ")
        assert heading == "5 mistakes in the adoption; nothing imported"
        assert told[0].startswith("ep column table: it is empty. It may be register")
        assert any(one.startswith("ep column digits: 'many' is not a number") for one in told)

    assert files(tmp_path / "files") == before
    assert number(house) == 1
    with house.records.reading() as session:
        assert letter_requests.waiting(session, "jieneng-collector", 9) == []


def test_files_get_the_rows_behind_theirs_and_are_imported(
    house: House, collector: Collector, tmp_path: Path
) -> None:
    hear(collector, "boiler-1", range(5))
    folder = tmp_path / "files"
    # As a spreadsheet writes it, without an end to its last line.
    meters = (folder / "meters.csv").read_bytes().replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    (folder / "meters.csv").write_bytes(meters)
    devices = (folder / "devices.csv").read_bytes()

    code, said, _ = adopt(house, "boiler-1", ANSWERS, folder=folder)

    assert code == 0
    assert said[-1] == "registered   number 2: 1 institutions, 1 buildings, 2 meters, 0 events"
    assert (folder / "devices.csv").read_bytes() == devices + b"boiler-1,,own_single,,s,\n"
    row = (
        b"boiler,hall,,electricity,register,check,,,boiler-1,ep,kWh,0.01,,8,,100,1h,,"
        b"boiler-1 ep,boiler-1 ep,,,\r\n"
    )
    assert (folder / "meters.csv").read_bytes() == meters + b"\r\n" + row
    take_registry(house.records, folder, heard=(), reason="again")
    assert number(house) == 2


def test_a_command_that_was_cut_off_after_the_files_is_repeated_without_doubling(
    house: House, collector: Collector, tmp_path: Path
) -> None:
    hear(collector, "boiler-1", range(5))
    other = tmp_path / "other"
    write_registry(registry_of(MAIN_METER), other)
    assert adopt(house, "boiler-1", ANSWERS, folder=other)[0] == 0
    # The files have the rows, the records have not.
    take_registry(house.records, tmp_path / "files", heard=(), reason="back")
    hear(collector, "boiler-1", range(5, 6))
    before = files(other)

    assert adopt(house, "boiler-1", ANSWERS, folder=other)[0] == 0

    assert files(other) == before
    with house.records.reading() as session:
        assert "boiler" in registry_records.load(session).meter


def test_files_that_lack_other_meters_are_not_taken_for_the_registry(
    house: House, collector: Collector, tmp_path: Path
) -> None:
    hear(collector, "boiler-1", range(5))
    other = tmp_path / "other"
    write_registry(registry_of(replace(MAIN_METER, meter="gym_main")), other)
    before = files(other)

    code, _, wrong = adopt(house, "boiler-1", ANSWERS, folder=other)

    assert code == 1
    assert "lacks 1 of the meters in force: hall_main. Take the files" in wrong[-1]
    assert files(other) == before
    assert number(house) == 1


def test_older_files_do_not_drop_what_was_adopted_unless_that_is_wanted(
    house: House, collector: Collector, tmp_path: Path
) -> None:
    hear(collector, "boiler-1", range(2))
    assert adopt(house, "boiler-1", [*ANSWERS, "interval=1h"])[0] == 0
    said: list[str] = []
    answer = answer_for(house)
    older = {"folder": str(tmp_path / "files"), "reason": "a label"}

    for name, work, arguments in (
        ("import_", "registry", older), ("check", "check", {"registry": older["folder"]})
    ):  # fmt: skip
        assert answer(Request(name, work, arguments, "/", "en"), said.append, said.append) == 1
        assert any("channel 'ep' of boiler-1 was adopted in the console" in line for line in said)
        said.clear()
    assert number(house) == 2

    drop = Request("import_", "registry", older | {"drop_adopted": True}, "/", "en")
    assert answer(drop, said.append, said.append) == 0
    assert number(house) == 3
    again = Request("import_", "registry", older, "/", "en")
    assert answer(again, said.append, said.append) == 0


def test_files_that_were_exported_since_know_what_was_adopted(
    house: House, collector: Collector, tmp_path: Path
) -> None:
    hear(collector, "boiler-1", range(2))
    assert adopt(house, "boiler-1", [*ANSWERS, "interval=1h"])[0] == 0
    with house.records.reading() as session:
        write_registry(registry_records.load(session), tmp_path / "exported")

    take_registry(house.records, tmp_path / "exported", heard=(), reason="a label")

    take_registry(house.records, tmp_path / "files", heard=(), reason="without it, on purpose")
    assert number(house) == 3


def test_the_command_of_the_page_adopts_the_device_of_the_page(
    house: House, collector: Collector, tmp_path: Path
) -> None:
    folder = tmp_path / "my-meters"
    shutil.copytree(CHECKOUT / "examples/three_meters", folder)
    take_registry(house.records, folder, heard=(), reason="page", drop_adopted=True)
    hear(collector, "canteen-dishwasher", range(2))
    page = (CHECKOUT / "docs/connect-a-meter.md").read_text("utf-8")
    words = shlex.split(re.findall(r"^\S+jieneng .* adopt (.*)$", page, re.MULTILINE)[0])
    assert words[0] == "canteen-dishwasher"
    assert words[-3:] == ["--folder", "my-meters", "--retry"]
    cells = [words[place + 1] for place, word in enumerate(words) if word == "--set"]

    code, said, wrong = adopt(house, words[0], cells, folder=folder, retry=True)

    assert code == 0, wrong
    assert said[-1] == "       2  became readings"
    with house.records.reading() as session:
        meter = registry_records.load(session).meter["canteen_dishwasher"]
    assert (meter.parent, meter.building) == ("canteen_main", "canteen")
