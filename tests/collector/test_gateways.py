"""Gateways on real sockets: whatever they are told is durable is, in every dialect."""

import threading
import time
from dataclasses import replace

import pytest

from collector.tcp.gateways import Gateways
from energy.errors import ConfigError
from formats.gateway_xml import Profile
from simulators.gateway import LostError
from tests.gateway_ends import (
    BUILDING,
    NOW,
    PROFILE,
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
    disk_breaks,
    is_full,
    logged_in,
)
from tests.waiting import PATIENCE_S, wait_until


def test_a_report_is_acknowledged_after_the_disk_has_it(house: House) -> None:
    end, heard = gateway(house.port), []
    house.spool.before_append = lambda: heard.append(acks(end))
    read(end, [60])
    assert end.connect()

    assert end.deliver() == 1

    assert heard == [0]
    assert acks(end) == 1
    assert house.spool.stored("01") == shown(end) == {NOW - 86_400_000 + 60_000: 6000}


def test_what_waited_is_resent_as_continuous_and_each_packet_answered(house: House) -> None:
    end = gateway(house.port)
    read(end, range(60, 660, 60))
    assert end.connect()

    assert end.deliver() == 10

    answers = [message for message in end.heard if message.element == "data"]
    assert {message.operation for message in answers} == {"continuous_ack"}
    assert [message.fields["current"] for message in answers] == [str(n) for n in range(1, 11)]
    assert house.spool.stored("01") == shown(end)


def test_a_full_spool_acknowledges_nothing_and_nothing_is_lost(house: House) -> None:
    end = logged_in(house)
    read(end, [60, 120])
    house.spool.before_append = is_full

    with pytest.raises(LostError):
        end.deliver()
    assert (acks(end), house.intake.in_hand, house.gateways.counts.waiting) == (0, 0, 1)

    house.spool.before_append = lambda: None
    deliver_all(end, threading.Event())
    assert house.spool.stored("01") == shown(end)
    assert len(house.spool.readings()) == 2


def test_what_another_thread_lets_go_of_is_never_acknowledged_here(house: House) -> None:
    # The receiver forgets what it holds when its broker is gone and the spool full.
    end = logged_in(house)
    read(end, range(60, 6000, 60))
    full = [False]
    house.spool.before_append = lambda: is_full() if full[0] else None
    stop = threading.Event()

    def forget() -> None:
        while not stop.is_set():
            full[0] = not full[0]
            if not house.intake.commit():
                house.intake.forget()
            time.sleep(0.001)

    forgetful = threading.Thread(target=forget)
    forgetful.start()
    deadline = time.monotonic() + 1
    while end.waiting and time.monotonic() < deadline:
        try:
            if end.is_connected or end.connect():
                end.deliver()
        except LostError:
            end.hang_up()
    stop.set()
    forgetful.join()

    assert end.acknowledged
    assert shown(end).items() <= house.spool.stored("01").items()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_broken_disk_stops_the_listener_and_acknowledges_nothing(house: House) -> None:
    end = logged_in(house)
    read(end, [60])
    end.patience_s = 1
    house.spool.before_append = disk_breaks
    end.send(end.data(end.waiting[0], "report"))

    wait_until(lambda: house.gateways.failure is not None)

    assert isinstance(house.gateways.failure, OSError)
    assert acks(end) == 0


def test_a_packet_whose_answer_was_lost_is_counted_as_a_duplicate(house: House) -> None:
    end = logged_in(house)
    read(end, [60])
    end.send(end.data(end.waiting[0], "report"))
    wait_until(lambda: bool(house.spool.readings()))
    end.hang_up()

    assert end.connect()
    end.deliver()

    assert len(house.spool.readings()) == 1
    assert house.intake.totals.duplicate == 1


def test_a_heart_beat_is_answered_with_the_wall_clock_of_the_profile(house: House) -> None:
    assert logged_in(house).beat() == "20260102080000"


def test_a_gateway_is_told_how_often_to_report(build: Builder) -> None:
    end = logged_in(build(period_minutes=15))

    assert end.await_message("period").fields == {"period": "15"}


