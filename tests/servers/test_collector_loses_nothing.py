"""Killed, cut off, restarted: what was published is stored, each reading once."""

import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from simulators.speech.publish import Publisher
from tests import server_programs
from tests.collector_faults import House, plan
from tests.collector_process import NEVER, Runner, expected, publish, stored
from tests.collector_program import READINGS

QUEUE = "allow_anonymous true\nmax_queued_messages 100000\nmax_inflight_messages 200\n"
KILLS = 5
BETWEEN_KILLS = 4000


def test_nothing_is_lost_or_doubled_when_the_collector_is_killed_five_times(
    tmp_path: Path,
) -> None:
    port = server_programs.free_port()
    with (
        server_programs.mosquitto(tmp_path, port, QUEUE),
        closing(Runner(tmp_path, port)) as runner,
    ):
        runner.start()
        with Publisher(f"mqtt://127.0.0.1:{port}", client_id="meters") as publisher:
            for kill in range(KILLS):
                first = kill * BETWEEN_KILLS
                publish(publisher, range(first, first + BETWEEN_KILLS // 2))
                runner.end(signal.SIGKILL)
                publish(publisher, range(first + BETWEEN_KILLS // 2, first + BETWEEN_KILLS))
                runner.start()
            assert publisher.drain(stop=NEVER)
        count = KILLS * BETWEEN_KILLS
        standing = runner.wait_quiet(count)
        runner.end(signal.SIGTERM)
    assert (standing["dead"], standing["failure"]) == (0, "''")
    assert stored(f"duckdb:{tmp_path / READINGS}") == expected(range(count))


def test_nothing_is_lost_when_the_broker_is_restarted(tmp_path: Path) -> None:
    port = server_programs.free_port()
    count = 3000
    with closing(Runner(tmp_path, port)) as runner:
        with server_programs.mosquitto(tmp_path, port, QUEUE):
            runner.start()
            with Publisher(f"mqtt://127.0.0.1:{port}", client_id="meters") as publisher:
                publish(publisher, range(count))
                assert publisher.drain(stop=NEVER)
        runner.wait(lambda found: not found["subscribed"])
        with server_programs.mosquitto(tmp_path, port, QUEUE):
            runner.wait_quiet(count)
            with Publisher(f"mqtt://127.0.0.1:{port}", client_id="meters") as publisher:
                publish(publisher, range(count, count + 10))
                assert publisher.drain(stop=NEVER)
            standing = runner.wait_quiet(count + 10)
            runner.end(signal.SIGTERM)
    assert standing["dead"] == 0
    assert stored(f"duckdb:{tmp_path / READINGS}") == expected(range(count + 10))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path) as found:
        yield found


def test_ten_kills_two_broker_restarts_and_two_store_outages_lose_and_double_nothing(
    house: House,
) -> None:
    house.open_stream(rate=400, garbage_every=200)
    for fault in plan(kills=10, restarts=2, outages=2, seconds=(3, 4), seed=1):
        house.suffer(fault)
    count, standing = house.finish()

    assert count > 4000
    assert house.stored() == expected(range(count))
    garbage = [said for _, _, said in house.runner.letters()]
    assert sorted(garbage) == sorted(f"no reading {number}" for number in house.planted())
    assert (standing["dead"], standing["failure"]) == (len(garbage), "''")
