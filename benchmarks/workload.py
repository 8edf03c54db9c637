"""What the benchmarks of the collector share: the records, the sink, the line that is printed.

One device with one register and two gauges, 98 bytes a record; (i) one record a message, (ii) 50.
The readings are on time, as live ones are: late ones carry their arrival and cost more to write.
"""

import json
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import formats
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import GAUGE
from energy.registry import Registry
from simulators.speech.publish import Publisher
from tests.builders import MAIN_METER, registry_of

RUNS = 3
TOPIC = "meters/panel"
CHANNELS = ("energy_import", "power_active", "power_factor")
FIRST_TIME = 1_767_225_600
CADENCE_S = 1
PATIENCE_S = 300.0
BROKER = "allow_anonymous true\nmax_queued_messages 1000000\nmax_inflight_messages 1000\n"
FORMATS = offers(formats, "FORMAT", Format)
ENERGY = replace(MAIN_METER, channel=CHANNELS[0], interval_s=5 * 86_400, max_rate=Fraction(200_000))
POWER = replace(ENERGY, meter="power", table=GAUGE, kind="power", unit="kW", channel=CHANNELS[1])
REGISTRY: Registry = registry_of(
    ENERGY,
    POWER,
    replace(POWER, meter="other_power", channel=CHANNELS[2]),
)
NOW_MS = (FIRST_TIME + 200_000 * CADENCE_S) * 1000


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
PACE = 5_000
"""Messages a second of PACED."""
PACED = Payload("i_paced", 1, 8 * PACE)


def bodies(payload: Payload, *, first_time: int = FIRST_TIME) -> Iterator[bytes]:
    """Yield the messages; the first record is of that time [s]."""
    for message in range(payload.messages):
        first = message * payload.records
        records = [
            f'{{"time":{first_time + number * CADENCE_S},"values":{{"energy_import":'
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


def fill(url: str, payload: Payload, *, first_time: int = FIRST_TIME) -> None:
    """Publish everything."""
    never = threading.Event()
    with Publisher(url, client_id="bench-meters", window=500) as publisher:
        for body in bodies(payload, first_time=first_time):
            publisher.publish(TOPIC, body, stop=never)
        publisher.drain(stop=never)


def report(
    name: str, unit: str, values: Sequence[float], control: Sequence[float], *, command: str
) -> None:
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
        "command": command,
    }
    print(json.dumps(line), flush=True)
