"""An unknown meter speaks, is seen, and is adopted while it goes on speaking: nothing is missing.

Real mosquitto, InfluxDB and PostgreSQL, and the real ``jieneng collect`` and ``serve``.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from energy.reading import REGISTER
from simulators.speech.publish import Publisher
from storage.opening import open_store
from storage.registry.files import write_registry
from tests.builders import MAIN_METER, registry_of
from tests.server_programs import TOKEN, new_buckets
from tests.store_promises import ALWAYS
from tests.web import Filled

PATIENCE_S = 90.0
PER_S = 20
DAY_S = 86_400
EARLIER = 40
"""Readings an hour apart before anybody looks."""
ANSWERS = {
    "kind": "electricity", "table": "register", "unit": "kWh", "role": "check", "step": "0.01",
    "digits": "8", "ratio": "40", "max_rate": "1000000", "interval": "1h",
}  # fmt: skip


class Meter(threading.Thread):
    """A meter that nobody registered: hours of history at once, then a reading now and again."""

    def __init__(self, broker: str, name: str, per_second: int) -> None:
        super().__init__(daemon=True)
        self.start_s = int(time.time()) // 3600 * 3600 - 3 * DAY_S
        self.count = 0
        self._name, self._per_second = name, per_second
        self._publisher = Publisher(broker, client_id=name)
        self._stop_event = threading.Event()

    def _speak(self) -> None:
        at = (self.start_s + 3600 * min(self.count, EARLIER) + self.count) * self._per_second
        body = f'{{"time":{at},"values":{{"ep":{self.count}.25}}}}'
        topic = f"meters/{self._name}"
        assert self._publisher.publish(topic, body.encode(), stop=threading.Event())
        self.count += 1

    def run(self) -> None:
        while not self._stop_event.wait(0 if self.count < EARLIER else 1 / PER_S):
            self._speak()

    def finish(self) -> list[tuple[int, int]]:
        """Stop; return time [ms] and steps of all it has said."""
        self._stop_event.set()
        self.join()
        assert self._publisher.drain(stop=threading.Event())
        self._publisher.close()
        return [
            ((self.start_s + 3600 * min(number, EARLIER) + number) * 1000, number * 100 + 25)
            for number in range(self.count)
        ]


class Platform:
    """The programs, each as its own process, over one store and one set of records."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder = folder
        self._environment = os.environ | variables

    def command(self, *words: str, state: str = "collector") -> list[str]:
        return [sys.executable, "-m", "jieneng", "--state", str(self.folder / state), *words]

    def ran(self, *words: str) -> str:
        """Run a command to its end and return what it said."""
        done = subprocess.run(  # noqa: S603 - our own program
            self.command(*words), env=self._environment, capture_output=True, text=True,
            check=False, timeout=PATIENCE_S,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def running(self, part: str, says: str) -> Iterator[str]:
        """Run a part until the block ends; yield the line with which it says that it works."""
        said = self.folder / f"{part}.log"
        with (
            said.open("w") as log,
            subprocess.Popen(  # noqa: S603 - our own program
                self.command(part, state=part), env=self._environment, stdout=log, stderr=log
            ) as process,
        ):
            try:
                wait(lambda: bool(re.search(says, said.read_text())), said.read_text)
                found = re.search(says, said.read_text())
                assert found
                yield found[0]
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE_S)


def wait(until: Callable[[], bool], otherwise: Callable[[], object] = str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.2)


