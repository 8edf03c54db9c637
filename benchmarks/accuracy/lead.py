"""How odd an hour is, held to what people called anomalous: LEAD 1.0, ten buildings, a year.

    JIENENG_DATA=FOLDER python -m benchmarks.accuracy.lead

Reads lead_dev.parquet (LEAD 1.0, Gulati and Arjunan, arXiv 2203.17256) from the folder; nothing of
it is copied. Scored are the hours that are in the file and not masked. The score sees no label, no
number of a building and no special reading. How its views are weighed is chosen for each building
by the other nine (CHOICES, by the sum of AUC, PR-AUC and event recall); ``shipped`` is the
weighing that the platform uses. Controls in the same run: a robust z-score by hour of the week, the
sum of two of them, and an isolation forest on reading, hour and weekday.

Prints JSON lines; min and max are the 95 % interval over 200 draws of buildings.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest

from analytics.clock import Clock, clock_of
from analytics.hours import Hours
from analytics.oddness.score import SHIPPED, Weighing, weighed
from analytics.oddness.views import views_of
from benchmarks.accuracy.data import folder, print_rows
from benchmarks.accuracy.lead_scores import Labelled, Scores, figures, intervals
from energy.calendars import Calendar
from energy.span import to_ms

COMMAND = "JIENENG_DATA=FOLDER python -m benchmarks.accuracy.lead"
FILE = "lead_dev.parquet"
START, END = datetime(2016, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC)
GOALS: Mapping[str, tuple[float, float]] = {
    "lead_auc": (0.86, 0.89),
    "lead_auc_building_median": (0.87, 0.91),
    "lead_pr_auc": (0.35, 0.40),
    "lead_auc_without_ones": (0.82, 0.85),
    "lead_pr_auc_without_ones": (0.16, 0.20),
    "lead_event_recall": (0.53, 0.65),
}
"""Figure to its floor and its aim."""

CHOICES: Sequence[Weighing] = tuple(
    Weighing(sudden={"change": change, "beside_gap": gap}, hours=hours, smooth=smooth)
    for change, gap, hours, smooth in product((0.0, 1.0, 1.5, 2.0), (0.0, 2.0), (5, 9), (0.5, 0.8))
)
ONE_Z, TWO_Z, FOREST = "robust_z", "robust_z_sum", "isolation_forest"

Views = Mapping[str, np.ndarray]


def buildings(path: Path) -> list[Labelled]:
    """Return every building, its hours put on the whole year."""
    year = pd.date_range(START, END, freq="h", inclusive="left").tz_localize(None)
    found = []
    for name, rows in pd.read_parquet(path).groupby("building_id"):
        own = rows.set_index("timestamp").reindex(year)
        is_scored = own["masked"].eq(other=False).to_numpy(bool)
        reading = np.where(is_scored, own["meter_reading"].to_numpy(np.float64), np.nan)
        found.append(Labelled(int(str(name)), reading, own["anomaly"].eq(1).to_numpy(), is_scored))
    return found


def wall_clock() -> Clock:
    """Return the clock of the file: local time without changes, Saturday and Sunday off."""
    nothing = Calendar("", {}, date(2030, 1, 1))
    return clock_of(start=to_ms(START), end=to_ms(END), timezone="UTC", calendar=nothing)


def held_out(every: Sequence[Labelled], views: Mapping[int, Views]) -> tuple[Scores, Weighing]:
    """Return the score of each building by the weighing that suits the others best.

    Returns:
        The scores, and the weighing that was chosen most often.
    """
    by_choice = [scores_of(every, views, choice) for choice in CHOICES]
    chosen: dict[int, int] = {}
    for one in every:
        others = [other for other in every if other is not one]
        merit = [_merit(figures(others, scores)) for scores in by_choice]
        chosen[one.name] = int(np.argmax(merit))
    most = Counter(chosen.values()).most_common(1)[0][0]
    return {name: by_choice[place][name] for name, place in chosen.items()}, CHOICES[most]


def _merit(found: Mapping[str, float]) -> float:
    return found["lead_auc"] + found["lead_pr_auc"] + found["lead_event_recall"]


def scores_of(every: Sequence[Labelled], views: Mapping[int, Views], weighing: Weighing) -> Scores:
    """Return the score of every building by one weighing."""
    return {one.name: weighed(views[one.name], one.is_scored, weighing) for one in every}


def controls(
    every: Sequence[Labelled], views: Mapping[int, Views], clock: Clock
) -> dict[str, Scores]:
    """Return the scores of what is compared with."""
    return {
        ONE_Z: {one.name: views[one.name]["level"] for one in every},
        TWO_Z: {one.name: views[one.name]["level"] + views[one.name]["whole"] for one in every},
        FOREST: {one.name: _forest(one, clock) for one in every},
    }


def _forest(one: Labelled, clock: Clock) -> np.ndarray:
    weekday = (clock.first_day.weekday() + clock.day) % 7
    table = np.array([one.reading, clock.hour, weekday]).T
    score = np.full(len(table), np.nan)
    forest = IsolationForest(random_state=0).fit(table[one.is_scored])
    score[one.is_scored] = 1.0 - forest.score_samples(table[one.is_scored])
    return score


def rows() -> Iterator[dict[str, object]]:
    """Yield a line a figure.

    Raises:
        FileNotFoundError: If JIENENG_DATA names no folder with the file.
    """
    path = folder(FILE) / FILE
    every, clock = buildings(path), wall_clock()
    views = {one.name: views_of(Hours(one.reading, clock)) for one in every}
    scores, most = held_out(every, views)
    ours, bands = figures(every, scores), intervals(every, scores)
    shipped = figures(every, scores_of(every, views, SHIPPED))
    beside = {name: figures(every, own) for name, own in controls(every, views, clock).items()}
    for name, (floor, aim) in GOALS.items():
        low, high = bands[name]
        line: dict[str, object] = {"name": name, "value": round(ours[name], 3), "unit": "1"}
        line |= {"min": round(low, 3), "max": round(high, 3), "floor": floor, "aim": aim}
        line |= {"shipped": round(shipped[name], 3)}
        line |= {control: round(found[name], 3) for control, found in beside.items()}
        yield line | {"command": COMMAND}
    sudden = ", ".join(f"{name} {weight:g}" for name, weight in most.sudden.items())
    print(f"Chosen most often: {sudden}, {most.hours} h, {most.smooth:g}.", file=sys.stderr)


def main() -> int:
    """Print the lines; 2 when there is no data."""
    return print_rows(rows())


if __name__ == "__main__":
    sys.exit(main())
