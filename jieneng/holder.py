"""One process holds the embedded stores; the others reach it through a socket in the state folder.

One request a connection: a line of JSON in (the fields of Request), lines of JSON out
({"out": text} and {"err": text} ..., then {"exit": code}).
"""

import json
import logging
import os
import socket
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from collector.lock import take_lock
from energy.errors import StoreError
from energy.text import Text

log = logging.getLogger(__name__)

SOCKET = "jieneng.sock"
LOCK = "holder.lock"
LONGEST_SOCKET_PATH = 100  # bytes; sun_path holds 108 on Linux, 104 on macOS
SHORT_FOLDER = "jieneng-"
"""Begins the name of the folder in the system's temporary one where a long path is not possible."""


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


Say = Callable[[str], None]
Answer = Callable[[Request, Say, Say], int]
"""(request, say, say of errors) -> exit code."""


def _fits(path: str) -> bool:
    return len(os.fsencode(path)) <= LONGEST_SOCKET_PATH


def _address(state_dir: Path) -> str:
    """Return a path of the socket that the system takes, whatever the folder is called.

    Raises:
        StoreError: If there is none.
    """
    path = str((state_dir / SOCKET).absolute())
    # Of a folder with a long path, the socket is a link to a short one.
    for found in (path, os.path.realpath(path)):
        if _fits(found):
            return found
    raise _too_long(state_dir)


def _too_long(state_dir: Path) -> StoreError:
    return StoreError(
        Text(
            f"状态文件夹 {state_dir} 的路径过长，系统无法在其中建立套接字。"
            "请用 JIENENG_STATE_DIR 或 --state 另选路径较短的文件夹。",
            f"The path of the state folder {state_dir} is too long for a socket of the system. "
            "Choose a folder with a shorter one with JIENENG_STATE_DIR or --state.",
        )
    )


def _not_usable(state_dir: Path, error: OSError) -> StoreError:
    return StoreError(
        Text(
            f"{state_dir / SOCKET} 无法使用：{error.strerror}。请把它移走，或用 "
            "JIENENG_STATE_DIR 或 --state 另选文件夹。",
            f"{state_dir / SOCKET} cannot be used: {error.strerror}. Move it away, or choose "
            "another folder with JIENENG_STATE_DIR or --state.",
        )
    )


def _connect(line: socket.socket, state_dir: Path) -> bool:
    """Reach the holder of a state folder; tell whether there is one.

    Raises:
        StoreError: If it belongs to another user, or the socket cannot be used.
    """
    try:
        if not (state_dir / SOCKET).exists():
            return False
        line.connect(_address(state_dir))
    except (ConnectionRefusedError, FileNotFoundError):
        return False  # left behind by a process that was killed
    except PermissionError as error:
        raise StoreError(
            Text(
                f"状态文件夹 {state_dir} 属于另一个用户。请以启动平台的那个用户运行此命令，"
                "或用 JIENENG_STATE_DIR 或 --state 另选文件夹。",
                f"State folder {state_dir} belongs to another user. Run this command as the user "
                "who runs the platform, or choose another folder with JIENENG_STATE_DIR "
                "or --state.",
            )
        ) from error
    except OSError as error:
        raise _not_usable(state_dir, error) from error
    return True


def ask_holder(
    state_dir: Path, request: Request, *, say: Say, say_error: Say | None = None
) -> int | None:
    """Have the holder do a piece of work.

    Args:
        state_dir: The folder it holds.
        request: What it is asked.
        say: Takes each line of its answer.
        say_error: Takes the lines that say what went wrong; None for ``say``.

    Returns:
        Its exit code, or None when no process holds the state folder.

    Raises:
        StoreError: If the holder goes away before it has answered, or may not be asked.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        if not _connect(line, state_dir):
            return None
        with line.makefile("rw", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(request)) + "\n")
            stream.flush()
            for answer in stream:
                said = json.loads(answer)
                if "exit" in said:
                    return int(said["exit"])
                if "err" in said:
                    (say_error or say)(said["err"])
                else:
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
        StoreError: If another process holds the folder, or no socket can be made in it.
    """

    def __init__(self, state_dir: Path, answer: Answer, lock: IO[str] | None = None) -> None:
        self._state_dir = state_dir
        self._answer = answer
        self._lock = lock or take_folder(state_dir)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            _clear(state_dir)
            self._bind()
        except OSError as error:
            self._socket.close()
            self._lock.close()
            raise _not_usable(state_dir, error) from error
        self._socket.listen()
        threading.Thread(target=self._serve, name="holder", daemon=True).start()

    def _bind(self) -> None:
        path = str((self._state_dir / SOCKET).absolute())
        short = path
        if not _fits(path):
            # Born with mode 0700 and ours; the link says to those who ask where it is.
            short = str(Path(tempfile.mkdtemp(prefix=SHORT_FOLDER)) / SOCKET)
            if not _fits(short):
                Path(short).parent.rmdir()
                raise _too_long(self._state_dir)
        # The socket is born with mode 0600: no moment in which others get in.
        mask = os.umask(0o177)
        try:
            self._socket.bind(short)
        finally:
            os.umask(mask)
        if short != path:
            Path(path).symlink_to(short)

    def close(self) -> None:
        """Stop answering and let go of the folder."""
        _clear(self._state_dir)
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

                def say(text: str, key: str = "out") -> None:
                    stream.write(json.dumps({key: text}) + "\n")
                    stream.flush()

                def say_error(text: str) -> None:
                    say(text, "err")

                request = _request(stream.readline(), say_error)
                code = 1 if request is None else self._answer(request, say, say_error)
                stream.write(json.dumps({"exit": code}) + "\n")
        except (BrokenPipeError, ConnectionResetError):
            log.info("holder.client_gone")


def _clear(state_dir: Path) -> None:
    """Remove the socket of a process that is gone, and the short one it is a link to."""
    path = state_dir / SOCKET
    if path.is_symlink():
        short = path.readlink()
        if short.name == SOCKET and short.parent.name.startswith(SHORT_FOLDER):
            short.unlink(missing_ok=True)
            with suppress(OSError):  # cleaned up meanwhile
                short.parent.rmdir()
    path.unlink(missing_ok=True)


def _request(line: str, say: Say) -> Request | None:
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
