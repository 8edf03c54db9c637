"""Ask an application over HTTP without a server, and fill in its forms as a browser does."""

import asyncio
from html.parser import HTMLParser
from typing import Any

import httpx
from fastapi import FastAPI


def ask(app: FastAPI, path: str, *, method: str = "GET", **options: Any) -> httpx.Response:  # noqa: ANN401  httpx's own
    """Return the answer of an application; an error that nobody answers is raised here."""

    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
            return await client.request(method, path, **options)

    return asyncio.run(request())


class Filled(HTMLParser):
    """The fields of the forms of a page, as a browser would send them untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            # A browser sends the first option where none is selected.
            if "selected" in given or self._select not in self.fields:
                self.fields[self._select] = value
        elif tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
