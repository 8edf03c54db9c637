"""How wrong the hours of gaps are with each shape, over all simulated loads.

A year of each load with 37 gaps of 4 to 72 hours, YEARS times, and 40 first weeks of a meter with a
gap in its first days. The control is the same gap laid evenly. Prints a JSON line a load: the error
of each shape over that of even hours; the last line is the mean of all loads.
"""

import json
from statistics import mean

from analytics.ledger.estimates import shaped
from tests.analytics.consumption.test_gap_truth import (
    HABITS,
    LOADS,
    SIMILAR,
    when_new,
    with_outages,
    wrong,
)
from tests.analytics.ledgers import ALWAYS

YEARS = 12
SHAPES = {"like_days": HABITS, "similar_days": SIMILAR}


def shares(name: str) -> dict[str, float]:
    """Return the error of each shape over that of even hours, for one load."""
    load = LOADS[name]
    years = [with_outages(load, seed=5 + year) for year in range(YEARS)]
    even = sum(wrong(course, hourly) for course, hourly in years)
    found = {
        shape: sum(wrong(shaped(course, ALWAYS, habits), hourly) for course, hourly in years) / even
        for shape, habits in SHAPES.items()
    }
    new = when_new(load)
    even = sum(wrong(course, hourly) for course, hourly in new)
    profile = sum(wrong(shaped(course, ALWAYS, HABITS), hourly) for course, hourly in new)
    return found | {"profile_when_new": profile / even}


def main() -> None:
    """Print a line a load, and the mean."""
    every = {name: shares(name) for name in LOADS}
    every["mean"] = {
        shape: mean(one[shape] for one in every.values()) for shape in next(iter(every.values()))
    }
    for name, found in every.items():
        print(json.dumps({"load": name} | {shape: round(one, 3) for shape, one in found.items()}))


if __name__ == "__main__":
    main()
