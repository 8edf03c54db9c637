"""How fast a full spool empties: into a sink that keeps nothing, and into a real InfluxDB 2.9.

The control posts the very same bodies with the same client and does nothing else. Both take turns.
Prints JSON lines: readings a second, median of RUNS with min and max, and the ratio to the control.
"""

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.workload import (
    FORMATS,
    NOW_MS,
    REGISTRY,
    RUNS,
    TOPIC,
    Payload,
    bodies,
    null_sink,
    report,
)
from collector.keeping.packing import unpack
from collector.keeping.segment import START
from collector.keeping.spool import Spool
from collector.keeping.state import State
from collector.shipper import Shipper
from collector.taking.intake import Intake
from storage.columns import joined
from storage.engines.influx import BATCH
from storage.influx.address import Address
from storage.influx.line_protocol import gauges_last, reading_bodies
from storage.influx.server import Server
from storage.opening import open_store
from tests.server_programs import TOKEN, influx_2, new_buckets

COMMAND = "make bench-ingest"
COMMIT = 2000
FULL = Payload("full", 50, 4_000)
"""600,000 readings."""


@contextmanager
def full_spool() -> Iterator[tuple[Spool, State]]:
    """Yield a spool that holds all readings of FULL, and a state that has shipped none."""
    with tempfile.TemporaryDirectory() as name:
        spool = Spool(Path(name) / "spool", max_bytes=10**10)
        state = State(Path(name) / "state.sqlite")
        intake = Intake(spool, FORMATS, lambda: REGISTRY, future_ms=0)
        for body in bodies(FULL):
            intake.take(TOPIC, body, retained=False, arrived=NOW_MS)
            if intake.in_hand >= COMMIT:
                intake.commit()
        intake.commit()
        yield spool, state
        state.close()
        spool.close()


def shipped(url: str, token: str) -> float:
    """Return the readings a second at which the shipper empties a full spool."""
    store = open_store(url, token)
    store.newest()
    with full_spool() as (spool, state):
        shipper = Shipper(spool, state, store, clock=lambda: NOW_MS)
        began = time.monotonic()
        while shipper.ship_once():
            pass
        taken = time.monotonic() - began
        if state.shipped().shipped != FULL.readings:
            raise RuntimeError("Not every reading was shipped.")
    store.close()
    return FULL.readings / taken


def posted(url: str, token: str) -> float:
    """Return the readings a second at which bare posts of the same bodies go through."""
    with full_spool() as (spool, _):
        columns = joined([unpack(record).readings for record in spool.read(START)])
    parts = list(reading_bodies(gauges_last(columns), lines=BATCH))
    server = Server(Address.read(url, token))
    began = time.monotonic()
    for body in parts:
        server.write_body(server.address.raw, body)
    taken = time.monotonic() - began
    server.close()
    return FULL.readings / taken


def compare(name: str, urls: Callable[[], str], *, token: str = "") -> None:
    """Ship and post in turn, each into a place of its own."""
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(RUNS):
        ours.append(shipped(urls(), token))
        bare.append(posted(urls(), token))
    report(name, "readings/s", ours, bare, command=COMMAND)


def main() -> None:
    """Measure both."""
    with null_sink() as sink:
        compare("catchup_null", lambda: f"influxdb1+http://{sink}?raw=raw&derived=derived")
    names = map("run{}".format, itertools.count())
    with tempfile.TemporaryDirectory() as name, influx_2(Path(name)) as start:
        compare("catchup_influx", lambda: new_buckets(start, next(names)), token=TOKEN)


if __name__ == "__main__":
    main()
