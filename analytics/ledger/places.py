"""Buildings, institutions and the district: the sums of their main meters, kind by kind."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.ledger.mains import Mains
from analytics.ledger.meters import write_ledger
from analytics.ledger.periods import Ledger, rollup, with_days
from analytics.ledger.rows import KnownDays, Patch, Rows, added
from analytics.ledger.wall import days_around, open_days
from analytics.ledger.writing import Writer
from energy.kinds import KINDS
from energy.meter import MAIN, Meter
from energy.registry import Registry
from energy.span import SECOND_MS, Span, joined
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.answers import empty_points
from storage.readings import ReadingStore
from storage.tables import (
    BUILDING,
    DISTRICT,
    INSTITUTION,
    NO_VALUE,
    PLACE_DAY,
    PLACE_HOUR,
    PLACE_MONTH,
    PLACE_YEAR,
)

PLACE_TABLES = (PLACE_HOUR, PLACE_DAY, PLACE_MONTH, PLACE_YEAR)


@dataclass(frozen=True)
class Place:
    """One kind of energy or water at one place.

    Attributes:
        level: district, institution or building.
        place: Its name; "district" for the whole.
        institution: Whose it is; "-" for the whole.
        kind: Kind of energy or water.
        timezone: Its wall clock.
        mains: The meters that settle it.
    """

    level: str
    place: str
    institution: str
    kind: str
    timezone: str
    mains: tuple[Meter, ...]

    @property
    def tags(self) -> dict[str, str]:
        """Tags of its points."""
        return {
            "level": self.level,
            "place": self.place,
            "institution": self.institution,
            "kind": self.kind,
        }


def places_of(registry: Registry) -> list[Place]:
    """Return every place and kind that has a main meter, buildings first.

    The district's days are those of the first site.
    """
    mains = [meter for meter in registry.meters if meter.role == MAIN and meter.kind in KINDS]
    found: list[Place] = []
    for building in registry.buildings:
        own = [meter for meter in mains if meter.building == building.building]
        site = registry.site[building.site].timezone
        found += _by_kind(BUILDING, building.building, building.institution, site, own)
    for institution in registry.institutions:
        own = [meter for meter in mains if meter.institution == institution.institution]
        site = registry.site[institution.site].timezone
        name = institution.institution
        found += _by_kind(INSTITUTION, name, name, site, own)
    if registry.sites:
        found += _by_kind(DISTRICT, DISTRICT, NO_VALUE, registry.sites[0].timezone, mains)
    return found


def _by_kind(
    level: str, place: str, institution: str, timezone: str, mains: Sequence[Meter]
) -> Iterator[Place]:
    for kind in KINDS:
        own = tuple(meter for meter in mains if meter.kind == kind)
        if own:
            yield Place(level, place, institution, kind, timezone, own)


def write_place(
    known: KnownDays, writer: Writer, place: Place, mains: Mains, *, news: Iterable[Span]
) -> None:
    """Make the four tables say what the ledger of a place says.

    Args:
        known: Days of places as they were known before.
        writer: Takes it.
        place: The place and kind.
        mains: Its meters.
        news: Where the ledgers of its meters changed.
    """
    timezone = place.timezone
    days = (open_days(span, frozen_before=mains.frozen_before, timezone=timezone) for span in news)
    hours = [
        Patch(span, added(mains.hours.within(place.mains, span)))
        for span in joined(span for span in days if span is not None)
    ]
    if not hours:
        return
    # A meter that is heard and tells nothing of use has not begun: it does not move the place.
    counted = [meter.meter for meter in place.mains if meter.meter in mains.begun]
    horizon = max((mains.horizon.get(meter, 0) for meter in counted), default=0)
    names = list(place.tags.values())
    ledger = rollup(with_days(hours, known, names, timezone=timezone), horizon=horizon)
    write_ledger(writer, PLACE_TABLES, _counted(ledger, place, mains), place.tags)


def _counted(ledger: Ledger, place: Place, mains: Mains) -> Ledger:
    """Return a ledger whose lengths count every meter that has begun and is there, heard or not."""
    counted = [meter.meter for meter in place.mains if meter.meter in mains.begun]
    counted.sort(key=mains.begun.__getitem__)
    begun = np.array([mains.begun[name] for name in counted], dtype=np.int64)
    years = _year_starts(begun, place.timezone)

    def times(patch: Patch, starts: np.ndarray = begun) -> Patch:
        away = [
            Span(max(span.start, start), span.end)
            for name, start in zip(counted, starts.tolist(), strict=True)
            for span in mains.away.get(name, ())
            if span.end > start
        ]
        return Patch(patch.span, _times(patch.rows, starts, away))

    hours = [Patch(patch.span, _cells(patch.rows, place.timezone)) for patch in ledger.hours]
    return Ledger(
        [times(patch) for patch in hours],
        [times(patch) for patch in ledger.days],
        times(ledger.month),
        times(ledger.year, years),
    )


def _cells(hours: Rows, timezone: str) -> Rows:
    """Return hours with the length that their cells have."""
    if not len(hours):
        return hours
    days = days_around(timezone, int(hours.start[0]), int(hours.start[-1]))
    return hours.with_period(_cell_seconds(hours.start, days.start))


def _cell_seconds(start: np.ndarray, midnights: np.ndarray) -> np.ndarray:
    """Return the length of the hour cells that start at these times [s]."""
    hour_ms = 3_600_000
    end = start // hour_ms * hour_ms + hour_ms
    following = midnights[
        np.minimum(np.searchsorted(midnights, start, "right"), len(midnights) - 1)
    ]
    return np.asarray(
        (np.where(following > start, np.minimum(end, following), end) - start) // 1000
    )


def _year_starts(times: np.ndarray, timezone: str) -> np.ndarray:
    if not len(times):
        return times
    days = days_around(timezone, int(times[0]), int(times[-1]))
    return np.asarray(days.year_start[days.of(times)])


def _times(rows: Rows, begun: np.ndarray, away: Sequence[Span]) -> Rows:
    """Return rows whose length is counted once for every meter that has begun and stands there.

    Where none does it is counted once.
    """
    once = rows.field("period_s")
    length = once * np.maximum(np.searchsorted(begun, rows.start, side="right"), 1)
    end = rows.start + once * SECOND_MS
    for span in away:
        gone = np.minimum(end, span.end) - np.maximum(rows.start, span.start)
        length = length - np.maximum(gone, 0) // SECOND_MS
    return rows.with_period(np.where(length > 0, length, once))


def forget_places(store: ReadingStore, places: Sequence[Place]) -> None:
    """Take places that are no more out of the derived tables."""
    ever = Span(EARLIEST_MS, LATEST_MS)
    there = store.points(PLACE_YEAR, where=(), span=ever)
    known = {tuple(place.tags.values()) for place in places}
    found = there[list(PLACE_YEAR.tags)].drop_duplicates()
    for one in found.itertuples(index=False, name=None):
        if one not in known:
            tags = dict(zip(PLACE_YEAR.tags, map(str, one), strict=True))
            for table in PLACE_TABLES:
                store.replace(table, empty_points(table), tags=tags, span=ever)
