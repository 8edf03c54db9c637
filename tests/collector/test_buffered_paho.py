"""paho reads much at once and sends its acknowledgements in one piece, and says the same."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.mqtt import packets
from collector.mqtt.address import address_of
from collector.mqtt.buffered import READ_BYTES, BufferedSocket
from collector.mqtt.connection import LostError, Message, Session, Subscriptions
from collector.mqtt.paho_client import MOST_PACKETS, PahoConnection
from tests.collector.test_own_mqtt import publish

LET_IN = b"\x20\x02\x00\x00"
MANY = 300
PATIENCE_S = 10.0


@contextmanager
def line() -> Iterator[tuple[BufferedSocket, socket.socket]]:
    """Yield a buffered socket, the other end of its line."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(PATIENCE_S)
    with ours, theirs:
        yield BufferedSocket(ours), theirs


@contextmanager
def opened() -> Iterator[tuple[PahoConnection, socket.socket]]:
    """Yield a connection that the broker has let in, the broker's end of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = address_of(f"mqtt://127.0.0.1:{server.getsockname()[1]}")
        connection = PahoConnection(address, Session("c"))
        connection.open(Subscriptions(["#"]))
        broker, _ = server.accept()
        with broker:
            broker.settimeout(PATIENCE_S)
            broker.sendall(LET_IN)
            read(connection, 0)
            connection.wait(0)
            take_in(broker)
            yield connection, broker
            connection.close()


def read(connection: PahoConnection, count: int) -> list[Message]:
    """Return what is read until so many messages are there, and look once at least."""
    found: list[Message] = []
    while connection.wait(PATIENCE_S):
        found += connection.read()
        if len(found) >= count:
            break
    return found


def take_in(broker: socket.socket) -> None:
    """Read what the client has said so far: that it connects, and what it subscribes to."""
    said = b""
    while b"#" not in said:
        said += broker.recv(4096)


def read_until_lost(connection: PahoConnection, found: list[Message]) -> None:
    while connection.wait(PATIENCE_S):
        found += connection.read()


def acknowledge_often(connection: PahoConnection) -> None:
    for _ in range(MANY):
        connection.acknowledge([1, 2])


def burst(count: int) -> bytes:
    """Return so many messages, as a broker sends them."""
    return b"".join(
        publish("meters/a", b"%d" % number, number, retained=False, version=4)
        for number in range(1, count + 1)
    )


@given(
    pieces=st.lists(st.binary(min_size=1, max_size=2000), max_size=8),
    sizes=st.lists(st.integers(1, 1500), min_size=1, max_size=8),
)
def test_bytes_come_in_order_however_many_are_asked_for(
    pieces: Sequence[bytes], sizes: Sequence[int]
) -> None:
    with line() as (ours, theirs):
        for piece in pieces:
            theirs.sendall(piece)
        theirs.shutdown(socket.SHUT_WR)
        found, turn = b"", 0
        while got := ours.recv(sizes[turn % len(sizes)]):
            assert len(got) <= sizes[turn % len(sizes)]
            found, turn = found + got, turn + 1
    assert found == b"".join(pieces)


def test_what_is_here_already_is_told_without_asking_the_line() -> None:
    with line() as (ours, theirs):
        theirs.sendall(bytes(READ_BYTES // 2))
        assert ours.pending() == 0
        assert len(ours.recv(1)) == 1
        assert ours.pending() == READ_BYTES // 2 - 1


def test_nothing_is_sent_before_all_of_it_is() -> None:
    with line() as (ours, theirs):
        theirs.settimeout(0)
        with ours.gathered():
            assert ours.send(b"one") == 3
            assert ours.send(b"two") == 3
            with pytest.raises(BlockingIOError):
                theirs.recv(10)
        theirs.settimeout(PATIENCE_S)
        assert theirs.recv(10) == b"onetwo"
        with pytest.raises(BlockingIOError):  # it does not wait, as before
            ours.recv(1)
        ours.send(b"three")
        assert theirs.recv(10) == b"three"


def test_what_was_gathered_before_a_fault_is_not_sent_later() -> None:
    with line() as (ours, theirs):
        with suppress(LostError), ours.gathered():
            ours.send(b"one")
            raise LostError
        ours.send(b"two")
        assert theirs.recv(10) == b"two"


def test_a_burst_is_read_in_one_go_and_acknowledged_message_by_message() -> None:
    with opened() as (connection, broker):
        broker.sendall(burst(MANY))
        assert connection.wait(PATIENCE_S)
        first = connection.read()
        assert len(first) > 1
        messages = first + (read(connection, MANY - len(first)) if len(first) < MANY else [])
        assert [payload for _, payload, *_ in messages] == [b"%d" % n for n in range(1, MANY + 1)]
        numbers = [number for _, _, number, _, _ in messages]
        connection.acknowledge(numbers)
        expected, said = packets.acknowledgements(numbers), b""
        while len(said) < len(expected):
            said += broker.recv(4096)
        assert said == expected


def test_a_flood_is_handed_over_in_parts() -> None:
    with opened() as (connection, broker):
        broker.sendall(burst(MOST_PACKETS + 50))
        while connection.wait(PATIENCE_S):
            found = connection.read()
            assert 0 < len(found) <= MOST_PACKETS
            if found[-1][2] == MOST_PACKETS + 50:
                break


def test_messages_before_the_end_of_the_line_are_handed_over_and_then_it_is_lost() -> None:
    with opened() as (connection, broker):
        broker.sendall(burst(MANY))
        broker.shutdown(socket.SHUT_RDWR)
        found: list[Message] = []
        with pytest.raises(LostError):
            read_until_lost(connection, found)
        assert len(found) == MANY


def test_acknowledging_on_a_broken_line_says_that_it_is_lost() -> None:
    with opened() as (connection, broker):
        broker.sendall(burst(2))
        read(connection, 2)
        broker.close()
        with pytest.raises(LostError):
            acknowledge_often(connection)
