"""The application: JSON for machines and console pages for people, over one store.

There is no login yet: bind it to loopback, or put it behind something that asks who is there.
"""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined

import api.pages
import api.routes
from api.clerk import Clerk
from api.failures import add_failures
from api.given import Given
from energy.offers import offers
from storage.readings import ReadingStore
from storage.records.book import Records

STATIC = Path(__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Sent with every answer, where it says nothing else. Nothing is loaded from elsewhere, and nobody
puts us in a frame."""


def create_app(
    *,
    store: ReadingStore,
    records: Records,
    status: Callable[[], Mapping[str, Any]],
    now: Callable[[], int],
    language: str = "zh",
    alert_token: str = "",
    clerk: Clerk | None = None,
) -> FastAPI:
    """Return the application.

    Args:
        store: Store of readings.
        records: Everything else at rest.
        status: Returns the state of the house as JSON values; see api/given.py.
        now: Returns the time now [ms since 1970 UTC].
        language: Language of the console where nobody chose one, zh or en.
        alert_token: Secret that Grafana sends with an alert; "" refuses every alert.
        clerk: Keeps what people enter by hand; None where nothing can be entered.
    """
    # The pages that FastAPI makes for its documentation load scripts from elsewhere.
    app = FastAPI(title="Jieneng 节能", docs_url=None, redoc_url=None)
    app.state.given = Given(
        store=store,
        records=records,
        status=status,
        language=language,
        now=now,
        templates=_templates(),
        alert_token=alert_token,
        clerk=clerk,
    )
    add_failures(app)
    app.middleware("http")(_with_headers)
    for folder in (api.routes, api.pages):
        for router in offers(folder, "ROUTER", APIRouter).values():
            app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("api"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


async def _with_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
