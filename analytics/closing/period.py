"""When the periods last that sheets are for."""

from energy.errors import ClosingError, ConfigError
from energy.heating import season_stretch
from energy.period import Period, period_of
from energy.reference import Reference
from energy.registry import Registry
from energy.span import Span
from energy.text import Text


def period_for(registry: Registry, reference: Reference, institution: str, key: str) -> Period:
    """Return a period of an institution; a heating season is that of its region.

    Args:
        registry: Knows the institution.
        reference: Knows the heating seasons.
        institution: Whose.
        key: 2026-05, 2026-Q2, 2026, or 2025-2026 for a heating season.

    Raises:
        ClosingError: If the institution or the period is not known.
    """
    found = registry.institution.get(institution)
    if found is None:
        known = ", ".join(registry.institution) or "—"
        raise ClosingError(
            Text(
                f"没有机构 {institution!r}。已有：{known}。",
                f"There is no institution {institution!r}. Known: {known}.",
            )
        )
    region = registry.site[found.site].region
    season = season_stretch(reference.heating, key, region, reference.regions)
    try:
        return period_of(key, {key: season} if season else {})
    except ConfigError as error:
        raise ClosingError(error.text) from error


def span_for(registry: Registry, reference: Reference, institution: str, key: str) -> Span:
    """Return when a period of an institution lasts, on the wall clock of its site.

    Raises:
        ClosingError: If the institution or the period is not known.
    """
    period = period_for(registry, reference, institution, key)
    return period.span(registry.site[registry.institution[institution].site].zone)
