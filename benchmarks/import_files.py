"""What importing history costs: a file of a million readings, judged, kept, and taken into DuckDB.

    make bench-import_files

Prints JSON lines. The control is reading the same file as text with pandas, in the same run.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER
from energy.registry import Registry
from jieneng.publisher import RecordsPublisher
from jieneng.shipped import shipped
from storage.opening import open_store
from storage.records import registry as registry_records
from storage.records.book import Records

COMMAND = "make bench-import_files"
READINGS = int(os.environ.get("READINGS", "1000000"))
METERS = 20
TIMES = 3
QUARTER = timedelta(minutes=15)


def prepare(folder: Path) -> Path:
    """Make records with the example district, and a file of history in order of time."""
    setup = ["setup", "--registry", str(shipped("examples") / "district")]
    subprocess.run([*jieneng(folder), *setup], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    records = Records.open(f"sqlite:{folder / 'state' / 'records.sqlite'}")
    registers = [one.meter for one in registry_of(records).meters if one.table == REGISTER]
    records.close()
    path = folder / "history.csv"
    start = datetime(2023, 1, 1)  # noqa: DTZ001 - a wall clock, as files hold it
    with path.open("w", encoding="utf-8") as file:
        file.write("meter,time,value\n")
        for step in range(READINGS // METERS):
            at = (start + step * QUARTER).isoformat(" ")
            for number, meter in enumerate(registers[:METERS]):
                file.write(f"{meter},{at},{step * (number + 3) / 100:.2f}\n")
    return path


def registry_of(records: Records) -> Registry:
    """Return the registry in force."""
    with records.reading() as session:
        return registry_records.load(session)


def jieneng(folder: Path) -> list[str]:
    """Return the command line on a state folder."""
    return [sys.executable, "-m", "jieneng", "--state", str(folder / "state")]


def cpu_of_children() -> float:
    """Return the CPU seconds of the processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_of(command: list[str]) -> float:
    """Run a command and return its CPU seconds."""
    before = cpu_of_children()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return cpu_of_children() - before


def control_of(path: Path) -> float:
    """Return the CPU seconds of reading the file as text with pandas."""
    before = time.process_time()
    pd.read_csv(path, dtype=str)
    return time.process_time() - before


def take(folder: Path) -> tuple[float, float]:
    """Let a collector take what waits into DuckDB; return wall and CPU seconds."""
    state = folder / "state"
    records = Records.open(f"sqlite:{state / 'records.sqlite'}")
    store = open_store(f"duckdb:{state / 'readings.duckdb'}", token="")
    registry = registry_of(records)
    collector = Collector(
        CollectorOptions(address_of("mqtt://127.0.0.1:1"), "bench", state),
        store=store,
        registry=lambda: registry,
        formats=offers(formats, "FORMAT", Format),
        publish=RecordsPublisher(records, collector="bench"),
    )
    began, cpu = time.perf_counter(), time.process_time()
    collector.start()
    while collector.counters().shipped < READINGS:
        time.sleep(0.05)
    seconds = time.perf_counter() - began, time.process_time() - cpu
    collector.stop()
    store.close()
    records.close()
    return seconds


def tell(name: str, unit: str, values: list[float], control: float | None = None) -> None:
    """Print one line."""
    middle = statistics.median(values)
    line = {"name": name, "value": round(middle, 2), "unit": unit, "min": round(min(values), 2),
            "max": round(max(values), 2), "control": control and round(control, 2),
            "ratio": round(middle / control, 2) if control else None,
            "command": COMMAND}  # fmt: skip
    print(json.dumps(line), flush=True)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = prepare(folder)
        start = cpu_of([*jieneng(folder), "import", "list"])
        dry = [*jieneng(folder), "import", "readings", str(path), "--dry-run"]
        per = READINGS / 1e6
        control = statistics.median(control_of(path) for _ in range(TIMES)) / per
        judged = [(cpu_of(dry) - start) / per for _ in range(TIMES)]
        tell("import_judge", "µs of CPU a reading", judged, control)
        cpu_of(dry[:-1])
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        tell("import_peak_rss", "MiB", [peak])
        wall, cpu = take(folder)
    tell("import_take", "µs of CPU a reading", [cpu / per], control)
    tell("import_take_rate", "readings/s", [READINGS / wall])


if __name__ == "__main__":
    main()
