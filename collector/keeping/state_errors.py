"""What is said of a state file that cannot be used."""

from pathlib import Path

from energy.errors import StoreError
from energy.text import Text


def damaged(path: Path, error: Exception) -> StoreError:
    """Return the error of a file that cannot be read."""
    return StoreError(
        Text(
            f"{path} 已损坏或无法读取（{error}）。请恢复备份。",
            f"{path} is damaged or cannot be read ({error}). Restore a backup.",
        )
    )


def no_room(path: Path) -> StoreError:
    """Return the error of a file whose disk is full."""
    return StoreError(
        Text(
            f"{path} 所在的磁盘已满：读数仍在，等有空间后继续。请腾出空间。",
            f"The disk of {path} is full: readings are kept and go on when there is room. "
            "Make room.",
        )
    )
