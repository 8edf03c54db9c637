"""One process holds the embedded stores; the others reach it through a socket in the state folder.

One request a connection: a line of JSON in (the fields of Request), lines of JSON out
({"out": text} ..., then {"exit": code}).
"""

import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from collector.lock import take_lock
from energy.errors import StoreError
from energy.text import Text

log = logging.getLogger(__name__)

SOCKET = "jieneng.sock"
LOCK = "holder.lock"
LONGEST_SOCKET_PATH = 100  # sun_path holds 108 bytes on Linux, 104 on macOS


@dataclass(frozen=True, slots=True)
class Request:
    """What a command asks of the process that holds the stores.

    Attributes:
        name: The command's file in jieneng/commands.
        work: Name in its Command.works.
        arguments: JSON values.
        folder: Where the person stands.
        language: What the person is answered in, zh or en.
    """

    name: str
    work: str
    arguments: Mapping[str, object]
    folder: str
    language: str


Answer = Callable[[Request, Callable[[str], None]], int]
"""(request, say) -> exit code."""


def _address(state_dir: Path) -> str:
    """Return the socket's path, short enough for the system whatever the folder is called."""
    path = str((state_dir / SOCKET).absolute())
    if len(path) <= LONGEST_SOCKET_PATH:
        return path
    return os.path.relpath(path)


def ask_holder(state_dir: Path, request: Request, *, say: Callable[[str], None]) -> int | None:
    """Have the holder do a piece of work.

    Returns:
        Its exit code, or None when no process holds the state folder.

    Raises:
        StoreError: If the holder goes away before it has answered.
    """
    if not (state_dir / SOCKET).exists():
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            line.connect(_address(state_dir))
        except (ConnectionRefusedError, FileNotFoundError):
            return None  # left behind by a process that was killed
        with line.makefile("rw", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(request)) + "\n")
            stream.flush()
            for answer in stream:
                said = json.loads(answer)
                if "exit" in said:
                    return int(said["exit"])
                say(said["out"])
    raise StoreError(
        Text(
            "正在运行的进程还没有回答就退出了；请再试一次。",
            "The running process went away before it answered; ask again.",
        )
    )


class Holder:
    """Answers others in the name of a state folder.

    Args:
        state_dir: The folder.
        answer: Does what is asked.
        lock: What take_folder returned for the folder; None to take it here.

    Raises:
        StoreError: If another process holds the folder.
    """

    def __init__(self, state_dir: Path, answer: Answer, lock: IO[str] | None = None) -> None:
        self._state_dir = state_dir
        self._answer = answer
        self._lock = lock or take_folder(state_dir)
        path = state_dir / SOCKET
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(
            0o177
        )  # the socket is born with mode 0600: no moment in which others get in
        try:
            self._socket.bind(_address(state_dir))
        finally:
            os.umask(mask)
        self._socket.listen()
        threading.Thread(target=self._serve, name="holder", daemon=True).start()

    def close(self) -> None:
        """Stop answering and let go of the folder."""
        (self._state_dir / SOCKET).unlink(missing_ok=True)
        self._socket.close()
        self._lock.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        try:
            with line, line.makefile("rw", encoding="utf-8") as stream:

                def say(text: str) -> None:
                    stream.write(json.dumps({"out": text}) + "\n")
                    stream.flush()

                request = _request(stream.readline(), say)
                code = 1 if request is None else self._answer(request, say)
                stream.write(json.dumps({"exit": code}) + "\n")
        except (BrokenPipeError, ConnectionResetError):
            log.info("holder.client_gone")


def _request(line: str, say: Callable[[str], None]) -> Request | None:
    """Return what a line asks; None, and say why, if it cannot be read."""
    try:
        return Request(**json.loads(line))
    except (ValueError, TypeError) as error:
        log.warning("holder.bad_request error=%r", error)
        # In which language it was asked cannot be read either.
        say(f"无法读取请求。The request could not be read: {error!r}")
        return None


def take_folder(state_dir: Path) -> IO[str]:
    """Take a state folder for this process, before its stores are opened.

    Raises:
        StoreError: If another process holds the folder.
    """
    return take_lock(
        state_dir / LOCK,
        lambda owner: Text(
            f"{state_dir} 正被运行中的进程占用（pid {owner}）。"
            "请停止它，或用 JIENENG_STATE_DIR 或 --state 另选文件夹。",
            f"{state_dir} is held by a running process (pid {owner}). "
            "Stop it, or choose another folder with JIENENG_STATE_DIR or --state.",
        ),
    )
