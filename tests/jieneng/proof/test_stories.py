import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import paho.mqtt.client as mqtt
import pyarrow.parquet as pq
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from energy.errors import ConfigError, RegistryError
from energy.registry import Registry
from energy.span import to_ms
from energy.text import Text
from jieneng.mqtt.demo_broker import Broker, start_broker
from jieneng.simulated.stories import publish_scenario, write_scenario
from jieneng.truth.files import read_truth
from simulators.meters.happenings import NO_TIME
from storage.registry.files import read_registry, write_registry
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.example_district import EXAMPLES

SCENARIOS = sorted((EXAMPLES / "scenarios").glob("*.toml"))
PAGE = EXAMPLES.parent / "docs" / "howto" / "simulate-a-district.md"


def written(scenario: Path, folder: Path, form: str = "parquet") -> list[Text]:
    said: list[Text] = []
    write_scenario(scenario, folder, form=form, shows_bar=False, echo=said.append)
    return said


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_the_same_seed_gives_the_integers_that_the_docs_name(file: Path, tmp_path: Path) -> None:
    (said,) = written(file, tmp_path / "out")
    facts = json.loads((tmp_path / "out" / "truth" / "truth.json").read_text(encoding="utf-8"))
    assert f"| {file.stem} | `{facts['sha256']}` |" in PAGE.read_text(encoding="utf-8")
    assert facts["sha256"] in said.en
    assert facts["sha256"] in said.zh


