"""What is to be done today, for machines."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api.given import Given, given
from api.task import Look
from api.today import see_known, task_row, tasks_of_today

ROUTER = APIRouter(prefix="/api/v1", tags=["today"])


@ROUTER.get("/today")
def today(here: Annotated[Given, Depends(given)], institution: str = "") -> list[dict[str, Any]]:
    """Return the tasks of today, the most urgent first, of all institutions or of one."""
    with here.records.reading() as session:
        look = Look(session, here.store, here.now())
        see_known(look.registry, institution)
        return [task_row(task) for task in tasks_of_today(look, institution)]
