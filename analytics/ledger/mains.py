"""What places need to know of the main meters that settle them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from analytics.ledger.periods import Ledger
from analytics.ledger.rows import Patch, Rows, no_rows, patched, rows_of
from energy.life import absences
from energy.meter import MAIN, Meter
from energy.reading import INTERVAL
from energy.registry import Registry
from energy.span import HOUR_MS, SECOND_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.tables import METER_HOUR, METER_MONTH

_SHORT_MS = 40 * 24 * HOUR_MS
"""So many hours of all mains fit the memory of a laptop as one frame; chosen: a month."""


@dataclass(frozen=True)
class Hours:
    """The hours of mains as they are now.

    Attributes:
        store: Has them as of before this round, or as of it.
        kept: The ledgers that this round computed.
    """

    store: ReadingStore
    kept: Mapping[str, Ledger]

    def within(self, meters: Sequence[Meter], span: Span) -> list[Rows]:
        """Return the hours of each of some mains within a span."""
        names = [meter.meter for meter in meters]
        patches = {name: self.kept[name].hours if name in self.kept else [] for name in names}
        asked = [name for name in names if not _covers(patches[name], span)]
        is_short = span.end - span.start <= _SHORT_MS
        there = self._read([asked] if is_short else [[name] for name in asked], span)
        return [patched(there.get(name, no_rows()), patches[name]).within(span) for name in names]

    def _read(self, groups: Sequence[Sequence[str]], span: Span) -> dict[str, Rows]:
        found = {}
        for names in groups:
            if names:
                where = (("meter", tuple(names)),)
                points = self.store.points(METER_HOUR, where=where, span=span)
                by_meter = points.groupby("meter", sort=False)
                found.update({str(name): rows_of(rows) for name, rows in by_meter})
        return found


def _covers(patches: Sequence[Patch], span: Span) -> bool:
    return any(one.span.start <= span.start and span.end <= one.span.end for one in patches)


@dataclass(frozen=True)
class Mains:
    """What the places need to know of main meters.

    Attributes:
        hours: Their hours.
        frozen_before: Time [ms] before which no figure changes.
        begun: Start of the local month in which each meter was first heard [ms]. From there on it
            counts, so that what it does not say shows as not covered.
        horizon: End of the newest hour of each meter [ms].
        away: When no instrument stood at a meter's point: then it is not expected to say anything.
    """

    hours: Hours
    frozen_before: int
    begun: Mapping[str, int]
    horizon: Mapping[str, int]
    away: Mapping[str, Sequence[Span]] = field(default_factory=dict)


def begun_of(store: ReadingStore, role: str = MAIN) -> dict[str, int]:
    """Return the start of the month in which each meter of a role was first heard [ms]."""
    span = Span(EARLIEST_MS, LATEST_MS)
    months = store.points(METER_MONTH, where=(("role", (role,)),), span=span)
    first = months.groupby("meter")["time"].min()
    return {str(name): int(time) for name, time in first.items()}


def horizons_of(store: ReadingStore, registry: Registry) -> dict[str, int]:
    """Return the end of the newest hour of each meter [ms]."""
    found = {}
    for name, time in store.newest().items():
        meter = registry.meter.get(name)
        if meter is not None:
            lasts = meter.interval_s * SECOND_MS if meter.table == INTERVAL else 0
            gone = (span.start for span in absences(registry.events_of(name)) if span.end > time)
            last = min(time + lasts, *gone, LATEST_MS)
            found[name] = -(-last // HOUR_MS) * HOUR_MS
    for name in registry.virtual_order:  # as long as any of its inputs lasts
        lasting = [found[one] for one in registry.sources[name] if one in found]
        if lasting:
            found[name] = max(lasting)
    return found


def away_of(registry: Registry) -> dict[str, list[Span]]:
    """Return when no instrument stood at the points at which one did not always stand.

    At a virtual meter none stands while none does at any of its inputs.
    """
    every = ((meter.meter, absences(registry.events_of(meter.meter))) for meter in registry.meters)
    found = {name: spans for name, spans in every if spans}
    for name in registry.virtual_order:
        inputs = [found.get(one, []) for one in registry.sources[name]]
        spans = reduce(_shared, inputs) if inputs else []
        if spans:
            found[name] = spans
    return found


def _shared(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return what two rows of spans have in common."""
    return [
        Span(max(one.start, other.start), min(one.end, other.end))
        for one in some
        for other in others
        if one.overlaps(other)
    ]
