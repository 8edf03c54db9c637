"""How fast a district that does not exist is made, beside what one core can do at best.

    make bench-simulate

``generate``       readings a second that are drawn, balanced and shown, in memory
``district_year``  seconds for a thousand houses of ten meters, a year of 15 min, to Parquet with
                   its truth; and what it held in memory at the most
``publish_single`` messages a second of one reading of three values to a real mosquitto, QoS 1
``publish_batch``  readings a second of a district's gateways, a hundred a message

The control of the last two is paho, the usual client library, with the same messages and window.
The control of ``generate`` draws as many normal numbers and adds them up. That of ``district_year``
writes as many pairs of integers to Parquet in the same form, and nothing else. Prints JSON lines:
median, min and max. One process, one core.
"""

import json
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.workload import report
from energy.registry import Registry
from energy.span import Span, midnight
from jieneng.shipped import shipped
from simulators.district import build_in_parts
from simulators.faults import afflict
from simulators.grid import slot_of
from simulators.houses.made import House
from simulators.plan import Plan
from simulators.scenario import SITE, Scenario
from simulators.speech.message import Sent
from simulators.speech.messages import messages
from simulators.speech.publish import Publisher
from simulators.trees.ground_truth import District
from simulators.truth.files import PARQUET, places_of, write_files
from simulators.truth.parquet import GrowingFile, table_of
from storage.reference.files import read_reference
from tests.server_programs import free_port, mosquitto

COMMAND = "make bench-simulate"
RUNS = 3
HOURS = 365 * 24
SLOTS = HOURS * 4
SOME, MANY = 20, 1000
MESSAGES, WINDOW = 200_000, 200
METERS_A_HOUSE = 10


def houses(count: int) -> tuple[House, ...]:
    """Return houses of ten meters each, every use among them."""
    extras = ("data_room", "ev_chargers", "street_lighting")
    return (
        House(
            "office", "office", "district_heating", extras, 12_000, 600, count // 2, "楼",
            "Office",
        ),
        House(
            "hospital", "hospital", "gas_heating", extras[:2], 22_000, 1500, count // 2, "院",
            "Hospital",
        ),
    )  # fmt: skip


def parts(count: int) -> tuple[Plan, Registry, Iterator[District]]:
    """Return a history of so many houses, its registry, and the district part by part."""
    scenario = Scenario(365, 0, {}, {}, (), (), houses=houses(count))
    registry = scenario.registry()
    origin = midnight(date(2026, 1, 1), SITE.zone)
    plan = Plan(origin, origin + HOURS * 3_600_000 - 1, 1, "made", "", "", slot_of(registry.meters))
    calendars = read_reference(shipped("reference")).calendars
    return plan, registry, build_in_parts(plan, registry, calendars, scenario, hours=HOURS)


def generated() -> int:
    """Return how many readings some houses show in a year."""
    _, _, made = parts(SOME)
    return sum(len(told.shown) for part in made for told in afflict(part).told.values())


def drawn() -> int:
    """Return as many normal numbers, drawn and added up."""
    for seed in range(SOME * METERS_A_HOUSE):
        numbers = np.random.default_rng(seed).standard_normal(SLOTS)
        np.cumsum(numbers)
    return SOME * METERS_A_HOUSE * SLOTS


def rate(work: Callable[[], int]) -> float:
    """Return readings a second of CPU."""
    began = time.process_time()
    return work() / (time.process_time() - began)


def district_year(folder: Path) -> float:
    """Return the seconds for a thousand houses."""
    began = time.monotonic()
    plan, registry, made = parts(MANY)
    done = write_files(made, plan, folder, form=PARQUET, places=places_of(registry.meters))
    if done.readings != MANY * METERS_A_HOUSE * SLOTS:
        raise SystemExit(f"{done.readings} readings were written, which is not a whole year.")
    return time.monotonic() - began


def plain_year(folder: Path) -> float:
    """Return the seconds for writing as many pairs of integers."""
    began = time.monotonic()
    times = np.arange(SLOTS, dtype=np.int64) * 900_000
    counts = np.cumsum(np.random.default_rng(1).integers(0, 300, SLOTS))
    with GrowingFile(folder / "plain.parquet") as file:
        for number in range(MANY * METERS_A_HOUSE):
            file.add(table_of(f"m{number}", {"time": times, "value": counts}))
    return time.monotonic() - began


def single() -> list[tuple[str, bytes]]:
    """Return messages as one panel sends them, 98 bytes each."""
    text = b'{"time":%d,"values":{"ep":%d.25,"p":12.345,"u":231.2}}'
    return [
        ("meters/panel", (text % (1_767_225_600 + n, 100_000 + n)).ljust(98))
        for n in range(MESSAGES)
    ]


def batch() -> tuple[list[tuple[str, bytes]], int]:
    """Return what the gateways of some houses send in a year, and how many readings that is."""
    plan, registry, made = parts(SOME)
    ever = Span(plan.origin, plan.now + 1)
    told = [message for part in made for message in messages(_all(part, registry), ever)]
    return [(one.topic, one.payload) for one in told], sum(one.readings for one in told)


def _all(part: District, registry: Registry) -> Sent:
    return Sent(registry, afflict(part), since={}, bad_since={})


def published(url: str, said: list[tuple[str, bytes]]) -> float:
    """Return the seconds until the broker has acknowledged all."""
    stop = threading.Event()
    began = time.monotonic()
    with Publisher(url, client_id="bench", window=WINDOW) as publisher:
        for topic, payload in said:
            publisher.publish(topic, payload, stop=stop)
        publisher.drain(stop=stop)
    return time.monotonic() - began


def published_by_paho(url: str, said: list[tuple[str, bytes]]) -> float:
    """Return the same for paho."""
    free = threading.BoundedSemaphore(WINDOW)
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-paho")
    client.max_inflight_messages_set(WINDOW)
    client.on_publish = lambda *_: free.release()
    host, port = url.removeprefix("mqtt://").split(":")
    began = time.monotonic()
    client.connect(host, int(port))
    client.loop_start()
    for topic, payload in said:
        free.acquire()
        client.publish(topic, payload, qos=1)
    for _ in range(WINDOW):
        free.acquire()
    seconds = time.monotonic() - began
    client.disconnect()
    client.loop_stop()
    return seconds


def publishing(name: str, unit: str, url: str, said: list[tuple[str, bytes]], count: int) -> None:
    """Measure and print one way of publishing."""
    own = [count / published(url, said) for _ in range(RUNS)]
    other = [count / published_by_paho(url, said) for _ in range(RUNS)]
    report(name, unit, own, other, command=COMMAND)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        with mosquitto(Path(folder), port):
            url = f"mqtt://127.0.0.1:{port}"
            publishing("publish_single", "messages/s", url, single(), MESSAGES)
            said, count = batch()
            publishing("publish_batch", "readings/s", url, said, count)
            del said
    own, other = zip(*((rate(generated), rate(drawn)) for _ in range(RUNS)), strict=True)
    report("generate", "readings/s", own, other, command=COMMAND)
    with tempfile.TemporaryDirectory() as folder:
        seconds = district_year(Path(folder))
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        report("district_year", "s", [seconds], [plain_year(Path(folder))], command=COMMAND)
    print(json.dumps({"name": "district_year_peak", "value": round(peak), "unit": "MiB",
                      "bytes_a_reading": round(size / (MANY * METERS_A_HOUSE * SLOTS), 2),
                      "command": COMMAND}))  # fmt: skip


if __name__ == "__main__":
    main()
