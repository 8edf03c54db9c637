"""Both clients of the collector, both versions of MQTT, with and without TLS, on a mosquitto."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from collector.keeping.spool import Spool
from collector.mqtt.address import Address
from collector.mqtt.clients import CLIENTS
from collector.mqtt.connection import Connection, LostError, Session, Subscriptions
from collector.mqtt.own import OwnConnection
from collector.mqtt.wanted import Wanted
from collector.partition import ALONE, Share
from collector.receiving.receiver import Receiver
from collector.taking.intake import Intake
from energy.errors import ConfigError
from simulators.speech.publish import Publisher
from tests.builders import MAIN_METER, registry_of
from tests.server_programs import free_port, mosquitto, program

PATIENCE_S = 20.0
NEVER = threading.Event()
PASSWORD = "a-password"  # noqa: S105
FILTERS = ("meters/+", "tele/+/SENSOR")


@dataclass(frozen=True)
class Line:
    """One way to reach the broker."""

    address: Address
    plain_url: str


@dataclass
class Heard:
    """What one connection hands over."""

    connection: Connection
    messages: list[tuple[str, bytes, int, bool, int]] = field(default_factory=list)
    acknowledged: int = 0

    def open(self) -> None:
        self.connection.open(Subscriptions(FILTERS))
        self.read_until(lambda: self.connection.is_subscribed)

    def read_until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < deadline, len(self.messages)
            if self.connection.wait(0.05):
                self.messages += self.connection.read()

    def acknowledge_new(self) -> int:
        """Acknowledge what has not been acknowledged; return how many messages there are."""
        new = self.messages[self.acknowledged :]
        self.connection.acknowledge([number for _, _, number, _, _ in new])
        self.acknowledged = len(self.messages)
        return self.acknowledged

    def acknowledge_all(self) -> None:
        self.connection.acknowledge([number for _, _, number, _, _ in self.messages if number])


def _openssl(*arguments: str, folder: Path) -> None:
    command = [program("openssl"), *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a CA and what it has signed for the broker and for the collector."""
    folder = tmp_path_factory.mktemp("certificates")
    new = ("req", "-newkey", "rsa:2048", "-nodes")
    _openssl(*new, "-x509", "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.crt",
             folder=folder)  # fmt: skip
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for name in ("broker", "collector"):
        subject = ("-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        _openssl(*new, *subject, folder=folder)
        _openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
                 "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", f"{name}.crt",
                 folder=folder)  # fmt: skip
    return folder


