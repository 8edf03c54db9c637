"""Forms that people fill in with a photo: the fields, and the photo as it was taken."""

from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, HTTPException, Request

from api.console import Form, first
from api.multipart import boundary_of, parts_of
from api.paper import Paper, paper_of
from api.same_origin import MOST_FIELDS, from_our_own_page
from energy.errors import DecodeError
from energy.text import Text
from storage.records.evidence import LIMIT_BYTES

MOST_BYTES = LIMIT_BYTES + 100_000
"""The largest photo that is kept, and the words around it."""

LONGEST_WORD = 1000
"""Signs in one field; chosen: five times what the forms let through."""


@dataclass(frozen=True)
class Posted:
    """A form as it came.

    Attributes:
        fields: Name to what was written there.
        file: Bytes of the file that was chosen; empty for none.
    """

    fields: Form = field(default_factory=dict)
    file: bytes = b""

    def word(self, name: str) -> str:
        """Return a field without blanks around it; "" where there is none."""
        return first(self.fields, name).strip()

    def paper(self) -> Paper | None:
        """Return the photo or paper that was chosen; None for none.

        Raises:
            ConfigError: If it is neither.
        """
        return paper_of(self.file) if self.file else None


async def posted_form(
    request: Request, ours: Annotated[None, Depends(from_our_own_page)]
) -> Posted:
    """Return a form of ours, with or without a file.

    Raises:
        HTTPException: 413 if it or one of its fields is too long, 422 if it cannot be read.
    """
    del ours
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413, _TOO_LARGE)
    try:
        posted = _read(bytes(body), request.headers.get("content-type", ""))
    except (DecodeError, ValueError) as error:
        problem = Text(
            "表单没有完整送达。请再提交一次。",
            "The form did not arrive whole. Send it again.",
        )
        raise HTTPException(422, problem) from error
    if any(len(word) > LONGEST_WORD for words in posted.fields.values() for word in words):
        raise HTTPException(413, _TOO_LONG)
    return posted


def _read(body: bytes, content_type: str) -> Posted:
    boundary = boundary_of(content_type)
    if not boundary:
        return Posted(parse_qs(body.decode(), max_num_fields=MOST_FIELDS))
    fields: dict[str, list[str]] = {}
    file = b""
    for part in parts_of(body, boundary):
        if part.filename is None:
            fields.setdefault(part.name, []).append(part.content.decode())
        else:
            file = file or part.content
    return Posted(fields, file)


_TOO_LONG = Text(
    f"有一项太长，最多 {LONGEST_WORD} 个字。",
    f"A field is too long: {LONGEST_WORD} signs at the most.",
)
_TOO_LARGE = Text(
    f"照片太大，最大 {LIMIT_BYTES // 1_000_000} MB。请缩小后再提交。",
    f"The photo is too large: {LIMIT_BYTES // 1_000_000} MB at the most. Make it smaller, then "
    "send it again.",
)
