"""Memory of the collector while the store is away for a day: the spool grows, the heap does not.

A day of 999 meters, a reading every 15 minutes each, from three channels of 333 devices, comes from
a real broker as fast as the collector takes it, while nobody listens at the store's address. It is
the command people run, ``jieneng collect``; the control is its memory before the first message.
MiB resident, of RUNS runs.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

from benchmarks.workload import (
    BROKER,
    CHANNELS,
    ENERGY,
    POWER,
    RUNS,
    report,
    wait_until,
)
from energy.registry import Registry
from simulators.speech.publish import Publisher
from storage.records import registry as registry_records
from storage.records.book import Records
from tests.builders import PANEL, registry_of
from tests.server_programs import free_port, mosquitto

COMMAND = "make bench-ingest"
DEVICES = 333
QUARTERS = 96
QUARTER_S = 900
READINGS = DEVICES * QUARTERS * len(CHANNELS)
MIB = 2**20
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident_mib(pid: int) -> float:
    """Return the memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE / MIB


def district() -> Registry:
    """Return the registry."""
    devices = [replace(PANEL, device=f"panel-{number}") for number in range(DEVICES)]
    meters = [
        replace(like, meter=f"{channel}-{device.device}", device=device.device, channel=channel)
        for device in devices
        for like, channel in zip((ENERGY, POWER, POWER), CHANNELS, strict=True)
    ]
    return registry_of(*meters, devices=devices)


def environment(
    folder: Path, registry: Registry, *, broker: str, listen: int, store: str, state: Path
) -> dict[str, str]:
    """Return the settings of a collector; its records, with the registry, are new in the folder.

    Args:
        folder: Of the records.
        registry: What it collects for.
        broker: Address of the broker.
        listen: Port of its figures.
        store: Host and port of an InfluxDB.
        state: State folder.
    """
    records = f"sqlite:{folder / 'records.sqlite'}"
    book = Records.open(records)
    with book.session() as session:
        registry_records.replace(session, registry, author="benchmark", reason="start")
    book.close()
    return {
        **os.environ,
        "JIENENG_BROKER_URL": broker,
        "JIENENG_STATE_DIR": str(state),
        "JIENENG_RECORDS_URL": records,
        "JIENENG_STORE_URL": f"influxdb1+http://{store}?raw=raw&derived=derived",
        "JIENENG_COLLECTOR_LISTEN": str(listen),
    }


@contextmanager
def collecting(settings: dict[str, str], log_file: Path) -> Iterator[int]:
    """Run the collector; yield its process id."""
    command = [sys.executable, "-m", "jieneng", "collect"]
    with (
        log_file.open("wb") as log,
        subprocess.Popen(command, env=settings, stdout=log, stderr=log) as process,  # noqa: S603
    ):
        try:
            yield process.pid
        finally:
            process.terminate()


def figure(listen: int, name: str) -> int:
    """Return a figure of the collector; -1 while it does not answer."""
    try:
        with urlopen(f"http://127.0.0.1:{listen}/metrics", timeout=5) as answer:
            found = re.search(
                rf"^jieneng_collector_{name}\{{.*\}} (\d+)$", answer.read().decode(), re.MULTILINE
            )
    except OSError:
        return -1
    return int(found[1]) if found else -1


def publish_day(url: str) -> None:
    """Publish what the meters say until now."""
    never = threading.Event()
    first = int(time.time()) - QUARTERS * QUARTER_S
    with Publisher(url, client_id="bench-meters", window=500) as publisher:
        for quarter in range(QUARTERS):
            at = first + quarter * QUARTER_S
            for number in range(DEVICES):
                values = ",".join(f'"{channel}":{quarter + number}' for channel in CHANNELS)
                body = f'{{"time":{at},"values":{{{values}}}}}'.encode()
                publisher.publish(f"meters/panel-{number}", body, stop=never)
        publisher.drain(stop=never)


def outage() -> tuple[float, float]:
    """Return the memory before the first message, and the most after it [MiB]."""
    with tempfile.TemporaryDirectory() as name:
        folder, port, listen = Path(name), free_port(), free_port()
        (folder / "broker").mkdir()
        url = f"mqtt://127.0.0.1:{port}"
        settings = environment(
            folder,
            district(),
            broker=url,
            listen=listen,
            store=f"127.0.0.1:{free_port()}",
            state=folder / "state",
        )
        with (
            mosquitto(folder / "broker", port, BROKER),
            collecting(settings, folder / "log") as pid,
        ):
            wait_until(lambda: figure(listen, "is_healthy") >= 0)
            time.sleep(2)  # it has asked the store once and knows that nobody is there
            before = highest = resident_mib(pid)
            meters = threading.Thread(target=publish_day, args=(url,))
            meters.start()
            while figure(listen, "spooled") < READINGS:
                highest = max(highest, resident_mib(pid))
                time.sleep(0.05)
            meters.join()
            highest = max(highest, resident_mib(pid))
            if figure(listen, "received") != READINGS:
                raise RuntimeError("Readings were refused or came twice.")
    return before, highest


def main() -> None:
    """Measure."""
    runs = [outage() for _ in range(RUNS)]
    before, highest = zip(*runs, strict=True)
    report("outage_rss", "MiB", highest, before, command=COMMAND)


if __name__ == "__main__":
    main()
