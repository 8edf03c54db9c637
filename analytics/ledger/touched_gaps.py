"""Which gaps take another shape when readings are new, and how far the days around them reach.

A gap depends on the measured days up to LOOKED_BACK days before it. So what is new changes gaps
that begin up to LOOKED_BACK days after it, too; those days themselves have none, so it ends there.
Those that change with the temperature outside, or with days behind them, are in leaning.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.ledger.estimates import LONGEST_EVEN_MS, Habits, filled, gaps_of, is_alone
from analytics.ledger.following import Followed, Told
from analytics.ledger.measured_days import LOOKED_BACK
from analytics.ledger.own_profile import DAYS_AROUND
from analytics.ledger.rows import KnownDays
from analytics.ledger.wall import days_around, month_and_year, whole_days
from energy.reading import REGISTER
from energy.span import HOUR_MS, SECOND_MS, Span, joined
from storage.admission import EARLIEST_MS, LATEST_MS

_DAY_MS = 24 * HOUR_MS
_EVEN_S = LONGEST_EVEN_MS // SECOND_MS
_ROUNDED_S = 2
"""Unresolved seconds are rounded up, at the cost of a second estimated at either end of a gap."""


def with_gaps_shaped(
    told: Told, habits: Habits, parts: Sequence[Followed], known: KnownDays
) -> list[Followed]:
    """Return what readings say with the gaps shaped, and the days of gaps that change with them.

    Where no long gap is near, nothing is read beyond what was.

    Args:
        told: The meter and its readings.
        habits: What tells the days of its site apart.
        parts: What its readings say around what is new, in order of time.
        known: The days of before: they tell whether there may be gaps behind what is new.

    Returns:
        In order of time; no two of their spans overlap. The course within each is the one that all
        readings would give.
    """
    if told.meter.table != REGISTER:
        return list(parts)
    return _Touched(told, habits, parts, known).shaped()


@dataclass(frozen=True)
class _Touched:
    """What is new of a meter that counts with a register."""

    told: Told
    habits: Habits
    parts: Sequence[Followed]
    known: KnownDays

    def shaped(self) -> list[Followed]:
        need = self._need()
        if need is None:
            return [self._filled(part, part.span) for part in self.parts]
        whole, spans = self._whole(need)
        inside = Span(spans[0].start, spans[-1].end)
        whole = self._filled(whole, inside)
        behind = self._behind(whole)
        if behind > whole.span.end:
            whole = self._filled(self.told.around(Span(need.start, behind)), inside)
        return [replace(whole, span=span) for span in spans]

    def _filled(self, part: Followed, span: Span) -> Followed:
        course, said = filled(part.course, span, self.habits)
        return replace(part, course=course, estimates=said)

    def _behind(self, whole: Followed) -> int:
        """Return until when the days decide that give gaps a profile which nothing is like [ms]."""
        alone = [one.end for one in whole.estimates if is_alone(one)]
        return self._midnight(max(alone), DAYS_AROUND + 1) if alone else EARLIEST_MS

    @property
    def _timezone(self) -> str:
        return self.told.timezone

    def _need(self) -> Span | None:
        """Return the days that decide about gaps near what is new; None if there are none."""
        near = [span for part in self.parts for span in self._gaps_near(part)]
        if not near:
            return None
        spans = [*near, *(part.span for part in self.parts)]
        first = self._midnight(min(span.start for span in near), -LOOKED_BACK)
        start = min(first, *(span.start for span in spans))
        return Span(start, max(span.end for span in spans))

    def _gaps_near(self, part: Followed) -> list[Span]:
        """Return the first gap of a part, and the days behind it on which gaps may begin."""
        own = gaps_of(part.course, part.span)[:1]
        times = part.course.time[own].tolist()
        return [*(Span(time, time) for time in times), *self._days_with_gaps(part.span)]

    def _days_with_gaps(self, span: Span) -> list[Span]:
        """Return from where to where gaps may begin behind a span that depend on it."""
        if span.end == LATEST_MS:
            return []
        _, year = month_and_year(span.start, self._timezone)  # from there on sums need them anyhow
        days = self.known.since([self.told.meter.meter], year)
        near = days.within(Span(span.end, self._midnight(span.end, LOOKED_BACK + 1)))
        # A long gap is longer than two hours on the day it begins on and the next.
        guessed, lost = (_with_next(near.field(name)) for name in ("estimated_s", "unresolved_s"))
        may_begin = guessed > _EVEN_S - np.where(lost > 0, _ROUNDED_S, 0)
        found = near.start[may_begin & (near.start < self._limit(span))]
        return [whole_days(Span(one, one + 1), self._timezone) for one in found.tolist()]

    def _whole(self, need: Span) -> tuple[Followed, list[Span]]:
        """Return the meter followed through the days needed, and the days that change."""
        of_all = [part for part in self.parts if part.is_of_all]
        whole = of_all[0] if of_all else self.told.around(need)
        if whole.is_of_all:  # then its course holds everywhere
            whole = replace(whole, span=Span(EARLIEST_MS, LATEST_MS))
        spans = self._changing(whole)
        if not whole.is_of_all and spans[-1].end > whole.span.end:
            whole = self.told.around(Span(need.start, spans[-1].end))
        return whole, spans

    def _changing(self, whole: Followed) -> list[Span]:
        """Return the days of what is new, and of the gaps that depend on them."""
        spans = [part.span for part in self.parts]
        time = whole.course.time
        for part in self.parts:
            reach = Span(part.span.start, self._limit(part.span))
            for place in gaps_of(whole.course, reach).tolist():
                begin, end = time[place : place + 2].tolist()
                if part.span.start <= begin < whole.span.end:
                    spans.append(whole_days(Span(begin, end), self._timezone))
        return joined(spans)

    def _limit(self, span: Span) -> int:
        """Return until when gaps begin that depend on a span of whole local days [ms]."""
        return LATEST_MS if span.end == LATEST_MS else self._midnight(span.end, LOOKED_BACK)

    def _midnight(self, time: int, days: int) -> int:
        """Return the local midnight so many days before or after that of a time [ms]."""
        around = days_around(
            self._timezone, time - (LOOKED_BACK + 2) * _DAY_MS, time + (LOOKED_BACK + 2) * _DAY_MS
        )
        return int(around.start[int(around.of(np.array([time]))[0]) + days])


def _with_next(each: np.ndarray) -> np.ndarray:
    """Return the sum of each number and the next."""
    return np.asarray(each + np.append(each[1:], 0)[: len(each)])
