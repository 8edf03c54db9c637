"""Why a figure is what it is: what it stands on, and the figure worked out again from that."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from analytics.why.asked import FEW, Asked, unknown
from analytics.why.building import why_building
from analytics.why.meter import why_meter
from analytics.why.statement import why_statement
from api.given import Given, given
from api.report_choices import Asked as Weighing
from api.report_choices import asked_choices, choices_of
from api.why_sum import why_sum
from energy.errors import ClosingError, ConfigError
from energy.text import Text
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.tables import DISTRICT

ROUTER = APIRouter(prefix="/api/v1/why", tags=["why"])

MOST = 10_000
"""Readings in one answer (chosen: a meter-month at five minutes is 8,928)."""


@ROUTER.get("/meter/{meter}/{when}")
def of_meter(
    *,
    here: Annotated[Given, Depends(given)],
    meter: str,
    when: str,
    quantity: str = "",
    readings: Annotated[int, Query(ge=0, le=MOST)] = FEW,
) -> dict[str, Any]:
    """Return what an amount of a meter stands on, and the amount again.

    ``when`` is an hour of the wall clock such as 2026-05-03T14, a day, a month, quarter, year or
    a heating season; ``quantity`` is amount, cost, coal or co2. ``verdict`` is same, differs,
    frozen (the readings were removed when their years were over) or not_begun.
    """
    with _asked(here, limit=readings) as asked:
        return why_meter(asked, meter, when, quantity)


@ROUTER.get("/statement/{institution}/{period}")
def of_statement(
    *,
    here: Annotated[Given, Depends(given)],
    institution: str,
    period: str,
    chosen: Annotated[Weighing, Depends(asked_choices)],
    kind: str = "",
    figure: str = "",
    deep: bool = False,
) -> dict[str, Any]:
    """Return what the figures of a statement stand on, and the figures again.

    It is of the sheet in force, or else of the draft of now. ``deep`` works the amounts of meters
    out from their readings, too. What it is weighed by may be chosen as for statements. Of a body
    or of district it is a sum: each figure with those of the institutions in it, and not ``deep``.
    """
    with _asked(here, chosen=chosen) as asked:
        registry = asked.registry
        if institution not in registry.institution and institution in {DISTRICT, *registry.body}:
            return why_sum(asked, institution, period, kind=kind, figure=figure, deep=deep)
        return why_statement(asked, institution, period, kind=kind, figure=figure, deep=deep)


@ROUTER.get("/building/{building}/{period}")
def of_building(
    *,
    here: Annotated[Given, Depends(given)],
    building: str,
    period: str,
    chosen: Annotated[Weighing, Depends(asked_choices)],
    kind: str = "",
    figure: str = "",
    deep: bool = False,
) -> dict[str, Any]:
    """Return what the figures of a building stand on: the meters in it, and the figures again."""
    with _asked(here, chosen=chosen) as asked:
        if building not in asked.registry.building:
            known = list(asked.registry.building)
            raise unknown(Text("建筑", "building"), building, known)
        return why_building(asked, building, period, kind=kind, figure=figure, deep=deep)


@contextmanager
def _asked(here: Given, *, limit: int = 0, chosen: Weighing | None = None) -> Iterator[Asked]:
    """Yield where inputs are taken from; a period that nobody knows is a mistake of the asker."""
    with here.records.reading() as session:
        registry = registry_records.load(session)
        reference = reference_records.load(session)
        choices = choices_of(reference, chosen or {})
        try:
            yield Asked(session, here.store, registry, reference, here.now(), limit, choices)
        except ClosingError as error:
            raise ConfigError(error.text) from error
