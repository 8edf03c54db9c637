"""Our own MQTT client against any bytes, cut in any way."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.mqtt import packets
from collector.mqtt.address import address_of
from collector.mqtt.connection import LostError, Message, Session, Subscriptions
from collector.mqtt.own import OwnConnection

LONGEST = 9000
TOPICS = st.sampled_from(["meters/a", "meters/电表", "tele/b/SENSOR", ""])
MESSAGES = st.lists(
    st.tuples(TOPICS, st.binary(max_size=400), st.integers(0, 65_535), st.booleans()), max_size=20
)


@contextmanager
def opened(version: int = 4) -> Iterator[tuple[OwnConnection, socket.socket]]:
    """Yield an open connection, the broker's end of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = address_of(f"mqtt://127.0.0.1:{server.getsockname()[1]}")
        connection = OwnConnection(address, Session("c", version), longest=LONGEST)
        connection.open(Subscriptions(["#"]))
        broker, _ = server.accept()
        with broker:
            yield connection, broker
            connection.close()


def publish(topic: str, payload: bytes, number: int, *, retained: bool, version: int) -> bytes:
    """Return a PUBLISH as a broker sends it; number 0 means QoS 0."""
    body = packets.text_bytes(topic) + (number.to_bytes(2, "big") if number else b"")
    if version == packets.MQTT_5:
        properties = b"\x02\x00\x00\x00\x3c" + b"\x26" + packets.text_bytes("k") * 2
        body += packets.length_bytes(len(properties)) + properties
    body += payload
    first = packets.PUBLISH | (0x02 if number else 0) | int(retained)
    return bytes([first]) + packets.length_bytes(len(body)) + body


def read_until_lost(connection: OwnConnection, taken: list[Message], look_s: float = 1.0) -> None:
    while True:
        if connection.wait(look_s):
            taken += connection.read()


def hand_over(
    connection: OwnConnection, broker: socket.socket, pieces: Sequence[bytes]
) -> list[Message]:
    """Send pieces, then end the line; return the messages that came of it."""
    taken: list[Message] = []
    with suppress(LostError):
        for piece in pieces:
            broker.sendall(piece)
            while connection.wait(0):
                taken += connection.read()
        broker.shutdown(socket.SHUT_WR)
        read_until_lost(connection, taken)
    return taken


@given(messages=MESSAGES, version=st.sampled_from([4, 5]), cuts=st.lists(st.integers(0, 9000)))
def test_messages_arrive_whole_however_the_line_cuts_them(
    messages: list[tuple[str, bytes, int, bool]], version: int, cuts: list[int]
) -> None:
    data = (b"\x20\x02\x00\x00" if version == 4 else b"\x20\x03\x00\x00\x00") + b"".join(
        publish(topic, payload, number, retained=kept, version=version)
        for topic, payload, number, kept in messages
    )
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    with opened(version) as (connection, broker):
        taken = hand_over(
            connection,
            broker,
            [data[a:b] for a, b in pairwise(edges)],
        )
    assert taken == [(*message, 0) for message in messages]


@given(
    sizes=st.lists(st.integers(0, 3 * LONGEST), min_size=1, max_size=4),
    cuts=st.lists(st.integers(0, 12 * LONGEST), max_size=6),
)
def test_a_message_that_is_too_long_is_cut_and_the_others_are_not(
    sizes: list[int], cuts: list[int]
) -> None:
    payloads = [bytes([number]) * size for number, size in enumerate(sizes, 1)]
    data = b"\x20\x02\x00\x00" + b"".join(
        publish("t", payload, 7, retained=False, version=4) for payload in payloads
    )
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    with opened() as (connection, broker):
        taken = hand_over(
            connection,
            broker,
            [data[a:b] for a, b in pairwise(edges)],
        )
    assert len(taken) == len(payloads)
    for (_, kept, number, _, cut), payload in zip(taken, payloads, strict=True):
        assert payload.startswith(kept)
        assert number == 7
        assert len(kept) + cut == len(payload)
        assert cut == 0 or len(payload) > LONGEST - 5


