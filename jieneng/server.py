"""The console and JSON over HTTP, served by a thread of this process."""

import socket
import threading
from typing import TYPE_CHECKING

from energy.errors import ConfigError
from energy.text import Text

if TYPE_CHECKING:
    from fastapi import FastAPI


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, so that a port in use is said before anything else starts.

    Raises:
        ConfigError: If the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    line = socket.socket(family, socket.SOCK_STREAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((host, port))
    except OSError as error:
        line.close()
        raise ConfigError(
            Text(
                f"{host} 的端口 {port} 无法使用（{error.strerror}）。"
                "请用 JIENENG_HTTP_PORT 和 JIENENG_HTTP_HOST 另选。",
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                "Choose another with JIENENG_HTTP_PORT and JIENENG_HTTP_HOST.",
            )
        ) from error
    line.listen()
    return line


class Server:
    """Serves an application on a listening socket until it is stopped."""

    def __init__(self, app: "FastAPI", line: socket.socket) -> None:
        import uvicorn

        config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._line = line
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [line]}, name="http", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """Port it listens on."""
        return int(self._line.getsockname()[1])

    def stop(self) -> None:
        """Answer what is under way and stop."""
        self._server.should_exit = True
        self._thread.join()
        self._line.close()
