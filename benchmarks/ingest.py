"""What a reading costs from the broker to the database, beside the textbook bridge in the same run.

All drain the same backlog of a real mosquitto at full speed, or take it paced, into an InfluxDB
that takes everything and keeps nothing. Ours acknowledges only what is on disk; the textbook bridge
(benchmarks/textbook.py) acknowledges what it has in memory.

Prints JSON lines: CPU is that of the receiving process alone, all threads, from getrusage; rates
are messages a second from connecting to the last one sent on. Median of RUNS, with min and max.
The other figures of the collector follow: benchmarks/catchup.py, window.py and outage.py.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import catchup, outage, window
from benchmarks.textbook import TextbookBridge
from benchmarks.workload import (
    BROKER,
    FORMATS,
    NOW_MS,
    PACED,
    PATIENCE_S,
    PAYLOADS,
    REGISTRY,
    RUNS,
    TOPIC,
    Payload,
    cpu_s,
    fill,
    null_sink,
    report,
    wait_until,
)
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.mqtt.clients import CLIENTS
from collector.mqtt.connection import Session, Subscriptions
from collector.options import CollectorOptions
from storage.opening import open_store
from tests.fakes import Notebook
from tests.server_programs import free_port, mosquitto

COMMAND = "make bench-ingest"
SESSION = "bench"


class Cost(NamedTuple):
    """CPU [us a reading] and rate [messages/s] of one run."""

    cpu_us: float
    rate: float


@contextmanager
def published(url: str, payload: Payload) -> Iterator[None]:
    """Have everything in the broker, or on its way at the pace, while the block runs."""
    if payload is not PACED:
        fill(url, payload)
        yield
        return
    command = [sys.executable, "-m", "benchmarks.pacer", url]
    with subprocess.Popen(command):  # noqa: S603
        yield


def cost_of(payload: Payload, before_s: float, began: float) -> Cost:
    """Return what it took since then."""
    return Cost(
        (cpu_s() - before_s) / payload.readings * 1e6,
        payload.messages / (time.monotonic() - began),
    )


def collector_of(client: str, url: str, sink: str, folder: Path) -> Collector:
    """Return our collector, that sends to the sink."""
    options = CollectorOptions(address_of(url), SESSION, folder / "state", mqtt_client=client)
    return Collector(
        options,
        store=open_store(f"influxdb1+http://{sink}?raw=raw&derived=derived"),
        registry=lambda: REGISTRY,
        formats=FORMATS,
        publish=Notebook(),
        clock=lambda: NOW_MS,
    )


def ours(client: str, payload: Payload, url: str, sink: str, folder: Path) -> Cost:
    """Return what our collector needs with one of its MQTT clients."""
    first = collector_of(client, url, sink, folder)
    first.start()
    first.wait_until_subscribed(PATIENCE_S)
    first.stop()
    collector = collector_of(client, url, sink, folder)
    with published(url, payload):
        before, began = cpu_s(), time.monotonic()
        collector.start()
        wait_until(lambda: collector.counters().shipped == payload.readings)
        cost = cost_of(payload, before, began)
    collector.stop()
    return cost


def drained(client: str, payload: Payload, url: str, sink: str, folder: Path) -> Cost:
    """Return what one of the MQTT clients needs to empty the broker, with nothing done to it."""
    del sink, folder
    connection = CLIENTS[client](address_of(url), Session(SESSION))
    connection.open(Subscriptions((TOPIC,)))
    while not connection.is_subscribed:
        if connection.wait(1):
            connection.read()
    fill(url, payload)
    before, began, count = cpu_s(), time.monotonic(), 0
    while count < payload.messages:
        if connection.wait(1):
            numbers = [number for _, _, number, _, _ in connection.read()]
            connection.acknowledge(numbers)
            count += len(numbers)
    cost = cost_of(payload, before, began)
    connection.close()
    return cost


def textbook(payload: Payload, url: str, sink: str, folder: Path) -> Cost:
    """Return what the textbook bridge needs."""
    del folder
    with TextbookBridge(url, f"http://{sink}", SESSION, TOPIC) as first:
        first.subscribed.wait(PATIENCE_S)
    bridge = TextbookBridge(url, f"http://{sink}", SESSION, TOPIC)
    with published(url, payload):
        before, began = cpu_s(), time.monotonic()
        with bridge:
            wait_until(lambda: bridge.received == payload.readings)
            bridge.flush()
            return cost_of(payload, before, began)


def measured(run: Callable[[str, str, Path], Cost]) -> Cost:
    """Run on a broker and a sink of its own."""
    with tempfile.TemporaryDirectory() as name, null_sink() as sink:
        folder, port = Path(name), free_port()
        (folder / "broker").mkdir()
        with mosquitto(folder / "broker", port, BROKER):
            return run(f"mqtt://127.0.0.1:{port}", sink, folder)


def compare(payload: Payload) -> dict[str, list[Cost]]:
    """Run ours and the control in turn, so that they meet the same weather on the machine."""
    runs: dict[str, Callable[[str, str, Path], Cost]] = {
        "textbook": partial(textbook, payload),
        "own": partial(ours, "own", payload),
        "paho": partial(ours, "paho", payload),
    }
    if payload.name == "i":
        runs |= {f"drain_{name}": partial(drained, name, payload) for name in CLIENTS}
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(RUNS):
        for name, run in runs.items():
            costs[name].append(measured(run))
    return costs


def main() -> None:
    """Measure all."""
    for payload in (*PAYLOADS, PACED):
        costs = compare(payload)
        cpu = {name: [cost.cpu_us for cost in found] for name, found in costs.items()}
        for client, name in (("own", "ingest"), ("paho", "ingest_paho")):
            full = f"{name}_{payload.name}"
            report(full, "us/reading", cpu[client], cpu["textbook"], command=COMMAND)
        if payload.name == "i":
            rates = {name: [cost.rate for cost in found] for name, found in costs.items()}
            for client in CLIENTS:
                ceiling = rates[f"drain_{client}"]
                report(f"drain_{client}", "1/s", ceiling, rates["textbook"], command=COMMAND)
                name = f"catchup_broker_{client}"
                report(name, "1/s", rates[client], rates["textbook"], command=COMMAND)
    window.main()
    catchup.main()
    outage.main()


if __name__ == "__main__":
    main()