def test_the_files_of_a_scenario_are_a_registry_readings_and_a_truth(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    written(EXAMPLES / "scenarios" / "bad_gateway.toml", folder)
    registry = read_registry(folder / "registry")
    readings = pq.read_table(folder / "readings.parquet")
    assert set(readings["meter"].unique().to_pylist()) == set(registry.meter)
    assert {path.name for path in (folder / "truth").iterdir()} == {
        "truth.parquet", "hours.parquet", "totals.parquet", "truth.json", "summary.md",
    }  # fmt: skip


def test_files_say_the_times_that_devices_said_and_the_truth_says_both(tmp_path: Path) -> None:
    written(EXAMPLES / "scenarios" / "wrong_clocks.toml", tmp_path / "out")
    said = pq.read_table(tmp_path / "out" / "readings.parquet").to_pandas()
    true = pq.read_table(tmp_path / "out" / "truth" / "truth.parquet").to_pandas()
    timeless = true["said_time"] == NO_TIME
    assert set(true["meter"][timeless]) == {"gate_lighting"}
    assert timeless.sum() == 12 * 4
    assert (said["time"].astype("int64").to_numpy() == true["said_time"][~timeless]).all()
    ahead = true["said_time"] - true["time"]
    assert not true["good"][ahead != 0].any()
    assert (ahead[~timeless] / 3_600_000).max() == 8
    assert (ahead[~timeless] / 3_600_000).min() == -3
    stored = read_truth(tmp_path / "out" / "truth").readings["gate_lighting"]["time"]
    arrived = true["publish_at"][timeless].astype("int64")
    assert set(arrived) < set(stored)
    assert stored.is_monotonic_increasing


def test_a_branch_that_nobody_reads_is_in_no_registry_and_in_the_truth(tmp_path: Path) -> None:
    written(EXAMPLES / "scenarios" / "wrong_wiring.toml", tmp_path / "out")
    registry = read_registry(tmp_path / "out" / "registry")
    hours = pq.read_table(tmp_path / "out" / "truth" / "hours.parquet").to_pandas()
    assert set(hours["meter"].unique()) - set(registry.meter) == {"office_power"}
    assert [event.meter for event in registry.events] == ["office_hvac"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="not empty"):
        written(EXAMPLES / "scenarios" / "bad_gateway.toml", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_story_for_a_live_history_cannot_become_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="which meters there are"):
        written(EXAMPLES / "demo.toml", tmp_path / "out")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    started = start_broker(tmp_path_factory.mktemp("broker"), choice="auto", tell=lambda _: None)
    yield started
    started.stop()


def published(scenario: str, broker: Broker, *, now: int = 0) -> tuple[int, str]:
    """Return how many readings were published, and all that was said of it."""
    said: list[Text] = []
    publish_scenario(
        EXAMPLES / "scenarios" / f"{scenario}.toml",
        broker.url,
        speed=0,
        shows_bar=False,
        now=now,
        echo=said.append,
    )
    return int(said[0].en.split(" ")[0].replace(",", "")), said[0].en


def test_a_scenario_is_published_whole_with_what_must_be_refused(
    broker: Broker, tmp_path: Path
) -> None:
    written(EXAMPLES / "scenarios" / "bad_gateway.toml", tmp_path / "out")
    in_files = pq.read_metadata(tmp_path / "out" / "readings.parquet").num_rows
    count, said = published("bad_gateway", broker)
    # A panel of seven meters repeats a day, another four hours: every quarter of an hour.
    repeated = 7 * (24 + 4) * 4
    assert count == in_files + repeated
    assert said.endswith("and 5 that must be refused")


def test_of_a_scenario_that_is_not_over_only_the_past_is_published(broker: Broker) -> None:
    two_days = to_ms(datetime(2025, 1, 2, 16, tzinfo=UTC))
    count, _ = published("quiet_year", broker, now=two_days)
    assert count == 44 * 2 * 96


def test_what_a_scenario_retains_the_broker_tells_to_who_comes_later(broker: Broker) -> None:
    published("wrong_clocks", broker)
    heard: list[mqtt.MQTTMessage] = []
    told = threading.Event()

    def hear(_client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        heard.append(message)
        told.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="late")
    client.on_message = hear
    host, port = broker.url.removeprefix("mqtt://").split(":")
    client.connect(host, int(port))
    client.subscribe("meters/#", qos=1)
    client.loop_start()
    assert told.wait(20)
    client.disconnect()
    client.loop_stop()
    assert [(one.topic, one.retain) for one in heard] == [("meters/batch/gw-gate", True)]
    assert len(json.loads(heard[0].payload)) == 1


WRONG = """
format = 2
start = 2026-01-01
days = 60

[[building]]
building = "hall"
use = "office"
area_m2 = 8000
people = 300

[meters]
hall_water = "perpetual_motion"

[[fault]]
kind = "zero"
meter = "ghost"
at = 2026-05-01T25:00:00

[[waste]]
kind = "leak"
meter = "ghost_water"
from = 2026-02-30 # no such day
strength = 2
"""


def test_mistakes_of_the_file_and_of_its_meters_are_told_together(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(WRONG, encoding="utf-8")
    with pytest.raises(RegistryError, match="nothing simulated") as told:
        written(path, tmp_path / "out")
    assert {one.column for one in told.value.mistakes} == {
        "meters.hall_water",  # no such load
        "fault[1].at",  # no such hour
        "fault[1].meter",
        "waste[1].from",
        "waste[1].meter",
    }
    assert {one.file for one in told.value.mistakes} == {"wrong.toml"}
    assert not (tmp_path / "out").exists()


def test_children_that_cannot_balance_are_told_with_the_mistakes_of_the_file(
    tmp_path: Path,
) -> None:
    registry = tmp_path / "district"
    write_registry(unbalanced(), registry)
    path = tmp_path / "wrong.toml"
    path.write_text(
        'format = 2\nstart = 2026-01-01\ndays = 3\ndistrict = "district"\ncolour = 3\n'
        '[meters]\nhall_main = "office"\nhall_light = "data_room"\n',
        encoding="utf-8",
    )
    with pytest.raises(RegistryError) as told:
        written(path, tmp_path / "out")
    assert {(one.file, one.column) for one in told.value.mistakes} == {
        ("wrong.toml", "colour"),
        ("meters.csv", "hall_light"),
    }


def unbalanced() -> Registry:
    """Return a registry with a sub-meter whose step is not a whole number of base units."""
    sub = replace(SUB_METER, step=Fraction(1, 100), ratio=Fraction(1, 7))
    return replace(registry_of(MAIN_METER, sub), name_zh="区", name_en="District")
