"""The paho client behind our interface; all its calls happen on the receiver's thread."""

import logging
from collections.abc import Sequence
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.client import ConnectFlags
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from collector.mqtt.address import Address
from collector.mqtt.buffered import BufferedClient, BufferedSocket
from collector.mqtt.connection import NO_TEXT, QOS, LostError, Message, Session, Subscriptions
from collector.mqtt.packets import FOR_EVER_S, MQTT_5
from collector.mqtt.readable import is_readable

log = logging.getLogger(__name__)

NOTHING = "jieneng/nothing"
"""A topic filter that nobody subscribes to."""
MOST_PACKETS = 1000
"""Read in a row at most, so that what is read is taken in hand before there is more. Chosen."""


def client_of(
    address: Address, client_id: str, version: int, *, is_kept: bool = True
) -> BufferedClient:
    """Return a client of paho that knows user, password and certificates.

    Args:
        address: The broker.
        client_id: Name of the session.
        version: Of MQTT, as its packets number it.
        is_kept: Whether the session outlives the connection; MQTT 5 says so when it connects.

    Raises:
        OSError: If a file for TLS is not there or is no certificate or key.
    """
    client = BufferedClient(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=None if version == MQTT_5 else not is_kept,
        protocol=mqtt.MQTTv5 if version == MQTT_5 else mqtt.MQTTv311,
        manual_ack=True,
        reconnect_on_failure=False,
    )
    if address.user:
        client.username_pw_set(address.user, address.password or None)
    if address.tls:
        client.tls_set_context(address.tls_context())
    return client


class PahoConnection:
    """paho-mqtt with manual acknowledgement; see Connection.

    Args:
        address: The broker.
        session: How we want to be known.
    """

    def __init__(self, address: Address, session: Session) -> None:
        self._address = address
        self._session = session
        self._messages: list[Message] = []
        self._subscriptions = Subscriptions(())
        self._asked: dict[int, Sequence[str]] = {}
        self._problem = ""
        self._question: int | None = None
        self.is_subscribed = self.is_resumed = False
        self._client = self._new_client()

    def _new_client(self) -> BufferedClient:
        client = client_of(
            self._address,
            self._session.client_id,
            self._session.version,
            is_kept=self._session.is_kept,
        )
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_unsubscribe = self._on_unsubscribe
        client.on_message = self._on_message
        return client

    def open(self, subscriptions: Subscriptions) -> None:
        """Connect to the session, and change its subscriptions when the broker lets us in."""
        self._subscriptions = subscriptions
        self._problem = ""
        self._question, self.is_resumed = None, False
        kept: dict[str, Any] = {}
        if self._session.version == MQTT_5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = FOR_EVER_S if self._session.is_kept else 0
            kept = {"clean_start": not self._session.is_kept, "properties": properties}
        try:
            self._client.connect(
                self._address.host,
                self._address.port,
                keepalive=self._session.keepalive_s,
                **kept,
            )
        except (OSError, ValueError) as error:
            raise LostError(f"does not answer ({error})") from error

    def wait(self, seconds: float) -> bool:
        """Tell whether there is something to read; keeps the line alive."""
        line = self._line()
        if self._client.want_write():
            self._check(self._client.loop_write())
        if line.pending() or is_readable(line, seconds):
            return True
        self._check(self._client.loop_misc())
        return False

    def read(self) -> list[Message]:
        """Return the messages that have arrived."""
        line, code = self._line(), mqtt.MQTT_ERR_SUCCESS
        for _ in range(MOST_PACKETS):
            code = self._client.loop_read()
            if code != mqtt.MQTT_ERR_SUCCESS or self._client.socket() is None or not line.pending():
                break
        messages, self._messages = self._messages, []
        if not messages:
            self._check(code)
            self._line()
        return messages  # if the line broke behind them, the next look finds out

    def _line(self) -> BufferedSocket:
        if self._client.socket() is None or self._client.line is None:
            raise LostError(self._problem or "ended the connection")
        return self._client.line

    def subscribe(self, subscriptions: Subscriptions) -> None:
        """Change the subscriptions of the session."""
        if subscriptions.gone:
            self._client.unsubscribe(list(subscriptions.gone))
        if subscriptions.wanted:
            patterns = [(pattern, QOS) for pattern in subscriptions.wanted]
            code, mid = self._client.subscribe(patterns)
            self._check(code)
            if mid is not None:
                self._asked[mid] = subscriptions.wanted
        else:
            self.is_subscribed = True

    def ask(self) -> None:
        """Ask the broker for a sign of life: its ping is paho's own, so for a filter nobody has."""
        code, self._question = self._client.unsubscribe(NOTHING)
        self._check(code)

    @property
    def is_answered(self) -> bool:
        """Whether the broker has answered."""
        return self._question is None

    def _check(self, code: int) -> None:
        if code != mqtt.MQTT_ERR_SUCCESS:
            raise LostError(self._problem or f"ended the connection ({mqtt.error_string(code)})")

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Tell the broker that these messages are safe."""
        if not numbers:
            return
        try:
            with self._line().gathered():
                for number in numbers:
                    self._check(self._client.ack(number, QOS))
        except OSError as error:
            raise LostError(f"does not take what we send ({error})") from error

    def close(self) -> None:
        """Leave, if there is a connection; the session stays with the broker."""
        self.is_subscribed = False
        self._client.disconnect()

    def _on_message(self, client: mqtt.Client, userdata: object, message: Any) -> None:  # noqa: ANN401
        del client, userdata
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = NO_TEXT
        number = message.mid if message.qos else 0
        self._messages.append((topic, message.payload, number, message.retain, 0))

    def _on_connect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: object,
    ) -> None:
        del client, userdata, properties
        if reason.is_failure:
            self._problem = f"refuses us ({reason})"
            return
        self.is_resumed = flags.session_present
        self.subscribe(self._subscriptions)

    def _on_subscribe(
        self,
        client: mqtt.Client,
        userdata: object,
        mid: int,
        reasons: Sequence[ReasonCode],
        properties: object,
    ) -> None:
        del client, userdata, properties
        refused = [
            pattern
            for pattern, reason in zip(self._asked.pop(mid, ()), reasons, strict=False)
            if reason.is_failure
        ]
        if refused:
            log.warning("subscription.refused filters=%s", ",".join(refused))
        self.is_subscribed = True

    def _on_unsubscribe(
        self,
        client: mqtt.Client,
        userdata: object,
        mid: int,
        reasons: Sequence[ReasonCode],
        properties: object,
    ) -> None:
        del client, userdata, reasons, properties
        if mid == self._question:
            self._question = None

    def _on_disconnect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: object,
        reason: ReasonCode,
        properties: object,
    ) -> None:
        del client, userdata, flags, properties
        self._problem = self._problem or f"ended the connection ({reason})"
