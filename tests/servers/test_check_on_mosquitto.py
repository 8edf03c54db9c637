"""``jieneng check`` asks a real broker to let us in."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.mqtt.address import address_of
from collector.mqtt.clients import CLIENTS
from collector.mqtt.connection import Session, Subscriptions
from jieneng.mqtt import check as broker_check
from jieneng.settings import Settings
from jieneng.works import work_at_desk
from tests.server_programs import free_port, mosquitto, program

PASSWORD = "a-password"  # noqa: S105


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Yield the port of a broker with one account."""
    folder = tmp_path_factory.mktemp("broker")
    found = free_port()
    (folder / "passwords").touch(mode=0o600)
    command = [program("mosquitto_passwd"), "-b", str(folder / "passwords"), "user", PASSWORD]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    settings = f"allow_anonymous false\npassword_file {folder}/passwords\n"
    with mosquitto(folder, found, settings):
        yield found


def broker_line(state: Path, url: str, **settings: str) -> str:
    said: list[str] = []
    held = Settings.model_validate(
        {
            "state_dir": state,
            "store_url": "memory:",
            "broker_url": url,
            "client_id": "ours",
            "cli_language": "en",
            **settings,
        }
    )
    work_at_desk(held, "check", "check", {"registry": ""}, say=said.append)
    return said[1]


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_a_broker_that_lets_us_in_is_well(port: int, version: str, tmp_path: Path) -> None:
    url = f"mqtt://user:{PASSWORD}@127.0.0.1:{port}"
    line = broker_line(tmp_path, url, mqtt_version=version)
    assert line == f"ok  broker     127.0.0.1:{port} lets us in"


@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize("account", ["user:wrong-word@", ""])
def test_a_broker_that_refuses_our_password_is_bad(
    port: int, version: str, account: str, tmp_path: Path
) -> None:
    line = broker_line(tmp_path, f"mqtt://{account}127.0.0.1:{port}", mqtt_version=version)
    assert line.startswith(f"BAD broker     127.0.0.1:{port}: refuses us (Not authorized)")
    assert line.endswith("Check JIENENG_BROKER_URL")
    assert "wrong-word" not in line


@pytest.mark.parametrize("version", [4, 5])
def test_the_session_of_the_collector_is_not_disturbed(port: int, version: int) -> None:
    address = address_of(f"mqtt://user:{PASSWORD}@127.0.0.1:{port}")
    collector = CLIENTS["own"](address, Session("ours", version))
    collector.open(Subscriptions(["meters/+"]))
    while not collector.is_subscribed:
        if collector.wait(1):
            collector.read()

    assert broker_check.broker_problem(address, client_id="ours", version=version) is None

    assert not collector.wait(0.3)  # the broker would have ended the connection
    collector.close()


# paho leaves the socket of a refused handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_tls_on_a_plain_port_is_bad(port: int, tmp_path: Path) -> None:
    line = broker_line(tmp_path, f"mqtts://user:{PASSWORD}@127.0.0.1:{port}")
    assert line.startswith("BAD")
    assert line.endswith("Check JIENENG_BROKER_URL")


def test_a_certificate_that_is_none_is_said_with_its_setting(tmp_path: Path) -> None:
    wrong = tmp_path / "ca.crt"
    wrong.write_text("no certificate")
    line = broker_line(tmp_path, f"mqtts://127.0.0.1:{free_port()}", broker_ca=str(wrong))
    assert "no TLS connection (" in line
    assert "JIENENG_BROKER_CA" in line


@pytest.mark.parametrize("words", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\x02\x00"])
@pytest.mark.parametrize("is_kept", [True, False])
def test_what_takes_connections_and_speaks_no_mqtt_is_bad(
    words: bytes, *, is_kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_check, "ANSWER_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines: list[socket.socket] = []

        def serve() -> None:
            line, _ = server.accept()
            lines.append(line)
            line.recv(1000)
            line.sendall(words)
            if not is_kept:
                line.close()

        thread = threading.Thread(target=serve)
        thread.start()
        said = broker_line(tmp_path, f"mqtt://127.0.0.1:{server.getsockname()[1]}")
        thread.join()
        lines[0].close()
    assert said.startswith("BAD")
    assert said.endswith("Check JIENENG_BROKER_URL")
