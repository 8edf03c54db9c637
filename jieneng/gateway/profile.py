"""Reads where gateways connect, how they speak, and the secret of each, from settings and a file.

The file is TOML: ``[profile]`` with parameters of ``formats.gateway_xml.Profile``, and one
``[[gateway]]`` for each with building, gateway and secret. No secret is ever repeated in an error.
"""

import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

from collector.tcp.gateway_session import GatewayOptions, Identity
from energy.errors import ConfigError
from energy.text import Text
from formats.gateway_xml import Profile
from jieneng.settings import Settings

LOOPBACK = "127.0.0.1"
FORMAT = 1
KEY_BYTES = 16
LONGEST_MARKER = 8
LONGEST_PERIOD = 1440
PARTS = {"format", "period_minutes", "profile", "gateway"}
_ID = re.compile(r"[A-Za-z0-9]{1,40}")
_SIZES = {
    "header": range(2, LONGEST_MARKER + 1),
    "tail": range(LONGEST_MARKER + 1),
    "key": range(KEY_BYTES, KEY_BYTES + 1),
    "iv": range(KEY_BYTES, KEY_BYTES + 1),
}
"""Bytes that each parameter written in hexadecimal digits may have."""


def gateways_of(settings: Settings) -> GatewayOptions | None:
    """Return where gateways connect and how they speak; None where none do.

    Raises:
        ConfigError: If the address cannot be read, no file is named, or the file holds mistakes.
    """
    if not settings.gateway_listen:
        return None
    host, port = address_of(settings.gateway_listen)
    if not settings.gateway_profile:
        raise ConfigError(
            Text(
                "设置了 JIENENG_GATEWAY_LISTEN，还要用 JIENENG_GATEWAY_PROFILE 指定网关参数文件；"
                "见 docs/howto/connect-a-gateway.md。",
                "JIENENG_GATEWAY_LISTEN is set, so JIENENG_GATEWAY_PROFILE must name the file of "
                "the gateways; see docs/howto/connect-a-gateway.md.",
            )
        )
    return read_gateways(Path(settings.gateway_profile), host=host, port=port)


def address_of(listen: str, *, setting: str = "JIENENG_GATEWAY_LISTEN") -> tuple[str, int]:
    """Return host and port of ``PORT``, ``host:port`` or ``[address]:port``.

    Raises:
        ConfigError: If it is none of these.
    """
    host, _, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or LOOPBACK
    if not (port.isascii() and port.isdigit() and int(port) <= 65535):  # noqa: PLR2004 - a port
        raise ConfigError(
            Text(
                f"{setting}：{listen!r} 应为端口（只在本机监听）或 主机:端口",
                f"{setting}: {listen!r} must be a port, on loopback, or host:port",
            )
        )
    return host, int(port)


def is_open_to_others(path: Path) -> bool:
    """Tell whether another user may read a file."""
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def read_gateways(path: Path, *, host: str, port: int) -> GatewayOptions:
    """Read the file.

    Raises:
        ConfigError: With all mistakes of the file at once.
    """
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        problem = Text(f"无法读取 {path}：{error}", f"{path} cannot be read: {error}")
        raise ConfigError(problem) from error
    reader = _Reader()
    options = GatewayOptions(
        host=host,
        port=port,
        profile=reader.profile(found.get("profile", {})),
        secrets=reader.secrets(found.get("gateway", [])),
        period_minutes=reader.period(found.get("period_minutes", 0)),
    )
    if found.get("format") != FORMAT:
        reader.wrong("format", Text(f"必须是 {FORMAT}", f"it must be {FORMAT}"))
    for name in found.keys() - PARTS:
        reader.unknown(name, sorted(PARTS))
    if reader.mistakes:
        zh = "\n  ".join([f"{path} 不可用：", *(text.zh for text in reader.mistakes)])
        en = "\n  ".join([f"{path} cannot be used:", *(text.en for text in reader.mistakes)])
        raise ConfigError(Text(zh, en))
    return options


