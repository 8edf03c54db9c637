"""Nothing is acknowledged that is not on disk, and nothing of a connection that is over."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import formats
from collector.keeping.segment import Position
from collector.keeping.spool import Spool, SpoolFullError
from collector.mqtt.address import Address, address_of
from collector.mqtt.clients import CLIENTS
from collector.mqtt.connection import Connection, LostError, Message, Session, Subscriptions
from collector.mqtt.wanted import Wanted
from collector.partition import ALONE, Partition, Share
from collector.receiving.receiver import Receiver
from collector.taking.intake import Intake
from energy.messages.message import Format
from energy.offers import offers
from tests.builders import MAIN_METER, registry_of
from tests.scripted_broker import ScriptedBroker
from tests.waiting import wait_until

T0 = 1_767_225_600
NOW = (T0 + 86_400) * 1000
TOPIC = "meters/panel"
PATIENCE_S = 20.0
FORMATS = offers(formats, "FORMAT", Format)
NOT_AUTHORIZED = 5


class WatchedSpool(Spool):
    """A real spool; before each append it runs what the test wants to know or to happen."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, max_bytes=10**9)
        self.before_append: Callable[[], None] = lambda: None

    def append(self, payload: bytes) -> Position:
        self.before_append()
        return super().append(payload)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[WatchedSpool]:
    watched = WatchedSpool(tmp_path)
    yield watched
    watched.close()


@pytest.fixture
def broker() -> Iterator[ScriptedBroker]:
    with ScriptedBroker() as scripted:
        yield scripted


def receiver_of(connection: Connection, address: Address, spool: Spool) -> Receiver:
    return Receiver(
        connection,
        address,
        intake=Intake(spool, FORMATS, lambda: registry_of(MAIN_METER), future_ms=0),
        subscriptions=Wanted(lambda: ("meters/+",)),
        share=Share(ALONE, ()),
        window=20,
        clock=lambda: NOW,
    )


@pytest.fixture(params=sorted(CLIENTS))
def receiver(
    request: pytest.FixtureRequest, spool: WatchedSpool, broker: ScriptedBroker
) -> Iterator[Receiver]:
    address = address_of(broker.url)
    made = receiver_of(CLIENTS[request.param](address, Session("collector")), address, spool)
    made.start()
    yield made
    made.stop()


def _bodies(count: int) -> list[bytes]:
    return [b'{"time":%d,"values":{"ep":%d}}' % (T0 + n, n) for n in range(count)]


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def _disk_breaks() -> None:
    raise OSError("the disk is broken")


def _is_full() -> None:
    raise SpoolFullError("no room")


def test_every_message_is_acknowledged_once_in_order(
    receiver: Receiver, broker: ScriptedBroker
) -> None:
    broker.accept()
    broker.publish(TOPIC, _bodies(500))
    _wait(lambda: len(broker.acknowledged) == 500)
    receiver.stop()
    assert broker.wait_for_the_end() == list(range(1, 501))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_no_message_is_acknowledged_when_its_commit_fails(
    receiver: Receiver, broker: ScriptedBroker, spool: WatchedSpool
) -> None:
    broker.accept()
    broker.publish(TOPIC, _bodies(30))
    _wait(lambda: len(broker.acknowledged) == 30)
    spool.before_append = _disk_breaks
    broker.publish(TOPIC, _bodies(30), first=31)
    _wait(lambda: receiver.failure is not None)
    broker.hang_up()
    assert broker.acknowledged == list(range(1, 31))


def test_a_full_spool_leaves_messages_with_the_broker_until_there_is_room(
    receiver: Receiver, broker: ScriptedBroker, spool: WatchedSpool
) -> None:
    tried: list[int] = []

    def refuse() -> None:
        tried.append(len(broker.acknowledged))
        _is_full()

    spool.before_append = refuse
    broker.accept()
    broker.publish(TOPIC, _bodies(30))
    _wait(lambda: len(tried) > 1)
    assert set(tried) == {0}
    spool.before_append = lambda: None
    _wait(lambda: len(broker.acknowledged) == 30)
    assert receiver.failure is None


def test_what_one_connection_left_open_is_not_acknowledged_on_the_next(
    receiver: Receiver, broker: ScriptedBroker, spool: WatchedSpool
) -> None:
    tried: list[None] = []

    def refuse() -> None:
        tried.append(None)
        _is_full()

    spool.before_append = refuse
    broker.accept()
    broker.publish(TOPIC, _bodies(30))
    _wait(lambda: bool(tried))
    broker.hang_up()
    spool.before_append = lambda: None
    broker.accept()
    broker.publish(TOPIC, _bodies(3), first=101)
    _wait(lambda: len(broker.acknowledged) == 3)
    receiver.stop()
    assert broker.wait_for_the_end() == [101, 102, 103]


