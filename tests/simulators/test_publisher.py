"""A publisher beside brokers that do what brokers do: fall silent, go away, refuse."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import paho.mqtt.client as mqtt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion

from energy.errors import UnreachableError
from jieneng.mqtt.demo_broker import Broker, start_broker
from simulators.speech.publish import Publisher, connect_bytes, length_bytes, publish_bytes

PATIENCE_S = 20.0
NEVER = threading.Event()


class Desk:
    """A broker that reads what is published, and acknowledges when the test says so."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE_S)
        self.url = f"mqtt://127.0.0.1:{self._listener.getsockname()[1]}"
        self._lines: list[socket.socket] = []

    def accept(self, code: int = 0) -> socket.socket:
        """Wait for a client, and answer it."""
        line, _ = self._listener.accept()
        self._lines.append(line)
        line.settimeout(PATIENCE_S)
        assert self._packet(line)[0] == 0x10
        line.sendall(bytes([0x20, 2, 0, code]))
        return line

    def hear(self, line: socket.socket, count: int) -> list[tuple[int, int, bytes]]:
        """Return first byte, number and payload of so many messages."""
        found = []
        for _ in range(count):
            first, body = self._packet(line)
            name = int.from_bytes(body[:2])
            number = int.from_bytes(body[2 + name : 4 + name])
            found.append((first, number, body[4 + name :]))
        return found

    @staticmethod
    def acknowledge(line: socket.socket, numbers: list[int]) -> None:
        line.sendall(b"".join(b"\x40\x02" + number.to_bytes(2) for number in numbers))

    @staticmethod
    def _packet(line: socket.socket) -> tuple[int, bytes]:
        first, length, shift = _exactly(line, 1)[0], 0, 0
        while True:
            byte = _exactly(line, 1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return first, _exactly(line, length)

    def close(self) -> None:
        for line in (self._listener, *self._lines):
            line.close()


def _exactly(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        got = line.recv(count - len(found))
        assert got, "the client has gone"
        found += got
    return found


@contextmanager
def desk_and_publisher(window: int) -> Iterator[tuple[Desk, socket.socket, Publisher]]:
    desk = Desk()
    lines: list[socket.socket] = []
    waiting = threading.Thread(target=lambda: lines.append(desk.accept()))
    waiting.start()
    publisher = Publisher(desk.url, client_id="meters", window=window)
    waiting.join()
    yield desk, lines[0], publisher
    publisher.close()
    desk.close()


def test_no_more_is_sent_than_the_window_lets_be_unacknowledged() -> None:
    with desk_and_publisher(3) as (desk, line, publisher):
        for number in range(3):
            assert publisher.publish("a/b", b"%d" % number, stop=NEVER)
        sent = threading.Event()

        def send() -> None:
            publisher.publish("a/b", b"3", stop=NEVER)
            sent.set()

        fourth = threading.Thread(target=send)
        fourth.start()
        heard = desk.hear(line, 3)
        assert [body for _, _, body in heard] == [b"0", b"1", b"2"]
        assert not sent.wait(0.1)
        desk.acknowledge(line, [heard[0][1]])
        assert sent.wait(PATIENCE_S)
        (last,) = desk.hear(line, 1)
        desk.acknowledge(line, [heard[1][1], heard[2][1], last[1]])
        assert publisher.drain(stop=NEVER)
        fourth.join()


def test_who_waits_for_room_can_be_stopped() -> None:
    stopped = threading.Event()
    stopped.set()
    with desk_and_publisher(1) as (_, _, publisher):
        assert publisher.publish("a", b"", stop=stopped)
        assert not publisher.publish("a", b"", stop=stopped)
        assert not publisher.drain(stop=stopped)


def test_what_a_broker_had_not_acknowledged_it_is_told_again() -> None:
    with desk_and_publisher(10) as (desk, line, publisher):
        for number in range(3):
            publisher.publish("a", b"%d" % number, stop=NEVER)
        heard = desk.hear(line, 3)
        desk.acknowledge(line, [heard[0][1]])
        time.sleep(0.1)
        line.close()
        second = desk.accept()
        again = desk.hear(second, 2)
        assert [(number, body) for _, number, body in again] == [
            (number, body) for _, number, body in heard[1:]
        ]
        assert {first for first, _, _ in again} == {0x3A}  # marked as said before
        desk.acknowledge(second, [number for _, number, _ in again])
        assert publisher.drain(stop=NEVER)
        publisher.publish("a", b"3", stop=NEVER)
        (fresh,) = desk.hear(second, 1)
        assert fresh[0] == 0x32
        desk.acknowledge(second, [fresh[1]])
        assert publisher.drain(stop=NEVER)


def test_acknowledgements_in_pieces_and_out_of_order_are_taken() -> None:
    with desk_and_publisher(10) as (desk, line, publisher):
        for number in range(3):
            publisher.publish("a", b"%d" % number, stop=NEVER)
        numbers = [number for _, number, _ in desk.hear(line, 3)]
        told = b"".join(b"\x40\x02" + number.to_bytes(2) for number in reversed(numbers))
        told = b"\xd0\x00" + told  # and the answer to a ping before them
        for byte in told:
            line.sendall(bytes([byte]))
        assert publisher.drain(stop=NEVER)


def test_a_broker_that_refuses_us_says_why() -> None:
    desk = Desk()
    refusing = threading.Thread(target=lambda: desk.accept(code=4).close())
    refusing.start()
    with pytest.raises(UnreachableError, match="user or password is wrong"):
        Publisher(desk.url, client_id="meters")
    refusing.join()
    desk.close()


def test_who_is_no_broker_is_told_from_one() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        line, _ = listener.accept()
        line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        line.close()

    thread = threading.Thread(target=answer)
    thread.start()
    with pytest.raises(UnreachableError, match="does not answer as a broker"):
        Publisher(f"mqtt://127.0.0.1:{listener.getsockname()[1]}", client_id="meters")
    thread.join()
    listener.close()


@given(st.integers(0, 268_435_455))
def test_a_length_is_written_in_seven_bits_a_byte(length: int) -> None:
    found = length_bytes(length)
    assert sum((byte & 0x7F) << 7 * place for place, byte in enumerate(found)) == length
    assert all(byte & 0x80 for byte in found[:-1])
    assert not found[-1] & 0x80
    assert len(found) <= 4


def test_packets_are_the_bytes_that_the_standard_shows() -> None:
    assert publish_bytes("a/b", b"x", 10) == bytes.fromhex("32 08 0003 612f62 000a 78")
    assert connect_bytes("me", "", "") == bytes.fromhex("10 0e 0004 4d515454 04 02 003c 0002 6d65")
    assert connect_bytes("me", "u", "p") == bytes.fromhex(
        "10 14 0004 4d515454 04 c2 003c 0002 6d65 0001 75 0001 70"
    )


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    started = start_broker(tmp_path_factory.mktemp("broker"), choice="auto", tell=lambda _: None)
    yield started
    started.stop()


def test_what_is_retained_is_told_to_who_subscribes_later(broker: Broker) -> None:
    with Publisher(broker.url, client_id="meters") as publisher:
        publisher.publish("kept/1", b"gone", stop=NEVER)
        publisher.publish("kept/2", b"kept", stop=NEVER, retained=True)
        assert publisher.drain(stop=NEVER)
    heard: list[tuple[str, bytes, bool]] = []
    told = threading.Event()

    def hear(_client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        heard.append((message.topic, bytes(message.payload), message.retain))
        told.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="late")
    client.on_message = hear
    host, port = broker.url.removeprefix("mqtt://").split(":")
    client.connect(host, int(port))
    client.subscribe("kept/#", qos=1)
    client.loop_start()
    assert told.wait(PATIENCE_S)
    client.disconnect()
    client.loop_stop()
    assert heard == [("kept/2", b"kept", True)]


def test_every_message_arrives_once_and_in_order(broker: Broker) -> None:
    heard: list[bytes] = []
    ready = threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="listener")
    client.on_message = lambda _client, _data, message: heard.append(bytes(message.payload))
    client.on_subscribe = lambda *_: ready.set()
    host, port = broker.url.removeprefix("mqtt://").split(":")
    client.connect(host, int(port))
    client.subscribe("row/#", qos=1)
    client.loop_start()
    assert ready.wait(PATIENCE_S)
    with Publisher(broker.url, client_id="meters") as publisher:
        for number in range(3000):
            publisher.publish(f"row/{number % 7}", b"%d" % number, stop=NEVER)
        assert publisher.drain(stop=NEVER)
    until = time.monotonic() + PATIENCE_S
    while len(heard) < 3000 and time.monotonic() < until:
        time.sleep(0.01)
    client.disconnect()
    client.loop_stop()
    assert heard == [b"%d" % number for number in range(3000)]