class _Reader:
    """Turns the tables of the file into values and collects its mistakes."""

    def __init__(self) -> None:
        self.mistakes: list[Text] = []

    def wrong(self, place: str, problem: Text) -> None:
        self.mistakes.append(Text(f"{place}：", f"{place}: ") + problem)

    def unknown(self, place: str, known: list[str]) -> None:
        names = ", ".join(known)
        self.wrong(place, Text(f"没有这一项；可用：{names}", f"it is not known; known: {names}"))

    def profile(self, table: object) -> Profile:
        kinds = get_type_hints(Profile)
        given: dict[str, Any] = {}
        if not isinstance(table, Mapping):
            self.wrong("profile", Text("应为表", "it must be a table"))
            table = {}
        for name, value in table.items():
            place = f"profile.{name}"
            if name not in kinds:
                self.unknown(place, sorted(kinds))
            elif name in _SIZES:
                given[name] = self._bytes(place, value, _SIZES[name])
            elif self._is_possible(place, value, kinds[name]):
                given[name] = value
        given.setdefault("iv", given.get("key", b""))
        if given.get("encrypts") != "nothing" and "key" not in table:
            what = Text(
                "为空；请填写 AES 密钥，或写 encrypts = 'nothing'",
                "it is empty; write the AES key, or encrypts = 'nothing'",
            )
            self.wrong("profile.key", what)
        return Profile(**given)

    def _is_possible(self, place: str, value: object, kind: object) -> bool:
        choices = get_args(kind)
        if choices and value not in choices:
            what = Text(f"应为 {' 或 '.join(choices)}", f"it must be {' or '.join(choices)}")
        elif kind is bool and not isinstance(value, bool):
            what = Text("应为 true 或 false", "it must be true or false")
        elif kind is str and not isinstance(value, str):
            what = Text("应为引号中的文字", "it must be a text in quotes")
        elif place == "profile.timezone" and not _is_zone(value):
            what = Text("应为时区，例如 Asia/Shanghai", "it must be a zone, such as Asia/Shanghai")
        else:
            return True
        self.wrong(place, what)
        return False

    def _bytes(self, place: str, value: object, sizes: range) -> bytes:
        try:
            found = bytes.fromhex(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or len(found) not in sizes:
            least, most = 2 * sizes[0], 2 * sizes[-1]
            count = f"{most}" if least == most else f"{least}–{most}"
            what = Text(f"应为 {count} 位十六进制数字", f"it must be {count} hexadecimal digits")
            self.wrong(place, what)
            return bytes(sizes[-1])
        return found

    def period(self, value: object) -> int:
        if type(value) is int and 0 <= value <= LONGEST_PERIOD:
            return value
        what = Text(
            f"应为 0 到 {LONGEST_PERIOD} 的整数",
            f"it must be a whole number, 0 to {LONGEST_PERIOD}",
        )
        self.wrong("period_minutes", what)
        return 0

    def secrets(self, rows: object) -> dict[Identity, str]:
        secrets: dict[Identity, str] = {}
        if not isinstance(rows, list) or not rows:
            self.wrong(
                "gateway", Text("至少要有一个 [[gateway]]", "write at least one [[gateway]]")
            )
            return secrets
        for number, row in enumerate(rows, start=1):
            place = f"gateway[{number}]"
            if not isinstance(row, Mapping) or set(row) != {"building", "gateway", "secret"}:
                what = Text(
                    "要有且只有 building、gateway、secret",
                    "it must have building, gateway and secret, and nothing else",
                )
                self.wrong(place, what)
                continue
            identity = (str(row["building"]), str(row["gateway"]))
            if not all(_ID.fullmatch(part) for part in identity):
                what = Text(
                    "building 和 gateway 只由英文字母和数字组成，写在引号中",
                    "building and gateway have letters a to z and digits alone, in quotes",
                )
                self.wrong(place, what)
            if not isinstance(row["secret"], str) or not row["secret"]:
                what = Text("secret 应为引号中的文字，不能为空", "secret must be a text, not empty")
                self.wrong(place, what)
            if identity in secrets:
                self.wrong(place, Text("与前面的网关相同", "an earlier gateway is the same"))
            secrets[identity] = str(row["secret"])
        return secrets


def _is_zone(name: object) -> bool:
    try:
        ZoneInfo(str(name))
    except (KeyError, OSError, ValueError):
        return False
    return True
