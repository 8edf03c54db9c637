"""Ask an application over HTTP without a server: one request, one answer."""

import asyncio
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
