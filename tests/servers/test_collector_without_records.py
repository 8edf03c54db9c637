"""A collector starts, receives and ships while PostgreSQL is gone."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from energy.reading import REGISTER
from jieneng.settings import Settings
from jieneng.wiring import open_house
from simulators.speech.publish import Publisher
from storage.opening import open_store
from storage.records import registry as registry_records
from tests.builders import MAIN_METER, registry_of
from tests.server_programs import free_port, mosquitto, postgres
from tests.store_promises import ALWAYS

T0 = 1_767_225_600
PATIENCE_S = 60.0
QUEUE = "allow_anonymous true\nlog_type all\n"
NEVER = threading.Event()


def _wait(until: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def _first_start(state: Path, records_url: str, broker: str) -> None:
    """Run a collector once while the records are there."""
    settings = Settings(state_dir=state, records_url=records_url, broker_url=broker)
    house = open_house(settings)
    with house.records.session() as session:
        registry_records.replace(session, registry_of(MAIN_METER), author="test", reason="first")
    house.start_collector()
    house.close()


def test_jieneng_collect_receives_and_ships_though_postgresql_is_gone(tmp_path: Path) -> None:
    port, state, said = free_port(), tmp_path / "state", tmp_path / "said"
    broker = f"mqtt://127.0.0.1:{port}"
    with postgres() as url:
        _first_start(state, url, broker)
    variables = {"JIENENG_RECORDS_URL": url, "JIENENG_BROKER_URL": broker}
    command = [sys.executable, "-m", "jieneng", "--state", str(state), "collect"]
    with (
        mosquitto(tmp_path, port, QUEUE),
        said.open("wb") as output,
        subprocess.Popen(command, env=os.environ | variables, stderr=output) as process,  # noqa: S603
    ):
        _wait(lambda: "Sending SUBACK to jieneng-collector" in (tmp_path / "log").read_text(), said)
        with Publisher(broker, client_id="meters") as publisher:
            body = f'{{"time":{T0},"values":{{"ep":1.25}}}}'.encode()
            assert publisher.publish("meters/panel", body, stop=NEVER)
            assert publisher.drain(stop=NEVER)
        _wait(lambda: "records.unreachable" in said.read_text(), said)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert "registry.kept number=1" in said.read_text()
    assert "a-password-for-tests" not in said.read_text()
    store = open_store(f"duckdb:{state / 'readings.duckdb'}")
    assert store.series(REGISTER, "hall_main", ALWAYS).value.tolist() == [125]
    store.close()
