"""The publisher of simulated meters with accounts, over TLS, and through a broker that restarts."""

import subprocess
import threading
from pathlib import Path

import pytest

from energy.errors import UnreachableError
from simulators.speech.publish import Publisher
from tests.server_programs import free_port, mosquitto, program

NEVER = threading.Event()
PASSWORD = "s3cret:/@"  # noqa: S105  of a broker that lives for a second
WRITTEN = "s3cret%3A%2F%40"


def run(*command: str) -> None:
    name, *arguments = command
    subprocess.run([program(name), *arguments], check=True, capture_output=True)  # noqa: S603


def test_accounts_and_certificates_are_those_of_the_address(tmp_path: Path) -> None:
    run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        "-keyout", f"{tmp_path}/broker.key", "-out", f"{tmp_path}/broker.crt",
    )  # fmt: skip
    (tmp_path / "passwords").touch(mode=0o600)
    run("mosquitto_passwd", "-b", f"{tmp_path}/passwords", "meters", PASSWORD)
    port, plain = free_port(), free_port()
    settings = (
        f"password_file {tmp_path}/passwords\nallow_anonymous false\n"
        f"listener {port} 127.0.0.1\ncertfile {tmp_path}/broker.crt\n"
        f"keyfile {tmp_path}/broker.key\n"
    )
    with mosquitto(tmp_path, plain, settings):
        url = f"mqtts://meters:{WRITTEN}@localhost:{port}"
        with Publisher(url, client_id="meters", ca=f"{tmp_path}/broker.crt") as publisher:
            for number in range(3000):
                assert publisher.publish("row", b"%d" % number * 50, stop=NEVER)
            assert publisher.drain(stop=NEVER)
        with pytest.raises(UnreachableError, match="allowed"):
            Publisher(f"mqtt://meters:wrong@localhost:{plain}", client_id="meters")
        with pytest.raises(UnreachableError, match="certificate"):
            Publisher(url, client_id="meters")


def test_a_publisher_outlives_its_broker(tmp_path: Path) -> None:
    port = free_port()
    with mosquitto(tmp_path, port):
        publisher = Publisher(f"mqtt://127.0.0.1:{port}", client_id="meters", window=50)
        assert publisher.publish("row", b"before", stop=NEVER)
        assert publisher.drain(stop=NEVER)
    for number in range(40):  # nobody is there
        assert publisher.publish("row", b"%d" % number, stop=NEVER)
    with mosquitto(tmp_path, port):
        assert publisher.drain(stop=NEVER)
        publisher.close()
