"""What a place used in a period: a meter, a building, an institution, a body, the district."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from analytics.closing.sheet import Drafter
from analytics.place_amounts import Teller
from analytics.place_named import told_of
from api.amount_rows import json_of
from api.given import Given, given
from api.report_choices import Asked, asked_choices, choices_of
from storage.records import reference as reference_records
from storage.records import registry as registry_records

ROUTER = APIRouter(prefix="/api/v1", tags=["places"])


@ROUTER.get("/places/{place}/{period}")
def place_amounts(
    *,
    here: Annotated[Given, Depends(given)],
    weighing: Annotated[Asked, Depends(asked_choices)],
    place: str,
    period: str,
    item: str = "",
    view: bool = False,
) -> dict[str, Any]:
    """Return amounts of a place in base units, with how they are known, cost, coal and CO2.

    ``/api/v1/places/district/2026-Q2``; ``building:NAME`` where several levels have the name; or
    a 15-character code, such as 110102A00101B1A.
    ``item`` shows one sub-item with its children, ``view`` what a body sees on the other line.
    """
    with here.records.reading() as session:
        registry = registry_records.load(session)
        reference = reference_records.load(session)
        choices = choices_of(reference, weighing)
        drafter = Drafter(session, here.store, registry, reference, here.now(), choices)
        told = told_of(Teller(drafter, period), registry, place, item=item, view=view)
    return json_of(told, period, choices)
