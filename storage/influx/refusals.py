"""What an answer of InfluxDB that is no success means, and whether it is InfluxDB that answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import msgspec

from energy.errors import UnreachableError
from energy.text import Text
from storage.influx.address import Address

_LINE_FAULTS = (
    "partial write",
    "unable to parse",
    "field type conflict",
    "points beyond retention",
    "time outside range",
    "max key size",
    "max-values-per-tag",
    "max-series-per-database",
)
"""What InfluxDB says of single lines; any other 400 may be of the request."""


def is_line_fault(status: int, reason: str) -> bool:
    """Return whether a refused write is the fault of lines in it, so that others may pass."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return True  # halves are tried until they are small enough
    at_fault = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
    return status in at_fault and any(fault in reason for fault in _LINE_FAULTS)


def message(body: object) -> str:
    """Return the sentence in an error's body, whatever its form; of a web page nothing."""
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body or "")
    if text.lstrip().startswith("<"):
        return ""
    try:
        content = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text.strip().removeprefix("error\n").strip('"')
    if isinstance(content, dict):
        return str(content.get("message") or content.get("error") or text)
    return text


def inability(address: Address, reason: str) -> Text:
    """Say that the server cannot do what was asked."""
    return _where(address) + Text(f"做不到：{reason}", f"cannot: {reason}")


def silence(address: Address, error: Exception) -> Text:
    """Say that nobody answers."""
    return _where(address) + Text(
        f"没有应答（{type(error).__name__}）。请检查它是否在运行，"
        "以及 JIENENG_STORE_URL 中的主机和端口。",
        f"does not answer ({type(error).__name__}). "
        "Check that it runs and that JIENENG_STORE_URL names its host and port.",
    )


def stranger(address: Address, status: int, *, to: Text) -> Text:
    """Say that somebody else answers: a proxy, a login page, another server."""
    return Text(
        f"在 {address.url} 应答的不是 InfluxDB（它对{to.zh}返回 {status}）。"
        "请检查 JIENENG_STORE_URL，以及中间的代理。",
        f"What answers at {address.url} is not InfluxDB (it answered {status} to {to.en}). "
        "Check JIENENG_STORE_URL, and any proxy in between.",
    )


def refusal(address: Address, status: int, reason: str) -> Text:
    """Say why the server refuses us, and what to check.

    Args:
        address: Where it is.
        status: Of its answer.
        reason: Its own sentence; empty if it gave a web page or nothing.
    """
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        secret = Text("JIENENG_INFLUXDB_TOKEN", "JIENENG_INFLUXDB_TOKEN")
        if address.legacy:
            secret = Text(
                "JIENENG_STORE_URL 中的用户名和密码",
                "the user and password in JIENENG_STORE_URL",
            )
        return _where(address) + Text(
            f"拒绝这个令牌：{reason or status}。请检查 {secret.zh}。",
            f"refuses the token: {reason or status}. Check {secret.en}.",
        )
    if status == HTTPStatus.NOT_FOUND and not reason:
        return stranger(address, status, to=Text("请求", "a request"))
    if status == HTTPStatus.NOT_FOUND:
        return _where(address) + Text(
            f"没有这个 bucket、数据库或组织（{reason}）。"
            "请检查 JIENENG_STORE_URL，或用 jieneng setup 建立。",
            f"has no such bucket, database or organisation ({reason}). "
            "Check JIENENG_STORE_URL, or create them with: jieneng setup",
        )
    why = reason or _phrase(status)
    return _where(address) + Text(
        f"返回 {status}：{why}。稍后会再次请求。",
        f"answers {status}: {why}. It is asked again later.",
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "?"


def _where(address: Address) -> Text:
    return Text(f"{address.url} 上的 InfluxDB ", f"InfluxDB at {address.url} ")


@contextmanager
def understood(address: Address) -> Iterator[None]:
    """Take what cannot be read in the series of an answer for the word of a stranger.

    Raises:
        UnreachableError: If what is read within lacks a part, or has another in its place.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError) as error:
        to = Text("查询", "a question")
        raise UnreachableError(stranger(address, HTTPStatus.OK, to=to)) from error
