"""The whole way, as a person walks it: a demo runs, and every command is used beside it."""

import csv
import io
import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.demo_process import DemoProcess, ask, short_scenario


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    folder = tmp_path_factory.mktemp("demo")
    running = DemoProcess(folder / "state", short_scenario(folder), "--broker", "amqtt")
    running.figures()
    yield running
    if running.process.poll() is None:
        running.stop()


def test_the_demo_ties_out_to_the_unit(demo: DemoProcess) -> None:
    figures = demo.figures()
    assert figures["tie_out_difference"] == 0
    assert figures["wrong_measured_hours"] == 0
    assert figures["readings_stored"] == figures["readings_published"] - figures["readings_bad"]
    assert figures["dead_letters"] == figures["readings_bad"] > 0
    assert figures["unresolved_missed"] == 0
    assert figures["measured_share"] >= 0.99
    assert any("keeps nothing over restarts" in line for line in demo.lines)


def test_status_beside_the_demo_comes_from_the_running_process(demo: DemoProcess) -> None:
    answer = ask(demo.state, "status", "--json")
    assert answer.returncode == 0, answer.stderr
    status = json.loads(answer.stdout)
    assert status["readings"]["register"] > 10_000
    assert sum(status["dead_letters"].values()) == demo.figures()["dead_letters"]
    people = ask(demo.state, "status")
    assert "refused" in people.stdout


def test_figures_of_console_json_and_export_are_the_same(demo: DemoProcess) -> None:
    told = ask(
        demo.state,
        "export",
        "table",
        "place_month",
        "--where",
        "level=district",
        "--where",
        "kind=electricity",
    )
    assert told.returncode == 0, told.stdout
    exported = {
        datetime.fromisoformat(row["start"]): int(row["amount"])
        for row in csv.DictReader(io.StringIO(told.stdout))
    }
    address = demo.wait_for("http://127.0.0.1").split()[-1]
    where = "table=place_month&level=district&kind=electricity"
    with urllib.request.urlopen(f"{address}/api/v1/amounts?{where}") as answer:  # noqa: S310
        served = json.load(answer)
    shown = {datetime.fromisoformat(row["time"]): row["amount"] for row in served["rows"]}
    first = min(exported)  # a month that live readings no longer change
    assert shown.keys() == exported.keys()
    assert shown[first] == exported[first] > 0
    with urllib.request.urlopen(f"{address}/?lang=en") as answer:  # noqa: S310
        assert "Lanting" in answer.read().decode()


def test_every_other_command_works_beside_the_demo(demo: DemoProcess, tmp_path: Path) -> None:
    for arguments in (
        ("check", "--registry", "examples/district"),
        ("setup",),
        ("export", "registry", str(tmp_path / "registry")),
        ("export", "readings", "gov_office_main", "--out", str(tmp_path / "readings.csv")),
        ("import", "registry", str(tmp_path / "registry")),
        ("import", "reference", "reference"),
        ("boards", "check"),
    ):
        answer = ask(demo.state, *arguments)
        assert answer.returncode == 0, (arguments, answer.stdout, answer.stderr)
    assert (tmp_path / "readings.csv").read_text(encoding="utf-8-sig").startswith("time,value")


def test_a_broken_registry_is_told_at_once_and_nothing_is_imported(
    demo: DemoProcess, tmp_path: Path
) -> None:
    assert ask(demo.state, "export", "registry", str(tmp_path)).returncode == 0
    meters = tmp_path / "meters.csv"
    meters.write_text(
        meters.read_text(encoding="utf-8-sig").replace("electricity", "electrickery"),
        encoding="utf-8",
    )
    answer = ask(demo.state, "import", "registry", str(tmp_path))
    assert answer.returncode == 1
    assert "nothing imported" in answer.stderr
    assert "meters.csv row 2 column kind" in answer.stderr


def test_a_second_process_on_the_folder_is_refused_in_a_sentence(demo: DemoProcess) -> None:
    answer = ask(demo.state, "run")
    assert answer.returncode == 1
    assert "held by a running process" in answer.stderr or "Could not set lock" in answer.stderr


def test_a_backup_taken_while_running_brings_the_same_figures_elsewhere(
    demo: DemoProcess, tmp_path: Path
) -> None:
    saved = ask(demo.state, "backup", str(tmp_path / "saved"))
    assert saved.returncode == 0, saved.stdout + saved.stderr
    restored = tmp_path / "restored"
    brought = ask(restored, "restore", str(tmp_path / "saved"))
    assert brought.returncode == 0, brought.stdout + brought.stderr
    computed = ask(restored, "analyse", "--once")
    assert "66 meters" in computed.stdout
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    table = ("export", "table", "meter_day", "--to", yesterday)
    here, there = ask(demo.state, *table).stdout, ask(restored, *table).stdout
    assert here.count("\n") > 500
    assert there == here
