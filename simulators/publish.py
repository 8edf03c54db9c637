"""Sends messages to a broker as devices do: QoS 1, never more unacknowledged than a window."""

import threading
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from energy.errors import UnreachableError
from energy.text import Text

QOS = 1
_PORTS = {"mqtt": 1883, "mqtts": 8883}
_LOOK_S = 0.5


class Publisher:
    """One connection that publishes; blocks while the broker owes too many acknowledgements.

    Args:
        url: mqtt://user:password@host:port, or mqtts:// for TLS.
        client_id: Name of the connection.
        window: Most messages without an acknowledgement.
        ca: File with the CA certificate of a TLS broker; "" for the system's.

    Raises:
        UnreachableError: If nobody answers at the address.
    """

    def __init__(self, url: str, *, client_id: str, window: int = 200, ca: str = "") -> None:
        address = urlsplit(url)
        self._free = threading.BoundedSemaphore(window)
        self._window = window
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id)
        self._client.max_inflight_messages_set(window)
        self._client.on_publish = self._acknowledged
        if address.username:
            self._client.username_pw_set(
                unquote(address.username), unquote(address.password or "") or None
            )
        if address.scheme == "mqtts":
            self._client.tls_set(ca_certs=ca or None)
        host = address.hostname or "localhost"
        port = address.port or _PORTS.get(address.scheme, _PORTS["mqtt"])
        try:
            self._client.connect(host, port)
        except OSError as error:
            problem = Text(
                f"{host}:{port} 上的 MQTT 服务器没有应答（{error}）。它在运行吗？"
                "对应的设置是 JIENENG_BROKER_URL。",
                f"The broker at {host}:{port} does not answer ({error}). Is it running? The "
                "setting is JIENENG_BROKER_URL.",
            )
            raise UnreachableError(problem) from error
        self._client.loop_start()

    def _acknowledged(self, *_: object) -> None:
        self._free.release()

    def publish(self, topic: str, payload: bytes, *, stop: threading.Event) -> bool:
        """Send one message; return whether it was handed over before stop was set."""
        while not self._free.acquire(timeout=_LOOK_S):
            if stop.is_set():
                return False
        self._client.publish(topic, payload, qos=QOS)
        return True

    def drain(self, *, stop: threading.Event) -> bool:
        """Wait until everything is acknowledged; return whether it is."""
        held = 0
        while held < self._window:
            if self._free.acquire(timeout=_LOOK_S):
                held += 1
            elif stop.is_set():
                break
        for _ in range(held):
            self._free.release()
        return held == self._window

    def close(self) -> None:
        """End the connection."""
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
