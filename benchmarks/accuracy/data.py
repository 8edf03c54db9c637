"""Where the public data sets lie, and Cambridge's meters as hours on their local clock.

Cambridge University Estates Building Energy Archive v2.1, doi 10.5281/zenodo.10955332 (MIT); its
weather is from Met Office MIDAS Open (Open Government Licence v3).
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.clock import Clock, clock_of
from analytics.modelling.conditions import conditions_of_hours
from benchmarks.accuracy.england import calendar
from energy.span import HOUR_MS

ENGLAND = calendar(2014, 2022)
_HEATING_MONTHS = (10, 11, 12, 1, 2, 3, 4, 5)
"""In which a gas meter that reads 0 was not read: so 17 buildings have both years."""


def folder(*names: str) -> Path:
    """Return the folder of the data, which JIENENG_DATA names.

    Args:
        names: Files that must be in it.

    Raises:
        FileNotFoundError: If one of them is not.
    """
    found = Path(os.environ.get("JIENENG_DATA", ""))
    if not all((found / name).is_file() for name in names):
        raise FileNotFoundError(f"Set JIENENG_DATA to the folder that holds {' and '.join(names)}.")
    return found


def print_rows(rows: Iterable[Mapping[str, object]]) -> int:
    """Print rows as JSON lines; return 2, and say so, when there is no data, else 0."""
    try:
        for row in rows:
            print(json.dumps(row), flush=True)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


@dataclass(frozen=True, eq=False)
class Estate:
    """All meters of one energy.

    Attributes:
        clock: The hours, on London's clock.
        conditions: Columns HOUR_COLUMNS of each hour.
        year: Of each hour.
        amounts: Name of a building to the amount of each hour [kWh]; NaN = not measured.
    """

    clock: Clock
    conditions: pd.DataFrame
    year: np.ndarray
    amounts: dict[str, np.ndarray]


@cache
def estate(energy: str) -> Estate:
    """Return the meters of electricity or gas; zeros that are no amounts are NaN."""
    file, air = f"ucam_{energy}_dev.parquet", "weather_bedford_midas.parquet"
    there = folder(file, air)
    table = pd.read_parquet(there / file)
    when = pd.DatetimeIndex(table.pop("timestamp"))
    weather = pd.read_parquet(there / air)
    warmth = pd.Series(
        weather["air_temperature [degC]"].to_numpy(float), pd.to_datetime(weather["datetime"])
    ).reindex(when)
    start = int(when[0].timestamp() * 1000)
    clock = clock_of(
        start=start,
        end=start + len(when) * HOUR_MS,
        timezone="Europe/London",
        calendar=ENGLAND,
    )
    local = when.tz_localize("UTC").tz_convert("Europe/London")
    empty = np.isin(local.month, _HEATING_MONTHS) if energy == "gas" else np.ones(len(when), bool)
    amounts = {str(name): table[name].to_numpy(float) for name in table}
    return Estate(
        clock=clock,
        conditions=conditions_of_hours(clock, ENGLAND, warmth.to_numpy(float)),
        year=local.year.to_numpy(),
        amounts={
            name: np.where((amount == 0) & empty, np.nan, amount)
            for name, amount in amounts.items()
        },
    )


@dataclass(frozen=True)
class Pair:
    """A meter in two years, one after the other."""

    building: str
    year: int


def pairs(name: str) -> list[Pair]:
    """Return a population, as its file fixes it."""
    table = pd.read_csv(Path(__file__).parent / "populations" / f"{name}.csv")
    years = table["year"].to_numpy(int).tolist()
    return [
        Pair(name, year) for name, year in zip(table["building"].astype(str), years, strict=True)
    ]


def complete_pairs(meters: Estate, years: range, *, share: float = 0.85) -> list[Pair]:
    """Return the pairs of years of which a share of hours is measured in both."""

    def is_whole(amount: np.ndarray, year: int) -> bool:
        return bool(np.isfinite(amount[meters.year == year]).mean() >= share)

    return [
        Pair(name, year)
        for year in years
        for name, amount in meters.amounts.items()
        if is_whole(amount, year) and is_whole(amount, year + 1)
    ]


def bootstrap(
    by_building: dict[str, list[float]],
    statistic: Callable[[np.ndarray], float] = lambda values: float(np.median(values)),
    *,
    draws: int = 200,
) -> tuple[float, float]:
    """Return the 95 % interval of a statistic over buildings, drawn again with all they have."""
    names = sorted(by_building)
    chance = np.random.default_rng(20261128)
    found = []
    for _ in range(draws):
        drawn = chance.choice(len(names), len(names))
        found.append(statistic(np.concatenate([by_building[names[n]] for n in drawn])))
    low, high = np.quantile(found, [0.025, 0.975])
    return round(float(low), 3), round(float(high), 3)
