from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from energy.errors import RegistryError
from energy.text import Text
from jieneng.mqtt.demo_broker import Broker, start_broker
from jieneng.simulated.stories import publish_scenario, write_scenario
from tests.wide_files import mapping_text, row_of_week, rows, write_wide

QUARTERS = 96 * 14
WRAP = 100_000
SCENARIO = """
format = 2
start = 2026-01-03
days = 14

[replay]
file = "real/wide.parquet"
mapping = "real/columns.toml"

[[building]]
building = "hall"
use = "office"
area_m2 = 900
people = 20_000_000
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """Return a scenario beside a folder with a file of real water readings every half hour."""
    times = rows(53, 30)
    (tmp_path / "real").mkdir()
    write_wide(tmp_path / "real" / "wide.parquet", times, {"pipe": row_of_week(times, 30)})
    said = mapping_text("pipe hall_water m3")
    (tmp_path / "real" / "columns.toml").write_text(said, encoding="utf-8")
    (tmp_path / "some.toml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path / "some.toml"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    started = start_broker(tmp_path_factory.mktemp("broker"), choice="auto", tell=lambda _: None)
    yield started
    started.stop()


def test_a_meter_of_a_made_house_shows_the_real_readings_of_the_file(
    scenario: Path, tmp_path: Path
) -> None:
    write_scenario(scenario, tmp_path / "out", form="parquet", shows_bar=False, echo=lambda _: None)
    shown: dict[str, list[Decimal]] = defaultdict(list)
    for row in pq.read_table(tmp_path / "out" / "readings.parquet").to_pylist():
        shown[row["meter"]].append(row["value"])
    water = shown["hall_water"]
    assert set(shown) == {
        "hall_main", "hall_lighting", "hall_hvac", "hall_power", "hall_special", "hall_water",
        "hall_heat",
    }  # fmt: skip
    # The district is read every quarter of an hour; its registers begin again after 99,999 m3.
    pairs = zip(water[:-2:2], water[2::2], strict=True)
    half_hours = [(after - before + WRAP) % WRAP for before, after in pairs]
    real = [index % 336 + 1 for index in range(len(half_hours))]
    # A device reads up to a minute after the half hour; then it has counted that much of the next.
    assert np.abs(np.array(half_hours, float) - real).max() <= 336 / 30
    assert float(sum(half_hours)) == pytest.approx(sum(real), abs=336 / 30)


def test_real_readings_are_published_among_those_of_a_made_house(
    scenario: Path, broker: Broker
) -> None:
    said: list[Text] = []
    publish_scenario(scenario, broker.url, speed=0, shows_bar=False, now=0, echo=said.append)
    assert said[0].en.startswith(f"{7 * QUARTERS:,} readings published")


def test_a_main_with_meters_below_it_does_not_replay(scenario: Path, tmp_path: Path) -> None:
    said = mapping_text("pipe hall_main kWh")
    (tmp_path / "real" / "columns.toml").write_text(said, encoding="utf-8")
    with pytest.raises(RegistryError, match="has meters below it"):
        write_scenario(
            scenario, tmp_path / "out", form="parquet", shows_bar=False, echo=lambda _: None
        )
    assert not (tmp_path / "out").exists()  # so that a second try finds the folder empty
