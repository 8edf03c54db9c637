"""The demo at full size: every Cambridge building replayed through the whole platform.

    JIENENG_DATA=FOLDER make bench-replay

Reads ucam_electricity_dev.parquet (Cambridge University Estates Building Energy Archive v2.1, doi
10.5281/zenodo.10955332) from the folder; nothing of it is copied. Each building becomes a main of
a district of its own; 776 days of hourly readings go over MQTT into store, ledger and rules.

Prints JSON lines; the control is publishing the same history to nobody. Zeros are missing, as the
source says of its electricity; a column with less than a year of readings is left out, and counted.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from energy.meter import Building, Device, Institution, Meter, Site
from energy.registry import Registry
from jieneng.mqtt.demo_broker import start_broker
from storage.registry.files import write_registry

COMMAND = "JIENENG_DATA=FOLDER make bench-replay"
FILE = "ucam_electricity_dev.parquet"
LEAST_HOURS = 2 * 52 * 7 * 24
SCENARIO = "format = 1\ndays = 776\nsubs_from_day = 776\n"


def prepare(source: Path, folder: Path) -> tuple[int, int]:
    """Write district, mapping, scenario and readings; return buildings taken and left out."""
    table = pq.read_table(source)
    names = [name for name in table.column_names if name != "timestamp"]
    taken: dict[str, pa.Array] = {}
    for name in names:
        kwh = table[name].to_numpy().astype(np.float64)
        kwh = np.where(kwh > 0, kwh, np.nan)
        known = np.flatnonzero(np.isfinite(kwh))
        if len(known) and known[-1] - known[0] >= LEAST_HOURS:
            taken[name] = pa.array(kwh)
    pq.write_table(pa.table({"time": table["timestamp"], **taken}), folder / "readings.parquet")
    mapping = ['[file]\ntime = "time"\nzone = "UTC"\nlabel = "Cambridge University Estates"\n']
    mapping += [
        f'[[column]]\ncolumn = "{name}"\nmeter = "{name}"\nunit = "kWh"\nzone = "Europe/London"\n'
        for name in taken
    ]
    (folder / "mapping.toml").write_text("\n".join(mapping), encoding="utf-8")
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "district").mkdir()
    write_registry(registry_of(list(taken)), folder / "district")
    return len(taken), len(names) - len(taken)


def registry_of(names: list[str]) -> Registry:
    """Return a district with one building, device and main a name."""
    site = Site("estate", "大学", "Estate", "Europe/London", "cn", "000000")
    owner = Institution("university", "大学", "University", "university", "estate")
    return Registry(
        sites=(site,),
        institutions=(owner,),
        buildings=tuple(
            Building(name, "university", "estate", name, name, "D", 0, 0) for name in names
        ),
        devices=tuple(Device(name, "gw", "own_batch", "", "s", "UTC") for name in names),
        meters=tuple(_main(name) for name in names),
        name_zh="大学",
        name_en="Estate",
    )


def _main(name: str) -> Meter:
    return Meter(
        meter=name, building=name, site="estate", institution="university", kind="electricity",
        table="register", role="main", parent="", item="", device=name, channel="ep", unit="kWh",
        step=Fraction(1, 100), resolution=Fraction(1, 100), digits=9, ratio=Fraction(1),
        max_rate=Fraction(5000), interval_s=3600, tariff="", name_zh=name, name_en=name,
    )  # fmt: skip


def arguments(folder: Path) -> list[str]:
    """Return the options that name what prepare wrote."""
    return [
        "--district", str(folder / "district"), "--scenario", str(folder / "scenario.toml"),
        "--readings", str(folder / "readings.parquet"), "--mapping", str(folder / "mapping.toml"),
    ]  # fmt: skip


def run_demo(folder: Path) -> dict[str, Any]:
    """Run the demo and return its figures."""
    command = [
        sys.executable, "-m", "jieneng", "--state", str(folder / "demo"),
        "demo", "--once", "--json", *arguments(folder),
    ]  # fmt: skip
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if not answer.stdout:
        raise SystemExit(answer.stderr)
    figures: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return figures


def publish_alone(folder: Path) -> float:
    """Publish the same history to nobody and return the seconds."""
    broker = start_broker(folder / "broker", choice="mosquitto", tell=print)
    command = [
        sys.executable, "-m", "jieneng", "--state", str(folder / "alone"),
        "simulate", "--history-only", "--broker", broker.url, *arguments(folder),
    ]  # fmt: skip
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    broker.stop()
    return time.perf_counter() - began


def tell(name: str, unit: str, value: float, control: float | None = None) -> None:
    """Print one line of a single run."""
    ratio = round(value / control, 2) if control else None
    line = {"name": name, "value": round(value, 2), "unit": unit, "min": round(value, 2),
            "max": round(value, 2), "control": control and round(control, 2), "ratio": ratio,
            "command": COMMAND}  # fmt: skip
    print(json.dumps(line), flush=True)


def main() -> None:
    """Measure and print."""
    source = Path(os.environ.get("JIENENG_DATA", "")) / FILE
    if not source.is_file():
        raise SystemExit(f"Set JIENENG_DATA to the folder that holds {FILE}; nothing was measured.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        taken, left_out = prepare(source, folder)
        tell("replay_buildings", "buildings", taken)
        tell("replay_left_out", "buildings", left_out)
        figures = run_demo(folder)
        control = publish_alone(folder)
    tell("replay_readings", "readings", figures["readings_stored"])
    tell("replay_tie_out_difference", "Wh", figures["tie_out_difference"])
    tell("replay_wrong_measured_hours", "hours", figures["wrong_measured_hours"])
    tell("replay_findings", "findings", figures["findings_unplanted"])
    tell("replay_total_s", "s", figures["seconds_total"], control)
    tell("replay_peak_rss_mib", "MiB", figures["peak_rss_mb"])


if __name__ == "__main__":
    main()
