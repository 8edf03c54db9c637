"""What a collector counts and what is wrong with it, over HTTP: for Prometheus and a supervisor.

The standard library serves it, because two small answers a minute are no reason to load a web
framework beside the receiver.
"""

import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from collector.telling.exposition import PROMETHEUS, collector_lines
from collector.telling.room import room_alarm
from energy.errors import ConfigError, JienengError
from energy.text import Text

log = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""Who says nothing for so long is hung up on; chosen."""


MOST_COUNTS = 100
"""Chosen: one a device whose messages were lost; who has more looks for one cause."""


class Evidence(NamedTuple):
    """One look at a collector.

    Attributes:
        name: Of the collector.
        figures: Its books and other figures, by name.
        troubles: Why it does not receive or ship just now; empty when it does both.
    """

    name: str
    figures: Mapping[str, int]
    troubles: Sequence[Text]

    def metrics(self) -> str:
        """Return the figures as Prometheus text."""
        figures = {**self.figures, "is_healthy": int(not self.troubles)}
        return "\n".join(collector_lines({self.name: figures})) + "\n"

    def health(self) -> str:
        """Return state, reasons and alarms in both languages, and figures as JSON.

        An alarm says what will go wrong if nobody looks; the collector is healthy all the same.
        """
        reasons = [_both(one) for one in self.troubles]
        letters = room_alarm(self.name, self.figures)
        body = {
            "collector": self.name,
            "healthy": not reasons,
            "reasons": reasons,
            "alarms": [_both(letters)] if letters else [],
        }
        return json.dumps(body | {"figures": dict(self.figures)}, ensure_ascii=False)


def _both(said: Text) -> dict[str, str]:
    return {"zh": said.zh, "en": said.en}


def broken(failure: BaseException | None) -> list[Text]:
    """Return what to say of the error that broke a part of the collector, if one did."""
    if failure is None:
        return []
    if isinstance(failure, JienengError):
        return [failure.text]
    return [
        Text(
            f"采集的一个部分出了故障：{failure!r}。", f"A part of the collector broke: {failure!r}."
        )
    ]


def most_counted(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the largest of what formats count: devices may be many, and it is told each second."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_COUNTS])


class EvidenceServer:
    """Listens from the start of the object until it is stopped.

    Args:
        host: Address to listen on.
        port: Port; 0 picks a free one.
        look: Looks at the collector.

    Raises:
        ConfigError: If the address cannot be used.
    """

    def __init__(self, host: str, port: int, look: Callable[[], Evidence]) -> None:
        class Handler(_Handler):
            """Knows where to look."""

            def look(self) -> Evidence:
                return look()

        class Server(ThreadingHTTPServer):
            """Its threads do not outlive the process."""

            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
            daemon_threads = True

        try:
            self._server = Server((host, port), Handler)
        except OSError as error:
            raise ConfigError(
                Text(
                    f"采集指标的监听地址 {host} 的端口 {port} 无法使用"
                    f"（{error.strerror or error}）。"
                    "请用 JIENENG_COLLECTOR_LISTEN 另选。",
                    f"Port {port} on {host} cannot be used for the collector's metrics "
                    f"({error.strerror or error}). Choose another with JIENENG_COLLECTOR_LISTEN.",
                )
            ) from error
        self.address = f"{host}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="evidence", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE_S

    def look(self) -> Evidence:
        raise NotImplementedError

    def do_GET(self) -> None:
        """Answer the two addresses there are."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._answer(HTTPStatus.OK, PROMETHEUS, self.look().metrics())
        elif path == "/health":
            seen = self.look()
            status = HTTPStatus.SERVICE_UNAVAILABLE if seen.troubles else HTTPStatus.OK
            self._answer(status, "application/json; charset=utf-8", seen.health())
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", "/metrics /health\n")

    def _answer(self, status: HTTPStatus, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - theirs
        """Keep the log for what is wrong."""
        log.debug(format, *args)
