"""Messages that could not become readings, newest first."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.given import Given, given
from api.letters import Asked, asked, letter_row
from api.times import zone_of
from storage.records import dead_letters as letter_records
from storage.records import registry as registry_records

ROUTER = APIRouter(prefix="/api/v1", tags=["dead letters"])


@ROUTER.get("/dead-letters")
def dead_letters(
    here: Annotated[Given, Depends(given)],
    which: Annotated[Asked, Depends(asked)],
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    r"""Return readings refused by reason, and the newest messages that fit what is asked for.

    ``topic`` may end with ``#``; ``reason`` is words of it. Bytes that are no UTF-8 are written as
    ``\xNN`` in ``payload``.
    """
    with here.records.reading() as session:
        zone = zone_of(registry_records.load(session))
        meant = which.wanted(session, zone)
        counts = letter_records.counts(session)
        letters, readings = letter_records.size(session, meant)
        newest = letter_records.find(session, meant, limit)
    return {
        "readings_by_reason": counts,
        "letters": letters,
        "readings": readings,
        "newest": [letter_row(letter) for letter in newest],
    }