@pytest.fixture(scope="module", params=["plain", "tls"])
def line(
    request: pytest.FixtureRequest, certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    """Yield a broker with accounts; over TLS it asks for the collector's certificate, too."""
    folder = tmp_path_factory.mktemp("broker")
    plain, secret = free_port(), free_port()
    (folder / "passwords").touch(mode=0o600)
    command = [program("mosquitto_passwd"), "-b", str(folder / "passwords"), "user", PASSWORD]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    settings = (
        f"allow_anonymous false\npassword_file {folder}/passwords\nmax_queued_messages 100000\n"
        f"listener {secret} 127.0.0.1\ncafile {certificates}/ca.crt\nrequire_certificate true\n"
        f"certfile {certificates}/broker.crt\nkeyfile {certificates}/broker.key\n"
    )
    is_tls = request.param == "tls"
    address = Address(
        "127.0.0.1",
        secret if is_tls else plain,
        "user",
        PASSWORD,
        tls=is_tls,
        ca_file=f"{certificates}/ca.crt" if is_tls else "",
        cert_file=f"{certificates}/collector.crt" if is_tls else "",
        key_file=f"{certificates}/collector.key" if is_tls else "",
    )
    with mosquitto(folder, plain, settings):
        yield Line(address, f"mqtt://user:{PASSWORD}@127.0.0.1:{plain}")


@pytest.fixture(params=[(name, version) for name in sorted(CLIENTS) for version in (4, 5)], ids=str)
def heard(request: pytest.FixtureRequest, line: Line) -> Iterator[Heard]:
    """Yield a connection with a session of its own, open and subscribed."""
    name, version = request.param
    session = Session(f"{name}-{version}-{line.address.tls}-{time.time_ns()}", version)
    found = Heard(CLIENTS[name](line.address, session))
    found.open()
    yield found
    found.connection.close()


def _publish(line: Line, bodies: list[bytes], topic: str = "meters/panel") -> None:
    with Publisher(line.plain_url, client_id="meters", window=100) as publisher:
        for body in bodies:
            assert publisher.publish(topic, body, stop=NEVER)
        assert publisher.drain(stop=NEVER)


def _bodies(count: int, size: int = 20) -> list[bytes]:
    return [b"%0*d" % (size, number) for number in range(count)]


def test_subscriptions_change_while_the_connection_stands(heard: Heard, line: Line) -> None:
    heard.connection.subscribe(Subscriptions(["new/topic"], gone=["meters/+"]))
    deadline = time.monotonic() + PATIENCE_S
    while not any(topic == "new/topic" for topic, *_ in heard.messages):
        assert time.monotonic() < deadline
        _publish(line, [b"now"], topic="new/topic")
        if heard.connection.wait(0.05):
            heard.messages += heard.connection.read()
    heard.messages.clear()

    _publish(line, [b"not any more"])
    _publish(line, [b"last"], topic="new/topic")

    heard.read_until(lambda: any(body == b"last" for _, body, *_ in heard.messages))
    assert {topic for topic, *_ in heard.messages} == {"new/topic"}


def test_every_message_arrives_once_in_order_while_it_is_acknowledged(
    heard: Heard, line: Line
) -> None:
    bodies = [*_bodies(1000), *_bodies(20, size=300_000)]
    publishing = threading.Thread(target=_publish, args=(line, bodies))
    publishing.start()
    heard.read_until(lambda: heard.acknowledge_new() == len(bodies))
    publishing.join()
    assert [body for _, body, _, _, _ in heard.messages] == bodies
    assert {(topic, kept, cut) for topic, _, _, kept, cut in heard.messages} == {
        ("meters/panel", False, 0)
    }


def test_what_was_not_acknowledged_comes_again_on_the_next_connection(
    heard: Heard, line: Line
) -> None:
    _publish(line, _bodies(15))
    heard.read_until(lambda: len(heard.messages) == 15)
    heard.connection.acknowledge([number for _, _, number, _, _ in heard.messages[:5]])
    heard.connection.close()
    _publish(line, [b"meanwhile"])
    heard.messages.clear()
    heard.open()
    heard.read_until(lambda: len(heard.messages) >= 11)
    heard.acknowledge_all()
    assert sorted(body for _, body, _, _, _ in heard.messages) == sorted(
        [*_bodies(15)[5:], b"meanwhile"]
    )


def test_a_quiet_line_is_kept_alive(line: Line) -> None:
    lines = []
    for name in sorted(CLIENTS):
        for version in (4, 5):
            session = Session(f"quiet-{name}-{version}", version, keepalive_s=1)
            lines.append(Heard(CLIENTS[name](line.address, session)))
            lines[-1].open()
    until = time.monotonic() + 2.5  # the broker gives up after one and a half
    while time.monotonic() < until:
        for quiet in lines:
            if quiet.connection.wait(0.01):
                quiet.connection.read()
    _publish(line, [b"still there"])
    for quiet in lines:
        quiet.read_until(lambda: quiet.acknowledge_new() == 1)  # noqa: B023 - asked at once
        quiet.connection.close()


@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_a_wrong_password_is_said(line: Line, name: str, version: int) -> None:
    wrong = replace(line.address, password="wrong")  # noqa: S106
    stranger = Heard(CLIENTS[name](wrong, Session("stranger", version)))
    with pytest.raises(LostError, match="refuses us"):
        stranger.open()
    stranger.connection.close()


# paho leaves the socket of a refused handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("line", ["tls"], indirect=True)
@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_a_broker_that_we_do_not_trust_is_not_spoken_to(line: Line, name: str) -> None:
    careful = replace(line.address, ca_file="")
    stranger = Heard(CLIENTS[name](careful, Session("stranger")))
    with pytest.raises(LostError, match=r"does not answer .*certificate"):
        stranger.open()
    stranger.connection.close()


def test_of_a_message_that_is_too_long_the_first_bytes_are_kept_and_what_follows_arrives(
    line: Line,
) -> None:
    session = Session("short-of-breath")
    connection = OwnConnection(line.address, session, longest=100_000)
    heard = Heard(connection)
    heard.open()
    long = bytes(range(256)) * 8000
    _publish(line, [b"before", long, b"after"])
    heard.read_until(lambda: len(heard.messages) == 3)
    heard.acknowledge_all()
    before, cut, after = heard.messages
    assert (before[1], after[1]) == (b"before", b"after")
    assert len(cut[1]) + cut[4] == len(long)
    assert long.startswith(cut[1])
    assert 4000 < len(cut[1]) <= 2 * 256 * 1024
    connection.close()


@pytest.mark.parametrize("line", ["plain"], indirect=True)
@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_of_two_collectors_with_one_client_id_one_says_so_and_stops(
    line: Line, name: str, tmp_path: Path
) -> None:
    session = Session(f"same-{name}")
    both = []
    for folder in ("a", "b"):
        spool = Spool(tmp_path / folder, max_bytes=10**9)
        intake = Intake(spool, {}, lambda: registry_of(MAIN_METER), future_ms=0)
        receiver = Receiver(
            CLIENTS[name](line.address, session),
            line.address,
            intake=intake,
            subscriptions=Wanted(lambda: FILTERS),
            share=Share(ALONE, ()),
            window=20,
            clock=lambda: 0,
        )
        receiver.start()
        both.append((receiver, spool))
    deadline = time.monotonic() + 60
    while not any(receiver.failure for receiver, _ in both):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    failures = [receiver.failure for receiver, _ in both if receiver.failure]
    for receiver, spool in both:
        receiver.stop()
        spool.close()
    assert len(failures) == 1
    assert isinstance(failures[0], ConfigError)
    assert "JIENENG_CLIENT_ID" in str(failures[0])


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_the_broker_keeps_a_session_or_forgets_it_as_we_want(
    line: Line, name: str, version: int, *, is_kept: bool
) -> None:
    session = Session(f"leaves-{name}-{version}-{is_kept}", version, is_kept=is_kept)
    resumed = []
    for _ in range(2):
        left = Heard(CLIENTS[name](line.address, session))
        left.open()
        resumed.append(left.connection.is_resumed)
        left.connection.close()

    assert resumed == [False, is_kept]
