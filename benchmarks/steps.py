"""Where the microseconds of a reading go, step by step, from the message to the database.

What MQTT itself costs is ``drain_own`` of bench-ingest. Each step is run alone, in the order of the
path, on the records of bench-ingest; what one leaves is what the next takes. CPU of this process,
median of RUNS with min and max; the control is decoding the same messages with the standard
library's json.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.workload import (
    FORMATS,
    NOW_MS,
    PAYLOADS,
    REGISTRY,
    RUNS,
    TOPIC,
    Payload,
    bodies,
    cpu_s,
    null_sink,
    report,
)
from collector.keeping.packing import unpack
from collector.keeping.segment import START
from collector.keeping.spool import Spool
from collector.taking.intake import Intake
from storage.admission import admit
from storage.columns import joined
from storage.contest import winners
from storage.engines.influx import BATCH
from storage.influx.address import Address
from storage.influx.line_protocol import gauges_last, reading_bodies
from storage.influx.server import Server

COMMAND = "make bench-steps"
COMMIT = 2000
Costs = dict[str, list[float]]


@contextmanager
def timed(costs: Costs, name: str, payload: Payload) -> Iterator[None]:
    """Note what the block costs a reading [us]."""
    before = cpu_s()
    yield
    costs.setdefault(name, []).append((cpu_s() - before) / payload.readings * 1e6)


def run(payload: Payload, server: Server, costs: Costs) -> None:
    """Take the records of a payload all the way."""
    messages = list(bodies(payload))
    with timed(costs, "json", payload):
        for body in messages:
            json.loads(body)
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder), max_bytes=10**10)
        intake = Intake(spool, FORMATS, lambda: REGISTRY, future_ms=0)
        take_cost: Costs = {}
        with timed(costs, "take_and_commit", payload):
            for body in messages:
                intake.take(TOPIC, body, retained=False, arrived=NOW_MS)
                if intake.in_hand >= COMMIT:
                    with timed(take_cost, "commit", payload):
                        intake.commit()
            intake.commit()
        costs.setdefault("commit", []).append(sum(take_cost["commit"]))
        with timed(costs, "unpack", payload):
            columns = joined([unpack(record).readings for record in spool.read(START)])
        with timed(costs, "admit_and_order", payload):
            columns = gauges_last(winners(admit(columns)[0])[0])
        with timed(costs, "lines", payload):
            parts = list(reading_bodies(columns, lines=BATCH))
        with timed(costs, "post", payload):
            for part in parts:
                server.write_body(server.address.raw, part)
        spool.close()


def main() -> None:
    """Measure both payloads."""
    with null_sink() as sink:
        server = Server(Address.read(f"influxdb1+http://{sink}?raw=raw&derived=derived", ""))
        for payload in PAYLOADS:
            costs: Costs = {}
            for _ in range(RUNS):
                run(payload, server, costs)
            control = costs.pop("json")
            for name, found in costs.items():
                full = f"{name}_{payload.name}"
                report(full, "us/reading", found, control, command=COMMAND)
        server.close()


if __name__ == "__main__":
    main()
