"""What places need to know of the main meters that settle them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analytics.ledger.rows import Rows
from energy.meter import MAIN, Meter
from energy.reading import INTERVAL
from energy.registry import Registry
from energy.span import HOUR_MS, SECOND_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.tables import METER_MONTH


@dataclass(frozen=True)
class Mains:
    """What the places need to know of main meters.

    Attributes:
        hours: Gives the hours of a meter within a span.
        frozen_before: Time [ms] before which no figure changes.
        begun: Start of the local month in which each meter was first heard [ms]. From there on it
            counts, so that what it does not say shows as not covered.
        horizon: End of the newest hour of each meter [ms].
    """

    hours: Callable[[Meter, Span], Rows]
    frozen_before: int
    begun: Mapping[str, int]
    horizon: Mapping[str, int]


def begun_of(store: ReadingStore) -> dict[str, int]:
    """Return the start of the month in which each main was first heard [ms]."""
    span = Span(EARLIEST_MS, LATEST_MS)
    months = store.points(METER_MONTH, where=(("role", (MAIN,)),), span=span)
    first = months.groupby("meter")["time"].min()
    return {str(name): int(time) for name, time in first.items()}


def horizons_of(store: ReadingStore, registry: Registry) -> dict[str, int]:
    """Return the end of the newest hour of each meter [ms]."""
    found = {}
    for name, time in store.newest().items():
        meter = registry.meter.get(name)
        if meter is not None:
            lasts = meter.interval_s * SECOND_MS if meter.table == INTERVAL else 0
            found[name] = -(-(time + lasts) // HOUR_MS) * HOUR_MS
    return found
