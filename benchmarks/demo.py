"""The demo from its start to the screen of figures, against publishing the same history to nobody.

The control is ``jieneng simulate --history-only`` to a mosquitto without a subscriber: building the
history, its truth files, and publishing it. Both run in turn, each in a fresh folder. Prints JSON
lines: whole seconds to the screen, seconds and rate of the ingest, peak memory of all processes.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jieneng.mqtt.demo_broker import start_broker

RUNS = 3
COMMAND = "make bench-demo"


def run_demo(folder: Path) -> dict[str, Any]:
    """Run the demo once and return its figures."""
    command = [sys.executable, "-m", "jieneng", "--state", str(folder), "demo", "--once", "--json"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    figures: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    if figures["problems"]:
        raise SystemExit(f"The demo does not tie out: {figures['problems']}")
    return figures


def publish_alone(folder: Path) -> float:
    """Publish the same history to nobody and return the seconds."""
    broker = start_broker(folder / "broker", choice="mosquitto", tell=print)
    command = [
        sys.executable, "-m", "jieneng", "--state", str(folder),
        "simulate", "--history-only", "--broker", broker.url,
    ]  # fmt: skip
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    spent = time.perf_counter() - began
    broker.stop()
    return spent


def tell(name: str, unit: str, values: Sequence[float], controls: Sequence[float] | None) -> None:
    """Print one line."""
    line = {
        "name": name,
        "value": round(statistics.median(values), 2),
        "unit": unit,
        "min": round(min(values), 2),
        "max": round(max(values), 2),
        "control": round(statistics.median(controls), 2) if controls else None,
        "ratio": (
            round(statistics.median(v / c for v, c in zip(values, controls, strict=True)), 2)
            if controls
            else None
        ),
        "command": COMMAND,
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    """Measure and print."""
    figures, controls = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            figures.append(run_demo(Path(folder) / "demo"))
            controls.append(publish_alone(Path(folder) / "alone"))
    readings = [entry["readings_received"] for entry in figures]
    alone = [count / spent for count, spent in zip(readings, controls, strict=True)]
    tell("demo_total_s", "s", [entry["seconds_total"] for entry in figures], controls)
    tell("demo_ingest_s", "s", [entry["seconds_ingest"] for entry in figures], controls)
    rates = [entry["readings_per_second"] for entry in figures]
    tell("demo_ingest_rate", "readings/s", rates, alone)
    tell("demo_peak_rss_mib", "MiB", [entry["peak_rss_mb"] for entry in figures], None)


if __name__ == "__main__":
    main()
