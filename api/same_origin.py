"""Who may post: our own pages. Another page that a browser has open must not post for a person."""

from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from fastapi import Depends, HTTPException, Request

from energy.text import Text

MOST_BYTES = 1_000_000
"""Longest form; chosen: thousands of ticked boxes."""
MOST_FIELDS = 20_000


def from_our_own_page(request: Request) -> None:
    """See that a request comes from a page of ours: browsers say so in ``Origin``.

    Raises:
        HTTPException: 403 if not.
    """
    origin = urlsplit(request.headers.get("origin", ""))
    if not origin.netloc or origin.netloc != request.headers.get("host", ""):
        problem = Text(
            "只接受本平台自己的页面提交的表单。请在该页面上重试。",
            "Forms are taken from the platform's own pages only. Try again on that page.",
        )
        raise HTTPException(403, problem)


async def form_of(
    request: Request, ours: Annotated[None, Depends(from_our_own_page)]
) -> dict[str, list[str]]:
    """Return the fields of a form of ours; each may be there several times.

    Raises:
        HTTPException: 413 if it is too long, 422 if it cannot be read.
    """
    del ours
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413, Text("表单太长。", "The form is too long."))
    try:
        return parse_qs(body.decode(), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        problem = Text("表单无法读取。", "The form cannot be read.")
        raise HTTPException(422, problem) from error
