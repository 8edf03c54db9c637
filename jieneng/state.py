"""The state folder: its format number, and who may write there."""

from pathlib import Path

from energy.errors import FormatTooNewError, StoreError
from energy.text import Text

FORMAT = 1
FORMAT_FILE = "format"


def prepare_state(folder: Path) -> None:
    """Make the state folder, or see that this program knows its format.

    Raises:
        FormatTooNewError: If a newer program wrote it.
        StoreError: If it cannot be made or read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FORMAT_FILE
        if not path.exists():
            path.write_text(f"{FORMAT}\n", encoding="utf-8")
        found = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StoreError(
            Text(
                f"状态文件夹 {folder} 无法使用：{error.strerror}。"
                "请用 JIENENG_STATE_DIR 或 --state 另选文件夹。",
                f"State folder {folder} cannot be used: {error.strerror}. "
                "Choose another with JIENENG_STATE_DIR or --state.",
            )
        ) from error
    if not found.isdigit():
        raise StoreError(
            Text(
                f"{path} 里应是格式编号，而不是 {found!r}。",
                f"{path} should hold a format number, not {found!r}.",
            )
        )
    if int(found) > FORMAT:
        raise FormatTooNewError(
            Text(
                f"状态文件夹 {folder} 的格式是 {found}；本程序最高支持 {FORMAT}。请安装新版程序。",
                f"State folder {folder} has format {found}; this program knows formats up to "
                f"{FORMAT}. Install the newer program.",
            )
        )