class Console:
    """What a browser would ask of the console."""

    def __init__(self, address: str) -> None:
        self._web = httpx.Client(
            base_url=address, headers={"origin": address}, trust_env=False, timeout=PATIENCE_S
        )

    def close(self) -> None:
        self._web.close()

    def heard(self) -> set[str]:
        found = self._web.get("/api/v1/heard").json()["heard"]
        return {one["device"] for one in found}

    def books(self) -> dict[str, int]:
        found: dict[str, Any] = self._web.get("/health").json()["collectors"]["jieneng-collector"]
        return found

    def adopt(self, device: str, answers: dict[str, str]) -> str:
        page = self._web.get("/heard/adopt", params={"device": device}).text
        fields = Filled(page).fields | {"=ep.chosen": "1", "author": "li"}
        fields |= {f"=ep.{name}": said for name, said in answers.items()}
        answer = self._web.post("/heard/adopt", params={"device": device}, data=fields)
        assert answer.status_code == 303, re.findall('class="complaint".*', answer.text)
        where: str = answer.headers["location"]
        return where

    def read_again(self, device: str) -> None:
        data = {"device": device, "author": "li"}
        assert self._web.post("/heard/read-again", data=data).status_code == 303


@pytest.fixture
def store_url(influx_2: str, request: pytest.FixtureRequest) -> str:
    return new_buckets(influx_2, f"adopting_{abs(hash(request.node.name)) % 10**6}")


@pytest.fixture
def platform(tmp_path: Path, mosquitto_port: int, store_url: str, postgres_schema: str) -> Platform:
    platform = Platform(
        tmp_path,
        {
            "JIENENG_BROKER_URL": f"mqtt://127.0.0.1:{mosquitto_port}",
            "JIENENG_STORE_URL": store_url,
            "JIENENG_INFLUXDB_TOKEN": TOKEN,
            "JIENENG_RECORDS_URL": postgres_schema,
            "JIENENG_HTTP_PORT": "0",
        },
    )
    write_registry(registry_of(MAIN_METER), tmp_path / "files")
    platform.ran("setup", "--registry", str(tmp_path / "files"))
    return platform


def adopted(platform: Platform, console: Console) -> None:
    """Adopt one meter with the command and the other with the form."""
    assert "kitchen" in platform.ran("devices")
    cells = [f"--set={name}={said}" for name, said in ANSWERS.items()]
    said = platform.ran("adopt", "kitchen", "--channel=ep", *cells, "--write", "--retry")
    where = console.adopt("boiler-1", ANSWERS)

    assert re.search(r"[0-9]+  became readings", said), said
    assert re.fullmatch(r"/heard\?adopted=boiler-1&letters=[0-9]{2,}", where)


def all_stored(console: Console, count: int) -> dict[str, int]:
    """Return the books once every reading is shipped.

    What was refused while the collector took the registry up is asked for again, as a person would.
    """

    def is_all_there() -> bool:
        books = console.books()
        if books["dead"]:
            console.read_again("kitchen")
            console.read_again("boiler-1")
        return books["shipped"] == count and not books["dead"]

    wait(is_all_there, console.books)
    return console.books()


def test_readings_from_before_a_meter_was_adopted_are_at_their_own_times(
    platform: Platform, mosquitto_port: int, store_url: str
) -> None:
    broker = f"mqtt://127.0.0.1:{mosquitto_port}"
    with (
        platform.running("collect", r"Collecting from .*"),
        platform.running("serve", r"http://127[0-9.:]*") as address,
        closing(Console(address)) as console,
    ):
        meters = {"kitchen_ep": Meter(broker, "kitchen", 1)}
        meters["boiler-1_ep"] = Meter(broker, "boiler-1", 1000)
        for meter in meters.values():
            meter.start()
        wait(lambda: console.heard() == {"kitchen", "boiler-1"})
        adopted(platform, console)
        expected = {name: meter.finish() for name, meter in meters.items()}
        count = sum(map(len, expected.values()))
        books = all_stored(console, count)

        rest = ("in_hand", "spooled", "dead", "dropped", "duplicate", "retained")
        assert books["received"] == books["shipped"] == count
        assert [books[name] for name in rest] == [0] * len(rest)
        assert console.heard() == set()
    store = open_store(store_url, TOKEN)
    for name, readings in expected.items():
        series = store.series(REGISTER, name, ALWAYS)
        assert list(zip(series.time.tolist(), series.value.tolist(), strict=True)) == readings
    store.close()
