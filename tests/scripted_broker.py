"""A broker for one client that does what a test tells it: just enough of MQTT 3.1.1."""

import socket
import struct
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 0x10, 0x20, 0x30, 0x40, 0x80, 0x90
UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT = 0xA0, 0xB0, 0xC0, 0xD0, 0xE0
PATIENCE_S = 20.0
QOS_1 = 0x02
CONNECT_FLAGS, CLEAN_SESSION = 7, 0x02


class ScriptedBroker:
    """Listens on a port of its own; each connection is served by one call of ``serve``."""

    def __init__(self) -> None:
        self._line = socket.create_server(("127.0.0.1", 0))
        self._line.settimeout(PATIENCE_S)
        self._client: socket.socket | None = None
        self._reader: threading.Thread | None = None
        self.acknowledged: list[int] = []
        self.subscribed = threading.Event()

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self._line.getsockname()[1]}"

    def accept(self, *, code: int = 0) -> None:
        """Wait for the client to connect, and answer with a return code.

        Who wants no session that is kept is no collector of readings, and is turned away.
        """
        while True:
            client, _ = self._line.accept()
            client.settimeout(PATIENCE_S)
            kind, body = _packet(client)
            assert kind & 0xF0 == CONNECT
            if not body[CONNECT_FLAGS] & CLEAN_SESSION:
                break
            client.close()
        self._client = client
        client.sendall(bytes([CONNACK, 2, 0, code]))
        if code:
            client.close()
            return
        self.acknowledged = []
        self.subscribed.clear()
        self._reader = threading.Thread(target=self._read, args=(client,), daemon=True)
        self._reader.start()
        assert self.subscribed.wait(PATIENCE_S)

    def _read(self, client: socket.socket) -> None:
        try:
            while True:
                kind, body = _packet(client)
                if kind & 0xF0 == SUBSCRIBE:
                    count = body[2:].count(b"\x01")  # one QoS byte a filter; no filter holds it
                    client.sendall(bytes([SUBACK, 2 + count]) + body[:2] + b"\x01" * count)
                    self.subscribed.set()
                elif kind & 0xF0 == PUBACK:
                    self.acknowledged.append(struct.unpack(">H", body[:2])[0])
                elif kind & 0xF0 == PINGREQ:
                    client.sendall(bytes([PINGRESP, 0]))
                elif kind & 0xF0 == UNSUBSCRIBE:
                    client.sendall(bytes([UNSUBACK, 2]) + body[:2])
                elif kind & 0xF0 == DISCONNECT:
                    return
        except (OSError, EOFError):
            return

    def publish(self, topic: str, bodies: Sequence[bytes], *, first: int = 1) -> None:
        """Send messages, numbered from ``first`` on."""
        assert self._client is not None
        name = topic.encode()
        packets = []
        for number, body in enumerate(bodies, first):
            content = struct.pack(">H", len(name)) + name + struct.pack(">H", number) + body
            packets.append(bytes([PUBLISH | QOS_1]) + _length(len(content)) + content)
        self._client.sendall(b"".join(packets))

    def hang_up(self) -> None:
        """End the connection from our side."""
        assert self._client is not None
        self._client.shutdown(socket.SHUT_RDWR)
        self.wait_for_the_end()

    def wait_for_the_end(self) -> list[int]:
        """Wait until the client has said its last word; return what it acknowledged."""
        assert self._reader is not None
        assert self._client is not None
        self._reader.join(PATIENCE_S)
        assert not self._reader.is_alive()
        self._client.close()
        return self.acknowledged

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._line.close()
        if self._client is None:
            return
        with suppress(OSError):  # it may be gone already
            self._client.shutdown(socket.SHUT_RDWR)
        if self._reader is not None:
            self._reader.join(PATIENCE_S)
        self._client.close()


def _length(length: int) -> bytes:
    found = bytearray()
    while True:
        length, digit = divmod(length, 128)
        found.append(digit | (0x80 if length else 0))
        if not length:
            return bytes(found)


def _packet(client: socket.socket) -> tuple[int, bytes]:
    kind = _exactly(client, 1)[0]
    length, shift = 0, 0
    while True:
        digit = _exactly(client, 1)[0]
        length |= (digit & 0x7F) << shift
        shift += 7
        if not digit & 0x80:
            return kind, _exactly(client, length)


def _exactly(client: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = client.recv(count - len(found))
        if not piece:
            raise EOFError
        found += piece
    return found
