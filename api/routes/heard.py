"""Devices and channels that are heard and that the registry does not know."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.given import Given, given
from api.heard import heard_row
from storage.records import heard as heard_records
from storage.records import registry as registry_records

ROUTER = APIRouter(prefix="/api/v1", tags=["heard"])


@ROUTER.get("/heard")
def heard(
    here: Annotated[Given, Depends(given)],
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> dict[str, Any]:
    """Return how many channels are heard and not registered, and them by device and channel."""
    with here.records.reading() as session:
        registry = registry_records.load(session)
        channels = heard_records.all(session)
    return {
        "channels": len(channels),
        "heard": [heard_row(one, registry) for one in channels[:limit]],
    }
