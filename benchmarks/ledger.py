"""Registers to hourly amounts: the kernel against pandas doing the same interpolation.

Prints JSON lines; times are the best, the median and the worst of RUNS. One core.
"""

import json
import statistics
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pandas as pd

from analytics.consumption.edges import cells_between
from analytics.consumption.epochs import Epoch
from analytics.consumption.kernel import follow_register
from energy.limit import limit_of
from energy.span import HOUR_MS

METERS = 40
QUARTERS = 35_040
QUARTER_MS = HOUR_MS // 4
DIGITS = 9
RUNS = 5
SEED = 20_250_601
LONGEST_MS = QUARTER_MS * 3 // 2
COMMAND = "make bench-ledger"

Register = tuple[np.ndarray, np.ndarray]


def registers(*, faulty: bool) -> list[Register]:
    """Return a year of 15-min readings of each meter: jitter; 1 % missing and outages if faulty."""
    chance = np.random.default_rng(SEED)
    made = []
    for _ in range(METERS):
        jitter = chance.integers(0, 60_000, QUARTERS)
        times = np.arange(QUARTERS, dtype=np.int64) * QUARTER_MS + jitter
        values = np.cumsum(chance.integers(5_000, 20_000, QUARTERS))
        first = 10**DIGITS - values[QUARTERS // 2] if faulty else 0
        values = (values + first) % 10**DIGITS
        if faulty:
            values[chance.integers(1, QUARTERS, 5)] = 0
            there = chance.random(QUARTERS) > 0.01  # noqa: PLR2004  1 % missing
            outage = int(chance.integers(0, QUARTERS - 400))
            there[outage : outage + 400] = False
            times, values = times[there], values[there]
        made.append((times, values))
    return made


def by_kernel(made: list[Register], edges: np.ndarray) -> int:
    """Return the sum of all hours, quality columns made too."""
    epoch = Epoch(None, None, 10**DIGITS)
    limit = limit_of(modulus=10**DIGITS, steps_per_hour=Fraction(200_000))
    total = 0
    for times, values in made:
        course = follow_register(
            time=times,
            value=values,
            quality=np.zeros(len(times), dtype=np.int8),
            epochs=[(epoch, limit)],
            longest_ms=LONGEST_MS,
        )
        total += int(cells_between(course, edges, base_per_step=Fraction(1)).amount.sum())
    return total


def by_pandas(made: list[Register], edges: np.ndarray) -> int:
    """Return the same with one frame: groupby, cumulative sum, interpolation at hour edges."""
    frame = pd.concat(
        [
            pd.DataFrame({"meter": meter, "time": times, "value": values})
            for meter, (times, values) in enumerate(made)
        ]
    )
    grouped = frame.groupby("meter")
    rise = grouped["value"].diff().fillna(0)
    frame["count"] = rise.where(rise >= 0, rise + 10**DIGITS)
    frame["count"] = frame.groupby("meter")["count"].cumsum()
    total = 0
    for _, one in frame.groupby("meter"):
        at_edge = pd.Series(np.nan, index=edges)
        known = pd.Series(one["count"].to_numpy(), index=one["time"].to_numpy())
        both = pd.concat([known, at_edge[~at_edge.index.isin(known.index)]]).sort_index()
        hourly = both.interpolate(method="index").reindex(edges).diff()
        total += int(hourly.sum())
    return total


def seconds(work: Callable[[], int]) -> list[float]:
    """Return how long a piece of work took, RUNS times."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return taken


def report(name: str, made: list[Register]) -> None:
    """Print one line: readings a second of the kernel, and of pandas beside it."""
    edges = np.arange(0, QUARTERS * QUARTER_MS + HOUR_MS, HOUR_MS, dtype=np.int64)
    count = sum(len(times) for times, _ in made)
    ours = [count / one for one in seconds(lambda: by_kernel(made, edges))]
    control = statistics.median(count / one for one in seconds(lambda: by_pandas(made, edges)))
    value = statistics.median(ours)
    line = {
        "name": name,
        "value": round(value),
        "unit": "readings/s",
        "min": round(min(ours)),
        "max": round(max(ours)),
        "control": round(control),
        "ratio": round(value / control, 1),
        "command": COMMAND,
    }
    print(json.dumps(line))


def main() -> None:
    """Run on clean and on faulty registers."""
    report("kernel_clean", registers(faulty=False))
    report("kernel", registers(faulty=True))


if __name__ == "__main__":
    main()
