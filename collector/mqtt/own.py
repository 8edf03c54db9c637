"""Our own small MQTT client: it reads much and writes its acknowledgements in one piece.

Why it is there, and what it is measured against: docs/decisions, "Our own MQTT reader".
"""

import logging
import math
import socket
import ssl
import time
from collections.abc import Sequence

from collector.mqtt import packets
from collector.mqtt.address import Address
from collector.mqtt.connection import NO_TEXT, QOS, LostError, Message, Session, Subscriptions
from collector.mqtt.readable import is_readable
from collector.mqtt.remembering import remember

log = logging.getLogger(__name__)

BUFFER_BYTES = 256 * 1024
"""Chosen: thousands of small messages a call of the system, and still in the cache."""
LONGEST_MESSAGE = 4 * 1024 * 1024
"""Longest packet that is read whole; the shipped broker's own limit is far below. Chosen."""
KEPT_OF_LONGER = 4096
ANSWER_S = 10.0
_MOST_NUMBER = 0xFFFF
_QOS_BITS = 0x06
_RETAINED = 0x01
_SESSION_PRESENT = 0x01


class OwnConnection:
    """A subscriber of MQTT 3.1.1 or 5 on a blocking socket; see Connection.

    Args:
        address: The broker.
        session: How we want to be known.
        longest: Longest packet that is read whole [bytes]; of a longer one the first KEPT_OF_LONGER
            bytes are handed over, and how many were cut.
    """

    def __init__(
        self, address: Address, session: Session, *, longest: int = LONGEST_MESSAGE
    ) -> None:
        self._address = address
        self._session = session
        self._longest = longest
        self._is_5 = session.version == packets.MQTT_5
        self._topics: dict[bytes, str] = {}
        self._socket: socket.socket | None = None
        self._number = 0
        self.is_subscribed = self.is_resumed = False

    def open(self, subscriptions: Subscriptions) -> None:
        """Connect to the session, and change its subscriptions when the broker lets us in."""
        self._subscriptions = subscriptions
        self._asked: dict[int, Sequence[str]] = {}
        self._broken = ""
        self._buffer = bytearray(BUFFER_BYTES)
        self._end = 0
        self._skip = 0
        self._is_let_in = False
        self._keepalive_s = float(self._session.keepalive_s)
        self._asked_at = 0.0
        self._pings = 0
        self.is_resumed = False
        try:
            self._socket = self._connected()
        except (OSError, ValueError) as error:
            raise LostError(f"does not answer ({error})") from error
        self._send(
            packets.connect(
                self._session.client_id,
                user=self._address.user,
                password=self._address.password,
                keepalive_s=self._session.keepalive_s,
                version=self._session.version,
                is_kept=self._session.is_kept,
            )
        )
        self._asked_at = time.monotonic()

    def _connected(self) -> socket.socket:
        address = self._address
        line = socket.create_connection((address.host, address.port), timeout=ANSWER_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not address.tls:
            return line
        try:
            return address.tls_context().wrap_socket(line, server_hostname=address.host)
        except BaseException:
            line.close()
            raise

    def _send(self, data: bytes) -> None:
        if self._socket is None:
            raise LostError("is not connected")
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise LostError(f"does not take what we send ({error})") from error
        self._sent_at = time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Tell whether there is something to read; keeps the line alive while it is quiet."""
        if self._socket is None:
            raise LostError("is not connected")
        if self._broken:
            raise LostError(self._broken)
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return True  # taken in by TLS already: the socket itself would look empty
        if is_readable(self._socket, seconds):
            return True
        self._keep_alive()
        return False

    def _keep_alive(self) -> None:
        now = time.monotonic()
        patience = self._keepalive_s if self._is_let_in else ANSWER_S
        if self._asked_at and now - self._asked_at > patience:
            raise LostError("does not answer any more")
        if self._is_let_in and not self._asked_at and now - self._sent_at > self._keepalive_s / 2:
            self.ask()

    def ask(self) -> None:
        """Ask the broker for a sign of life."""
        self._send(packets.PINGREQ_BYTES)
        self._asked_at = self._asked_at or time.monotonic()
        self._pings += 1

    @property
    def is_answered(self) -> bool:
        """Whether the broker has given every sign of life that we asked for."""
        return not self._pings

    def read(self) -> list[Message]:
        """Return the messages that have arrived."""
        if self._socket is None:
            raise LostError("is not connected")
        try:
            count = self._socket.recv_into(memoryview(self._buffer)[self._end :])
        except OSError as error:
            raise LostError(f"broke the connection ({error})") from error
        if not count:
            raise LostError("ended the connection" if self._is_let_in else "did not let us in")
        self._end += count
        messages: list[Message] = []
        try:
            self._keep_rest(self._take_packets(messages))
        except (packets.MalformedError, IndexError, UnicodeDecodeError) as error:
            self._broken = f"does not speak MQTT ({error})"
        except LostError as lost:
            self._broken = str(lost)
        if self._broken and not messages:
            raise LostError(self._broken)
        return messages  # what came before the break is good

    def _keep_rest(self, done: int) -> None:
        """Move what is left to the front, and make room for a packet that is not all there."""
        rest = self._buffer[done : self._end]
        if len(rest) == len(self._buffer):
            self._buffer.extend(bytes(len(rest)))
        elif done:
            self._buffer[: len(rest)] = rest
        self._end = len(rest)

    def _take_packets(self, messages: list[Message]) -> int:
        """Take whole packets out of the buffer; return where the first not all there begins."""
        end = self._end
        data = bytes(memoryview(self._buffer)[:end])  # one copy, of which every slice is ready
        at = min(self._skip, end)
        self._skip -= at
        while end - at > 1:
            kind, length, body = data[at], data[at + 1], at + 2
            if length >= packets.MORE:
                found = packets.length_at(data, at + 1, end)
                if found is None:
                    break
                length, body = found
            stop, cut = body + length, 0
            if stop > end:
                if length <= self._longest or not packets.has_topic(
                    data, body, end, behind=KEPT_OF_LONGER
                ):
                    break
                cut = self._skip = stop - end
                stop = end
            if kind & packets.KIND == packets.PUBLISH and self._is_let_in:
                messages.append(self._message(data, kind, body, stop, cut))
            else:
                self._control(kind & packets.KIND, data[body:stop])
            at = stop
        return at

    def _message(self, data: bytes, kind: int, body: int, stop: int, cut: int) -> Message:
        """Return the message whose PUBLISH has its body between two places."""
        at = body + 2 + (data[body] << 8 | data[body + 1])
        name = data[body + 2 : at]
        number = 0
        if kind & _QOS_BITS:
            number = data[at] << 8 | data[at + 1]
            at += 2
        if self._is_5:
            found = packets.length_at(data, at, stop)
            if found is None:
                raise packets.MalformedError("properties that are not all there")
            at = found[0] + found[1]
        if at > stop + cut:
            raise packets.MalformedError("a message that ends before it begins")
        topic = self._topics.get(name) or self._topic(name)
        return topic, data[at:stop], number, kind & _RETAINED == _RETAINED, cut

    def _topic(self, name: bytes) -> str:
        try:
            topic = name.decode()
        except UnicodeDecodeError:
            topic = NO_TEXT
        return remember(self._topics, name, topic)

    def _control(self, kind: int, body: bytes) -> None:
        if kind == packets.CONNACK:
            self._let_in(body)
        elif kind == packets.SUBACK:
            self._subscribed(body)
        elif kind == packets.UNSUBACK:
            pass
        elif kind == packets.PINGRESP:
            self._asked_at = 0.0
            self._pings = max(0, self._pings - 1)
        elif kind == packets.DISCONNECT:
            raise LostError(f"ended the connection ({packets.refusal(body[0] if body else 0)})")
        else:
            raise packets.MalformedError(f"a packet of kind {kind:#x}")

    def _let_in(self, body: bytes) -> None:
        if body[1]:
            raise LostError(f"refuses us ({packets.refusal(body[1])})")
        if self._is_5:
            found = packets.length_at(body, 2, len(body))
            keepalive_s = packets.server_keepalive(body[found[1] :]) if found else None
            if keepalive_s is not None:
                self._keepalive_s = float(keepalive_s) or math.inf  # 0: it asks for no sign of life
        self._is_let_in = True
        self.is_resumed = bool(body[0] & _SESSION_PRESENT)
        self._asked_at = 0.0
        self.subscribe(self._subscriptions)

    def subscribe(self, subscriptions: Subscriptions) -> None:
        """Change the subscriptions of the session."""
        version = self._session.version
        if subscriptions.gone:
            number = self._next_number()
            self._send(packets.unsubscribe(number, subscriptions.gone, version=version))
        if subscriptions.wanted:
            number = self._next_number()
            self._asked[number] = subscriptions.wanted
            self._send(packets.subscribe(number, subscriptions.wanted, qos=QOS, version=version))
        else:
            self.is_subscribed = True

    def _next_number(self) -> int:
        self._number = self._number % _MOST_NUMBER + 1
        return self._number

    def _subscribed(self, body: bytes) -> None:
        asked = self._asked.pop(body[0] << 8 | body[1], None)
        if asked is None:
            raise packets.MalformedError("answers to a subscription that we did not ask for")
        codes = body[2:][-len(asked) :]
        if len(codes) < len(asked):
            raise packets.MalformedError("answers to fewer subscriptions than we asked for")
        refused = [
            pattern for pattern, code in zip(asked, codes, strict=True) if code >= packets.FAILED
        ]
        if refused:
            log.warning("subscription.refused filters=%s", ",".join(refused))
        self.is_subscribed = True

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Tell the broker that these messages are safe."""
        if numbers:
            self._send(packets.acknowledgements(numbers))

    def close(self) -> None:
        """Leave, if there is a connection; the session stays with the broker."""
        self.is_subscribed = False
        if self._socket is None:
            return
        try:
            self._socket.sendall(packets.DISCONNECT_BYTES)
        except OSError:
            pass  # it is over already
        finally:
            self._socket.close()
            self._socket = None
