"""Readings over MQTT into a store: our collector against the textbook bridge, in the same run.

Ours acknowledges after fdatasync and writes to DuckDB. The control acknowledges by itself, decodes
with json, builds a Point for every value and throws the lines away: it keeps nothing. Both read the
same messages from a real mosquitto, sent by a process of its own on the same cores.

Prints JSON lines: rates are readings a second from the first publish to the last reading at rest,
CPU is that of the receiving process alone. Best, median and worst of RUNS.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from influxdb_client import Point, WritePrecision  # type: ignore[attr-defined]
from paho.mqtt.enums import CallbackAPIVersion

import formats
from collector.collector import Collector
from collector.intake import Intake
from collector.options import CollectorOptions
from collector.spool import Spool
from energy.message import Format
from energy.offers import offers
from energy.registry import Registry
from jieneng.broker import start_broker
from simulators.publish import Publisher
from storage.opening import open_store
from tests.builders import MAIN_METER, PANEL, registry_of
from tests.fakes import Notebook

RUNS = 3
DEVICES = 50
CHANNELS = ("ep", "eq")
PER_MESSAGE = DEVICES * len(CHANNELS)
MESSAGES = 4000
READINGS = MESSAGES * PER_MESSAGE
TOPIC = "meters/batch/gw"
FIRST_TIME = 1_767_225_600
CADENCE_S = 900
ARRIVED = (FIRST_TIME + CADENCE_S * MESSAGES) * 1000
POINTS_AT_ONCE = 5000
COMMIT_READINGS = 2000
PATIENCE_S = 300.0
FORMATS = offers(formats, "FORMAT", Format)
COMMAND = "make bench-ingest"


def district() -> Registry:
    """Return a registry of DEVICES devices behind one gateway, two registers each."""
    devices = [
        replace(PANEL, device=f"panel-{number}", gateway="gw", format="own_batch")
        for number in range(DEVICES)
    ]
    meters = [
        replace(MAIN_METER, meter=f"{device.device}_{channel}", device=device.device,
                channel=channel, interval_s=CADENCE_S)
        for device in devices
        for channel in CHANNELS
    ]  # fmt: skip
    return registry_of(*meters, devices=devices)


def payloads() -> Iterator[bytes]:
    """Yield the messages: every device of the gateway at one time, registers in 0.01 kWh."""
    for number in range(MESSAGES):
        head = f'"time":{FIRST_TIME + number * CADENCE_S},"values":{{"ep":{1000 + number}'
        objects = (
            f'{{"device":"panel-{device}",{head}.{device:02d},"eq":{number}.{device:02d}}}}}'
            for device in range(DEVICES)
        )
        yield f"[{','.join(objects)}]".encode()


def publish(url: str) -> None:
    """Send everything; the work of the publishing process."""
    bodies = list(payloads())
    never = threading.Event()
    print("ready", flush=True)
    sys.stdin.readline()
    with Publisher(url, client_id="bench-meters", window=500) as publisher:
        for body in bodies:
            publisher.publish(TOPIC, body, stop=never)
        publisher.drain(stop=never)


@contextmanager
def publishing(url: str) -> Iterator[None]:
    """Send everything from a process of its own; the block starts with the first message."""
    command = [sys.executable, "-m", "benchmarks.ingest", url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:  # noqa: S603
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("The publisher has no pipes.")
        child.stdout.readline()
        child.stdin.write("go\n")
        child.stdin.flush()
        yield


def cpu_s() -> float:
    """Return the CPU seconds this process has used, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class TextbookBridge:
    """What most people write first; see the module."""

    def __init__(self, url: str) -> None:
        self.received = 0
        self.line_bytes = 0
        self._lines: list[str] = []
        self.subscribed = threading.Event()
        address = urlsplit(url)
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="textbook")
        self.client.on_connect = lambda client, *_: client.subscribe("meters/#", 1)
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.on_message = self._on_message
        self.client.connect(address.hostname or "", address.port or 0)
        self.client.loop_start()

    def _on_message(self, client: object, userdata: object, message: Any) -> None:  # noqa: ANN401
        del client, userdata
        self.take(message.payload)

    def take(self, payload: bytes) -> None:
        """Turn a message into lines; every POINTS_AT_ONCE of them are a body, thrown away."""
        for entry in json.loads(payload):
            for channel, value in entry["values"].items():
                meter = f"{entry['device']}_{channel}"
                point = Point("register").tag("meter", meter)  # type: ignore[no-untyped-call]
                point = point.field("value", value).time(entry["time"], WritePrecision.S)
                self._lines.append(point.to_line_protocol())
                self.received += 1
        if len(self._lines) >= POINTS_AT_ONCE:
            self.line_bytes += len("\n".join(self._lines).encode())
            self._lines.clear()


