"""A collector in a process of its own, to be killed: python -m tests.collector_program FOLDER PORT.

It says how it stands in FOLDER/standing.json, written anew ten times a second, with how often its
books did not balance since it started, and writes each dead letter to FOLDER/letters.jsonl when it
tells the records of it.
"""

import argparse
import json
import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from collector.refused.letter import Letter
from energy.messages.message import Format
from energy.offers import offers
from storage.opening import open_store
from tests.builders import MAIN_METER, registry_of
from tests.fakes import Notebook

STANDING = "standing.json"
LETTERS = "letters.jsonl"
STATE = "state"
READINGS = "readings.duckdb"
LOOK_S = 0.1
TOKEN_VARIABLE = "COLLECTOR_TOKEN"  # noqa: S105 - its name


class LetterFile(Notebook):
    """Records that write dead letters to a file and forget them, so that a flood stays on disk."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def letters(self, letters: Sequence[Letter]) -> None:
        with self._path.open("a") as file:
            for one in letters:
                payload = one.payload[:100].decode(errors="replace")
                file.write(json.dumps([one.number, one.topic, one.reason, payload]) + "\n")


def options() -> argparse.Namespace:
    """Return what we are told; the store is DuckDB in the folder unless named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--store", default="")
    parser.add_argument("--client", default="own")
    return parser.parse_args()


def resident_mib(name: str) -> int:
    """Return the resident memory of now, VmRSS, or its peak, VmHWM [MiB].

    Not from getrusage, whose peak begins with the memory of the process that started us.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) // 2**10


def main() -> None:
    told = options()
    folder: Path = told.folder
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    url = told.store or f"duckdb:{folder / READINGS}"
    store = open_store(url, os.environ.get(TOKEN_VARIABLE, ""))
    broker = address_of(f"mqtt://{told.host}:{told.port}")
    collector = Collector(
        CollectorOptions(broker, "collector", folder / STATE, mqtt_client=told.client),
        store=store,
        registry=lambda: registry_of(MAIN_METER),
        formats=offers(formats, "FORMAT", Format),
        publish=LetterFile(folder / LETTERS),
    )
    collector.start()
    unbalanced = 0
    while not stop.wait(LOOK_S):
        counters = collector.counters()
        unbalanced += counters.balance != 0
        standing = {
            "pid": os.getpid(),
            "subscribed": collector.is_subscribed,
            "idle": collector.is_idle(),
            **counters.as_dict(),
            "balance": counters.balance,
            "unbalanced": unbalanced,
            "failure": repr(collector.failure or ""),
            "rss_mib": resident_mib("VmRSS"),
            "peak_mib": resident_mib("VmHWM"),
        }
        (folder / "standing.new").write_text(json.dumps(standing))
        (folder / "standing.new").replace(folder / STANDING)
    collector.stop()
    store.close()


if __name__ == "__main__":
    main()
