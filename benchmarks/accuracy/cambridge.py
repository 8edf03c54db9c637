"""Cambridge's buildings: what a model of one year says of the next, beside the plain one.

Prints JSON lines. Each is the median of the pairs of years, with its quartiles, and the 95 %
interval of the median when buildings are drawn again.
"""

import sys
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pandas as pd

from analytics.baselines.boosted import Boosted
from analytics.baselines.calendar_only import CalendarOnly
from analytics.baselines.season import Season
from analytics.baselines.time_of_week import TimeOfWeek
from analytics.modelling.spread import Spread
from benchmarks.accuracy.coverage import coverage
from benchmarks.accuracy.data import Estate, Pair, estate, pairs, print_rows
from benchmarks.accuracy.errors import FEWEST_HOURS, Errors, Row, errors_of, row_beside
from benchmarks.accuracy.plain import hour_of_week_mean, plain_towt

RECENCIES = (0.0, 60.0, 90.0, 120.0, 180.0, 240.0)
"""Of these the days of recency are chosen for each building by all other buildings."""
LEVEL_DAYS = (0, 21, 30, 45)
"""Of these the days that tell the level of gas are chosen by the years before."""

Said = tuple[np.ndarray, Spread | None]
Saying = Callable[[Estate, Pair], Said]
"""From a pair to what is said of all hours of its second year."""


def plain(meters: Estate, pair: Pair) -> Said:
    """Say it by the plain model."""
    slot = _slot(meters)
    warmth = meters.conditions["temperature_c"].to_numpy()
    amount = meters.amounts[pair.building]
    seen = (meters.year == pair.year) & np.isfinite(amount)
    later = meters.year == pair.year + 1
    return plain_towt(slot[seen], warmth[seen], amount[seen], (slot[later], warmth[later])), None


def mean(meters: Estate, pair: Pair) -> Said:
    """Say it by the mean of the hour of the week."""
    slot, amount = _slot(meters), meters.amounts[pair.building]
    seen = (meters.year == pair.year) & np.isfinite(amount)
    later = meters.year == pair.year + 1
    return hour_of_week_mean(slot[seen], amount[seen], slot[later]), None


def by(made: Callable[[], TimeOfWeek | Boosted]) -> Saying:
    """Return how a model of ours says it."""

    def saying(meters: Estate, pair: Pair) -> Said:
        seen, later = meters.year == pair.year, meters.year == pair.year + 1
        model = made().fit(meters.conditions[seen], meters.amounts[pair.building][seen])
        return model.predict(meters.conditions[later]), model.spread_

    return saying


def by_season(made: Callable[[], Season]) -> Saying:
    """Return how a daily model says it: each hour is the mean of its day."""

    def saying(meters: Estate, pair: Pair) -> Said:
        days, amount = _days(meters, pair.building)
        year = pd.to_datetime(days["day"], unit="D").dt.year.to_numpy()
        model = made().fit(days[year == pair.year], amount[year == pair.year])
        later = days[year == pair.year + 1]
        said = dict(zip(later["day"].tolist(), model.predict(later).tolist(), strict=True))
        inside = meters.conditions["day"][meters.year == pair.year + 1]
        return inside.map(said).to_numpy(float), model.spread_

    return saying


def errors(energy: str, population: str, saying: Saying) -> list[Errors]:
    """Return what a model is off by on all pairs of a population."""
    meters, found = estate(energy), []
    for pair in pairs(population):
        said, spread = saying(meters, pair)
        later = meters.year == pair.year + 1
        day = meters.conditions["day"].to_numpy()[later]
        found.append(errors_of(pair, meters.amounts[pair.building][later], said, day, spread))
    return found


def rows() -> Iterator[Row]:
    """Yield every row of Cambridge."""
    every = {
        days: errors("electricity", "ucam_electricity", by(lambda: TimeOfWeek(recency_days=days)))  # noqa: B023  called at once
        for days in RECENCIES
    }
    found, shipped = _chosen(every), every[TimeOfWeek().recency_days]
    others = {
        name: errors("electricity", "ucam_electricity", saying)
        for name, saying in (
            ("plain", plain),
            ("hour_of_week_mean", mean),
            ("calendar_only", by(CalendarOnly)),
            ("boosted", by(Boosted)),
        )
    }
    for name, of, aim in (
        ("ucam_hourly_cvrmse", hourly, 20.0),
        ("ucam_daily_cvrmse", daily, 14.0),
        ("ucam_abs_nmbe", bias, 5.5),
    ):
        beside = {
            other: round(float(np.median([of(one) for one in own])), 2)
            for other, own in {"shipped": shipped, **others}.items()
        }
        control = others["plain"]
        yield row_beside(name, of, found, control, floor_share=0.97, aim=aim, beside=beside)
    yield _gas()
    yield from coverage(found)


def _gas() -> Row:
    before = {
        days: errors("gas", "ucam_gas_before", by_season(lambda: Season(level_days=days)))  # noqa: B023  called at once
        for days in LEVEL_DAYS
    }
    best = min(before, key=lambda days: np.median([one.daily for one in before[days]]))
    found = errors("gas", "ucam_gas", by_season(lambda: Season(level_days=best)))
    control = errors("gas", "ucam_gas", plain)
    aim = round(0.85 * float(np.median([one.daily for one in control])), 2)
    more = {"aim": aim, "level_days": best}
    return row_beside("ucam_gas_daily_cvrmse", daily, found, control, floor_share=0.95, **more)


def _chosen(every: dict[float, list[Errors]]) -> list[Errors]:
    """Return each pair's errors with the recency that says the other buildings' hours best."""
    table = np.array([[one.hourly for one in own] for own in every.values()])
    first, found = next(iter(every.values())), []
    for place, one in enumerate(first):
        is_other = [other.pair.building != one.pair.building for other in first]
        best = int(np.argmin(np.median(table[:, is_other], axis=1)))
        found.append(list(every.values())[best][place])
    return found


def hourly(one: Errors) -> float:
    """Return the CV(RMSE) of hours [%]."""
    return one.hourly


def daily(one: Errors) -> float:
    """Return the CV(RMSE) of days [%]."""
    return one.daily


def bias(one: Errors) -> float:
    """Return by how much the year is off, either way [%]."""
    return abs(one.bias)


def _slot(meters: Estate) -> np.ndarray:
    hours = meters.conditions
    return np.asarray(hours["week_day"].to_numpy() * 24 + hours["hour"].to_numpy())


@cache
def _days(meters: Estate, building: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the conditions of all days, and the mean hour of each; NaN with too few hours."""
    groups = meters.conditions.assign(amount=meters.amounts[building]).groupby("day")
    days = groups[["week_day", "special"]].first().reset_index()
    days["temperature_c"] = groups["temperature_c"].mean().to_numpy()
    count, total = groups["amount"].count().to_numpy(), groups["amount"].sum().to_numpy()
    return days, np.where(count >= FEWEST_HOURS, total / np.maximum(count, 1), np.nan)


def main() -> int:
    """Print the lines; 2 when there is no data."""
    return print_rows(rows())


if __name__ == "__main__":
    sys.exit(main())
