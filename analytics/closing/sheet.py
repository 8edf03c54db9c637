"""The bytes of a sheet: the statement of an institution, and what is booked in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.closing.choices import STATISTICS, Choices
from analytics.closing.period import period_for
from analytics.closing.workflow import SheetMaker
from analytics.statements.cost.month import full_costs_of
from analytics.statements.leaning import Leaning
from analytics.statements.overdue import overdue_of
from analytics.statements.printed.booked import ADJUSTMENT
from analytics.statements.sheet import sheet_of
from analytics.statements.signing import signing_of
from analytics.statements.statement import Sources, Statement, statement_of
from energy.canonical import canonical
from energy.reference import Reference
from energy.registry import Registry
from energy.version import program
from storage.readings import ReadingStore
from storage.records.session import Session
from storage.records.sheets import SheetStep


def maker_of(
    store: ReadingStore, reference: Reference, *, now_ms: int, choices: Choices = STATISTICS
) -> SheetMaker:
    """Return what makes sheets out of the derived tables of a store.

    Args:
        store: Where the derived tables are.
        reference: The reference data in force.
        now_ms: The present [ms].
        choices: By what amounts are weighed.
    """

    def make(
        session: Session,
        registry: Registry,
        institution: str,
        key: str,
        booked: Sequence[SheetStep],
    ) -> bytes:
        drafter = Drafter(session, store, registry, reference, now_ms, choices)
        sheet = sheet_of(drafter.draft(institution, key), code=program())
        return canonical({**sheet, "lines": {**sheet["lines"], **_booked(booked)}})

    return make


@dataclass(frozen=True)
class Drafter:
    """Makes statements as they are now.

    Attributes:
        session: Of the records, for bills and choices.
        store: Has the derived tables.
        registry: The registry in force.
        reference: The reference data in force.
        now_ms: The present [ms].
        choices: By what amounts are weighed.
    """

    session: Session
    store: ReadingStore
    registry: Registry
    reference: Reference
    now_ms: int
    choices: Choices = STATISTICS

    def draft(self, institution: str, key: str) -> Statement:
        """Return the statement of an institution for a period.

        Raises:
            ClosingError: If institution or period are not known.
        """
        registry, now_ms = self.registry, self.now_ms
        period = period_for(registry, self.reference, institution, key)
        whose = registry.institution[institution]
        leaning = Leaning(self.reference, registry)
        monthly = full_costs_of(self.session, self.store, registry, self.reference, institution)
        overdue = overdue_of(registry, self.reference.instruments.types, until=period.until)
        given, choice = signing_of(
            self.session,
            self.store,
            registry,
            whose,
            period,
            now_ms=now_ms,
            leaning=leaning,
            monthly=monthly,
            overdue=overdue,
        )
        sources = Sources(
            self.store, registry, registry.sizes, given, choice, now_ms, overdue, leaning, monthly
        )
        region = registry.site[whose.site].region
        terms = self.choices.terms(self.reference, region, institution)
        return statement_of(sources, whose, period, terms)


def _booked(adjustments: Sequence[SheetStep]) -> dict[str, Any]:
    """Return a line for each line of each adjustment, apart from what was used in the period."""
    return {
        f"{ADJUSTMENT} {step.period} {step.number}": {
            key: change["difference"] for key, change in step.difference.items()
        }
        for step in adjustments
    }