def wait_until(reached: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not reached():
        if time.monotonic() > deadline:
            raise RuntimeError("It took too long.")
        time.sleep(0.01)


def run_ours(url: str, folder: Path) -> tuple[float, float]:
    """Return (seconds, CPU seconds) of our collector for everything."""
    store = open_store(f"duckdb:{folder / 'readings.duckdb'}")
    registry = district()
    collector = Collector(
        CollectorOptions(url, "bench", folder / "state"),
        store=store,
        registry=lambda: registry,
        formats=FORMATS,
        publish=Notebook(),
    )
    collector.start()
    collector.wait_until_subscribed(PATIENCE_S)
    before = cpu_s()
    with publishing(url):
        began = time.monotonic()
        wait_until(lambda: collector.counters().shipped == READINGS)
        seconds, cpu = time.monotonic() - began, cpu_s() - before
    collector.stop()
    store.close()
    return seconds, cpu


def run_textbook(url: str, folder: Path) -> tuple[float, float]:
    """Return (seconds, CPU seconds) of the textbook bridge for everything."""
    del folder
    bridge = TextbookBridge(url)
    bridge.subscribed.wait(PATIENCE_S)
    before = cpu_s()
    with publishing(url):
        began = time.monotonic()
        wait_until(lambda: bridge.received == READINGS)
        seconds, cpu = time.monotonic() - began, cpu_s() - before
    bridge.client.disconnect()
    bridge.client.loop_stop()
    return seconds, cpu


def run_over_mqtt(run: Callable[[str, Path], tuple[float, float]]) -> tuple[float, float]:
    """Run with a fresh broker and folder; return (readings a second, CPU us a reading)."""
    with tempfile.TemporaryDirectory() as name:
        broker = start_broker(Path(name) / "broker", choice="mosquitto", tell=print)
        try:
            seconds, cpu = run(broker.url, Path(name))
        finally:
            broker.stop()
    return READINGS / seconds, cpu / READINGS * 1e6


def intake_us() -> float:
    """Return our CPU us a reading from bytes to durable in the spool, without MQTT."""
    registry, bodies = district(), list(payloads())
    with tempfile.TemporaryDirectory() as name:
        spool = Spool(Path(name), max_bytes=10**10)
        intake = Intake(spool, FORMATS, lambda: registry, future_ms=0)
        before = cpu_s()
        for body in bodies:
            intake.take(TOPIC, body, retained=False, arrived=ARRIVED)
            if intake.waiting >= COMMIT_READINGS:
                intake.commit()
        intake.commit()
        taken = cpu_s() - before
        spool.close()
    return taken / READINGS * 1e6


def textbook_us() -> float:
    """Return the textbook bridge's CPU us a reading from bytes to lines, without MQTT."""
    bridge, bodies = TextbookBridge.__new__(TextbookBridge), list(payloads())
    bridge.received, bridge.line_bytes, bridge._lines = 0, 0, []  # noqa: SLF001
    before = cpu_s()
    for body in bodies:
        bridge.take(body)
    return (cpu_s() - before) / READINGS * 1e6


def report(name: str, unit: str, ours: Sequence[float], control: Sequence[float]) -> None:
    """Print one line."""
    value, other = statistics.median(ours), statistics.median(control)
    line = {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "min": round(min(ours), 2),
        "max": round(max(ours), 2),
        "control": round(other, 2),
        "ratio": round(value / other, 3),
        "command": COMMAND,
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    """Run ours and the control in turn, so that both meet the same weather on the machine."""
    intakes = [(intake_us(), textbook_us()) for _ in range(RUNS)]
    report("ingest_intake", "us/reading", *zip(*intakes, strict=True))
    ours, control = [], []
    for _ in range(RUNS):
        ours.append(run_over_mqtt(run_ours))
        control.append(run_over_mqtt(run_textbook))
    report("ingest_batch", "readings/s", [rate for rate, _ in ours], [rate for rate, _ in control])
    report("ingest_batch_cpu", "us/reading", [us for _, us in ours], [us for _, us in control])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        publish(sys.argv[1])
    else:
        main()
