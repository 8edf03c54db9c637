"""What a reading costs from the broker to the database, beside the textbook bridge in the same run.

One device with one register and two gauges, 98 bytes a record; (i) one record a message, (ii) 50.
Both drain the same backlog of a real mosquitto, at full speed, into an InfluxDB that takes
everything and keeps nothing. Ours acknowledges only what is on disk; the textbook bridge
(benchmarks/textbook.py) acknowledges what it has in memory.

Prints JSON lines: CPU is that of the receiving process alone, all threads, from getrusage; rates
are messages a second from connecting to the last one sent on. Median of RUNS, with min and max.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import formats
from benchmarks.textbook import TextbookBridge
from collector.address import address_of
from collector.collector import Collector
from collector.options import CollectorOptions
from energy.message import Format
from energy.offers import offers
from energy.reading import GAUGE
from simulators.publish import Publisher
from storage.opening import open_store
from tests.builders import MAIN_METER, registry_of
from tests.fakes import Notebook
from tests.server_programs import free_port, mosquitto

RUNS = 3
COMMAND = "make bench-ingest"
TOPIC = "meters/panel"
SESSION = "bench"
CHANNELS = ("energy_import", "power_active", "power_factor")
FIRST_TIME = 1_767_225_600
CADENCE_S = 1
PATIENCE_S = 300.0
BROKER = "allow_anonymous true\nmax_queued_messages 1000000\nmax_inflight_messages 1000\n"
FORMATS = offers(formats, "FORMAT", Format)
POWER = replace(
    MAIN_METER, meter="power", table=GAUGE, kind="power", unit="kW", channel=CHANNELS[1]
)
METERS = (
    replace(MAIN_METER, channel=CHANNELS[0]),
    POWER,
    replace(POWER, meter="other_power", channel=CHANNELS[2]),
)


class Payload(NamedTuple):
    """How the records travel: so many in a message, so many messages."""

    name: str
    records: int
    messages: int

    @property
    def readings(self) -> int:
        """Readings in all messages."""
        return self.records * self.messages * len(CHANNELS)


PAYLOADS = (Payload("i", 1, 40_000), Payload("ii", 50, 2_000))


class Cost(NamedTuple):
    """CPU [us a reading] and rate [messages/s] of one run."""

    cpu_us: float
    rate: float


def bodies(payload: Payload) -> Iterator[bytes]:
    """Yield the messages."""
    for message in range(payload.messages):
        first = message * payload.records
        records = [
            f'{{"time":{FIRST_TIME + number * CADENCE_S},"values":{{"energy_import":'
            f'{100_000 + number % 800_000}.25,"power_active":{number % 90 + 10}.5,'
            f'"power_factor":0.{number % 90 + 10}}}}}'
            for number in range(first, first + payload.records)
        ]
        yield (records[0] if payload.records == 1 else f"[{','.join(records)}]").encode()


def cpu_s() -> float:
    """Return the CPU seconds this process has used, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def wait_until(reached: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not reached():
        if time.monotonic() > deadline:
            raise RuntimeError("It took too long.")
        time.sleep(0.02)


@contextmanager
def null_sink() -> Iterator[str]:
    """Run the sink in a process of its own; yield its host and port."""
    command = [sys.executable, "-m", "benchmarks.null_sink"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:  # noqa: S603
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("The sink has no pipes.")
        yield f"127.0.0.1:{child.stdout.readline().strip()}"
        child.stdin.close()


def fill(url: str, payload: Payload) -> None:
    """Publish everything."""
    never = threading.Event()
    with Publisher(url, client_id="bench-meters", window=500) as publisher:
        for body in bodies(payload):
            publisher.publish(TOPIC, body, stop=never)
        publisher.drain(stop=never)


def collector_of(client: str, url: str, sink: str, folder: Path) -> Collector:
    """Return our collector, that sends to the sink."""
    options = CollectorOptions(address_of(url), SESSION, folder / "state", mqtt_client=client)
    return Collector(
        options,
        store=open_store(f"influxdb1+http://{sink}?raw=raw&derived=derived"),
        registry=lambda: registry_of(*METERS),
        formats=FORMATS,
        publish=Notebook(),
        # The backlog is a minute old, as after a restart.
        clock=lambda: (FIRST_TIME + 200_000 * CADENCE_S) * 1000,
    )


def ours(client: str, payload: Payload, url: str, sink: str, folder: Path) -> Cost:
    """Return what our collector needs with one of its MQTT clients."""
    first = collector_of(client, url, sink, folder)
    first.start()
    first.wait_until_subscribed(PATIENCE_S)
    first.stop()
    fill(url, payload)
    collector = collector_of(client, url, sink, folder)
    before, began = cpu_s(), time.monotonic()
    collector.start()
    wait_until(lambda: collector.counters().shipped == payload.readings)
    cost = Cost(
        (cpu_s() - before) / payload.readings * 1e6,
        payload.messages / (time.monotonic() - began),
    )
    collector.stop()
    return cost


def textbook(payload: Payload, url: str, sink: str, folder: Path) -> Cost:
    """Return what the textbook bridge needs."""
    del folder
    with TextbookBridge(url, f"http://{sink}", SESSION, TOPIC) as first:
        first.subscribed.wait(PATIENCE_S)
    fill(url, payload)
    bridge = TextbookBridge(url, f"http://{sink}", SESSION, TOPIC)
    before, began = cpu_s(), time.monotonic()
    with bridge:
        wait_until(lambda: bridge.received == payload.readings)
        bridge.flush()
        return Cost(
            (cpu_s() - before) / payload.readings * 1e6,
            payload.messages / (time.monotonic() - began),
        )


def measured(run: Callable[[str, str, Path], Cost]) -> Cost:
    """Run on a broker and a sink of its own."""
    with tempfile.TemporaryDirectory() as name, null_sink() as sink:
        folder, port = Path(name), free_port()
        (folder / "broker").mkdir()
        with mosquitto(folder / "broker", port, BROKER):
            return run(f"mqtt://127.0.0.1:{port}", sink, folder)


def report(name: str, unit: str, values: list[float], control: list[float]) -> None:
    """Print one line."""
    value, other = statistics.median(values), statistics.median(control)
    line = {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "min": round(min(values), 2),
        "max": round(max(values), 2),
        "control": round(other, 2),
        "ratio": round(value / other, 3),
        "command": COMMAND,
    }
    print(json.dumps(line), flush=True)


def compare(payload: Payload) -> dict[str, list[Cost]]:
    """Run ours and the control in turn, so that they meet the same weather on the machine."""
    runs = {
        "textbook": partial(textbook, payload),
        "own": partial(ours, "own", payload),
        "paho": partial(ours, "paho", payload),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(RUNS):
        for name, run in runs.items():
            costs[name].append(measured(run))
    return costs


def main() -> None:
    """Measure both payloads."""
    for payload in PAYLOADS:
        costs = compare(payload)
        cpu = {name: [cost.cpu_us for cost in found] for name, found in costs.items()}
        report(f"ingest_{payload.name}", "us/reading", cpu["own"], cpu["textbook"])
        report(f"ingest_{payload.name}_paho", "us/reading", cpu["paho"], cpu["textbook"])
        if payload.records == 1:
            rates = {name: [cost.rate for cost in found] for name, found in costs.items()}
            report("catchup_broker_own", "1/s", rates["own"], rates["textbook"])
            report("catchup_broker_paho", "1/s", rates["paho"], rates["textbook"])


if __name__ == "__main__":
    main()
