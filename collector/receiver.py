"""The MQTT side: one thread that receives, commits, and only then acknowledges.

All calls of the MQTT client happen on this thread. A commit is due when many readings wait, when
the socket is drained and as many messages are unacknowledged as the broker's smallest window
holds, or when the first waiting reading has waited long enough: against a full window, waiting for
a timer would halve the rate again and again (docs/decisions, "Acknowledge after fdatasync").
"""

import logging
import random
import select
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from collector.address import Address
from collector.intake import Intake

log = logging.getLogger(__name__)

COMMIT_READINGS = 2000
COMMIT_S = 0.020
TURN_S = 0.05
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 60.0
FULL_PAUSE_S = 0.2
KEEPALIVE_S = 60
QOS = 1
NO_TEXT = "(topic is not UTF-8)"


class Receiver:
    """Receives into an intake until stopped.

    Args:
        address: The broker.
        client_id: Stable name of the persistent session.
        filters: Topic filters to subscribe to.
        intake: Where messages go.
        window: Smallest window of unacknowledged messages of the brokers in use.
        clock: Time now [ms].
    """

    def __init__(
        self,
        address: Address,
        *,
        client_id: str,
        filters: Sequence[str],
        intake: Intake,
        window: int,
        clock: Callable[[], int],
    ) -> None:
        self._address = address
        self._filters = tuple(filters)
        self._intake = intake
        self._window = window
        self._clock = clock
        self._stop = threading.Event()
        self.subscribed = threading.Event()
        self.failure: BaseException | None = None
        self._problem = ""
        self._said = ""
        self._unacknowledged: list[int] = []
        self._first_waiting = 0.0
        self._is_full = False
        self._client = self._new_client(client_id)
        self._thread = threading.Thread(target=self._run, name="receiver", daemon=True)

    def _new_client(self, client_id: str) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=False,
            protocol=mqtt.MQTTv311,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        if self._address.user:
            client.username_pw_set(self._address.user, self._address.password)
        if self._address.tls:
            client.tls_set_context(ssl.create_default_context(cafile=self._address.ca_file or None))
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def start(self) -> None:
        """Start receiving."""
        self._thread.start()

    def stop(self) -> None:
        """Commit what is in hand, acknowledge it, and leave; the session stays with the broker."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def unacknowledged(self) -> int:
        """Messages received and not yet acknowledged."""
        return len(self._unacknowledged)

    def _run(self) -> None:
        try:
            self._receive_for_ever()
        except BaseException as error:
            self.failure = error
            log.exception("receiver.broken")

    def _receive_for_ever(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            if self._connect():
                self._serve()
            if self.subscribed.is_set():
                pause = FIRST_PAUSE_S
            self._leave_connection()
            self._say_problem()
            if not self._stop.wait(pause * random.uniform(0.5, 1.5)):  # noqa: S311 - jitter, no secret
                pause = min(2 * pause, LONGEST_PAUSE_S)

    def _leave_connection(self) -> None:
        """Acknowledge nothing more: on the next connection these numbers mean other messages.

        What is in hand is kept if there is room. The broker sends it again, which is harmless.
        """
        if not self._keep():
            self._intake.forget()
        self._unacknowledged.clear()
        self._first_waiting = 0.0

    def _connect(self) -> bool:
        """Connect and wait for the broker's answer; tell whether it let us in."""
        self._problem = ""
        try:
            self._client.connect(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
        except (OSError, ValueError) as error:
            self._problem = f"broker {self._address} does not answer ({error})"
            return False
        return True

    def _say_problem(self) -> None:
        self.subscribed.clear()
        if self._problem and self._problem != self._said:  # said once, retried for ever
            log.warning("%s; check JIENENG_BROKER_URL; trying again", self._problem)
            self._said = self._problem

    def _serve(self) -> None:
        """Serve one connection until it ends or we stop."""
        client = self._client
        while not self._stop.is_set():
            sock = client.socket()
            if sock is None:
                return
            if self._read(sock) != mqtt.MQTT_ERR_SUCCESS:
                return
            if client.want_write() and client.loop_write() != mqtt.MQTT_ERR_SUCCESS:
                return
            if client.loop_misc() != mqtt.MQTT_ERR_SUCCESS:
                return
        self._commit()
        client.disconnect()

    def _read(self, sock: Any) -> int:  # noqa: ANN401 - a socket, or paho's wrapper of one
        """Read what is there, then commit if that is due; return paho's code."""
        if self._intake.waiting >= COMMIT_READINGS and not self._commit():
            self._stop.wait(FULL_PAUSE_S)  # reading on would fill the memory; the broker keeps it
            return int(mqtt.MQTT_ERR_SUCCESS)
        drained = not self._is_readable(sock, self._patience_s())
        while not drained and self._intake.waiting < COMMIT_READINGS:
            code = self._client.loop_read()
            if code != mqtt.MQTT_ERR_SUCCESS or self._client.socket() is None:
                return int(code) or int(mqtt.MQTT_ERR_CONN_LOST)
            drained = not self._is_readable(sock, 0)
        self._commit_when_due(drained=drained)
        return int(mqtt.MQTT_ERR_SUCCESS)

    def _patience_s(self) -> float:
        """Return how long to wait for more before something else is due."""
        if not self._first_waiting:
            return TURN_S
        return max(0.0, self._first_waiting + COMMIT_S - time.monotonic())

    def _is_readable(self, sock: Any, seconds: float) -> bool:  # noqa: ANN401
        pending = getattr(sock, "pending", None)  # bytes that TLS has already taken in
        if pending is not None and pending():
            return True
        return bool(select.select([sock], [], [], seconds)[0])

    def _commit_when_due(self, *, drained: bool) -> None:
        if not self._first_waiting:
            return
        many = self._intake.waiting >= COMMIT_READINGS
        window_is_full = drained and len(self._unacknowledged) >= self._window
        waited = time.monotonic() - self._first_waiting >= COMMIT_S
        if (many or window_is_full or waited) and not self._commit():
            self._stop.wait(FULL_PAUSE_S)

    def _commit(self) -> bool:
        """Make what is in hand durable and acknowledge it; False when the spool is full."""
        if not self._keep():
            return False
        for mid in self._unacknowledged:
            self._client.ack(mid, QOS)
        self._unacknowledged.clear()
        self._first_waiting = 0.0
        return True

    def _keep(self) -> bool:
        """Make what is in hand durable; False when the spool is full, which is said once."""
        kept = self._intake.commit()
        if not kept and not self._is_full:
            log.warning("spool.full; nothing is acknowledged until the store takes some")
        if kept and self._is_full:
            log.warning("spool.has_room")
        self._is_full = not kept
        return kept

    def _on_message(self, client: mqtt.Client, userdata: object, message: Any) -> None:  # noqa: ANN401
        del client, userdata
        if not self._first_waiting:
            self._first_waiting = time.monotonic()
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = NO_TEXT
        self._intake.take(topic, message.payload, retained=message.retain, arrived=self._clock())
        if message.qos:
            self._unacknowledged.append(message.mid)

    def _on_connect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: object,
        reason: ReasonCode,
        properties: object,
    ) -> None:
        del userdata, flags, properties
        if reason.is_failure:
            self._problem = f"broker {self._address} refuses us ({reason})"
            return
        client.subscribe([(pattern, QOS) for pattern in self._filters])

    def _on_subscribe(
        self,
        client: mqtt.Client,
        userdata: object,
        mid: int,
        reasons: Sequence[ReasonCode],
        properties: object,
    ) -> None:
        del client, userdata, mid, properties
        refused = [
            pattern
            for pattern, reason in zip(self._filters, reasons, strict=False)
            if reason.is_failure
        ]
        if refused:
            log.warning("subscription.refused filters=%s", ",".join(refused))
        if self._said:
            log.warning("broker.back address=%s", self._address)
            self._said = ""
        self.subscribed.set()

    def _on_disconnect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: object,
        reason: ReasonCode,
        properties: object,
    ) -> None:
        del client, userdata, flags, properties
        if not self._stop.is_set() and not self._problem:
            self._problem = f"broker {self._address} ended the connection ({reason})"
