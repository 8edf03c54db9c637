"""When a commit is due, by what the broker's window is known to hold."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import formats
from collector.address import address_of
from collector.intake import Intake
from collector.mqtt.connection import Message, Subscriptions
from collector.partition import ALONE, Share
from collector.receiver import Receiver
from collector.spool import Spool
from collector.wanted import Wanted
from energy.message import Format
from energy.offers import offers
from tests.builders import MAIN_METER, registry_of

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
        if self._is_drained or not self._groups:
            self._is_drained = False
            return False
        self.history.append(len(self.acknowledged))
        return True

    def read(self) -> Sequence[Message]:
        """Return the next group."""
        self._is_drained = True
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


def _acknowledged(spool: Spool, sizes: Sequence[int], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many messages were acknowledged when each group came."""
    monkeypatch.setattr("collector.receiver.COMMIT_S", NEVER_S)
    connection = Groups(sizes)
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
    while not connection.is_over:
        time.sleep(0.001)
    receiver.stop()
    return connection.history


def test_a_full_smallest_window_is_committed_at_once(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _acknowledged(spool, [19, 1, 20, 20, 1], monkeypatch) == [0, 0, 20, 40, 60]


def test_a_broker_that_once_sent_more_is_let_send_as_much_again(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _acknowledged(spool, [100, 20, 60, 20, 1], monkeypatch) == [0, 100, 100, 100, 200]
