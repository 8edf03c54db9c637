"""Where a virtual meter is computed anew: wherever one of its inputs was, or all of it."""

from collections.abc import Sequence

from analytics.ledger.hours import Books
from analytics.ledger.mains import Hours
from analytics.ledger.periods import Ledger, rollup, with_days
from analytics.ledger.rows import KnownDays, Patch
from analytics.ledger.virtual import combined
from analytics.ledger.virtual_parts import ReadParts
from analytics.ledger.wall import open_days
from energy.life import absences
from energy.registry import Registry
from energy.span import Span, joined
from storage.admission import EARLIEST_MS, LATEST_MS


def compute_virtual(
    hours: Hours,
    known: KnownDays,
    books: Books,
    registry: Registry,
    *,
    news: Sequence[Span],
    frozen_before: int,
) -> Ledger | None:
    """Return the ledger of a virtual meter where it can have changed; None if that is nowhere.

    Args:
        hours: Hours of its inputs, as they are in this round.
        known: The days of before, which the months and years need.
        books: What its ledger is kept by.
        registry: Says what it is made of.
        news: Not empty if what it is made of changed.
        frozen_before: Time [ms] before which no figure changes.
    """
    name, timezone = books.meter.meter, books.site.timezone
    sources = [registry.meter[source] for source in registry.sources[name]]
    changed = [
        patch.span
        for source in sources
        if source.meter in hours.kept
        for patch in hours.kept[source.meter].hours
    ]
    if news:
        changed = [Span(EARLIEST_MS, LATEST_MS)]
    days = (open_days(span, frozen_before=frozen_before, timezone=timezone) for span in changed)
    away = {source.meter: absences(registry.events_of(source.meter)) for source in sources}
    patches, parts = [], ReadParts(hours.store, hours, registry)
    for span in joined(span for span in days if span is not None):
        rows = hours.within(sources, span)
        by_name = {source.meter: part for source, part in zip(sources, rows, strict=True)}
        hours_of = combined(registry.portions[name], by_name, books, parts.of, away)
        patches.append(Patch(span, hours_of))
    if not patches:
        return None
    return rollup(with_days(patches, known, [name], timezone=timezone))
