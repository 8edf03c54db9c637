"""The file beside the tables of the registry: its form, and how the district is called."""

import tomllib
from pathlib import Path
from typing import Any

from energy.errors import FormatTooNewError, Mistake
from energy.text import Text

NAMES_FILE = "registry.toml"

FORMAT = 1
"""Form of the files; raised when a column changes its meaning."""


def read_names(path: Path, mistakes: list[Mistake]) -> dict[str, str]:
    """Return what the file says by key; mistakes are added to the others.

    Raises:
        FormatTooNewError: If a newer program wrote the files.
    """
    right = Text(
        f"它要写明：format = {FORMAT}、name_zh、name_en。",
        f" It says: format = {FORMAT}, name_zh, name_en.",
    )
    try:
        found: dict[str, Any] = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        missing = Text(f"{path.parent} 中没有这个文件。", f"it is missing from {path.parent}.")
        problem = missing + right
    except OSError as error:
        problem = Text(f"无法读取：{error.strerror}。", f"it cannot be read: {error.strerror}.")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        broken = Text(f"不是 UTF-8 编码的 TOML（{error}）。", f"it is not TOML in UTF-8 ({error}).")
        problem = broken + right
    else:
        _check_names(path.name, found, mistakes)
        return {key: text for key, text in found.items() if isinstance(text, str)}
    mistakes.append(Mistake(path.name, 0, "", problem))
    return {}


def _check_names(file: str, found: dict[str, Any], mistakes: list[Mistake]) -> None:
    number = found.get("format")
    if type(number) is int and number > FORMAT:
        newer = Text(
            f"{file} 的 format 为 {number}，由更新版本的程序写成；本程序最高支持 {FORMAT}。"
            "请使用更新版本的程序。",
            f"{file} has format {number}, which a newer program wrote; this one knows up to "
            f"{FORMAT}. Use the newer program.",
        )
        raise FormatTooNewError(newer)
    if number != FORMAT or type(number) is not int:
        wanted = Text(f"必须写 format = {FORMAT}。", f"it must say format = {FORMAT}.")
        mistakes.append(Mistake(file, 0, "format", wanted))
    for key in ("name_zh", "name_en"):
        name = found.get(key, "")
        if not isinstance(name, str):
            quoted = Text('必须是引号 "..." 中的文字。', 'it must be a text in quotes "...".')
            mistakes.append(Mistake(file, 0, key, quoted))
        elif not name.strip():
            nameless = Text(
                f'没有填写；请写上区域的名称：{key} = "..."。',
                f'it is missing; write the name of the district: {key} = "...".',
            )
            mistakes.append(Mistake(file, 0, key, nameless))
    for key in sorted(found.keys() - {"format", "name_zh", "name_en"}):
        problem = Text(
            f"{key!r} 无法识别；只能写 format、name_zh、name_en。",
            f"{key!r} is not known. It may say format, name_zh, name_en.",
        )
        mistakes.append(Mistake(file, 0, key, problem))
