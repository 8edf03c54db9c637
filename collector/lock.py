"""One process at a time in a folder: a lock file that says who is there."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from energy.errors import StoreError
from energy.text import Text


def take_lock(path: Path, refusal: Callable[[str], Text | str]) -> IO[str]:
    """Take a lock file and write our process id into it; closing it lets go.

    Args:
        path: The lock file; its folder is made if it is not there.
        refusal: Process id of who has it to the sentence for the person.

    Raises:
        StoreError: If another process has it, or it cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(
            Text(
                f"锁文件 {path} 无法使用：{error.strerror}。请把它移走，或改正其权限。",
                f"Lock file {path} cannot be used: {error.strerror}. "
                "Move it away, or mend its permissions.",
            )
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise StoreError(refusal(owner)) from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def another_collector(state_dir: Path, owner: str) -> Text:
    """Return what is said when another collector has a state folder."""
    return Text(
        f"另一个采集程序（pid {owner}）正在使用 {state_dir}；两个采集程序用同一个客户端标识会轮流把"
        "对方挤下线。请给这一个自己的文件夹和客户端标识。",
        f"Another collector (pid {owner}) works in {state_dir}; two with one client id would take "
        "turns in throwing each other out. Give this one its own folder and client id.",
    )
