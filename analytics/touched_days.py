"""Which days of each meter may have changed, and which of them are over for it and its relatives.

A day is over for a meter once it, or one that it is held to, was read on or before the day and
behind it. A day can stop being over, too: when the last readings are taken away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analytics.check import Checked
from analytics.check_days import Judged
from analytics.ledger.following import Told
from analytics.ledger.rows import Rows, rows_by
from analytics.ledger.wall import whole_days
from energy.meter import Meter
from energy.reading import GAUGE, INTERVAL
from energy.registry import Registry
from energy.span import SECOND_MS, Span, joined, without
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.tables import METER_DAY


class TouchedDays(NamedTuple):
    """Days of a meter, whole local ones.

    Attributes:
        touched: Those that may have changed, or that may stand beside others than before.
        over: Those of them that are over by its own readings.
    """

    touched: Sequence[Span]
    over: Sequence[Span]


def touched_days(
    store: ReadingStore,
    registry: Registry,
    judged: Mapping[str, Sequence[Judged]],
    *,
    is_moved: bool,
    frozen_before: int,
) -> dict[str, TouchedDays]:
    """Return the days of each meter that may have changed or stand beside others than before.

    Args:
        store: Has the readings.
        registry: The registry in force.
        judged: Meter to its days that were computed anew.
        is_moved: Whether any meter may have other relatives now.
        frozen_before: Time [ms] before which nothing is said anew.
    """
    found: dict[str, TouchedDays] = {}
    for name, end in latest_days(store, registry).items() if is_moved else ():
        over = [Span(frozen_before, end)] if end > frozen_before else []
        found[name] = TouchedDays([Span(frozen_before, LATEST_MS)], over)
    for name, parts in judged.items():
        found[name] = TouchedDays(
            joined(part.touched for part in parts if part.touched.end > part.touched.start),
            joined(part.over for part in parts if part.over.end > part.over.start),
        )
    return found


def latest_days(store: ReadingStore, registry: Registry) -> dict[str, int]:
    """Return of each meter with amounts the last day with a reading [ms]; it is not over.

    It may be a reading that does not count; then the last day that is over lies further back.
    """
    found: dict[str, int] = {}
    for name, newest in store.newest().items():
        meter = registry.meter.get(name)
        if meter is not None and meter.table != GAUGE and name not in registry.portions:
            lasts = meter.interval_s * SECOND_MS if meter.table == INTERVAL else 0
            last = min(newest + lasts, LATEST_MS - 1)
            found[name] = whole_days(Span(last, last + 1), _timezone(registry, meter)).start
    return found


def day_rows_of(store: ReadingStore, names: Iterable[str], span: Span) -> dict[str, Rows]:
    """Return the local days of some meters as the ledger has them."""
    where = (("meter", tuple(sorted(names))),)
    points = store.points(METER_DAY, where=where, span=span)
    return {name: rows for (name,), rows in rows_by(points, ["meter"]).items()}


def _timezone(registry: Registry, meter: Meter) -> str:
    return registry.site[meter.site].timezone


@dataclass(frozen=True)
class Elsewhere:
    """Tells what is over by readings that this round did not look at.

    Attributes:
        store: Has readings, and days as they are now.
        registry: Says what the meters are.
        known: Meter to its days that this round looked at: of these everything is known.
    """

    store: ReadingStore
    registry: Registry
    known: Mapping[str, TouchedDays]

    def over(self, meters: Iterable[str], days: Sequence[Span]) -> list[Span]:
        """Return which of some days are over by meters whose readings were not looked at there.

        Days on which none of them has an amount may be left out.

        Args:
            meters: Names.
            days: Whole local days, in order of time.
        """
        left = {name: self._not_looked_at(name, days) for name in sorted(meters)}
        left = {name: spans for name, spans in left.items() if spans}
        if not left:
            return []  # as in most rounds: nothing had to be asked for
        start = min(spans[0].start for spans in left.values())
        rows = day_rows_of(self.store, meters, Span(start, LATEST_MS))
        found: list[Span] = []
        for name in left.keys() & rows.keys():
            # What lies between days with amounts lies between readings.
            between = Span(*rows[name].start[[0, -1]].tolist())
            found += [one for span in left[name] for one in _shared(span, between)]
        starts = np.unique(np.concatenate([own.start for own in rows.values()])) if rows else ()
        for name, spans in left.items():
            for span in without(spans, found):
                open_ = [start for start in starts if start in span]
                if open_:
                    found += self._read(name, Span(open_[0], open_[-1] + 1))
        return joined(found)

    def _not_looked_at(self, name: str, days: Sequence[Span]) -> list[Span]:
        known = self.known.get(name)
        left = without(days, known.touched if known else ())
        if not left or self._latest.get(name, EARLIEST_MS) <= left[0].start:
            return []
        until = Span(left[0].start, self._latest[name])
        return [one for span in left for one in _shared(span, until)]

    @cached_property
    def _latest(self) -> dict[str, int]:
        return latest_days(self.store, self.registry)

    def _read(self, name: str, days: Span) -> list[Span]:
        """Return which days are over by a meter, from its readings."""
        meter = self.registry.meter[name]
        timezone, events = _timezone(self.registry, meter), self.registry.events_of(name)
        asked = whole_days(days, timezone)
        told = Told(self.store, meter, events, timezone)
        followed = told.around(asked)
        span = Checked(meter, events, timezone, followed.series, followed.course, asked).span
        return [span] if span.end > span.start else []


def _shared(one: Span, other: Span) -> list[Span]:
    """Return what two spans have in common, if anything."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return [Span(start, end)] if end > start else []
