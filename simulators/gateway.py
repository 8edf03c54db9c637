"""A gateway that does not exist, on a real socket: logs in, reports, buffers, resends, misbehaves.

It keeps its own books: what it has read from its meters and what the platform has acknowledged,
so that a test can compare the platform with what this gateway was promised.
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from energy.errors import DecodeError
from formats.gateway_xml import (
    DATA,
    TYPE_NUMBERS,
    FrameReader,
    Message,
    Profile,
    Value,
    frame_bytes,
    md5_of,
    opened,
    read_message,
    sealed,
    text_of,
    xml_bytes,
)

PATIENCE_S = 10.0
MOST_BYTES = 100_000
PIECE = 65_536


class Packet(NamedTuple):
    """What a gateway read from its meters at one time.

    Attributes:
        number: Its sequence number, from 1.
        time: Time on the gateway's wall clock, 14 digits.
        values: What the meters showed.
    """

    number: int
    time: str
    values: tuple[Value, ...]


class LostError(Exception):
    """The other side does not answer, or has hung up."""


@dataclass(eq=False)
class SimulatedGateway:
    """One gateway.

    Attributes:
        address: (host, port) of the platform.
        profile: How it speaks.
        building: Code of its building.
        gateway: Its number there.
        secret: Its secret.
        piece_bytes: Frames are cut into pieces of this size, each sent for itself; 0: in one piece.
        patience_s: Seconds it waits for an answer.
        waiting: Packets that are not acknowledged, oldest first.
        acknowledged: Packets that are.
        heard: Every message that it was sent.
    """

    address: tuple[str, int]
    profile: Profile
    building: str
    gateway: str
    secret: str
    piece_bytes: int = 0
    patience_s: float = PATIENCE_S
    waiting: list[Packet] = field(default_factory=list)
    acknowledged: list[Packet] = field(default_factory=list)
    heard: list[Message] = field(default_factory=list)
    _line: socket.socket | None = None
    _count: int = 0
    _frames: int = 0

    def read_meters(self, time: str, values: Iterable[Value]) -> Packet:
        """Read the meters; the packet waits until it is acknowledged."""
        self._count += 1
        packet = Packet(self._count, time, tuple(values))
        self.waiting.append(packet)
        return packet

    def connect(self) -> bool:
        """Connect and log in; tell whether the platform let us in.

        Raises:
            LostError: If nobody answers.
        """
        self.dial()
        self.send(self.message("id_validate", "request"))
        sequence = self.await_message("sequence").fields.get("sequence", "")
        md5 = md5_of(self.profile, secret=self.secret, sequence=sequence)
        self.send(self.message("id_validate", "md5", md5=md5))
        return self.await_message("result").fields.get("result") == "pass"

    def dial(self) -> None:
        """Open the connection and say nothing.

        Raises:
            LostError: If nobody answers.
        """
        self.hang_up()
        try:
            self._line = socket.create_connection(self.address, timeout=self.patience_s)
        except OSError as error:
            raise LostError(str(error)) from error
        self._reader = FrameReader(self.profile, most_bytes=MOST_BYTES)
        self._unread: list[Message] = []

    def hang_up(self) -> None:
        """Cut the connection; what is not acknowledged stays in the buffer."""
        if self._line is not None:
            self._line.close()
            self._line = None

    @property
    def is_connected(self) -> bool:
        """Whether the connection has not been cut by us."""
        return self._line is not None

    def deliver(self) -> int:
        """Send what waits, each packet once the one before is acknowledged; return how many were.

        A packet that waits alone is a report, several are a resend of the buffer.

        Raises:
            LostError: If the platform hangs up or does not acknowledge one.
        """
        total = len(self.waiting)
        operation = "report" if total == 1 else "continuous"
        for current in range(1, total + 1):
            packet = self.waiting[0]
            self.send(self.data(packet, operation, total=total, current=current))
            self.await_acknowledgement(packet)
            self.acknowledged.append(self.waiting.pop(0))
        return total

    def await_acknowledgement(self, packet: Packet) -> Message:
        """Return the answer that acknowledges a packet.

        Raises:
            LostError: If none comes.
        """
        while True:
            answer = self.await_message("")
            is_its = answer.fields.get("sequence") == str(packet.number)
            if answer.element == DATA and is_its and answer.fields.get("ack") == "OK":
                return answer

    def beat(self) -> str:
        """Send a heart beat and return the time it is answered with.

        Raises:
            LostError: If no answer comes.
        """
        self.send(self.message("heart_beat", "notify"))
        return self.await_message("time").fields.get("time", "")

    def message(self, element: str, operation: str, **fields: str) -> Message:
        """Return a message in our name."""
        return Message(self.building, self.gateway, element, operation, fields)

    def data(self, packet: Packet, operation: str, *, total: int = 1, current: int = 1) -> Message:
        """Return the message that carries a packet."""
        fields = {
            "sequence": str(packet.number),
            "parser": "yes",
            "time": packet.time,
            "total": str(total),
            "current": str(current),
        }
        return Message(self.building, self.gateway, DATA, operation, fields, packet.values)

    def frame(self, message: Message) -> bytes:
        """Return a message as a frame."""
        xml = xml_bytes(message, self.profile)
        return self.frame_of(xml, message.operation, is_data=message.element == DATA)

    def frame_of(self, xml: bytes, operation: str = "report", *, is_data: bool = True) -> bytes:
        """Return any bytes as a frame, whether they are a message or not."""
        self._frames += 1
        body = sealed(self.profile, xml, is_data=is_data)
        number = TYPE_NUMBERS.get(operation, 0)
        return frame_bytes(self.profile, sequence=self._frames, body=body, number=number)

    def send(self, message: Message) -> None:
        """Send a message, cut into pieces where that is asked for.

        Raises:
            LostError: If the other side has hung up.
        """
        frame = self.frame(message)
        size = self.piece_bytes or len(frame)
        self.send_bytes(frame[start : start + size] for start in range(0, len(frame), size))

    def send_bytes(self, pieces: Iterable[bytes]) -> None:
        """Send bytes as they are, each piece for itself.

        Raises:
            LostError: If the other side has hung up.
        """
        if self._line is None:
            raise LostError("not connected")
        try:
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                self._line.sendall(piece)
        except OSError as error:
            raise LostError(str(error)) from error

    def await_message(self, operation: str) -> Message:
        """Return the next message with this operation, or any for ""; others are passed over.

        Raises:
            LostError: If none comes.
        """
        while True:
            message = self._next()
            if operation in ("", message.operation):
                return message

    def _next(self) -> Message:
        while not self._unread:
            if self._line is None:
                raise LostError("not connected")
            try:
                piece = self._line.recv(PIECE)
            except OSError as error:
                raise LostError(str(error) or "no answer in time") from error
            if not piece:
                raise LostError("the platform hung up")
            self._unread += [self._message_of(frame.body) for frame in self._reader.feed(piece)]
        self.heard.append(self._unread[0])
        return self._unread.pop(0)

    def _message_of(self, body: bytes) -> Message:
        try:
            return read_message(text_of(opened(self.profile, body)))
        except DecodeError as error:
            raise LostError(f"an answer cannot be read: {error}") from error

    def is_hung_up(self) -> bool:
        """Wait until the other side hangs up; tell whether it did in time."""
        try:
            while True:
                self._next()
        except LostError as error:
            return "hung up" in str(error) or "reset" in str(error).lower()
