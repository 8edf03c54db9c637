"""The change of an institution against the year before, from its sheets as they are now."""

from collections.abc import Sequence
from typing import NamedTuple

from analytics.clock import calendar_of
from analytics.closing.period import period_for
from analytics.closing.sheet import Drafter
from analytics.statements.statement import Statement
from analytics.statements.year_on_year.explained import Explanation, explained, key_before
from analytics.statements.year_on_year.years import Facts


class Change(NamedTuple):
    """What changed.

    Attributes:
        before: Statement of the same period a year earlier.
        now: Statement of the period.
        explanations: The change of each kind that is asked for.
    """

    before: Statement
    now: Statement
    explanations: Sequence[Explanation]


def change_of(drafter: Drafter, institution: str, key: str, kind: str = "") -> Change:
    """Return what changed against the year before, and by what.

    Args:
        drafter: Makes the statements of both.
        institution: Whose.
        key: 2026-05, 2026-Q2, 2026, or 2025-2026 for a heating season.
        kind: Kind of energy or water; "" for all.

    Raises:
        ClosingError: If institution or period, or the period of the year before, are not known.
        ConfigError: If the institution has no such kind.
    """
    registry, reference = drafter.registry, drafter.reference
    period = period_for(registry, reference, institution, key)
    now, before = drafter.draft(institution, key), drafter.draft(institution, key_before(period))
    site = registry.site[now.institution.site]
    facts = Facts(drafter.store, registry, calendar_of(reference, site), drafter.now_ms)
    return Change(before, now, explained(facts, before, now, kind))
