"""The TCP listener for gateways: one thread, many connections, nothing acknowledged before disk.

It feeds the intake as the receiver does, so that dead letters, screening and the balance are the
same. The protocol has no security worth the name (docs/howto/connect-a-gateway.md): it listens on
loopback unless told otherwise, behind a VPN or TLS.
"""

import ipaddress
import logging
import selectors
import socket
import time
from collections.abc import Callable

from collector.taking.intake import Intake
from collector.tcp.gateway_session import GatewayCounts, GatewayOptions, GatewaySession
from collector.worker import Worker
from energy.errors import ConfigError
from energy.text import Text

log = logging.getLogger(__name__)

TURN_S = 0.05
PIECE_BYTES = 65_536
MOST_UNSENT = 256_000
"""Bytes that a gateway does not fetch before it is given up; chosen."""
MOST_SAID = 1000
FAREWELL_S = 1.0


class _Line:
    """A connection, its session, and when what happened [s]."""

    def __init__(self, line: socket.socket, address: str, session: GatewaySession) -> None:
        now = time.monotonic()
        self.socket = line
        self.address = address
        self.session = session
        self.unsent = bytearray()
        self.opened = self.heard = self.frame_since = now
        self.is_over = False

    def fileno(self) -> int:
        return self.socket.fileno()

    def read(self) -> None:
        """Take what the socket holds, a piece at most."""
        try:
            piece = self.socket.recv(PIECE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self.is_over = True
            return
        self.heard = time.monotonic()
        was_idle, frames = not self.session.is_within_a_frame, self.session.frames
        self.session.receive(piece)
        if was_idle or self.session.frames > frames:
            self.frame_since = self.heard
        self.send(self.session.answers)
        self.session.answers.clear()

    def send(self, answer: bytes | bytearray) -> None:
        """Send as much as the socket takes; the rest waits."""
        self.unsent += answer
        try:
            while self.unsent:
                del self.unsent[: self.socket.send(self.unsent)]
        except BlockingIOError:
            self.is_over = len(self.unsent) > MOST_UNSENT
        except OSError:
            self.is_over = True


class Gateways(Worker):
    """Listens from the start of the object; serves between start and stop.

    Args:
        options: Where, who, and how they speak.
        intake: Where readings go.
        clock: Time now [ms].

    Raises:
        ConfigError: If the address cannot be used.
    """

    def __init__(
        self, options: GatewayOptions, *, intake: Intake, clock: Callable[[], int]
    ) -> None:
        super().__init__("gateways")
        self.counts = GatewayCounts()
        self._options = options
        self._intake = intake
        self._clock = clock
        self._listening = _listen(options.host, options.port)
        self.port = int(self._listening.getsockname()[1])
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._lines: list[_Line] = []
        self._said: set[tuple[str, str]] = set()
        self._is_full = False

    def start(self) -> None:
        """Start serving."""
        if not _is_loopback(self._options.host):
            log.warning(
                "gateways.exposed address=%s; the protocol protects nothing: see that a VPN or "
                "TLS stands in front",
                self.address,
            )
        super().start()

    def stop(self) -> None:
        """Make durable what is in hand, acknowledge it, and close every connection."""
        super().stop()
        for line in self._lines:
            line.socket.close()
        self._selector.close()
        self._listening.close()

    @property
    def address(self) -> str:
        """Where it listens, as host:port."""
        return f"{self._options.host}:{self.port}"

    @property
    def connected(self) -> list[str]:
        """Names of the gateways that have logged in and are connected."""
        return sorted(str(line.session) for line in list(self._lines) if line.session.identity)

    def work(self) -> None:
        """Serve gateways."""
        while not self._stop.is_set():
            self._turn()
        self._say_farewell()

    def _turn(self) -> None:
        for key, events in self._selector.select(TURN_S):
            if not isinstance(key.fileobj, _Line):
                self._accept()
                continue
            if events & selectors.EVENT_WRITE:
                key.fileobj.send(b"")
            if events & selectors.EVENT_READ:
                key.fileobj.read()
        self._keep()
        self._look_after()

    def _accept(self) -> None:
        try:
            accepted, peer = self._listening.accept()
        except OSError:  # it was gone again, or no descriptor is free
            self._stop.wait(TURN_S)
            return
        accepted.settimeout(0)
        if len(self._lines) >= self._options.most_connections and not self._make_room():
            self._say(str(peer[0]), "gateway.full; no connection is free")
            accepted.close()
            return
        session = GatewaySession(self._options, counts=self.counts, clock=self._clock)
        line = _Line(accepted, str(peer[0]), session)
        self._lines.append(line)
        self._selector.register(line, selectors.EVENT_READ)

    def _make_room(self) -> bool:
        """Close the oldest connection that has not logged in; False if all have."""
        strangers = [line for line in self._lines if line.session.identity is None]
        if not strangers:
            return False
        self._close(strangers[0])
        return True

    def _keep(self) -> None:
        """Make durable what came in this turn, and only then acknowledge it."""
        senders = [line for line in self._lines if line.session.reports]
        reports = [(line, report) for line in senders for report in line.session.reports]
        for line in senders:
            line.session.reports.clear()
        if not reports:
            return
        messages = [(report.topic, report.payload) for _, report in reports]
        if not self._intake.take_durably(messages, arrived=self._clock()):
            self._note_full(is_full=True)
            self.counts.waiting += len(reports)
            for line in senders:  # a later answer must not seem to be one to these
                line.is_over = True
            return
        self._note_full(is_full=False)
        self.counts.reports += len(reports)
        for line, report in reports:
            line.send(report.answer)

    def _note_full(self, *, is_full: bool) -> None:
        if is_full and not self._is_full:
            log.warning("gateways.spool_full; nothing is acknowledged until the store takes some")
        if self._is_full and not is_full:
            log.warning("gateways.spool_has_room")
        self._is_full = is_full

    def _look_after(self) -> None:
        """Close what is over, slow, silent or refused; write where something waits."""
        newest = {line.session.identity: line for line in self._lines if line.session.identity}
        for line in list(self._lines):
            reason = line.session.refusal or self._too_slow(line)
            identity = line.session.identity
            if identity and newest[identity] is not line:
                reason = reason or "it connected anew"
            if reason:
                self._say(line.address, f"gateway.closed gateway={line.session} reason={reason}")
            if reason or line.is_over:
                self._close(line)
            else:
                wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.unsent else 0)
                self._selector.modify(line, wanted)

    def _too_slow(self, line: _Line) -> str:
        now, options = time.monotonic(), self._options
        if line.session.identity is None and now - line.opened > options.handshake_s:
            return "it did not log in in time"
        if line.session.is_within_a_frame and now - line.frame_since > options.frame_s:
            return "a frame was not complete in time"
        return "it was silent" if now - line.heard > options.idle_s else ""

    def _say(self, address: str, what: str) -> None:
        """Log what happened, once an address: a stranger must not fill the log."""
        if (address, what) not in self._said:
            if len(self._said) >= MOST_SAID:
                self._said.clear()
            self._said.add((address, what))
            log.warning("%s address=%s", what, address)

    def _close(self, line: _Line) -> None:
        self._lines.remove(line)
        self._selector.unregister(line)
        line.socket.close()

    def _say_farewell(self) -> None:
        """Give the answers of the last turn a moment to leave."""
        for line in self._lines:
            line.socket.settimeout(FAREWELL_S)
            line.send(b"")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    line = socket.socket(family, socket.SOCK_STREAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((host, port))
        line.listen()
    except OSError as error:
        line.close()
        raise ConfigError(
            Text(
                f"网关监听地址 {host} 的端口 {port} 无法使用（{error.strerror or error}）。"
                "请用 JIENENG_GATEWAY_LISTEN 另选。",
                f"Port {port} on {host} cannot be used for gateways ({error.strerror or error}). "
                "Choose another with JIENENG_GATEWAY_LISTEN.",
            )
        ) from error
    line.settimeout(0)
    return line
