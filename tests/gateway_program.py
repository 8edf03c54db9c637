"""A collector for gateways in a process, to be killed: python -m tests.gateway_program FOLDER PORT.

Its store is a file; on SIGTERM it stores everything it has and ends.
"""

import signal
import sys
import threading
from pathlib import Path

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from energy.messages.message import Format
from energy.offers import offers
from storage.opening import open_store
from tests.fakes import Notebook
from tests.gateway_ends import NOW, options, registry

NOBODY = "mqtt://127.0.0.1:1"
READINGS = "readings.duckdb"
PATIENCE_S = 30.0


def main(folder: Path, port: int) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    store = open_store(f"duckdb:{folder / READINGS}")
    collector = Collector(
        CollectorOptions(address_of(NOBODY), "collector", folder / "state", gateways=options(port)),
        store=store,
        registry=registry,
        formats=offers(formats, "FORMAT", Format),
        publish=Notebook(),
        clock=lambda: NOW,
    )
    collector.start()
    stop.wait()
    collector.wait_until_idle(PATIENCE_S)
    collector.stop()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
