"""The course of a meter over all its readings, as its ledger lays it: with the long gaps shaped.

Whoever cuts other edges than the ledger's (a bill at the minutes of its tariff, a question why)
starts from here, so that what lies between two midnights is the ledger's amount to the unit.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from analytics.clock import calendar_of
from analytics.consumption.course import Course
from analytics.consumption.shaping import Estimate
from analytics.ledger.ahead import HasSeries
from analytics.ledger.day_temperatures import DayTemperatures
from analytics.ledger.estimates import Habits, filled
from analytics.ledger.following import Followed, Told
from energy.meter import Meter, MeterEvent, Site
from energy.reading import REGISTER
from energy.reference import Reference
from energy.span import Span
from storage.admission import LATEST_MS


class WholeCourse(NamedTuple):
    """A meter followed through all its readings.

    Attributes:
        told: What its readings say, the gaps as straight lines.
        course: The same with the long gaps shaped that touch what was asked.
        estimates: How the gaps were filled that touch what was asked; none for intervals.
    """

    told: Followed
    course: Course
    estimates: tuple[Estimate, ...]


def habits_of(site: Site, reference: Reference, temperatures: DayTemperatures) -> Habits:
    """Return what tells the days of a site apart."""
    return Habits(site.timezone, calendar_of(reference, site), partial(temperatures.of, site))


def whole_course(
    store: HasSeries, meter: Meter, events: Sequence[MeterEvent], habits: Habits, span: Span
) -> WholeCourse:
    """Return a meter followed through all its readings.

    Args:
        store: Has them.
        meter: A meter that readings come from; not a virtual one.
        events: Its events in order of time.
        habits: What tells the days of its site apart.
        span: Where answers are wanted: only gaps that touch it are shaped.
    """
    told = Told(store, meter, events, habits.timezone).around(Span(0, LATEST_MS))
    if meter.table != REGISTER:
        return WholeCourse(told, told.course, ())
    course, said = filled(told.course, span, habits)
    return WholeCourse(told, course, said)
