"""The demo's own broker: mosquitto as a child where it is installed, else amqtt in this process."""

import asyncio
import logging
import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from energy.errors import StoreError
from energy.text import Text

START_SECONDS = 10
QUEUED_MESSAGES = 1_000_000
"""More than the whole history of the example district in batch form: nothing is dropped."""
IN_FLIGHT = 5000
"""The window must not limit the catch-up; mosquitto's own 20 would."""


class Broker(Protocol):
    """A running broker."""

    name: str
    url: str

    def stop(self) -> None:
        """End it."""
        ...


def free_port() -> int:
    """Return a free port of the loopback address."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def start_broker(folder: Path, *, choice: str, tell: Callable[[Text], None]) -> Broker:
    """Start a broker on a free loopback port.

    Args:
        folder: Where mosquitto keeps its queue.
        choice: auto, mosquitto or amqtt.
        tell: Takes one line for the person.

    Raises:
        StoreError: If it does not start.
    """
    mosquitto = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if choice == "mosquitto" and mosquitto is None:
        raise StoreError(
            Text(
                "PATH 中没有 mosquitto；请安装它，或不用 --broker。",
                "mosquitto is not on PATH; install it or leave out --broker.",
            )
        )
    if mosquitto is not None and choice != "amqtt":
        return Mosquitto(mosquitto, folder)
    tell(amqtt_line(is_stand_in=mosquitto is None))
    return Amqtt()


def amqtt_line(*, is_stand_in: bool) -> Text:
    """Return the line that says what amqtt is, and why it runs where nobody chose it."""
    missing = Text("（PATH 中没有 mosquitto）", " (mosquitto is not on PATH)")
    return (
        Text("消息代理：本进程内的 amqtt", "Broker: amqtt in this process")
        + (missing if is_stand_in else Text("", ""))
        + Text("；重启后什么都不保留。", "; it keeps nothing over restarts.")
    )


DIE_WITH_PARENT = '"$0" -c "$1" & broker=$!; read -r _; kill "$broker"; wait "$broker"'
"""The shell reads our pipe: when we are gone, even by kill -9, it ends the broker."""


class Mosquitto:
    """A mosquitto child whose queue outlives it."""

    name = "mosquitto"

    def __init__(self, program: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._port = free_port()
        self.url = f"mqtt://127.0.0.1:{self._port}"
        config = folder / "mosquitto.conf"
        config.write_text(self._config(folder), encoding="utf-8")
        self._log = (folder / "mosquitto.log").open("ab")
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", DIE_WITH_PARENT, program, str(config)],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,  # Ctrl-C reaches us, and we end it in order
        )
        _wait_for(self._port, lambda: self._process.poll() is None, folder / "mosquitto.log")

    def _config(self, folder: Path) -> str:
        user = pwd.getpwuid(os.getuid()).pw_name  # else root becomes a user that may not write here
        return (
            f"listener {self._port} 127.0.0.1\n"
            f"user {user}\n"
            "allow_anonymous true\n"  # loopback, for the demo alone; compose has accounts
            "persistence true\n"
            f"persistence_location {folder.absolute()}/\n"
            "autosave_interval 5\n"
            f"max_queued_messages {QUEUED_MESSAGES}\n"
            f"max_inflight_messages {IN_FLIGHT}\n"
        )

    def stop(self) -> None:
        """End it in order; it writes its queue first."""
        self._process.communicate()  # closes the pipe that the shell reads
        self._log.close()


class Amqtt:
    """amqtt in a thread of this process: keeps nothing across restarts."""

    name = "amqtt"

    def __init__(self) -> None:
        logging.getLogger("amqtt").setLevel(logging.CRITICAL)
        logging.getLogger("transitions").setLevel(logging.CRITICAL)
        port = free_port()
        self.url = f"mqtt://127.0.0.1:{port}"
        self._loop = asyncio.new_event_loop()
        self._broker: Any = None
        self._thread = threading.Thread(target=self._run, args=(port,), name="amqtt", daemon=True)
        self._thread.start()
        _wait_for(port, self._thread.is_alive, None)

    def _run(self, port: int) -> None:
        from amqtt.broker import Broker as AmqttBroker

        asyncio.set_event_loop(self._loop)
        config = {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {}},
        }
        self._broker = AmqttBroker(config, loop=self._loop)
        self._loop.run_until_complete(self._broker.start())
        self._loop.run_forever()
        self._loop.run_until_complete(self._broker.shutdown())
        self._loop.close()

    def stop(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


def _wait_for(port: int, is_alive: Callable[[], bool], log: Path | None) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        if not is_alive():
            break
        time.sleep(0.05)
    problem = Text(
        f"演示用的消息代理在端口 {port} 上没有应答。",
        f"The demo's broker does not answer on port {port}.",
    )
    if log is not None:
        said = log.read_text(errors="replace")[-500:]
        problem += Text(f"它的输出：{said}", f" It said: {said}")
    raise StoreError(problem)
