"""Hours to local months, and one late reading: what the ledger computes after the kernel."""

import time

import numpy as np
import pandas as pd

from analytics.ledger.reach import REACHES_MS
from analytics.ledger.rows import FIELDS, Rows, summed_by
from analytics.ledger.wall import days_around
from benchmarks.ledger.faulty import QUARTER_MS, SEED, edges_of, registers
from benchmarks.ledger.ours import hours_by_kernel
from energy.span import HOUR_MS

ZONE = "Asia/Shanghai"
START_MS = 1_704_038_400_000
"""Midnight of 1 January 2024 in Shanghai."""
HOURS = 25_000
METERS = 1_000
DIFFERENT = 20
"""Meters in memory at once, 40 MB and so more than the caches hold; each is summed many times."""


def hours_of_meters() -> list[Rows]:
    """Return hours of some meters, all columns."""
    chance = np.random.default_rng(SEED)
    start = START_MS + np.arange(HOURS, dtype=np.int64) * HOUR_MS
    return [
        Rows(
            start,
            chance.integers(0, 10**6, (len(FIELDS), HOURS)),
            chance.random((len(FIELDS), HOURS)) > 0.01,  # noqa: PLR2004  1 % missing
        )
        for _ in range(DIFFERENT)
    ]


def months_of(made: list[Rows]) -> float:
    """Return the seconds from the hours of METERS meters to their months."""
    began = time.perf_counter()
    for number in range(METERS):
        rows = made[number % DIFFERENT]
        days = days_around(ZONE, int(rows.start[0]), int(rows.start[-1]))
        summed_by(rows, days.month_start[days.of(rows.start)])
    return time.perf_counter() - began


def months_by_pandas(made: list[Rows]) -> float:
    """Return what pandas would take: groupby month of wall time, from a tenth of the meters."""
    frames = [pd.DataFrame(rows.numbers.T, columns=list(FIELDS)) for rows in made]
    began = time.perf_counter()
    for number in range(METERS // 10):
        rows = made[number % DIFFERENT]
        wall = pd.to_datetime(rows.start, unit="ms", utc=True).tz_convert(ZONE)
        frames[number % DIFFERENT].groupby([wall.year, wall.month]).sum()
    return (time.perf_counter() - began) * 10


def late_kernel() -> list[float]:
    """Return the milliseconds of the kernel for the hours around one late reading, each time."""
    ((times, values),) = registers(meters=1, quarters=2 * REACHES_MS[0] // QUARTER_MS)
    edges = edges_of(2 * REACHES_MS[0] // QUARTER_MS)
    found = []
    for _ in range(200):
        began = time.perf_counter()
        hours_by_kernel([(times, values)], edges)
        found.append((time.perf_counter() - began) * 1e3)
    return found
