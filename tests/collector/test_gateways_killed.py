"""Whatever a gateway was told is durable survives kill -9, and nothing is there twice."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from energy.reading import REGISTER
from simulators.gateway import LostError, SimulatedGateway
from storage.opening import open_store
from tests.gateway_ends import deliver_all, gateway, hang_up_all, meter_of, read, shown
from tests.gateway_program import READINGS
from tests.store_promises import ALWAYS

CHECKOUT = Path(__file__).parents[2]
PATIENCE_S = 60.0
KILLS = 3
PACKETS = 400


class Program:
    """The collector's process, on one folder and port however often it is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.gateway_program", str(self._folder), str(self.port)]
        self._process = subprocess.Popen(command, cwd=CHECKOUT)  # noqa: S603 - our own program

    def end(self, number: signal.Signals) -> int:
        self._process.send_signal(number)
        return self._process.wait(PATIENCE_S)

    def stored(self, number: str) -> list[tuple[int, int]]:
        """Return times [ms] and steps in the store, as they stand there."""
        store = open_store(f"duckdb:{self._folder / READINGS}")
        series = store.series(REGISTER, meter_of(number), ALWAYS)
        store.close()
        return list(zip(series.time.tolist(), series.value.tolist(), strict=True))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    running = Program(tmp_path)
    yield running
    hang_up_all()
    running.end(signal.SIGKILL)


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_two_gateways_lose_and_double_nothing_while_the_collector_is_killed(
    program: Program,
) -> None:
    ends = [gateway(program.port, number, piece_bytes=333) for number in ("01", "02")]
    stop, lost = threading.Event(), [0, 0]
    for end in ends:
        read(end, range(1, PACKETS + 1))

    def deliver(which: int) -> None:
        lost[which] = deliver_all(ends[which], stop)

    threads = [threading.Thread(target=deliver, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for kill in range(1, KILLS + 1):
        due = kill * PACKETS // (KILLS + 1)
        _wait(lambda due=due: all(len(end.acknowledged) >= due for end in ends))  # type: ignore[misc]
        program.end(signal.SIGKILL)
        program.start()
    _wait(lambda: not any(end.waiting for end in ends))
    stop.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert program.end(signal.SIGTERM) == 0

    assert min(lost) >= KILLS
    for end in ends:
        assert program.stored(end.gateway) == sorted(shown(end).items())
        assert len(shown(end)) == PACKETS


def test_what_was_acknowledged_before_a_kill_is_stored_after_it(program: Program) -> None:
    end, stop = gateway(program.port), threading.Event()
    read(end, range(1, PACKETS + 1))
    thread = threading.Thread(target=deliver_all, args=(end, stop))
    thread.start()
    _wait(lambda: len(end.acknowledged) >= PACKETS // 3)
    program.end(signal.SIGKILL)
    stop.set()
    thread.join(PATIENCE_S)
    program.start()
    late = gateway(program.port)
    _wait(lambda: _is_in(late))
    assert program.end(signal.SIGTERM) == 0

    stored = program.stored("01")
    assert shown(end).items() <= dict(stored).items()
    # One packet at most was durable and its answer not sent.
    assert len(stored) - len(end.acknowledged) in (0, 1)


def _is_in(end: SimulatedGateway) -> bool:
    try:
        return end.connect()
    except LostError:
        return False