@pytest.mark.parametrize(
    ("topic", "properties"), [("t" * 60_000, 0), ("t", 40_000), ("t" * 60_000, 100_000)]
)
def test_a_long_message_is_cut_behind_its_topic_and_what_follows_arrives(
    topic: str, properties: int
) -> None:
    version = packets.MQTT_5 if properties else 4
    notes = b"\x26" + packets.text_bytes("k") + packets.text_bytes("v" * 996)
    extra = notes * (properties // 1000)
    body = packets.text_bytes(topic) + b"\x00\x07"
    if version == packets.MQTT_5:
        body += packets.length_bytes(len(extra)) + extra
    body += b"p" * 20_000
    long = b"\x32" + packets.length_bytes(len(body)) + body
    short = publish("short", b"1", 8, retained=False, version=version)
    data = (b"\x20\x02\x00\x00" if version == 4 else b"\x20\x03\x00\x00\x00") + long + short
    pieces = [data[at : at + 5000] for at in range(0, len(data), 5000)]
    with opened(version) as (connection, broker):
        first, second = hand_over(connection, broker, pieces)

    assert (first[0], first[2], first[4] > 0) == (topic, 7, True)
    assert set(first[1]) <= {ord("p")}
    assert second == ("short", b"1", 8, False, 0)


@given(data=st.binary(max_size=600), version=st.sampled_from([4, 5]), is_let_in=st.booleans())
def test_any_bytes_end_in_messages_or_a_lost_connection(
    data: bytes,
    version: int,
    is_let_in: bool,  # noqa: FBT001 - drawn
) -> None:
    welcome = b"\x20\x02\x00\x00" if version == 4 else b"\x20\x03\x00\x00\x00"
    with opened(version) as (connection, broker):
        with suppress(OSError):  # it may have left us before all was said
            broker.sendall((welcome if is_let_in else b"") + data)
            broker.shutdown(socket.SHUT_WR)
        with pytest.raises(LostError):
            read_until_lost(connection, [])


@pytest.mark.parametrize("length", [0, 1, 127, 128, 16_383, 16_384, 2_097_152, 268_435_455])
def test_a_length_is_read_as_it_is_written(length: int) -> None:
    data = packets.length_bytes(length)
    assert packets.length_at(data, 0, len(data)) == (length, len(data))
    assert packets.length_at(data, 0, len(data) - 1) is None


def test_the_keep_alive_that_a_broker_sets_is_found_among_its_properties() -> None:
    properties = b"\x21\x00\x14\x12\x00\x02id\x26\x00\x01a\x00\x01b\x13\x00\x1e\x24\x01"
    assert packets.server_keepalive(properties) == 30
    assert packets.server_keepalive(b"\x21\x00\x14") is None


def test_a_broker_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.mqtt.own.ANSWER_S", 0.05)
    with opened() as (connection, _), pytest.raises(LostError, match="does not answer any more"):
        read_until_lost(connection, [], look_s=0.02)


def test_a_broker_that_wants_no_sign_of_life_is_not_asked_for_one() -> None:
    with opened(version=5) as (connection, broker):
        broker.sendall(b"\x20\x06\x00\x00\x03\x13\x00\x00")  # keep-alive 0: off
        while not connection.wait(1):
            pass
        connection.read()
        broker.settimeout(5)
        broker.recv(4096)  # CONNECT and SUBSCRIBE
        for _ in range(5):
            assert not connection.wait(0.01)
        broker.setblocking(False)  # noqa: FBT003 - the socket's own
        with pytest.raises(BlockingIOError):
            broker.recv(1)


def test_messages_before_the_line_goes_wrong_are_handed_over() -> None:
    good = publish("t", b"1", 7, retained=False, version=4)
    with opened() as (connection, broker):
        taken = hand_over(connection, broker, [b"\x20\x02\x00\x00" + good + b"\x00\x00" + good])
    assert taken == [("t", b"1", 7, False, 0)]
