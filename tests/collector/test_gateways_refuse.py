"""Who does not know a secret, lies, floods or drips is shut out, and leaves nothing behind."""

import logging
import socket
import threading
import time

import pytest

from collector.tcp.gateway_session import MOST_SKIPPED, GatewayCounts, GatewaySession
from collector.tcp.gateways import MOST_UNSENT, _Line
from formats.gateway_xml import Value, md5_of
from simulators.gateway import LostError, SimulatedGateway
from tests.gateway_ends import (
    BUILDING,
    NOW,
    PROFILE,
    SECRETS,
    clock_text,
    deliver_all,
    gateway,
    options,
    read,
    shown,
)
from tests.gateway_house import (
    Builder,
    House,
    acks,
    logged_in,
)
from tests.waiting import PATIENCE_S, wait_until

GUESSED = "guessed"
BOMB = (
    b'<!DOCTYPE root [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    b"<root><common/><data>&b;</data></root>"
)


def _refused(house: House, end: SimulatedGateway) -> None:
    """See that a connection was refused and that nothing of it was kept."""
    assert end.is_hung_up()
    assert house.gateways.counts.refused == 1
    assert acks(end) == 0
    assert (house.spool.readings(), house.spool.letters(), house.intake.in_hand) == ([], [], 0)


def test_a_wrong_secret_is_not_let_in(house: House) -> None:
    end = gateway(house.port)
    end.secret = GUESSED

    assert not end.connect()
    _refused(house, end)


def test_a_gateway_that_nobody_listed_is_not_let_in(house: House) -> None:
    end = gateway(house.port)
    end.gateway, end.secret = "03", ""

    assert not end.connect()
    _refused(house, end)


def test_a_gateway_cannot_log_in_as_another_with_its_own_secret(house: House) -> None:
    end = gateway(house.port)
    end.gateway = "02"

    assert not end.connect()
    _refused(house, end)


def test_an_answer_to_the_question_for_another_gateway_is_not_taken(house: House) -> None:
    end = gateway(house.port, "02")
    end.dial()
    end.send(end.message("id_validate", "request"))
    sequence = end.await_message("sequence").fields["sequence"]
    end.gateway = "01"
    md5 = md5_of(PROFILE, secret=SECRETS[BUILDING, "01"], sequence=sequence)
    end.send(end.message("id_validate", "md5", md5=md5))

    assert end.await_message("result").fields["result"] == "fail"
    _refused(house, end)


def test_an_answer_that_was_overheard_opens_no_second_connection(house: House) -> None:
    end = gateway(house.port)
    end.dial()
    end.send(end.message("id_validate", "md5", md5=md5_of(PROFILE, secret="", sequence="")))

    assert end.await_message("result").fields["result"] == "fail"
    _refused(house, end)


def test_readings_before_the_handshake_are_refused(house: House) -> None:
    end = gateway(house.port)
    end.dial()
    end.send(end.data(end.read_meters(clock_text(60), [Value("1", "1", "1")]), "report"))

    _refused(house, end)


def test_a_gateway_that_speaks_in_the_name_of_another_is_refused(house: House) -> None:
    end = logged_in(house)
    packet = end.read_meters(clock_text(60), [Value("1", "1", "1")])
    end.gateway = "02"
    end.send(end.data(packet, "report"))

    _refused(house, end)


def test_a_damaged_frame_is_not_acknowledged_and_the_next_is(house: House) -> None:
    end = logged_in(house)
    read(end, [60])
    frame = bytearray(end.frame(end.data(end.waiting[0], "report")))
    frame[20] ^= 1
    end.send_bytes([bytes(frame)])

    assert end.deliver() == 1
    assert house.gateways.counts.damaged == 1
    assert house.spool.stored("01") == shown(end)


def test_noise_between_frames_is_counted_and_does_no_harm(house: House) -> None:
    end = logged_in(house)
    read(end, [60])
    end.send_bytes([b"\r\nnoise\r\n"])

    assert end.deliver() == 1
    assert house.gateways.counts.skipped_bytes == 9


def test_an_entity_bomb_of_a_known_gateway_becomes_a_dead_letter(house: House) -> None:
    end = logged_in(house)
    end.send_bytes([end.frame_of(BOMB)])

    assert end.is_hung_up()
    (letter,) = house.spool.letters()
    assert letter.topic == f"gateway/{BUILDING}/01"
    assert letter.payload == BOMB
    assert letter.reason == "the XML declares a document type or entities"
    assert acks(end) == 0


def test_an_entity_bomb_of_a_stranger_leaves_nothing(house: House) -> None:
    end = gateway(house.port)
    end.dial()
    end.send_bytes([end.frame_of(BOMB)])

    _refused(house, end)


