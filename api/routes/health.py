"""Is it alive, can it reach its stores, and what do the collectors count?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from api.given import Given, given
from api.language import chosen_language
from collector.telling.room import room_alarm, waiting_alarm
from energy.errors import StoreError
from energy.query import Aggregate, Column, Query
from energy.reading import REGISTER
from energy.span import HOUR_MS, Span
from storage.records import health, side_books
from storage.tables import COLLECTOR

ROUTER = APIRouter(tags=["health"])

PROBE = Query(COLLECTOR.name, (Column("received", Aggregate.COUNT, "points"),))
"""The smallest question of derived tables: it is asked to see whether somebody answers."""

NOBODY = "-"
"""A meter of no registry, whose last reading is the smallest question of raw tables."""


@ROUTER.get("/health/live")
def live() -> dict[str, bool]:
    """Say that the process answers."""
    return {"alive": True}


@ROUTER.get("/health")
def ready(request: Request, here: Annotated[Given, Depends(given)]) -> JSONResponse:
    """Say whether store and records answer, with the newest counters of each collector.

    Imports and replays have balances of their own beside them.

    Status 503 if one of them does not; its sentence says which. ``alarms`` are sentences about
    what will go wrong if nobody looks.
    """
    problems = []
    language = chosen_language(request, here.language)
    now = here.now()
    try:
        # Raw and derived tables may lie in two buckets, and either may be gone.
        here.store.last_before(REGISTER, NOBODY, now)
        here.store.query(PROBE, Span(now - HOUR_MS, now))
    except StoreError as error:
        problems.append(f"store: {error.told(language)}")
    collectors: dict[str, Any] = {}
    alarms: list[str] = []
    beside: dict[str, Any] = {}
    try:
        with here.records.reading() as session:
            beside = side_books.told(session)
            for entry in health.all(session):
                age_s = max(0, now - entry.at) // 1000
                collectors[entry.collector] = {"age_s": age_s, **entry.counters}
                found = [
                    look(entry.collector, entry.counters) for look in (room_alarm, waiting_alarm)
                ]
                alarms += [alarm.get(language) for alarm in found if alarm]
    except StoreError as error:
        problems.append(f"records: {error.told(language)}")
    body = {
        "alive": True,
        "ready": not problems,
        "problems": problems,
        "alarms": alarms,
        "collectors": collectors,
        **beside,
    }
    return JSONResponse(body, status_code=503 if problems else 200)
