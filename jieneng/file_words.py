"""Files and folders that a person names: what is wrong with them, as a sentence."""

import errno
from pathlib import Path

from energy.errors import ConfigError
from energy.text import Text

_REASONS = {
    errno.ENOENT: Text("没有这个文件或文件夹", "there is no such file or folder"),
    errno.EACCES: Text("没有权限", "it may not be used: no permission"),
    errno.EPERM: Text("没有权限", "it may not be used: no permission"),
    errno.EROFS: Text("所在磁盘是只读的", "its disk can only be read"),
    errno.ENOSPC: Text("磁盘已满", "the disk is full"),
    errno.EISDIR: Text("是文件夹，不是文件", "it is a folder and not a file"),
    errno.ENOTDIR: Text("路径中有一段不是文件夹", "a part of the path is no folder"),
    errno.EEXIST: Text("已有同名文件", "there is a file of that name already"),
    errno.ENAMETOOLONG: Text("名称太长", "its name is too long"),
    errno.ECONNREFUSED: Text("拒绝连接", "connection refused"),
    errno.ECONNRESET: Text("连接中断", "connection broken off"),
    errno.ETIMEDOUT: Text("连接超时", "no answer in time"),
    errno.EHOSTUNREACH: Text("主机不可达", "no way to the host"),
    errno.ENETUNREACH: Text("网络不可达", "no way to the network"),
    errno.EADDRINUSE: Text("地址已被占用", "the address is in use"),
}
"""What the system says most often; anything else is told in its own words."""


def reason_of(error: OSError) -> Text:
    """Return what the system says went wrong, with the file it went wrong with."""
    reason = _REASONS.get(error.errno or 0)
    if reason is None:
        return Text(str(error), str(error))
    where = f"{error.filename}" if error.filename else ""
    return Text(f"{where}：{reason.zh}", f"{where}: {reason.en}") if where else reason


def see_writable(path: Path) -> None:
    """See that a file can be written, before the work for it is done.

    Args:
        path: Of the file; one that is there is replaced.

    Raises:
        ConfigError: If it is a folder, or the folder it should lie in is not there.
    """
    if path.is_dir():
        raise ConfigError(
            Text(
                f"{path} 是文件夹。请写明其中的文件名。",
                f"{path} is a folder. Name a file in it.",
            )
        )
    folder = path.parent
    if not folder.is_dir():
        raise ConfigError(
            Text(
                f"没有文件夹 {folder}，无法写入 {path.name}。请先建好它，或另选一个。",
                f"There is no folder {folder} to write {path.name} to. Make it first, or name "
                "another.",
            )
        )