def test_a_meter_that_the_registry_does_not_know_is_a_dead_letter_and_acknowledged(
    house: House,
) -> None:
    end = logged_in(house)
    end.read_meters(clock_text(60), [Value("9", "1", "1"), Value("1", "1", "60.00")])

    assert end.deliver() == 1
    assert [letter.reason for letter in house.spool.letters()] == ["unknown device"]
    assert house.spool.stored("01") == {NOW - 86_400_000 + 60_000: 6000}


@pytest.mark.parametrize("is_known", [False, True])
def test_a_frame_of_ten_megabytes_is_refused_at_its_head(house: House, is_known: bool) -> None:  # noqa: FBT001
    end = gateway(house.port)
    if is_known:
        assert end.connect()
    else:
        end.dial()
    frame = end.frame_of(bytes(10_000_000))
    end.send_bytes([frame[:100]])

    assert end.is_hung_up()
    assert house.gateways.counts.too_long == 1
    assert house.spool.letters() == []


def test_who_drips_bytes_is_closed_while_others_are_served(build: Builder) -> None:
    house = build(handshake_s=0.5, frame_s=0.5)
    known, stranger, other = gateway(house.port), gateway(house.port), gateway(house.port, "02")
    assert known.connect()
    assert other.connect()
    stranger.dial()
    read(other, range(60, 2460, 60))
    drip = known.frame_of(b"x" * 1000)
    stop = threading.Event()
    thread = threading.Thread(target=deliver_all, args=(other, stop))
    thread.start()
    closed: set[SimulatedGateway] = set()
    for start in range(len(drip)):
        for end in {known, stranger} if start == 0 else {known, stranger} - closed:
            try:
                end.send_bytes([drip[start : start + 1]])
            except LostError:
                closed.add(end)
        if len(closed) == 2:
            break
        time.sleep(0.01)
    thread.join(PATIENCE_S)

    assert len(closed) == 2
    assert len(other.acknowledged) == 40


def test_a_silent_gateway_is_closed(build: Builder) -> None:
    end = logged_in(build(idle_s=0.2))

    assert end.is_hung_up()


def test_who_speaks_something_else_is_closed(house: House) -> None:
    end = gateway(house.port)
    end.dial()
    end.send_bytes([b"GET / HTTP/1.1\r\n" * (MOST_SKIPPED // 16 + 1)])

    _refused(house, end)


def test_strangers_make_room_for_gateways(build: Builder) -> None:
    house = build(most_connections=3)
    strangers = [gateway(house.port) for _ in range(5)]
    for stranger in strangers:
        stranger.dial()

    assert logged_in(house).beat()
    assert strangers[0].is_hung_up()


def test_no_gateway_is_thrown_out_for_another(build: Builder) -> None:
    house = build(most_connections=1)
    end, late = logged_in(house), gateway(house.port, "02")

    with pytest.raises(LostError):
        late.connect()
    assert end.beat()


def test_the_newer_of_two_connections_of_one_gateway_stays(house: House) -> None:
    older, newer = logged_in(house), logged_in(house)

    assert older.is_hung_up()
    assert newer.beat()


def test_no_secret_is_ever_logged_and_a_stranger_is_named_once(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            end = gateway(house.port)
            end.secret = GUESSED
            assert not end.connect()
            assert end.is_hung_up()
    assert len(caplog.records) == 1
    assert "127.0.0.1" in caplog.text
    for secret in (*SECRETS.values(), PROFILE.key.hex(), GUESSED):
        assert secret not in caplog.text
        assert secret not in repr(options())


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", 1), ("127.0.0.1", 0)])  # noqa: S104
def test_listening_to_the_network_is_said_with_what_must_stand_in_front(
    build: Builder, caplog: pytest.LogCaptureFixture, host: str, warned: int
) -> None:
    build(host=host)

    assert caplog.text.count("TLS stands in front") == warned


def test_a_gateway_that_fetches_no_answers_is_given_up_before_they_fill_the_memory() -> None:
    near, far = socket.socketpair()
    near.settimeout(0)
    session = GatewaySession(options(), counts=GatewayCounts(), clock=lambda: NOW)
    with near, far:
        line = _Line(near, "127.0.0.1", session)
        for _ in range(1000):
            if not line.is_over:
                line.send(bytes(100_000))

    assert line.is_over
    assert len(line.unsent) <= MOST_UNSENT + 100_000


def test_a_connection_that_is_reset_ends_quietly(house: House) -> None:
    end = logged_in(house)
    assert end._line is not None
    end._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    end.hang_up()

    wait_until(lambda: not house.gateways.connected)
    assert house.gateways.failure is None
