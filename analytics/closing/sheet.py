"""The bytes of a sheet: the statement of an institution, and what is booked in it."""

from collections.abc import Sequence
from typing import Any

from analytics.closing.period import period_for
from analytics.closing.workflow import SheetMaker
from analytics.ledger.hours import CO2_SET, COAL_SET
from analytics.statements.sheet import sheet_of
from analytics.statements.signing import signing_of
from analytics.statements.statement import Sources, statement_of
from analytics.statements.weights import Terms
from energy.canonical import canonical
from energy.reference import Reference
from energy.registry import Registry
from energy.version import program
from storage.readings import ReadingStore
from storage.records.session import Session
from storage.records.sheets import SheetStep


def maker_of(store: ReadingStore, reference: Reference, *, now_ms: int) -> SheetMaker:
    """Return what makes sheets out of the derived tables of a store.

    Args:
        store: Where the derived tables are.
        reference: The reference data in force.
        now_ms: The present [ms].
    """

    def make(
        session: Session,
        registry: Registry,
        institution: str,
        key: str,
        booked: Sequence[SheetStep],
    ) -> bytes:
        period = period_for(registry, reference, institution, key)
        whose = registry.institution[institution]
        signing = signing_of(session, store, registry, whose, period, now_ms=now_ms)
        sources = Sources(store, registry, (), signing.given, signing.choice, now_ms)
        terms = terms_of(reference, registry.site[whose.site].region)
        sheet = sheet_of(statement_of(sources, whose, period, terms), code=program())
        return canonical({**sheet, "lines": {**sheet["lines"], **_booked(booked)}})

    return make


def terms_of(reference: Reference, region: str) -> Terms:
    """Return what the statistics system weighs by: the sets that boards show, too."""
    return Terms(
        coal_set=COAL_SET,
        co2_set=CO2_SET,
        factors=reference.factors,
        region=region,
        regions=reference.regions,
        sources=reference.sources,
    )


def _booked(adjustments: Sequence[SheetStep]) -> dict[str, Any]:
    """Return a line for each line of each adjustment, apart from what was used in the period."""
    return {
        f"adjustment {step.period} {step.number}": {
            key: change["difference"] for key, change in step.difference.items()
        }
        for step in adjustments
    }
