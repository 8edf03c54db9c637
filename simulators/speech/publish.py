"""Sends messages to a broker as devices do: QoS 1, never more unacknowledged than a window.

A writer of its own, because a whole district is published: a client library costs five times as
much a message. It speaks as much of MQTT 3.1.1 as that needs: CONNECT, PUBLISH with QoS 1, PUBACK,
PINGREQ, DISCONNECT. A broker that goes away is connected to again, and told again what it had not
acknowledged.

Source: OASIS MQTT 3.1.1, chapters 2 and 3.
"""

import contextlib
import select
import socket
import ssl
import threading
from collections import deque
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from energy.errors import UnreachableError
from energy.text import Text

_PORTS = {"mqtt": 1883, "mqtts": 8883}
_LOOK_S = 0.5
_ANSWER_S = 10.0
_KEEPALIVE_S = 60
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 5.0
_CHUNK = 65_536

_CONNACK, _PUBACK = 0x20, 0x40
_PUBLISH_QOS_1, _AGAIN, _RETAIN = 0x32, 0x08, 0x01
_PINGREQ, _DISCONNECT = b"\xc0\x00", b"\xe0\x00"
_CLEAN, _PASSWORD, _USER = 0x02, 0x40, 0x80
_MOST_NUMBERS = 65_535
_REFUSALS = {
    1: "it does not speak MQTT 3.1.1",
    2: "it refuses the client id",
    3: "it is not available",
    4: "user or password is wrong",
    5: "we are not allowed to connect",
}


def length_bytes(length: int) -> bytes:
    """Return a length as MQTT writes it: seven bits a byte, the lowest first."""
    found = bytearray()
    while True:
        length, low = divmod(length, 128)
        found.append(low | 0x80 if length else low)
        if not length:
            return bytes(found)


def publish_bytes(topic: str, payload: bytes, number: int, *, retained: bool = False) -> bytes:
    """Return a PUBLISH packet with QoS 1; what is retained is told to later subscribers too."""
    name = topic.encode()
    body = b"%b%b%b%b" % (len(name).to_bytes(2), name, number.to_bytes(2), payload)
    return b"%c%b%b" % (
        _PUBLISH_QOS_1 | (_RETAIN if retained else 0),
        length_bytes(len(body)),
        body,
    )


def connect_bytes(client_id: str, user: str, password: str) -> bytes:
    """Return a CONNECT packet of MQTT 3.1.1 with a session that is not kept."""
    flags = _CLEAN | (_USER if user else 0) | (_PASSWORD if password else 0)
    texts = [client_id, *([user] if user else []), *([password] if password else [])]
    fields = b"".join(len(text.encode()).to_bytes(2) + text.encode() for text in texts)
    body = b"\x00\x04MQTT\x04" + bytes([flags]) + _KEEPALIVE_S.to_bytes(2) + fields
    return b"\x10" + length_bytes(len(body)) + body


class _LostError(Exception):
    """The connection is over; the text says why."""


