"""Cells of answers and bytes of messages, as values that JSON and pages can carry."""

_LINE_BYTES = 16


def is_missing(value: object) -> bool:
    """Tell whether a cell of an answer has no value."""
    import pandas as pd  # not for those that only want bytes as text

    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]


def readable(payload: bytes) -> str:
    """Return bytes as text in which nothing is lost: what is no UTF-8 becomes an escape."""
    return payload.decode("utf-8", "backslashreplace")


def is_text(payload: bytes) -> bool:
    """Tell whether bytes are UTF-8 of signs that can be printed."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return False
    return all(sign.isprintable() or sign in "\r\n\t" for sign in text)


def hex_lines(payload: bytes) -> list[str]:
    """Return bytes in hex, sixteen a line, with the place of the first and the ASCII beside."""
    starts = range(0, len(payload), _LINE_BYTES)
    return [_hex_line(start, payload[start : start + _LINE_BYTES]) for start in starts]


def _hex_line(start: int, some: bytes) -> str:
    signs = "".join(chr(one) if 32 <= one < 127 else "." for one in some)  # noqa: PLR2004 - ASCII
    return f"{start:08x}  {some.hex(' '):<{3 * _LINE_BYTES - 1}}  {signs}"
