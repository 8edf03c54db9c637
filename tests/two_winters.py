"""An office in two years whose weather is the same, but for what a test makes colder."""

import csv
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq

from analytics.statements.printed.entries import decimal
from energy.reading import GAUGE, Reading
from energy.registry import Registry
from energy.span import to_ms
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.simulated.stories import write_scenario
from jieneng.wiring import House, open_house
from simulators.weather.climate import BEIJING
from storage.records import registry as registry_records
from storage.records import touched
from storage.registry.files import read_registry
from tests.builders import WEATHER

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2024, 1, 1, tzinfo=ZONE)
DAYS = 762
MAINS = ("office_main", "office_water", "office_heat")
SCENARIO = f"""
format = 2
start = 2024-01-01
days = {DAYS}
seed = 5
interval = "1h"
weather = "weather.csv"

[[building]]
building = "office"
use = "office"
area_m2 = 12000
people = 600
"""
GAUGE_METER = replace(
    WEATHER,
    meter="outdoor",
    site="site",
    device="station",
    name_zh="室外温度",
    name_en="Outdoor temperature",
)

Warmer = Callable[[datetime], float]
"""Local time -> kelvins above what the year before had."""


def temperatures_c(warmer: Warmer) -> list[tuple[datetime, float]]:
    """Return the hours of two years: normals of Beijing with spells that are the same each year."""
    spells = np.zeros(366)
    chance = np.random.default_rng(3).normal(0, 2, 366)
    for day in range(1, 366):
        spells[day] = 0.7 * spells[day - 1] + chance[day]
    of_year = np.arange(1, 367)
    high, low = BEIJING.on(BEIJING.high_c, of_year), BEIJING.on(BEIJING.low_c, of_year)
    mean, swing = (high + low) / 2 + spells, (high - low) / 2
    hours = []
    for hour in range((DAYS + 1) * 24):
        time = START + timedelta(hours=hour)
        day = time.timetuple().tm_yday - 1
        turn = math.cos(2 * math.pi * (time.hour - 14) / 24)
        hours.append((time, float(mean[day] + swing[day] * turn) + warmer(time)))
    return hours


def winters(folder: Path, warmer: Warmer) -> House:
    """Return a house that has heard an office for two years, with everything computed.

    Args:
        folder: For the files of the simulation; not there yet.
        warmer: What differs from the year before.
    """
    folder.mkdir()
    hours = temperatures_c(warmer)
    _write_weather(folder / "weather.csv", hours)
    (folder / "story.toml").write_text(SCENARIO, "utf-8")
    write_scenario(
        folder / "story.toml", folder / "out", form="parquet", shows_bar=False, echo=lambda _: None
    )
    end = to_ms(START + timedelta(days=DAYS))
    settings = Settings(state_dir=folder / "state", store_url="memory:")
    house = open_house(settings, clock=lambda: end)
    take_reference(house.records, shipped("reference"))
    registry = read_registry(folder / "out" / "registry")
    _furnish(house, replace(registry, meters=(*registry.meters, GAUGE_METER)))
    house.store.write(
        [Reading("outdoor", GAUGE, to_ms(time), round(value, 2)) for time, value in hours[:-24]]
    )
    readings = read_mains(registry, folder / "out" / "readings.parquet")
    house.store.write(readings)
    with house.records.session() as session:
        touched.publish(session, dict.fromkeys([*MAINS, "outdoor"], to_ms(START)))
    house.round_once()
    return house


def read_mains(registry: Registry, path: Path) -> list[Reading]:
    """Return the readings of the main meters in steps of their registers."""
    steps = {meter.meter: decimal(meter.step) for meter in registry.meters}
    rows = pq.read_table(path, filters=[("meter", "in", MAINS)]).to_pylist()
    return [
        Reading(
            row["meter"],
            "register",
            to_ms(row["time"]),
            int(row["value"] / steps[row["meter"]]),
        )
        for row in rows
    ]


def _furnish(house: House, registry: Registry) -> None:
    with house.records.session() as session:
        registry_records.replace(session, registry, author="test", reason="two winters")


def _write_weather(path: Path, hours: list[tuple[datetime, float]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("time", "temperature", "humidity", "sun"))
        for time, value in hours:
            sun = max(0.0, 400 * float(np.sin(np.pi * (time.hour - 7) / 11)))
            is_day = 7 <= time.hour < 18
            rows.writerow((time.isoformat(), f"{value:.2f}", "0.5", f"{sun if is_day else 0:.0f}"))
