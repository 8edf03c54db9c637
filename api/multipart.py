"""Reads forms that carry files (multipart/form-data, RFC 7578), with every byte as it was sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from energy.errors import DecodeError

MOST_PARTS = 100
"""Chosen: our largest form has 20 fields."""

_LONGEST_HEADER = 4096
_PARAMETER = re.compile(r';\s*(name|filename)="([^"]*)"', re.IGNORECASE)
_QUOTED = {"%22": '"', "%0D": "\r", "%0A": "\n"}
"""What browsers write for the signs that would end a quoted name."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form.

    Attributes:
        name: Of the field.
        filename: What the browser calls the file; None for a field without one, "" for a field of
            files in which none was chosen.
        content: Its bytes.
    """

    name: str
    filename: str | None
    content: bytes


def boundary_of(content_type: str) -> bytes:
    """Return what separates the parts of a body; b"" if it is no form with files."""
    header = Message()
    header["content-type"] = content_type
    if header.get_content_type() != "multipart/form-data":
        return b""
    return (header.get_boundary() or "").encode("latin-1", "replace")


def parts_of(body: bytes, boundary: bytes) -> list[Part]:
    """Return the parts of a body in their order.

    Raises:
        DecodeError: If it is cut off, or not made of parts with a name.
    """
    return list(_parts(body, boundary))


def _parts(body: bytes, boundary: bytes) -> Iterator[Part]:
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, MOST_PARTS + 1)
    if len(pieces) < len("ab") or not pieces[-1].startswith(b"--"):
        raise DecodeError("the form is cut off")
    for piece in pieces[1:-1]:
        head, blank, content = piece.partition(b"\r\n\r\n")
        if not blank or not head.startswith(b"\r\n") or len(head) > _LONGEST_HEADER:
            raise DecodeError("a part of the form has no heading")
        yield _part(head, content)


def _part(head: bytes, content: bytes) -> Part:
    try:
        lines = head.decode().split("\r\n")
    except UnicodeDecodeError as error:
        raise DecodeError("a heading of the form is no UTF-8") from error
    said = next((one for one in lines if one.lower().startswith("content-disposition:")), "")
    found = {key.lower(): _unquoted(value) for key, value in _PARAMETER.findall(said)}
    if "name" not in found:
        raise DecodeError("a part of the form has no name")
    return Part(found["name"], found.get("filename"), content)


def _unquoted(text: str) -> str:
    for written, sign in _QUOTED.items():
        text = text.replace(written, sign)
    return text
