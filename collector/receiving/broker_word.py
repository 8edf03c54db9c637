"""What the broker says of itself: how many messages it holds, and how many it dropped.

MQTT tells a client nothing of its own queue. Mosquitto publishes figures of the whole broker, for
all its sessions together. We listen to them on a connection of their own, whose session the broker
forgets, so that they neither wait in the session of the readings nor come into its books.

Source: mosquitto(8), "Broker status"; measured on mosquitto 2.0: a message that waits for several
sessions is stored once, and the figures themselves are among the retained ones.
"""

import logging
import random
import threading
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from collector.mqtt.connection import Connection, LostError, Message, Subscriptions
from collector.worker import Worker

log = logging.getLogger(__name__)

STORED = "$SYS/broker/store/messages/count"
RETAINED = "$SYS/broker/retained messages/count"
DROPPED = "$SYS/broker/publish/messages/dropped"
TOPICS = (STORED, RETAINED, DROPPED)
"""What we ask the broker for; its access list must let us read them."""

TURN_S = 0.1
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 600.0
"""Chosen: who does not let this second connection in is asked no more than six times an hour."""
LEAVE_S = 1.0
MOST_DIGITS = 18


class BrokerWord(Worker):
    """Listens to the broker's own figures until stopped; without them nothing else changes.

    Args:
        connection: To a session of its own that is not kept; used by this thread only.
        is_let_in: Tells whether the broker takes the collector's readings just now; while it does
            not, this does not knock beside it.
    """

    def __init__(self, connection: Connection, *, is_let_in: threading.Event) -> None:
        super().__init__("broker_word")
        self._connection = connection
        self._is_let_in = is_let_in
        self._told: Mapping[str, int] = MappingProxyType({})

    def stop(self) -> None:
        """Leave; a broker that does not answer is not waited for, for nothing here is kept."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(LEAVE_S)

    def figures(self) -> dict[str, int]:
        """Return what the broker told on the connection of now; what it does not tell is absent.

        ``broker_held``: messages it holds for all sessions together and that are not acknowledged,
        each once; none that is retained as well, so there may be more.
        ``broker_dropped``: messages it dropped since its start because a session's queue was full.
        """
        told, found = self._told, {}
        if STORED in told and RETAINED in told:
            found["broker_held"] = max(0, told[STORED] - told[RETAINED])
        if DROPPED in told:
            found["broker_dropped"] = told[DROPPED]
        return found

    def work(self) -> None:
        """Listen, and knock again where the broker left."""
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            if not self._is_let_in.wait(TURN_S):
                continue
            try:
                self._listen()
            except LostError as lost:
                log.info("broker_word.lost error=%s", lost)
            finally:
                pause = FIRST_PAUSE_S if self._told else min(2 * pause, LONGEST_PAUSE_S)
                self._told = MappingProxyType({})
                self._connection.close()
            self._stop.wait(pause * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, no secret

    def _listen(self) -> None:
        self._connection.open(Subscriptions(TOPICS))
        while not self._stop.is_set():
            if self._connection.wait(TURN_S):
                self._take(self._connection.read())

    def _take(self, messages: Sequence[Message]) -> None:
        said = {topic: int(body) for topic, body, *_ in messages if _is_count(body)}
        known = {topic: count for topic, count in said.items() if topic in TOPICS}
        self._told = MappingProxyType({**self._told, **known})
        self._connection.acknowledge([number for _, _, number, _, _ in messages if number])


def _is_count(body: bytes) -> bool:
    return body.isdigit() and len(body) <= MOST_DIGITS
