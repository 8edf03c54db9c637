"""Registers to hourly amounts: the kernel beside pandas doing the same, in the same run.

Prints JSON lines; minimum, median and maximum of RUNS. One core.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from benchmarks.ledger.control import hours_by_pandas
from benchmarks.ledger.embedded import fill, names_of, one_by_one, together
from benchmarks.ledger.faulty import (
    MODULUS,
    Register,
    edges_of,
    read_parquet,
    registers,
    write_parquet,
)
from benchmarks.ledger.late import late_loop
from benchmarks.ledger.ours import hours_by_kernel
from benchmarks.ledger.periods import hours_of_meters, late_kernel, months_by_pandas, months_of
from benchmarks.ledger.rounds import first_round, new_hours
from benchmarks.ledger.server import year_by_day
from storage.engines.duckdb import DuckDBStore

METERS = 1_000
QUARTERS = 9_970
"""With METERS about 10 million readings; a child process looks at ten times as many."""
FEW = 40
RUNS = 3
COMMAND = "make bench-ledger"


def rates(count: int, work: Callable[[], int], runs: int = RUNS) -> list[float]:
    """Return readings a second of each run."""
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        found.append(count / (time.perf_counter() - began))
    return found


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


def kernel() -> None:
    """Measure the arithmetic alone, on registers in memory."""
    made, edges = list(registers(meters=FEW, quarters=QUARTERS * 3)), edges_of(QUARTERS * 3)
    count = sum(len(times) for times, _ in made)
    frame = as_frame(made)
    control = statistics.median(
        rates(count, lambda: hours_by_pandas(frame.copy(), edges, modulus=MODULUS))
    )
    ours = rates(count, lambda: hours_by_kernel(made, edges))
    ratio = round(statistics.median(ours) / control, 1)
    report("kernel", "readings/s", ours, floor=40e6, aim=80e6, control=round(control), ratio=ratio)


def kernel_parquet(path: Path) -> None:
    """Measure with decoding, from a file of a row group a meter."""
    count, edges = write_parquet(path, meters=METERS, quarters=QUARTERS), edges_of(QUARTERS)
    ours = rates(count, lambda: hours_by_kernel(read_parquet(path), edges))
    control = statistics.median(
        rates(count, lambda: hours_by_pandas(pd.read_parquet(path), edges, modulus=MODULUS))
    )
    ratio = round(statistics.median(ours) / control, 1)
    more = {"readings": count, "control": round(control), "ratio": ratio, "ratio_floor": 15}
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
    ours = rates(count, lambda: hours_by_kernel(together(store, names), edges))
    alone = rates(
        count * len(few) // METERS, lambda: hours_by_kernel(one_by_one(store, few), edges), 1
    )[0]
    control = rates(
        count,
        lambda: hours_by_pandas(as_frame(together(store, names)), edges, modulus=MODULUS),
        1,
    )[0]
    store.close()
    ratio = round(statistics.median(ours) / control, 1)
    more = {"one_by_one": round(alone), "control": round(control), "ratio": ratio}
    report("kernel_embedded", "readings/s", ours, floor=4e6, aim=10e6, **more)


def new_hour_500() -> None:
    """Measure one new hour for 500 meters, end to end in the embedded store."""
    amounts, rules = new_hours(meters=500, days=60, hours=RUNS)
    time_line("new_hour_500", "CPU s", amounts, floor=1, rules=round(statistics.median(rules), 3))


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
