"""Receives, commits, and only then acknowledges: one thread, whatever client speaks MQTT for it.

A commit is due when many readings wait, when the socket is drained and as many messages are
unacknowledged as the broker's window must hold, or when the first waiting reading has waited long
enough: against a full window, waiting for a timer would halve the rate again and again
(docs/decisions, "Acknowledge after fdatasync"). The window holds at least the setting, and at least
as many as were once unacknowledged on this connection, which spares a paced load most commits. Nor
is a paced load read message by message: what comes before a commit that time makes due, not the
window, is let gather in the socket, where it costs nothing.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence

from collector.mqtt.address import Address
from collector.mqtt.connection import Connection, LostError, Message
from collector.mqtt.wanted import Wanted
from collector.partition import Share
from collector.receiving.backlog import Backlog
from collector.receiving.window_watch import WindowWatch
from collector.taking.intake import Intake
from collector.worker import Worker
from energy.errors import ConfigError
from energy.text import Text

log = logging.getLogger(__name__)

COMMIT_READINGS = 2000
COMMIT_S = 0.020
TURN_S = 0.05
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 60.0
FULL_PAUSE_S = 0.2
SHORT_LIFE_S = 5.0
MOST_SHORT_LIVES = 10
"""Chosen: two collectors with one client id get here in ten seconds, a restarted broker not."""


class Receiver(Worker):
    """Receives into an intake until stopped.

    Args:
        connection: Speaks MQTT; used by the receiver's thread only.
        address: The broker, to name it when something is wrong.
        intake: Where messages go.
        subscriptions: What the broker shall send us; may change at any time.
        share: Picks the messages that are ours; the others are acknowledged with them.
        window: Smallest window of unacknowledged messages of the brokers in use.
        clock: Time now [ms].
    """

    def __init__(
        self,
        connection: Connection,
        address: Address,
        *,
        intake: Intake,
        subscriptions: Wanted,
        share: Share,
        window: int,
        clock: Callable[[], int],
    ) -> None:
        super().__init__("receiver")
        self._connection = connection
        self._address = address
        self._intake = intake
        self._wanted = subscriptions
        self._share = share
        self._window = window
        self._backlog = Backlog(connection)
        self.window = WindowWatch()
        self._clock = clock
        self.subscribed = threading.Event()
        self._said = ""
        self._let_in_at = 0.0
        self._short_lives = 0
        self._unacknowledged: list[int] = []
        self._proven_window = 0
        self._first_waiting = 0.0
        self._is_paced = False
        self.is_full = False
        self.commits = 0

    @property
    def unacknowledged(self) -> int:
        """Messages received and not yet acknowledged."""
        return len(self._unacknowledged)

    def figures(self) -> dict[str, int]:
        """Return commits since the start, and 1 where the broker's window limits the rate."""
        return {"commits": self.commits, "is_window_limited": int(self.window.is_limiting)}

    def trouble(self) -> Text | None:
        """Say why nothing is received or acknowledged just now, if that is so."""
        if self.is_full:
            return Text(
                "缓存已满：存储收下一些之前，不再确认任何报文。",
                "The spool is full; nothing is acknowledged until the store takes some.",
            )
        if not self.subscribed.is_set():
            return Text(
                f"没有接收：消息代理 {self._address} 还没有接受订阅；"
                f"请检查 {self._address.settings}。",
                f"Nothing is received: broker {self._address} has not taken our subscriptions; "
                f"check {self._address.settings}.",
            )
        return None

    def work(self) -> None:
        """Receive until stopped; then commit what is in hand, acknowledge it, and leave.

        The session stays with the broker. What only people can mend ends it, too.
        """
        try:
            self._receive_for_ever()
        except ConfigError as error:
            self.failure = error
            log.error("receiver.stopped error=%s", error)  # noqa: TRY400 - no trace mends it
            self._leave_connection()
        except BaseException:
            self._connection.close()
            raise

    def _receive_for_ever(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            try:
                self._backlog.begin()
                self._connection.open(self._wanted.all())
                self._serve()
            except LostError as lost:
                self._say_problem(str(lost))
                self._count_short_life()
            if self.subscribed.is_set():
                pause = FIRST_PAUSE_S
                self.subscribed.clear()
            self._leave_connection()
            if not self._stop.wait(pause * random.uniform(0.5, 1.5)):  # noqa: S311 - jitter, no secret
                pause = min(2 * pause, LONGEST_PAUSE_S)

    def _count_short_life(self) -> None:
        """Notice another client with our id: the broker lets the newer in and throws the older out.

        Raises:
            ConfigError: When it has happened so often in a row that nothing else explains it.
        """
        if not self.subscribed.is_set():
            return  # it was not let in, which has other causes
        is_short = time.monotonic() - self._let_in_at < SHORT_LIFE_S
        self._short_lives = self._short_lives + 1 if is_short else 0
        if self._short_lives >= MOST_SHORT_LIVES:
            raise ConfigError(
                Text(
                    f"消息代理 {self._address} 连续 {self._short_lives} 次在接受我们之后马上断开："
                    "另一个采集程序在用同一个客户端标识。请给每个采集程序自己的 JIENENG_CLIENT_ID "
                    "和文件夹；这一个现在停止。",
                    f"Broker {self._address} let us in and threw us out {self._short_lives} times "
                    "in a row: another collector uses our client id. Give each its own "
                    "JIENENG_CLIENT_ID and folder; this one stops now.",
                )
            )

    def _leave_connection(self) -> None:
        """Acknowledge nothing more: on the next connection these numbers mean other messages.

        What is in hand is kept if there is room. The broker sends it again, which is harmless.
        """
        self._connection.close()
        if not self._keep():
            self._intake.forget()
        self._intake.expect_again()
        self._unacknowledged.clear()
        self._proven_window = 0
        self._first_waiting = 0.0
        self._is_paced = False

    def _say_problem(self, problem: str) -> None:
        if problem != self._said:  # said once, retried for ever
            log.warning(
                "broker.away address=%s reason=%r; check %s; trying again",
                self._address,
                problem,
                self._address.settings,
            )
            self._said = problem

    def _serve(self) -> None:
        """Serve one connection until it is lost or we stop."""
        while not self._stop.is_set():
            self._read()
            if self._connection.is_subscribed and not self.subscribed.is_set():
                self._greet()
            elif change := self._wanted.change():
                self._connection.subscribe(change)
        self._commit()

    def _greet(self) -> None:
        self._let_in_at = time.monotonic()
        if self._said:
            log.warning("broker.back address=%s", self._address)
            self._said = ""
        self.subscribed.set()

    def _read(self) -> None:
        """Read what is there, then commit if that is due."""
        if self._intake.in_hand >= COMMIT_READINGS and not self._commit():
            self._stop.wait(FULL_PAUSE_S)  # reading on would fill the memory; the broker keeps it
            return
        if self._is_paced and self._first_waiting:
            self._stop.wait(self._patience_s())
        before = time.monotonic()
        drained = not self._connection.wait(self._patience_s())
        if not drained:
            self.window.read(time.monotonic() - before)
        # What adds nothing to the hand, such as the messages of another partition, must not keep
        # what has waited long enough from being committed.
        until = time.monotonic() + COMMIT_S
        while not drained and self._intake.in_hand < COMMIT_READINGS and time.monotonic() < until:
            self._take(self._connection.read())
            drained = not self._connection.wait(0)
        self._commit_when_due(drained=drained)
        if self.subscribed.is_set():
            self._backlog.look(unacknowledged=len(self._unacknowledged), window=self._least_window)

    def _patience_s(self) -> float:
        """Return how long to wait for more before something else is due."""
        if not self._first_waiting:
            return TURN_S
        return max(0.0, self._first_waiting + COMMIT_S - time.monotonic())

    @property
    def _least_window(self) -> int:
        """Messages that the broker sends at least before they are acknowledged."""
        return max(self._window, self._proven_window)

    def _commit_when_due(self, *, drained: bool) -> None:
        if not self._first_waiting:
            return
        unacknowledged = len(self._unacknowledged)
        self._proven_window = max(self._proven_window, unacknowledged)
        many = self._intake.in_hand >= COMMIT_READINGS
        window_is_full = drained and unacknowledged >= self._least_window
        waited = time.monotonic() - self._first_waiting >= COMMIT_S
        if not (many or window_is_full or waited):
            return
        self._is_paced = not (many or window_is_full)
        if self._commit():
            self.window.committed(unacknowledged, by_window=window_is_full)
        else:
            self._stop.wait(FULL_PAUSE_S)

    def _commit(self) -> bool:
        """Make what is in hand durable and acknowledge it; False when the spool is full."""
        if not self._keep():
            return False
        self.commits += 1
        numbers, self._unacknowledged = self._unacknowledged, []
        self._first_waiting = 0.0
        self._connection.acknowledge(numbers)
        return True

    def _keep(self) -> bool:
        """Make what is in hand durable; False when the spool is full, which is said once."""
        kept = self._intake.commit()
        if not kept and not self.is_full:
            log.warning("spool.full; nothing is acknowledged until the store takes some")
        if not kept:
            self._backlog.begin(was_full=True)
        if kept and self.is_full:
            log.warning("spool.has_room")
        self.is_full = not kept
        return kept

    def _take(self, messages: Sequence[Message]) -> None:
        if not messages:
            return
        if not self._first_waiting:
            self._first_waiting = time.monotonic()
        held = self._backlog.is_held
        self._intake.take_all(self._share.of(messages), arrived=self._clock(), held=held)
        numbers = [number for _, _, number, _, _ in messages if number]
        self._backlog.heard(len(numbers))
        self._unacknowledged += numbers
