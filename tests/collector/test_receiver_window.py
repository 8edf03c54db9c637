"""When a commit is due, by what the broker's window is known to hold."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import formats
from collector.keeping.spool import Spool
from collector.mqtt.address import address_of
from collector.mqtt.connection import Message, Subscriptions
from collector.mqtt.wanted import Wanted
from collector.partition import ALONE, Share
from collector.receiving.receiver import Receiver
from collector.taking.intake import Intake
from energy.messages.message import Format
from energy.offers import offers
from tests.builders import MAIN_METER, registry_of
from tests.waiting import wait_until

T0 = 1_767_225_600
NEVER_S = 1e9


class Groups:
    """A connection that brings groups of messages; between two of them the socket is drained."""

    is_subscribed = is_answered = True
    is_resumed = False

    def __init__(self, sizes: Sequence[int]) -> None:
        self._groups = self._numbered(sizes)
        self._is_drained = False
        self.acknowledged: list[int] = []
        self.history: list[int] = []
        self.brought = 0
        self.looks: list[int] = []

    def _numbered(self, sizes: Sequence[int]) -> list[list[Message]]:
        numbers = iter(range(1, sum(sizes) + 1))
        return [[self._message(next(numbers)) for _ in range(size)] for size in sizes]

    def _message(self, number: int) -> Message:
        body = b'{"time":%d,"values":{"ep":%d}}' % (T0 + number, number)
        return "meters/panel", body, number, False, 0

    def open(self, subscriptions: Subscriptions) -> None:
        """Nothing to do."""

    def subscribe(self, subscriptions: Subscriptions) -> None:
        """Nothing to do."""

    def ask(self) -> None:
        """Nothing to do."""

    def wait(self, seconds: float) -> bool:
        """Say no once after each group; and before each, note how many are acknowledged."""
        del seconds
        self.looks[-1:] = [look + 1 for look in self.looks[-1:]]
        if self._is_drained or not self._groups:
            self._is_drained = False
            return False
        self.history.append(len(self.acknowledged))
        return True

    def read(self) -> Sequence[Message]:
        """Return the next group."""
        self._is_drained = True
        self.looks.append(0)
        return self._groups.pop(0)

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Note them."""
        self.acknowledged += numbers

    def close(self) -> None:
        """Nothing to do."""

    @property
    def is_over(self) -> bool:
        """Whether every group was read."""
        return not self._groups


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path, max_bytes=10**9)
    yield made
    made.close()


def _received(connection: Groups, spool: Spool) -> Groups:
    """Receive its groups; return the connection when all were read and committed."""
    receiver = Receiver(
        connection,
        address_of("mqtt://localhost"),
        intake=Intake(
            spool, offers(formats, "FORMAT", Format), lambda: registry_of(MAIN_METER), future_ms=0
        ),
        subscriptions=Wanted(lambda: ("meters/+",)),
        share=Share(ALONE, ()),
        window=20,
        clock=lambda: (T0 + 86_400) * 1000,
    )
    receiver.start()
    wait_until(lambda: connection.is_over)
    receiver.stop()
    return connection


def _acknowledged(spool: Spool, sizes: Sequence[int], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many messages were acknowledged when each group came."""
    monkeypatch.setattr("collector.receiving.receiver.COMMIT_S", NEVER_S)
    return _received(Groups(sizes), spool).history


def test_a_full_smallest_window_is_committed_at_once(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _acknowledged(spool, [19, 1, 20, 20, 1], monkeypatch) == [0, 0, 20, 40, 60]


def test_a_broker_that_once_sent_more_is_let_send_as_much_again(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _acknowledged(spool, [100, 20, 60, 20, 1], monkeypatch) == [0, 100, 100, 100, 200]


FEW = 5
"""Looks at the socket that two reads of a group take; without a pause there are hundreds."""


class OneAtATime(Groups):
    """Brings a group only when the one before is acknowledged, as a load does that is paced."""

    def wait(self, seconds: float) -> bool:
        """Say no while anything is unacknowledged; note how often that was asked."""
        self._is_drained = self._is_drained or len(self.acknowledged) < self.brought
        return super().wait(seconds)

    def read(self) -> Sequence[Message]:
        """Return the next group."""
        messages = super().read()
        self.brought += len(messages)
        return messages


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a commit wait long enough for hundreds of looks, whatever else the machine does."""
    monkeypatch.setattr("collector.receiving.receiver.COMMIT_S", 0.1)


@pytest.mark.usefixtures("_patient")
def test_a_load_that_leaves_the_window_open_is_let_gather_in_the_socket(spool: Spool) -> None:
    first, *others, _ = _received(OneAtATime([3] * 10), spool).looks
    assert first > FEW
    assert max(others) <= FEW


@pytest.mark.usefixtures("_patient")
def test_a_full_window_ends_that_at_once(spool: Spool) -> None:
    looks = _received(OneAtATime([3, 3, 20, 3, 3, 3]), spool).looks
    assert [count > FEW for count in looks[:5]] == [True, False, False, True, False]
