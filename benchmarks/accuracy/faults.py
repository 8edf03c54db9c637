"""Faults planted in real series: which are marked with the right name, and how high they score.

    JIENENG_DATA=FOLDER python -m benchmarks.accuracy.faults

Reads bdg_dev.parquet and bdg_meta.csv (Building Data Genome Project 2, Miller et al., 2020, CC
BY-SA 4.0) from the folder; nothing of them is copied. Every building of a focus use (office,
education, healthcare, public services) with at least 85 % of the hours of 2016 and 2017 above zero
takes part. The weighing of the score was chosen elsewhere (lead.py); of the detectors, the
thresholds far, near_far and exact_far of unit_slip and pattern of clock and wrong_multiplier were
set with a look at these figures.

Each kind of fault is planted alone, at one time of 2017 that a fixed seed draws. It is found when
its detector marks half of the planted hours; a planted hour is only counted where it was measured.
The score is held to planted against all other hours of 2017. Prints JSON lines; min and max are the
95 % interval over draws of buildings.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from analytics.clock import Clock, clock_of
from analytics.hours import Hours
from analytics.oddness.score import SHIPPED, weighed
from analytics.oddness.views import views_of
from analytics.sound import MISSING, quality_of
from benchmarks.accuracy.data import folder, print_rows
from energy.calendars import Calendar
from energy.span import to_ms

COMMAND = "JIENENG_DATA=FOLDER python -m benchmarks.accuracy.faults"
FILE, META = "bdg_dev.parquet", "bdg_meta.csv"
START, END = datetime(2016, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC)
LEAST_VALID = 0.85
DRAWS, SEED = 200, 1
EDGE_HOURS = 45 * 24
"""Planted no nearer to the ends of the year, so that the longest fault is over."""


class Planting(NamedTuple):
    """One kind of fault: how long it lasts, and what becomes of the amounts.

    Attributes:
        hours: Length [h].
        change: Amounts of these hours, and the highest of the year, to amounts with the fault.
        detector: Whose mark it should have.
    """

    hours: int
    change: Callable[[np.ndarray, float], np.ndarray]
    detector: str


def _times(factor: float) -> Callable[[np.ndarray, float], np.ndarray]:
    return lambda amount, _: amount * factor


def _turned(amount: np.ndarray, _: float) -> np.ndarray:
    return np.roll(amount, 8)


PLANTINGS: Mapping[str, Planting] = {
    "stuck": Planting(12, lambda amount, _: np.full(len(amount), amount[0]), "stuck"),
    "zero": Planting(6, lambda amount, _: amount * 0.0, "dip"),
    "spike": Planting(1, lambda amount, most: amount * 0 + 5 * most, "spike"),
    "dip": Planting(3, _times(0.05), "dip"),
    "slip_1000": Planting(12, _times(1000.0), "unit_slip"),
    "slip_10": Planting(12, _times(10.0), "unit_slip"),
    "slip_0.01": Planting(12, _times(0.01), "unit_slip"),
    "multiplier_3": Planting(30 * 24, _times(3.0), "wrong_multiplier"),
    "clock_8h": Planting(14 * 24, _turned, "clock"),
}


class Found(NamedTuple):
    """What became of one planting in one building.

    Attributes:
        is_found: Whether its detector marked half of it.
        judged: Whether the gate of the detector let it look.
        auc: Of the score, planted hours against all others of the year.
        control: The same of one robust z by hour of the week.
    """

    is_found: bool
    judged: bool
    auc: float
    control: float


def buildings(folder: Path) -> dict[str, np.ndarray]:
    """Return the amounts [Wh] of every building that takes part; zero is missing."""
    meta = pd.read_csv(folder / META)
    wanted = meta.loc[meta["focus_use"], "building_id"]
    table = pd.read_parquet(folder / FILE, columns=[str(name) for name in wanted])
    kwh = {name: np.where(own > 0, own, np.nan) for name, own in table.astype(float).items()}
    half = len(table) // 2
    return {
        str(name): own * 1000
        for name, own in kwh.items()
        if min(np.isfinite(own[:half]).mean(), np.isfinite(own[half:]).mean()) >= LEAST_VALID
    }


def plant(hours: Hours, planting: Planting, chance: np.random.Generator) -> tuple[Hours, slice]:
    """Return hours with one fault in their last year, from midnight on where it lasts for days."""
    first_hour = len(hours.amount) - 365 * 24
    place = int(chance.integers(first_hour + EDGE_HOURS, len(hours.amount) - EDGE_HOURS))
    while not np.isfinite(hours.amount[place : place + min(planting.hours, 24)]).all():
        place = int(chance.integers(first_hour + EDGE_HOURS, len(hours.amount) - EDGE_HOURS))
    if planting.hours > 24:  # noqa: PLR2004  such a fault is found by whole days
        place -= int(hours.clock.hour[place])
    span = slice(place, place + planting.hours)
    amount = hours.amount.copy()
    amount[span] = planting.change(amount[span], float(np.nanmax(hours.amount)))
    return replace(hours, amount=amount), span


def look(hours: Hours, span: slice, planting: Planting) -> Found:
    """Return what marks and score say of a planted fault."""
    quality = quality_of(hours)
    is_marked = np.zeros(len(hours.amount), bool)
    for mark in quality.marks.get(planting.detector, ()):
        is_marked[mark.first : mark.end] = True
    known = hours.known[span]
    newest = hours.last(days=365)
    cut = len(hours.amount) - len(newest.amount)
    views = views_of(newest)
    planted = np.zeros(len(newest.amount), bool)
    planted[span.start - cut : span.stop - cut] = True
    score = weighed(views, newest.known, SHIPPED)
    label = planted[newest.known]
    return Found(
        bool(is_marked[span][known].mean() >= 0.5),  # noqa: PLR2004  half of it
        planting.detector in quality.marks,
        float(roc_auc_score(label, score[newest.known])),
        float(roc_auc_score(label, views["level"][newest.known])),
    )


def _interval(values: np.ndarray) -> tuple[float, float]:
    chance = np.random.default_rng(SEED)
    means = chance.choice(values, size=(DRAWS, len(values))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def _line(name: str, values: list[float], **more: float) -> dict[str, object]:
    low, high = _interval(np.array(values))
    line: dict[str, object] = {"name": name, "value": round(float(np.mean(values)), 3), "unit": "1"}
    line |= {"min": round(low, 3), "max": round(high, 3)}
    return line | {key: round(one, 3) for key, one in more.items()} | {"command": COMMAND}


def rows() -> Iterator[dict[str, object]]:
    """Yield two lines a kind of fault, and the share of hours marked where nothing was planted.

    Raises:
        FileNotFoundError: If JIENENG_DATA names no folder with the files.
    """
    there = folder(FILE, META)
    clock = wall_clock()
    every = {name: Hours(own, clock, step=1.0) for name, own in buildings(there).items()}
    clean = [float(_suspect(hours)) for hours in every.values()]
    yield _line("unplanted_hours_marked", clean, buildings=len(every))
    for number, (name, planting) in enumerate(PLANTINGS.items()):
        chance = np.random.default_rng((SEED, number))
        found = [look(*plant(hours, planting, chance), planting) for hours in every.values()]
        judged = [float(one.is_found) for one in found if one.judged]
        share = len(judged) / len(found)
        yield _line(f"planted_{name}_marked", judged or [0.0], judged=share)
        control = float(np.mean([one.control for one in found]))
        yield _line(f"planted_{name}_auc", [one.auc for one in found], robust_z=control)


def _suspect(hours: Hours) -> float:
    quality = quality_of(hours)
    names = [name for name in quality.marks if name != MISSING]
    return float(quality.suspect(by=names)[hours.known].mean())


def wall_clock() -> Clock:
    """Return the clock of the file: the local time of each site, Saturday and Sunday off."""
    nothing = Calendar("", {}, date(2030, 1, 1))
    return clock_of(start=to_ms(START), end=to_ms(END), timezone="UTC", calendar=nothing)


def main() -> int:
    """Print the lines; 2 when there is no data."""
    return print_rows(rows())


if __name__ == "__main__":
    sys.exit(main())
