"""A socket for paho that asks the system seldom: paho itself reads a message in three calls.

It stands between paho and the line as paho's own wrapper for websockets does.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import paho.mqtt.client as mqtt

READ_BYTES = 64 * 1024
"""Chosen: hundreds of small messages a call of the system."""
SEND_S = 10.0
"""Longest that the broker may keep us waiting with what we send [s]; as long as for an answer."""


class BufferedSocket:
    """Reads much at once, and sends in one piece what is sent while ``gathered``.

    Args:
        line: A connected socket, plain or TLS.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._read = b""
        self._at = 0
        self._gathered: bytearray | None = None

    def recv(self, size: int) -> bytes:
        """Return so many bytes at most; raises what the line raises."""
        if self._at == len(self._read):
            self._read, self._at = self._line.recv(READ_BYTES), 0
        start = self._at
        self._at = min(start + size, len(self._read))
        return self._read[start : self._at]

    def pending(self) -> int:
        """Return how many bytes are here already, for which the line need not be asked."""
        of_tls = self._line.pending() if isinstance(self._line, ssl.SSLSocket) else 0
        return len(self._read) - self._at + of_tls

    def send(self, data: bytes | bytearray) -> int:
        """Send, or gather what shall be sent; return how many bytes that were."""
        if self._gathered is None:
            return self._line.send(data)
        self._gathered += data
        return len(data)

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Send in one piece, at the end of the block, what is sent within it.

        Raises:
            OSError: If the line does not take it.
        """
        self._gathered = bytearray()
        try:
            yield
        finally:
            data, self._gathered = self._gathered, None
        self._line.settimeout(SEND_S)
        self._line.sendall(data)
        self._line.settimeout(0)

    def close(self) -> None:
        """Close the line."""
        self._line.close()

    def fileno(self) -> int:
        """Return the line's number."""
        return self._line.fileno()

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - as paho calls it
        """Have the line wait, or not."""
        self._line.setblocking(flag)


class BufferedClient(mqtt.Client):
    """A client of paho whose line is a BufferedSocket."""

    line: BufferedSocket | None = None

    def _create_socket(self) -> BufferedSocket:
        line = cast("socket.socket", super()._create_socket())
        # Acknowledgements at once: TCP would hold back all but the first until the broker has
        # confirmed that one, which it does after 40 ms.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.line = BufferedSocket(line)
        return self.line
