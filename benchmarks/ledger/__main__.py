"""Registers to hourly amounts: the kernel beside pandas doing the same, in the same run.

Prints JSON lines; minimum, median and maximum of RUNS. One core; rates are by seconds of CPU.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.ledger.control import (
    COLUMNS,
    Task,
    Way,
    amounts_by_pandas,
    hours_by_meter,
    hours_in_one_pass,
)
from benchmarks.ledger.embedded import fill, names_of, one_by_one, together
from benchmarks.ledger.faulty import (
    Register,
    edges_of,
    read_parquet,
    registers,
    write_parquet,
)
from benchmarks.ledger.late import late_loop
from benchmarks.ledger.ours import hours_by_kernel, task_of
from benchmarks.ledger.periods import hours_of_meters, late_kernel, months_by_pandas, months_of
from benchmarks.ledger.rounds import first_round, new_hours
from benchmarks.ledger.server import year_by_day
from benchmarks.ledger.turns import Turns, cpu_rate, hold_equal
from storage.engines.duckdb import DuckDBStore

METERS = 1_000
QUARTERS = 9_970
"""With METERS about 10 million readings; a child process looks at ten times as many."""
FEW = 40
RUNS = 3
COMMAND = "make bench-ledger"
WAYS: Mapping[str, Way] = {
    "ratio": hours_in_one_pass,
    "ratio_by_meter": hours_by_meter,
    "ratio_amounts_only": amounts_by_pandas,
}
"""What the kernel is compared with, fastest first. The first two make the same columns as ours."""


def time_line(name: str, unit: str, measured: list[float], **more: float) -> None:
    """Print one line of times."""
    line = {
        "name": name,
        "value": round(statistics.median(measured), 3),
        "unit": unit,
        "min": round(min(measured), 3),
        "max": round(max(measured), 3),
        **more,
        "command": COMMAND,
    }
    print(json.dumps(line), flush=True)


def report(name: str, unit: str, measured: list[float], **more: float) -> None:
    """Print one line."""
    line = {
        "name": name,
        "value": round(statistics.median(measured)),
        "unit": unit,
        "min": round(min(measured)),
        "max": round(max(measured)),
        **more,
        "command": COMMAND,
    }
    print(json.dumps(line), flush=True)


def as_frame(made: Iterable[Register]) -> pd.DataFrame:
    """Return registers as one frame."""
    parts = [
        pd.DataFrame({"meter": meter, "time": times, "value": values})
        for meter, (times, values) in enumerate(made)
    ]
    return pd.concat(parts, ignore_index=True)


def beside_pandas(
    count: int,
    ours: Callable[[], Iterable[Register]],
    frame: Callable[[], pd.DataFrame],
    edges: np.ndarray,
    *,
    meters: int,
    ways: Mapping[str, Way] = WAYS,
) -> tuple[list[float], dict[str, float]]:
    """Measure the kernel and pandas in turn, from registers and from a frame of the same readings.

    Returns:
        Our rates; and the ratios to each way, each also with the least and the greatest of the
        turns, beside the rate of the first of them, the control.
    """
    task, wanted = task_of(edges), hours_by_kernel(ours(), edges)
    for name, way in ways.items():
        if way is not amounts_by_pandas:
            sums = way(frame(), task).sum()
            hold_equal(name, wanted, {name: int(sums[name]) for name in COLUMNS}, meters=meters)
    works: dict[str, Callable[[], object]] = {"ours": lambda: hours_by_kernel(ours(), edges)}
    works |= {name: partial(_summed, way, frame, task) for name, way in ways.items()}
    turns = Turns(count, works, turns=RUNS)
    more: dict[str, float] = {"control": round(turns.median(next(iter(ways))))}
    for name in ways:
        least, most = turns.spread(name)
        more |= {name: turns.ratio(name), f"{name}_min": least, f"{name}_max": most}
    return turns.rates["ours"], more


def _summed(way: Way, frame: Callable[[], pd.DataFrame], task: Task) -> None:
    way(frame(), task).sum()


def kernel() -> None:
    """Measure the arithmetic alone, on registers in memory."""
    made, edges = list(registers(meters=FEW, quarters=QUARTERS * 3)), edges_of(QUARTERS * 3)
    frame = as_frame(made)
    ours, more = beside_pandas(
        len(frame), lambda: made, lambda: frame.copy(deep=False), edges, meters=FEW
    )
    report("kernel", "readings/s", ours, floor=40e6, aim=80e6, **more)


def kernel_parquet(path: Path) -> None:
    """Measure with decoding, from a file of a row group a meter."""
    count, edges = write_parquet(path, meters=METERS, quarters=QUARTERS), edges_of(QUARTERS)
    ours, more = beside_pandas(
        count,
        lambda: read_parquet(path),
        lambda: pd.read_parquet(path, use_threads=False),
        edges,
        meters=METERS,
    )
    more |= {"readings": count, "ratio_floor": 15}
    report("kernel_parquet", "readings/s", ours, floor=20e6, aim=30e6, **more)


def kernel_peak(folder: Path) -> None:
    """Measure memory in fresh processes, at few meters and at ten times as many."""
    for meters in (METERS // 10, METERS):
        path = folder / f"{meters}.parquet"
        count = write_parquet(path, meters=meters, quarters=QUARTERS)
        child = [sys.executable, "-m", "benchmarks.ledger.peak", str(path), str(QUARTERS)]
        run = subprocess.run(child, check=True, capture_output=True, text=True)  # noqa: S603  ours
        peak = float(run.stdout)
        report("kernel_peak", "MiB", [peak], floor=307, readings=count)


def kernel_embedded(path: Path) -> None:
    """Measure from the embedded store, read together; a question a meter and pandas beside it."""
    count, edges = fill(path, meters=METERS, quarters=QUARTERS), edges_of(QUARTERS)
    names, few = names_of(METERS), names_of(METERS)[:20]
    store = DuckDBStore(path, threads=1)
    alone = cpu_rate(
        count * len(few) // METERS, lambda: hours_by_kernel(one_by_one(store, few), edges)
    )
    ours, more = beside_pandas(
        count,
        lambda: together(store, names),
        lambda: as_frame(together(store, names)),
        edges,
        meters=METERS,
        ways={"ratio": hours_in_one_pass},
    )
    store.close()
    more |= {"one_by_one": round(alone)}
    report("kernel_embedded", "readings/s", ours, floor=4e6, aim=10e6, **more)


def new_hour_500() -> None:
    """Measure new hours of 500 meters, end to end in the embedded store: the two sorts apart."""
    hours = new_hours(meters=500, days=60, mornings=2)
    rules = round(statistics.median(hour.rules for hour in hours), 3)
    worst = round(max(hour.amounts for hour in hours), 3)
    for name, is_judging in (("new_hour_500", False), ("new_hour_500_judging", True)):
        own = [hour for hour in hours if hour.is_judging is is_judging]
        rolled_up = round(statistics.median(hour.rolled_up for hour in own), 3)
        spent = [hour.amounts for hour in own]
        time_line(name, "CPU s", spent, floor=1, rolled_up=rolled_up, worst=worst, rules=rules)


def loop() -> None:
    """Measure one late reading from MQTT to the month it restates."""
    amounts, whole = late_loop()
    rules = round(statistics.median(whole), 3)
    time_line("late_loop", "s", amounts, floor=2, until_rules_ran=rules)


def months() -> None:
    """Measure 25 million meter-hours to local months, all columns."""
    made = hours_of_meters()
    ours, control = [months_of(made) for _ in range(RUNS)], months_by_pandas(made)
    ratio = round(control / statistics.median(ours), 1)
    time_line("months", "s", ours, floor=1, aim=0.5, control=round(control, 3), ratio=ratio)


def growth() -> None:
    """Measure a first round at more meters, and over more days."""
    for meters, days in ((10, 60), (100, 60), (1_000, 60), (100, 365)):
        spent = first_round(meters=meters, days=days)
        per = round(spent / meters / days * 1e3, 3)
        time_line("growth", "CPU s", [spent], meters=meters, days=days, ms_per_meter_day=per)


def main() -> None:
    """Measure everything; files live in a temporary folder."""
    kernel()
    months()
    time_line("late_kernel", "ms", late_kernel(), floor=1)
    loop()
    new_hour_500()
    time_line("year_by_day_influx", "s", year_by_day(), floor=1)
    growth()
    with tempfile.TemporaryDirectory() as folder:
        kernel_peak(Path(folder))
        kernel_embedded(Path(folder) / "readings.duckdb")
        kernel_parquet(Path(folder) / "registers.parquet")


if __name__ == "__main__":
    main()
