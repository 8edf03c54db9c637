"""All that speaks about a family of meters: its days, its hours and what its registers show."""

from collections.abc import Iterator

from analytics.consumption.marks import withdrawn
from analytics.ledger.rows import rows_of
from analytics.trees.balance import Away, Balance, Family, balanced
from analytics.trees.registers import Shown, backwards, exchanged
from analytics.trees.suspect import Suspect
from analytics.trees.suspects import LOOKED_AT, suspects_of
from energy.reading import REGISTER
from energy.span import HOUR_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.tables import METER_HOUR

_DAY_MS = 24 * HOUR_MS
_REGISTERS_MS = 400 * _DAY_MS
"""How far back registers are looked at; chosen: a year and what comes before its end."""


def suspects_in(
    store: ReadingStore, family: Family, days: Balance, away: Away, timezone: str
) -> list[Suspect]:
    """Return what is probably wrong in a family, the surest first.

    What registers show stands before what amounts let guess of the same meters.

    Args:
        store: Has its hours and readings.
        family: The family.
        days: Its balance by local day.
        away: When no instrument stood at a meter.
        timezone: Its wall clock.
    """
    if not len(days.start):
        return []
    end = int(days.start[-1]) + _DAY_MS
    shown = list(_shown(store, family, Span(end - _REGISTERS_MS, end)))
    sure = [*backwards(shown), *exchanged(shown)]
    named = {meter for one in sure for meter in one.meters}
    guesses = suspects_of(days, _looked_at(store, family, days, away), timezone)
    return sure + [one for one in guesses if not named.intersection(one.meters)]


def _looked_at(store: ReadingStore, family: Family, days: Balance, away: Away) -> Balance | None:
    """Return the measured hours of the days that are looked at."""
    whole = days.start[days.is_whole][-LOOKED_AT:]
    if not len(whole):
        return None
    span = Span(int(whole[0]), int(whole[-1]) + _DAY_MS)
    return measured_hours(store, family, span, away)


def measured_hours(store: ReadingStore, family: Family, span: Span, away: Away) -> Balance:
    """Return the balance of a family by hour; what was filled in of an hour tells nothing."""
    names = tuple(meter.meter for meter in family.members)
    points = store.points(METER_HOUR, where=(("meter", names),), span=span)
    measured = points[points["estimated_s"] == 0]
    by_meter = {str(name): rows_of(rows) for name, rows in measured.groupby("meter", sort=False)}
    return balanced(family, by_meter, away)


def _shown(store: ReadingStore, family: Family, span: Span) -> Iterator[Shown]:
    """Yield what each register of a family shows, without what a person took away."""
    inside = Span(max(span.start, EARLIEST_MS), min(span.end, LATEST_MS))
    for meter in family.members:
        if meter.table == REGISTER:
            series = store.series(meter.table, meter.meter, inside)
            kept = ~withdrawn(series.quality, series.revision)
            yield Shown(meter, series.time[kept], series.value[kept])
