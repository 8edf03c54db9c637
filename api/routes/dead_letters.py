"""Messages that could not become readings, newest first."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.cells import readable
from api.given import Given, given
from api.times import iso
from storage.records import dead_letters as letter_records

ROUTER = APIRouter(prefix="/api/v1", tags=["dead letters"])


@ROUTER.get("/dead-letters")
def dead_letters(
    here: Annotated[Given, Depends(given)],
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    r"""Return readings refused by reason, and the newest messages.

    Bytes that are no UTF-8 are written as ``\xNN`` in ``payload``.
    """
    with here.records.reading() as session:
        counts = letter_records.counts(session)
        recent = letter_records.recent(session, limit)
    return {
        "readings_by_reason": counts,
        "newest": [
            {
                "number": letter.number,
                "collector": letter.collector,
                "topic": letter.topic,
                "reason": letter.reason,
                "received": iso(letter.received),
                "readings": letter.readings,
                "payload": readable(letter.payload),
            }
            for letter in recent
        ],
    }
