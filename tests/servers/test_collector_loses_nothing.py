"""Killed, cut off, restarted: what was published is stored, each reading once."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from energy.reading import REGISTER
from simulators.publish import Publisher
from storage.opening import open_store
from tests import server_programs
from tests.collector_program import READINGS, STANDING
from tests.store_promises import ALWAYS

T0 = 1_767_225_600
QUEUE = "allow_anonymous true\nmax_queued_messages 100000\nmax_inflight_messages 200\n"
KILLS = 5
BETWEEN_KILLS = 4000
PATIENCE_S = 60.0
NEVER = threading.Event()


class Runner:
    """Starts the collector program, kills it, asks how it stands."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = [sys.executable, "-m", "tests.collector_program"]
        self.process = subprocess.Popen([*program, str(self.folder), str(self.port)])  # noqa: S603
        pid = self.process.pid
        self.wait(lambda standing: standing["pid"] == pid and standing["subscribed"])

    def standing(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.folder / STANDING).read_text())
        except FileNotFoundError:
            return {"pid": 0}
        return found

    def wait(self, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        assert self.process is not None
        deadline = time.monotonic() + PATIENCE_S
        while not until(standing := self.standing()):
            assert self.process.poll() is None, "the collector ended by itself"
            assert time.monotonic() < deadline, standing
            time.sleep(0.02)
        return standing

    def end(self, how: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        assert self.process.wait(PATIENCE_S) == (0 if how == signal.SIGTERM else -how)
        self.process = None


@contextmanager
def _runner(folder: Path, port: int) -> Iterator[Runner]:
    runner = Runner(folder, port)
    try:
        yield runner
    finally:
        if runner.process is not None:
            runner.process.kill()
            runner.process.wait()


def _publish(publisher: Publisher, numbers: range) -> None:
    for number in numbers:
        body = f'{{"time":{T0 + number},"values":{{"ep":{number}.25}}}}'
        assert publisher.publish("meters/panel", body.encode(), stop=NEVER)


def _stored(folder: Path) -> list[tuple[int, int]]:
    store = open_store(f"duckdb:{folder / READINGS}")
    series = store.series(REGISTER, "hall_main", ALWAYS)
    store.close()
    return list(zip(series.time.tolist(), series.value.tolist(), strict=True))


def _expected(count: int) -> list[tuple[int, int]]:
    return [((T0 + number) * 1000, number * 100 + 25) for number in range(count)]


def test_nothing_is_lost_or_doubled_when_the_collector_is_killed_five_times(
    tmp_path: Path,
) -> None:
    port = server_programs.free_port()
    with (
        server_programs.mosquitto(tmp_path, port, QUEUE),
        _runner(tmp_path, port) as runner,
    ):
        runner.start()
        with Publisher(f"mqtt://127.0.0.1:{port}", client_id="meters") as publisher:
            for kill in range(KILLS):
                first = kill * BETWEEN_KILLS
                _publish(publisher, range(first, first + BETWEEN_KILLS // 2))
                runner.end(signal.SIGKILL)
                _publish(publisher, range(first + BETWEEN_KILLS // 2, first + BETWEEN_KILLS))
                runner.start()
            assert publisher.drain(stop=NEVER)
        count = KILLS * BETWEEN_KILLS
        standing = runner.wait(lambda found: found["stored"] >= count and found["idle"])
        runner.end(signal.SIGTERM)
    assert (standing["balance"], standing["dead"], standing["failure"]) == (0, 0, "''")
    assert _stored(tmp_path) == _expected(count)


def test_nothing_is_lost_when_the_broker_is_restarted(tmp_path: Path) -> None:
    port = server_programs.free_port()
    count = 3000
    with _runner(tmp_path, port) as runner:
        with server_programs.mosquitto(tmp_path, port, QUEUE):
            runner.start()
            with Publisher(f"mqtt://127.0.0.1:{port}", client_id="meters") as publisher:
                _publish(publisher, range(count))
                assert publisher.drain(stop=NEVER)
        runner.wait(lambda found: not found["subscribed"])
        with server_programs.mosquitto(tmp_path, port, QUEUE):
            standing = runner.wait(lambda found: found["stored"] >= count and found["idle"])
            with Publisher(f"mqtt://127.0.0.1:{port}", client_id="meters") as publisher:
                _publish(publisher, range(count, count + 10))
                assert publisher.drain(stop=NEVER)
            runner.wait(lambda found: found["stored"] >= count + 10 and found["idle"])
            runner.end(signal.SIGTERM)
    assert (standing["balance"], standing["dead"]) == (0, 0)
    assert _stored(tmp_path) == _expected(count + 10)
