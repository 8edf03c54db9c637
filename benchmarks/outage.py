"""Memory of the collector while the store is away for a day: the spool grows, the heap does not.

A day of 1,000 meters, a reading every 15 minutes each, from three channels of 333 devices, comes in
as fast as it goes while nobody listens at the store's address. In a process of its own; the control
is its memory before the first message. MiB resident, of RUNS runs.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.workload import (
    CHANNELS,
    ENERGY,
    FIRST_TIME,
    FORMATS,
    POWER,
    RUNS,
    report,
)
from collector.intake import Intake
from collector.shipper import Shipper
from collector.spool import Spool
from collector.state import State
from storage.opening import open_store
from tests.builders import PANEL, registry_of
from tests.server_programs import free_port

COMMAND = "make bench-ingest"
DEVICES = 333
QUARTERS = 96
QUARTER_S = 900
COMMIT = 2000
MIB = 2**20
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident_mib() -> float:
    """Return the memory of this process."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE / MIB


def outage() -> None:
    """Take a day in; print memory before and at most, and the size of the spool."""
    devices = [replace(PANEL, device=f"panel-{number}") for number in range(DEVICES)]
    meters = [
        replace(like, meter=f"{channel}-{device.device}", device=device.device, channel=channel)
        for device in devices
        for like, channel in zip((ENERGY, POWER, POWER), CHANNELS, strict=True)
    ]
    registry = registry_of(*meters, devices=devices)
    with tempfile.TemporaryDirectory() as name:
        spool = Spool(Path(name) / "spool", max_bytes=10**10)
        state = State(Path(name) / "state.sqlite")
        # Nobody listens there, as when InfluxDB is stopped.
        store = open_store(f"influxdb1+http://127.0.0.1:{free_port()}?raw=raw&derived=derived")
        shipper = Shipper(spool, state, store, clock=lambda: 0)
        shipper.start()
        intake = Intake(spool, FORMATS, lambda: registry, future_ms=0)
        before = highest = resident_mib()
        for quarter in range(QUARTERS):
            at = FIRST_TIME + quarter * QUARTER_S
            for number in range(DEVICES):
                values = ",".join(f'"{channel}":{quarter + number}' for channel in CHANNELS)
                body = f'{{"time":{at},"values":{{{values}}}}}'.encode()
                topic = f"meters/panel-{number}"
                intake.take(topic, body, retained=False, arrived=at * 1000)
                if intake.waiting >= COMMIT:
                    intake.commit()
            intake.commit()
            highest = max(highest, resident_mib())
            time.sleep(0.01)
        received = intake.totals.accepted
        if received != DEVICES * QUARTERS * len(CHANNELS):
            raise RuntimeError(f"Only {received} readings were kept.")
        shipper.stop()
        print(json.dumps([before, highest, spool.size / MIB]))
        state.close()
        spool.close()


def main() -> None:
    """Run it in processes of their own."""
    before, highest = [], []
    for _ in range(RUNS):
        command = [sys.executable, "-m", "benchmarks.outage", "child"]
        output = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        first, most, _ = json.loads(output.stdout)
        before.append(first)
        highest.append(most)
    report("outage_rss", "MiB", highest, before, command=COMMAND)


if __name__ == "__main__":
    outage() if len(sys.argv) > 1 else main()
