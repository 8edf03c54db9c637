"""What the application was given: every route takes it from here, nothing from elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException, Request
from jinja2 import Environment

from api.clerk import Clerk
from energy.text import Text
from storage.readings import ReadingStore
from storage.records.book import Records


@dataclass(frozen=True)
class Given:
    """Store, records and clock of the application.

    Attributes:
        store: Store of readings.
        records: Everything else at rest.
        status: Returns the state of the house as JSON values (readings, counters, dead_letters,
            silent, findings_open, alerts_refused ...); a part that is not known is absent.
        language: Language of the console where nobody chose one, zh or en.
        now: Returns the time now [ms since 1970 UTC].
        templates: Templates of the console, escaping by themselves.
        alert_token: Secret that Grafana sends with an alert; "" refuses every alert.
        clerk: Keeps what people enter by hand; None where nothing can be entered.
    """

    store: ReadingStore
    records: Records
    status: Callable[[], Mapping[str, Any]]
    language: str
    now: Callable[[], int]
    templates: Environment
    alert_token: str
    clerk: Clerk | None = None


def given(request: Request) -> Given:
    """Return what the application of a request was given."""
    found = request.app.state.given
    assert isinstance(found, Given)  # noqa: S101  create_app puts it there
    return found


def clerk_of(request: Request) -> Clerk:
    """Return who keeps what people enter by hand.

    Raises:
        HTTPException: 503 where nothing can be entered.
    """
    clerk = given(request).clerk
    if clerk is None:
        raise HTTPException(
            503, Text("这里不能录入。请用 jieneng serve。", "Nothing can be entered here.")
        )
    return clerk
