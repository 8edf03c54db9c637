"""A collector in a process of its own, to be killed: python -m tests.collector_program FOLDER PORT.

It says how it stands in FOLDER/standing.json, written anew ten times a second.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path

import formats
from collector.address import address_of
from collector.collector import Collector
from collector.options import CollectorOptions
from energy.message import Format
from energy.offers import offers
from storage.opening import open_store
from tests.builders import MAIN_METER, registry_of
from tests.fakes import Notebook

STANDING = "standing.json"
READINGS = "readings.duckdb"
LOOK_S = 0.1


def main(folder: Path, port: int) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    store = open_store(f"duckdb:{folder / READINGS}")
    collector = Collector(
        CollectorOptions(address_of(f"mqtt://127.0.0.1:{port}"), "collector", folder / "state"),
        store=store,
        registry=lambda: registry_of(MAIN_METER),
        formats=offers(formats, "FORMAT", Format),
        publish=Notebook(),
    )
    collector.start()
    while not stop.wait(LOOK_S):
        counters = collector.counters()
        standing = {
            "pid": os.getpid(),
            "subscribed": collector.is_subscribed,
            "idle": collector.is_idle(),
            "stored": store.counts()["register"],
            "balance": counters.balance,
            "dead": counters.dead,
            "failure": repr(collector.failure or ""),
        }
        (folder / "standing.new").write_text(json.dumps(standing))
        (folder / "standing.new").replace(folder / STANDING)
    collector.stop()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