def test_stopping_acknowledges_what_it_has_made_durable(
    receiver: Receiver, broker: ScriptedBroker, spool: WatchedSpool
) -> None:
    broker.accept()
    broker.publish(TOPIC, _bodies(7))
    _wait(lambda: receiver.unacknowledged > 0 or len(broker.acknowledged) > 0)
    receiver.stop()
    count = len(broker.wait_for_the_end())
    assert sum(1 for _ in spool.read(Position(0, 0))) > 0
    assert 0 < count <= 7


def test_a_broker_that_refuses_us_is_named_once_with_the_setting(
    receiver: Receiver, broker: ScriptedBroker, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        broker.accept(code=NOT_AUTHORIZED)
        broker.accept(code=NOT_AUTHORIZED)
        broker.accept()
        _wait(receiver.subscribed.is_set)
    said = [record.getMessage() for record in caplog.records]
    assert len([text for text in said if "JIENENG_BROKER_URL" in text]) == 1
    assert "refuses us" in said[0]
    assert said[-1].startswith("broker.back")


@pytest.mark.parametrize("client", sorted(CLIENTS))
def test_over_tls_the_settings_of_the_certificates_are_named_too(
    client: str, spool: WatchedSpool, caplog: pytest.LogCaptureFixture
) -> None:
    plain, secret = address_of("mqtt://127.0.0.1:1"), address_of("mqtts://127.0.0.1:1")
    connection = CLIENTS[client](secret, Session("collector"))
    made = receiver_of(connection, secret, spool)
    with caplog.at_level(logging.WARNING):
        made.start()
        wait_until(lambda: bool(caplog.records))
        made.stop()
    for said in (caplog.records[0].getMessage(), str(made.trouble())):
        assert "JIENENG_BROKER_URL, JIENENG_BROKER_CA, JIENENG_BROKER_CERT" in said
    assert "JIENENG_BROKER_CA" not in str(receiver_of(connection, plain, spool).trouble())


@pytest.mark.parametrize("pause_s", [0.0, 0.06])
def test_it_is_said_once_when_the_window_and_not_the_load_limits_the_rate(
    receiver: Receiver,
    broker: ScriptedBroker,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    pause_s: float,
) -> None:
    is_limiting = not pause_s
    monkeypatch.setattr("collector.receiving.window_watch.PERIOD_S", 0.25)
    monkeypatch.setattr("collector.receiving.window_watch.FEWEST_COMMITS", 3)
    broker.accept()
    for group in range(60 if is_limiting else 12):
        broker.publish(TOPIC, _bodies(20), first=20 * group + 1)
        _wait(lambda sent=20 * (group + 1): len(broker.acknowledged) >= sent)  # type: ignore[misc]
        time.sleep(pause_s)
        if receiver.window.is_limiting:
            break
    receiver.stop()
    assert receiver.window.is_limiting == is_limiting
    assert caplog.text.count("max_inflight_messages") == int(is_limiting)


class FloodedConnection:
    """A line on which something of another partition is always there to be read."""

    def __init__(self, own: Message, other: str) -> None:
        self._own = [own]
        self._other = other
        self._ends_at = time.monotonic() + PATIENCE_S / 4
        self.acknowledged: list[int] = []
        self.is_subscribed = True
        self.is_resumed = False
        self.is_answered = True

    def open(self, subscriptions: Subscriptions) -> None:
        """Do nothing."""

    def subscribe(self, subscriptions: Subscriptions) -> None:
        """Do nothing."""

    def wait(self, seconds: float) -> bool:
        """Always say that there is more."""
        del seconds
        return True

    def read(self) -> list[Message]:
        """Return our one message, then as long as we wait what is not ours and needs no answer."""
        if time.monotonic() > self._ends_at:
            raise LostError("over")
        return [self._own.pop()] if self._own else [(self._other, b"1", 0, False, 0)]

    def ask(self) -> None:
        """Do nothing."""

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Note what is safe."""
        self.acknowledged += numbers

    def close(self) -> None:
        """Do nothing."""


def test_a_flood_of_another_partition_does_not_hold_up_what_has_waited(spool: WatchedSpool) -> None:
    number = next(n for n in (1, 2) if Partition(n, 2).has(TOPIC))
    share = Share(Partition(number, 2), tuple(FORMATS.values()))
    other = next(topic for topic in map("meters/{}".format, range(99)) if not share.has(topic))
    connection = FloodedConnection((TOPIC, _bodies(1)[0], 7, False, 0), other)
    flooded = Receiver(
        connection,
        address_of("mqtt://127.0.0.1:1"),
        intake=Intake(spool, FORMATS, lambda: registry_of(MAIN_METER), future_ms=0),
        subscriptions=Wanted(lambda: ("meters/+",)),
        share=share,
        window=20,
        clock=lambda: NOW,
    )
    flooded.start()
    until = time.monotonic() + PATIENCE_S / 2
    while not connection.acknowledged and time.monotonic() < until:
        time.sleep(0.01)
    flooded.stop()
    assert connection.acknowledged == [7]
