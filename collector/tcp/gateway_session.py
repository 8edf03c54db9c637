"""What one gateway is answered: handshake, heart beats, and the readings it wants acknowledged.

No sockets and no threads: pieces of bytes go in, answers and reports come out.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from energy.errors import DecodeError
from energy.span import from_ms
from formats.gateway_xml import (
    DATA,
    TYPE_NUMBERS,
    Frame,
    FrameReader,
    Message,
    Profile,
    frame_bytes,
    gateway_name,
    in_utf8,
    md5_of,
    opened,
    read_message,
    sealed,
    text_of,
    topic_of,
    xml_bytes,
)

Identity = tuple[str, str]
"""(building, gateway)"""

MOST_BYTES = 512_000
"""Of a body. Chosen: five times a packet of 128 meters with 10 functions each."""
MOST_BYTES_OF_A_STRANGER = 4_000
"""Of a body before the handshake is passed; its messages have a few hundred."""
MOST_SKIPPED = 64_000
"""Bytes between frames after which somebody else must be speaking; chosen."""
CONTINUOUS = "continuous"


@dataclass(frozen=True)
class GatewayOptions:
    """Where gateways connect, who they are, and how they speak.

    Attributes:
        host: Address to listen on.
        port: Port; 0 picks a free one.
        profile: How they speak.
        secrets: Secret of each gateway; never printed.
        period_minutes: How often they are told to report; 0 tells them nothing.
        most_connections: Connections held at once.
        handshake_s: Seconds in which a connection must have passed the handshake.
        frame_s: Seconds in which a frame that has begun must be complete.
        idle_s: Seconds without a byte after which a connection is closed.
    """

    host: str
    port: int
    profile: Profile
    secrets: Mapping[Identity, str] = field(repr=False)
    period_minutes: int = 0
    most_connections: int = 512
    handshake_s: float = 20.0
    frame_s: float = 120.0
    idle_s: float = 900.0


@dataclass
class GatewayCounts:
    """What happened at the listener since it was started.

    Attributes:
        logins: Handshakes passed.
        refused: Connections closed because of what came over them.
        reports: Messages with readings that were made durable.
        waiting: Messages with readings that could not be, because the spool was full.
        skipped_bytes: Bytes between frames.
        damaged: Frames whose checksum did not match.
        too_long: Frames that announced more than is taken.
        ignored: Messages that ask for nothing we do.
    """

    logins: int = 0
    refused: int = 0
    reports: int = 0
    waiting: int = 0
    skipped_bytes: int = 0
    damaged: int = 0
    too_long: int = 0
    ignored: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)


class Report(NamedTuple):
    """A message with readings, and what its gateway is told once they are durable.

    Attributes:
        topic: Under which it is handed on.
        payload: Its XML.
        answer: Bytes to send then; none where this dialect has no answer.
    """

    topic: str
    payload: bytes
    answer: bytes


class GatewaySession:
    """One connection.

    Args:
        options: Who may connect and how they speak.
        counts: Where to count what happens.
        clock: Time now [ms].

    Attributes:
        identity: Who it is; empty until the handshake is passed.
        answers: Bytes to send now.
        frames: How many frames were taken.
        reports: Messages to make durable; whoever takes them empties the list.
        refusal: Why the connection must be closed once the answers are sent; empty while well.
    """

    def __init__(
        self, options: GatewayOptions, *, counts: GatewayCounts, clock: Callable[[], int]
    ) -> None:
        self.identity: Identity | None = None
        self.answers = bytearray()
        self.reports: list[Report] = []
        self.refusal = ""
        self.frames = 0
        self._options = options
        self._profile = options.profile
        self._counts = counts
        self._clock = clock
        self._claimed: Identity = ("", "")
        self._before = (0, 0, 0)
        self._sequence = ""
        self._reader = FrameReader(options.profile, most_bytes=MOST_BYTES_OF_A_STRANGER)

    @property
    def is_within_a_frame(self) -> bool:
        """Whether a frame has begun and is not complete."""
        return self._reader.is_within_a_frame

    def receive(self, piece: bytes) -> None:
        """Take bytes as they came from the socket."""
        frames = self._reader.feed(piece)
        self._judge_line()
        for frame in frames:
            if not self.refusal:
                self.frames += 1
                self._take(frame)

    def _judge_line(self) -> None:
        """Count what was no frame; give up a line on which this cannot be put right."""
        reader, before, counts = self._reader, self._before, self._counts
        now = (reader.skipped, reader.damaged, reader.too_long)
        skipped, damaged, too_long = (new - old for new, old in zip(now, before, strict=True))
        self._before = now
        counts.skipped_bytes += skipped
        counts.damaged += damaged
        counts.too_long += too_long
        if too_long:
            self._refuse("a frame is too long")
        elif reader.skipped > MOST_SKIPPED:
            self._refuse("what it sends is not this protocol")
        elif (skipped or damaged) and self._profile.acks_resends == "last":
            # The answer to the last packet would speak for the one that was lost here.
            self._refuse("a frame was damaged")

    def _refuse(self, reason: str) -> None:
        if not self.refusal:
            self.refusal = reason
            self._counts.refused += 1

    def _take(self, frame: Frame) -> None:
        xml = frame.body
        try:
            xml = opened(self._profile, frame.body)
            text = text_of(xml, encoding=self._profile.encoding)
            message = read_message(text)
        except DecodeError as error:
            self._refuse(str(error))
            if self.identity is not None:  # its sender is known, so it is kept with its bytes
                self.reports.append(Report(topic_of(*self.identity), xml, b""))
            return
        if message.element == "id_validate":
            self._shake_hands(message, frame)
        elif self.identity is None:
            self._refuse("it did not log in first")
        elif (message.building, message.gateway) != self.identity:
            self._refuse("it speaks in the name of another gateway")
        elif message.element == DATA:
            is_declared = self._profile.encoding == "declared"
            payload = xml if is_declared else in_utf8(text)
            self.reports.append(
                Report(topic_of(*self.identity), payload, self._acknowledgement(message, frame))
            )
        elif message.element == "heart_beat":
            self._answer(message, "time", {"time": self._time()}, frame)
        else:
            self._counts.ignored += 1

    def _shake_hands(self, message: Message, frame: Frame) -> None:
        claimed = (message.building, message.gateway)
        if self.identity not in (None, claimed):
            self._refuse("it speaks in the name of another gateway")
        elif message.operation == "request":
            self._claimed = claimed
            self._sequence = str(10**7 + secrets.randbelow(9 * 10**7))
            self._answer(message, "sequence", {"sequence": self._sequence}, frame)
        elif message.operation == "md5":
            self._judge(message, frame)
        else:
            self._counts.ignored += 1

    def _judge(self, message: Message, frame: Frame) -> None:
        """Let a gateway in that knows its secret; a sequence is good for one answer."""
        claimed, sequence = (message.building, message.gateway), self._sequence
        self._sequence = ""
        # One that nobody knows is hashed all the same, so that it is not told by its time.
        secret = self._options.secrets.get(claimed, "")
        expected = md5_of(self._profile, secret=secret, sequence=sequence)
        said = message.fields.get("md5", "").lower()
        is_right = hmac.compare_digest(said.encode(), expected.encode())
        if not (is_right and secret and sequence and claimed == self._claimed):
            self.identity = None
            self._answer(message, "result", {"result": "fail"}, frame)
            self._refuse("its secret is wrong or it is not listed")
            return
        self.identity = claimed
        self._reader.most_bytes = MOST_BYTES
        self._counts.logins += 1
        self._answer(message, "result", {"result": "pass", "time": self._time()}, frame)
        if self._options.period_minutes:
            period = {"period": str(self._options.period_minutes)}
            self.answers += self._frame(message, "period", period, frame, element="config")

    def _acknowledgement(self, message: Message, frame: Frame) -> bytes:
        """Return what says that readings are durable; nothing where the dialect has no word."""
        repeated = ("sequence", "time", "total", "current")
        fields = {name: message.fields[name] for name in repeated if name in message.fields}
        fields["ack"] = "OK"
        if message.operation == CONTINUOUS:
            is_last = message.fields.get("current") == message.fields.get("total")
            if self._profile.acks_resends == "last" and not is_last:
                return b""
            return self._frame(message, "continuous_ack", fields, frame)
        if not self._profile.report_ack:
            return b""
        number = TYPE_NUMBERS["report_ack"]
        return self._frame(message, self._profile.report_ack, fields, frame, number=number)

    def _answer(
        self, message: Message, operation: str, fields: Mapping[str, str], frame: Frame
    ) -> None:
        self.answers += self._frame(message, operation, fields, frame)

    def _frame(
        self,
        message: Message,
        operation: str,
        fields: Mapping[str, str],
        frame: Frame,
        *,
        element: str = "",
        number: int = 0,
    ) -> bytes:
        """Return an answer as a frame, with the sequence number of what it answers."""
        answer = Message(
            message.building, message.gateway, element or message.element, operation, fields
        )
        return frame_bytes(
            self._profile,
            sequence=frame.sequence,
            body=sealed(
                self._profile,
                xml_bytes(answer, self._profile),
                is_data=answer.element == DATA,
            ),
            number=number or TYPE_NUMBERS.get(operation, 0),
        )

    def _time(self) -> str:
        zone = ZoneInfo(self._profile.timezone)
        return from_ms(self._clock()).astimezone(zone).strftime("%Y%m%d%H%M%S")

    def __str__(self) -> str:
        return gateway_name(*self.identity) if self.identity else "stranger"