def test_two_gateways_deliver_at_once_in_pieces_of_a_few_bytes(house: House) -> None:
    ends = [gateway(house.port, number, piece_bytes=7) for number in ("01", "02")]
    for end in ends:
        read(end, range(60, 3060, 60))
    threads = [threading.Thread(target=deliver_all, args=(end, threading.Event())) for end in ends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)

    for end in ends:
        assert len(end.acknowledged) == 50
        assert house.spool.stored(end.gateway) == shown(end)
    assert house.gateways.connected == [f"{BUILDING}-01", f"{BUILDING}-02"]


def test_where_the_last_packet_alone_is_answered_it_speaks_for_all(build: Builder) -> None:
    last = replace(PROFILE, acks_resends="last")
    house = build(profile=last)
    end = gateway(house.port, profile=last)
    read(end, [60, 120, 180])
    assert end.connect()
    for current, packet in enumerate(end.waiting, start=1):
        end.send(end.data(packet, "continuous", total=3, current=current))

    assert end.await_acknowledgement(end.waiting[-1]).fields["current"] == "3"
    assert acks(end) == 1
    assert len(house.spool.readings()) == 3


def test_the_last_packet_does_not_speak_for_one_that_was_damaged(build: Builder) -> None:
    last = replace(PROFILE, acks_resends="last")
    house = build(profile=last)
    end = gateway(house.port, profile=last)
    read(end, [60, 120])
    assert end.connect()
    damaged = bytearray(end.frame(end.data(end.waiting[0], "continuous", total=2)))
    damaged[20] ^= 1
    whole = end.frame(end.data(end.waiting[1], "continuous", total=2, current=2))
    end.send_bytes([bytes(damaged) + whole])

    assert end.is_hung_up()
    assert acks(end) == 0


@pytest.mark.parametrize(
    "profile",
    [
        replace(PROFILE, header=PROFILE.tail, tail=PROFILE.header, endian="big"),
        replace(PROFILE, encoding="gb18030", padding="zero", md5_of="sequence_secret"),
        replace(PROFILE, encrypts="nothing", report_ack="report_ack"),
        Profile(
            header=b"\x1f\x1f", tail=b"", has_type=True, has_sequence=False, has_crc=False,
            length_counts="body", encrypts="data", key=PROFILE.key, iv=PROFILE.iv,
            common_type="element",
        ),
    ],
    ids=["swapped", "gb2312", "plain", "typed"],
)  # fmt: skip
def test_every_dialect_delivers(build: Builder, profile: Profile) -> None:
    house = build(profile=profile)
    end = gateway(house.port, profile=profile, piece_bytes=50)
    read(end, [60, 120])

    deliver_all(end, threading.Event())

    assert house.spool.stored("01") == shown(end)
    assert len(end.acknowledged) == 2


def test_reports_that_a_dialect_does_not_answer_are_kept_all_the_same(build: Builder) -> None:
    silent = replace(PROFILE, report_ack="")
    house = build(profile=silent)
    end = gateway(house.port, profile=silent)
    read(end, [60])
    assert end.connect()
    end.send(end.data(end.waiting[0], "report"))

    wait_until(lambda: len(house.spool.readings()) == 1)
    assert end.beat()
    assert acks(end) == 0


def test_stopping_hangs_up_and_leaves_the_rest_with_the_gateway(house: House) -> None:
    end = logged_in(house)
    read(end, [60])
    end.deliver()
    read(end, [120])
    house.gateways.stop()

    with pytest.raises(LostError):
        end.deliver()
    assert house.spool.stored("01") == shown(end)


def test_a_port_in_use_is_said_with_the_setting_in_both_languages(house: House) -> None:
    with pytest.raises(ConfigError, match="JIENENG_GATEWAY_LISTEN") as refused:
        Gateways(options(house.port), intake=house.intake, clock=lambda: NOW)
    assert f"端口 {house.port} 无法使用" in refused.value.told("zh")
