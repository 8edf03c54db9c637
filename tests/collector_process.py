"""Starts the collector program, kills it, asks how it stands, and publishes numbered readings."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from energy.reading import REGISTER
from simulators.speech.publish import Publisher
from storage.opening import open_store
from tests.collector_program import LETTERS, STANDING, TOKEN_VARIABLE
from tests.store_promises import ALWAYS

T0 = 1_767_225_600
TOPIC = "meters/panel"
PATIENCE_S = 60.0
QUIET_S = 1.0
LOOK_S = 0.02
NEVER = threading.Event()


class Runner:
    """One collector at a time on one folder; every look at its books demands that they balance.

    Args:
        folder: Of state and standing; the collector's own.
        port: Of the broker.
        store: Address of the store, "" for DuckDB in the folder.
        token: Of InfluxDB.
        before: Words before the program: ip netns exec, faketime.
        more: Options after it.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        *,
        store: str = "",
        token: str = "",
        before: Sequence[str] = (),
        more: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.before = list(before)
        self.process: subprocess.Popen[bytes] | None = None
        self.looks = 0
        self._words = [str(folder), str(port), *(["--store", store] if store else []), *more]
        self._environment = {**os.environ, TOKEN_VARIABLE: token}

    def start(self) -> None:
        """Start, and wait until the broker has let it in."""
        self.launch()
        self.wait(lambda standing: bool(standing["subscribed"]))

    def launch(self) -> None:
        """Start, and wait until it says how it stands."""
        (self.folder / STANDING).unlink(missing_ok=True)
        program = [sys.executable, "-m", "tests.collector_program", *self._words]
        with (self.folder / "collector.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                [*self.before, *program], stderr=log, env=self._environment
            )
        self.wait(lambda _: True)

    def standing(self) -> dict[str, Any] | None:
        """Return how it stands, None while it has not said so."""
        try:
            found: dict[str, Any] = json.loads((self.folder / STANDING).read_text())
        except FileNotFoundError:
            return None
        self.looks += 1
        assert (found["balance"], found["unbalanced"]) == (0, 0), found
        return found

    def wait(
        self, until: Callable[[dict[str, Any]], bool], seconds: float = PATIENCE_S
    ) -> dict[str, Any]:
        """Return how it stands as soon as that is so."""
        assert self.process is not None
        deadline = time.monotonic() + seconds
        while (standing := self.standing()) is None or not until(standing):
            assert self.process.poll() is None, f"it ended: {self.log()[-2000:]}"
            assert time.monotonic() < deadline, standing
            time.sleep(LOOK_S)
        return standing

    def wait_quiet(self, count: int, seconds: float = PATIENCE_S) -> dict[str, Any]:
        """Return how it stands when so many have come, all is stored and nothing more comes."""
        seen: list[tuple[int, float]] = [(-1, 0.0)]

        def is_quiet(standing: dict[str, Any]) -> bool:
            now = time.monotonic()
            is_still = standing["idle"] and standing["subscribed"]
            if not is_still or standing["received"] != seen[0][0]:
                seen[0] = (standing["received"] if is_still else -1, now)
            return bool(standing["received"] >= count and now - seen[0][1] > QUIET_S)

        return self.wait(is_quiet, seconds)

    def end(self, how: signal.Signals) -> None:
        """End it in this way, and expect that it ends so."""
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE_S)
        assert code == (0 if how == signal.SIGTERM else -how), self.log()[-2000:]
        self.process = None

    def close(self) -> None:
        """Kill it if it runs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def log(self) -> str:
        """Return what all its runs have said."""
        return (self.folder / "collector.log").read_text()

    def use_token(self, token: str) -> None:
        """Have another token of InfluxDB from the next start on."""
        self._environment[TOKEN_VARIABLE] = token

    def letters(self) -> list[tuple[str, str, str]]:
        """Return topic, reason and bytes of every dead letter, in order."""
        file = self.folder / LETTERS
        lines = file.read_text().splitlines() if file.exists() else []
        found = {
            number: (topic, reason, said) for number, topic, reason, said in map(json.loads, lines)
        }
        return [found[number] for number in sorted(found)]


def body(number: int) -> bytes:
    """Return the message of one reading; its time and value tell its number."""
    return f'{{"time":{T0 + number},"values":{{"ep":{number}.25}}}}'.encode()


def publish(publisher: Publisher, numbers: range) -> None:
    """Publish readings by number."""
    for number in numbers:
        assert publisher.publish(TOPIC, body(number), stop=NEVER)


class Stream:
    """Publishes numbered readings at a rate, until it is stopped and the broker has them all.

    Attributes:
        count: How many numbers were handed over.
        planted: How many messages without sense.
    """

    def __init__(self, port: int, *, rate: float, garbage_every: int = 0) -> None:
        self.count = 0
        self.planted = 0
        self._rate = rate
        self._garbage_every = garbage_every
        self._stop = threading.Event()
        self._publisher = Publisher(f"mqtt://127.0.0.1:{port}", client_id="meters")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        began = time.monotonic()
        while not self._stop.is_set():
            due = int((time.monotonic() - began) * self._rate)
            while self.count < due and not self._stop.is_set():
                self._publish_one()
            self._stop.wait(0.01)

    def _publish_one(self) -> None:
        if not self._publisher.publish(TOPIC, body(self.count), stop=self._stop):
            return
        self.count += 1
        if self._garbage_every and self.count % self._garbage_every == 0:
            garbage = f"no reading {self.count}".encode()
            self.planted += self._publisher.publish(TOPIC, garbage, stop=self._stop)

    def finish(self) -> int:
        """Stop, wait until the broker has acknowledged everything; return the count."""
        self._stop.set()
        self._thread.join()
        assert self._publisher.drain(stop=NEVER)
        self._publisher.close()
        return self.count


def stored(url: str, token: str = "") -> list[tuple[int, int]]:
    """Return time and value of every reading in a store."""
    store = open_store(url, token)
    series = store.series(REGISTER, "hall_main", ALWAYS)
    store.close()
    return list(zip(series.time.tolist(), series.value.tolist(), strict=True))


def expected(numbers: range) -> list[tuple[int, int]]:
    """Return what is stored of numbered readings."""
    return [((T0 + number) * 1000, number * 100 + 25) for number in numbers]