class Publisher:
    """One connection that publishes; blocks while the broker owes too many acknowledgements.

    Args:
        url: mqtt://user:password@host:port, or mqtts:// for TLS.
        client_id: Name of the connection.
        window: Most messages without an acknowledgement.
        ca: File with the CA certificate of a TLS broker; "" for the system's.

    Raises:
        UnreachableError: If nobody answers at the address, or lets us in.
    """

    def __init__(self, url: str, *, client_id: str, window: int = 200, ca: str = "") -> None:
        address = urlsplit(url)
        self._host = address.hostname or "localhost"
        self._port = address.port or _PORTS.get(address.scheme, _PORTS["mqtt"])
        self._hello = connect_bytes(
            client_id, unquote(address.username or ""), unquote(address.password or "")
        )
        self._tls = None
        if address.scheme == "mqtts":
            self._tls = ssl.create_default_context(cafile=ca or None)
        self._window = window
        self._number = 0
        self._unacknowledged: deque[tuple[int, bytes]] = deque()
        self._room = threading.Condition()
        self._sending = threading.Lock()
        # TLS must not read and write at once; on a plain socket both ways are apart.
        self._both = threading.Lock() if self._tls else contextlib.nullcontext()
        self._closed = threading.Event()
        try:
            self._line = self._connected()
        except (OSError, _LostError) as error:
            raise UnreachableError(self._silence(error)) from error
        self._reader = threading.Thread(target=self._read_for_ever, name=client_id, daemon=True)
        self._reader.start()

    def _silence(self, error: Exception) -> Text:
        return Text(
            f"{self._host}:{self._port} 上的 MQTT 服务器没有应答（{error}）。它在运行吗？"
            "对应的设置是 JIENENG_BROKER_URL。",
            f"The broker at {self._host}:{self._port} does not answer ({error}). Is it running? "
            "The setting is JIENENG_BROKER_URL.",
        )

    def _connected(self) -> socket.socket:
        """Return a line on which the broker let us in."""
        line = socket.create_connection((self._host, self._port), timeout=_ANSWER_S)
        try:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                line = self._tls.wrap_socket(line, server_hostname=self._host)
            line.sendall(self._hello)
            answer = b""
            while len(answer) < 4:  # noqa: PLR2004  a CONNACK has four bytes
                got = line.recv(4 - len(answer))
                if not got:
                    raise _LostError("it closed the connection")  # noqa: TRY301
                answer += got
            if answer[0] != _CONNACK or answer[3]:
                reason = _REFUSALS.get(answer[3], "it does not answer as a broker")
                raise _LostError(reason)  # noqa: TRY301
            line.settimeout(None)
        except BaseException:
            line.close()
            raise
        return line

    def publish(
        self, topic: str, payload: bytes, *, stop: threading.Event, retained: bool = False
    ) -> bool:
        """Send one message; return whether it was handed over before stop was set."""
        with self._room:
            while len(self._unacknowledged) >= self._window:
                if not self._room.wait(_LOOK_S) and stop.is_set():
                    return False
        with self._sending:
            self._number = self._number % _MOST_NUMBERS + 1
            packet = publish_bytes(topic, payload, self._number, retained=retained)
            self._unacknowledged.append((self._number, packet))
            self._send(packet)
        return True

    def _send(self, data: bytes) -> None:
        """Send; what a broken line does not take is sent again on the next one."""
        with contextlib.suppress(OSError), self._both:
            self._line.sendall(data)

    def drain(self, *, stop: threading.Event) -> bool:
        """Wait until everything is acknowledged; return whether it is."""
        with self._room:
            while self._unacknowledged and not stop.is_set():
                self._room.wait(_LOOK_S)
        return not self._unacknowledged

    def close(self) -> None:
        """End the connection."""
        self._closed.set()
        self._send(_DISCONNECT)
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._line.close()

    def _read_for_ever(self) -> None:
        while not self._closed.is_set():
            with contextlib.suppress(OSError, _LostError):
                self._read()
            if not self._closed.is_set():
                self._connect_again()

    def _read(self) -> None:
        """Read acknowledgements until the line is lost."""
        line, held = self._line, b""
        watch = select.poll()
        watch.register(line, select.POLLIN)
        while not self._closed.is_set():
            pending = isinstance(line, ssl.SSLSocket) and line.pending()
            if not pending and not watch.poll(_KEEPALIVE_S * 1000 // 2):
                self._send(_PINGREQ)
                continue
            with self._both:
                got = line.recv(_CHUNK)
            if not got:
                raise _LostError("closed")
            held = self._taken(held + got)

    def _taken(self, held: bytes) -> bytes:
        """Take the acknowledgements in some bytes; return what is not a whole packet yet."""
        at = 0
        while len(held) - at >= 2 and len(held) - at >= 2 + held[at + 1]:  # noqa: PLR2004
            if held[at] == _PUBACK:
                self._acknowledged(int.from_bytes(held[at + 2 : at + 4]))
            at += 2 + held[at + 1]
        if at:
            with self._room:
                self._room.notify_all()
        return held[at:]

    def _acknowledged(self, number: int) -> None:
        """Forget a message; brokers acknowledge in order, and say it twice after a reconnect."""
        waiting = self._unacknowledged
        if waiting and waiting[0][0] == number:
            waiting.popleft()
        else:
            # A copy in one step: another thread may be adding to it.
            found = next((one for one in list(waiting) if one[0] == number), None)
            if found is not None:
                waiting.remove(found)

    def _connect_again(self) -> None:
        """Connect as often as it takes, and say again what was not acknowledged."""
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)  # who sends on it must not wait
        self._line.close()
        pause = _FIRST_PAUSE_S
        while not self._closed.is_set():
            try:
                line = self._connected()
            except (OSError, _LostError):
                self._closed.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
                continue
            with self._sending:
                self._line = line
                for _, packet in list(self._unacknowledged):
                    self._send(bytes([packet[0] | _AGAIN]) + packet[1:])
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
