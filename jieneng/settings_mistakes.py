"""What is wrong with a setting, as a sentence for the person who wrote it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from energy.text import Text

SETTINGS_FILE = "jieneng.toml"
PREFIX = "JIENENG_"
NO_FILE = "no_file"
NO_WEB_ADDRESS = "no_web_address"
"""Mistakes that we find ourselves, as pydantic names its own."""
ALL_SETTINGS = Text("全部设置见 docs/settings.md", "all settings: docs/settings.md")
WEB_ADDRESS = Text(
    "以 http:// 或 https:// 开头的地址", "an address that begins with http:// or https://"
)


def mistake(error: ErrorDetails, fields: Mapping[str, FieldInfo]) -> Text:
    """Return what is wrong with one setting and what would be right.

    Args:
        error: One error of pydantic's.
        fields: The settings there are, by name.
    """
    name = str(error["loc"][0])
    if name not in fields:
        unknown = Text(
            f"{SETTINGS_FILE}：{name!r} 不是设置项；",
            f"{SETTINGS_FILE}: {name!r} is not a setting; ",
        )
        return unknown + ALL_SETTINGS
    variable = f"{PREFIX}{name.upper()}"
    named = Text(f"{variable}：", f"{variable}: ")
    if error["type"] == NO_FILE:
        path = error["input"]
        return named + Text(f"文件 {path} 不存在", f"file {path} is not there")
    wanted = WEB_ADDRESS if error["type"] == NO_WEB_ADDRESS else _wanted(fields[name])
    return (
        named
        + _refused(fields[name], error["input"])
        + Text(f"应为{wanted.zh}", f"it must be {wanted.en}")
    )


def _refused(field: FieldInfo, value: object) -> Text:
    if field.annotation is not int and not _choices(field):
        return Text("", "")  # a text may hold a password
    return Text(f"值 {value!r} 不可用；", f"{value!r} is not possible; ")


def _wanted(field: FieldInfo) -> Text:
    choices = _choices(field)
    if choices:
        return Text(" " + " 或 ".join(choices), " or ".join(choices))
    if field.annotation is int:
        return Text("整数", "a whole number") + _between(field)
    if field.annotation is Path:
        return Text("引号中的路径", "a path in quotes")
    return Text("引号中的文字", "a text in quotes") + _not_empty(field)


def _choices(field: FieldInfo) -> tuple[str, ...]:
    return get_args(field.annotation) if get_origin(field.annotation) is Literal else ()


def _limit(field: FieldInfo, name: str) -> int | None:
    """Return a limit that the setting was declared with, such as ge=1."""
    return next((getattr(one, name) for one in field.metadata if hasattr(one, name)), None)


def _between(field: FieldInfo) -> Text:
    least, most = _limit(field, "ge"), _limit(field, "le")
    if least is None:
        return Text("", "")
    if most is None:
        return Text(f"，不小于 {least}", f" of at least {least}")
    return Text(f"，从 {least} 到 {most}", f" from {least} to {most}")


def _not_empty(field: FieldInfo) -> Text:
    return Text("，不能为空", ", not empty") if _limit(field, "min_length") else Text("", "")
