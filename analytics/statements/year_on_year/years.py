"""The days of two years that explain a change: amounts of own meters, temperatures, types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from analytics.ledger.mains import away_of, begun_of
from analytics.statements.figures import METERED, Figure
from analytics.statements.lines import Line
from analytics.statements.own import Asked, days_of, figures_of, whole_days
from analytics.statements.place_sizes import sizes_of
from analytics.statements.signing import mains_of
from analytics.statements.statement import Sources, own_basis
from analytics.statements.year_on_year.change import Side
from analytics.statements.year_on_year.weather import FEWEST_DAYS, Day
from energy.calendars import Calendar, DayType
from energy.meter import SETTLEMENT as SUPPLIERS
from energy.meter import Institution, Meter
from energy.period import Stretch
from energy.registry import Registry
from energy.span import local_date, local_days
from storage.readings import ReadingStore
from storage.tables import TEMPERATURE

LEAST_HOURS = 18
"""Hours of a day that its mean temperature needs; chosen: three quarters, of every part of it."""


FELT = (1.0, 0.5, 0.25, 0.125)
"""Weights of a day and the days before it, newest first, in the temperature that a house feels:
walls remember (as standard load profiles of gas are allocated, guideline of BDEW, VKU and GEODE).
Of simulated heat it takes away 0.8 of the spread of days, the day alone 0.5.
"""

YEAR_DAYS = 365
NEAR_DAYS = 60
"""How far from a month days are that tell what its weather does; chosen: two months on each side
have its season, and days enough."""


@dataclass(frozen=True)
class Facts:
    """Where an explanation is made from, beside two statements.

    Attributes:
        store: Days of meters, hours of temperature.
        registry: The registry in force.
        calendar: Of the site.
        now_ms: The present [ms].
    """

    store: ReadingStore
    registry: Registry
    calendar: Calendar
    now_ms: int


@dataclass(frozen=True)
class Years:
    """All days from the beginning of the year before to the end of a period.

    Attributes:
        facts: Where they are from.
        institution: Whose.
        figures: What each meter that is signed by says, by its name and month.
        days: Every day.
    """

    facts: Facts
    institution: Institution
    figures: Mapping[str, Mapping[Stretch, Figure]]
    days: Sequence[Day]

    @classmethod
    def of(
        cls, facts: Facts, institution: Institution, kind: str, lines: Sequence[Line]
    ) -> "Years":
        """Return the days from the first to the last of some lines of a kind, in order of time."""
        zone = facts.registry.site[institution.site].zone
        whole = Stretch(lines[0].stretch.first, lines[-1].stretch.until)
        mains = mains_of(facts.registry, institution.institution).get(kind, [])
        amounts = day_amounts(facts.store, mains, whole, zone)
        temperatures = felt_temperatures(facts.store, institution.site, whole, zone)
        days = [
            Day(
                day,
                facts.calendar.day_type(day) in (DayType.WORKDAY, DayType.MAKEUP),
                amounts.get(day),
                temperatures.get(day),
            )
            for day in (whole.first + timedelta(days=place) for place in range(whole.days))
        ]
        return cls(facts, institution, _figures(facts, lines, zone), days)

    @property
    def zone(self) -> ZoneInfo:
        """The wall clock of the site."""
        return self.facts.registry.site[self.institution.site].zone

    def within(self, stretch: Stretch) -> list[Day]:
        """Return the days of a stretch."""
        return [day for day in self.days if stretch.first <= day.day < stretch.until]

    def side(self, line: Line, generated: Figure | None = None) -> Side:
        """Return one side of a comparison.

        Args:
            line: All of the kind.
            generated: Of its amount, what was generated and not bought; None if nothing was.
        """
        facts = self.facts
        sources = Sources(
            facts.store, facts.registry, facts.registry.sizes, {}, own_basis, facts.now_ms
        )
        return Side(
            line.stretch,
            line.stretch.span(self.zone).seconds,
            self._parts(line),
            self.within(line.stretch),
            sizes_of(sources, self.institution, line.stretch),
            line.signed.notes,
            line.signed,
            generated,
        )

    def _parts(self, line: Line) -> Mapping[str, Figure]:
        """Return what is signed by meter or account, where that adds up to it; else as one part.

        A meter that stood nowhere then is a part too: what it did not count, nobody lost.
        """
        whole = line.signed
        if whole.by_account:
            return dict(whole.by_account)
        if whole.basis not in METERED:
            return {"": whole}
        each = {name: figures.get(line.stretch) for name, figures in self.figures.items()}
        parts = {
            name: replace(figure, basis=whole.basis)
            for name, figure in each.items()
            if figure is not None and (name in whole.sources or figure.is_blank)
        }
        amount = sum(part.amount or 0 for part in parts.values())
        return parts if parts and amount == whole.amount else {"": whole}


def _figures(
    facts: Facts, lines: Sequence[Line], zone: ZoneInfo
) -> dict[str, dict[Stretch, Figure]]:
    """Return what each meter says that some lines rest on."""
    names = {name for line in lines if line.signed.basis in METERED for name in line.signed.sources}
    meters = [facts.registry.meter[name] for name in sorted(names) if name in facts.registry.meter]
    begun = begun_of(facts.store) | begun_of(facts.store, SUPPLIERS)
    meters = [meter for meter in meters if meter.meter in begun]
    asked = Asked(zone, facts.now_ms, begun, away=away_of(facts.registry))
    return figures_of(facts.store, meters, [line.stretch for line in lines], asked)


def days_to_learn_from(days: Sequence[Day], before: Stretch, now: Stretch) -> list[Day]:
    """Return the days of the year before that are near a month in the season.

    Where they tell little, as in a first year, those up to the end of the month of now are among
    them.

    Args:
        days: Every day from the month of the year before to the end of now.
        before: That month.
        now: The month a year later.
    """
    near = [
        day
        for day in days
        if before.first <= day.day < now.until
        and _is_near((day.day - before.first).days % YEAR_DAYS, before.days)
    ]
    year = [day for day in near if day.day < now.first]
    told = sum(day.amount is not None for day in year)
    return year if told >= FEWEST_DAYS else near


def _is_near(place: int, days: int) -> bool:
    """Tell whether a day of a year that begins with a month is near that month."""
    return place < days + NEAR_DAYS or place >= YEAR_DAYS - NEAR_DAYS


def day_amounts(
    store: ReadingStore, meters: Sequence[Meter], stretch: Stretch, zone: ZoneInfo
) -> dict[date, int]:
    """Return what meters used together on each day that all measured or estimated all of it."""
    if not meters:
        return {}
    rows = days_of(store, [meter.meter for meter in meters], [stretch], zone)
    if len(rows) < len(meters):
        return {}
    each = [whole_days(one, zone) for one in rows.values()]
    shared = set(each[0]).intersection(*each[1:])
    return {day: sum(one[day] for one in each) for day in shared}


def felt_temperatures(
    store: ReadingStore, site: str, stretch: Stretch, zone: ZoneInfo
) -> dict[date, float]:
    """Return the outdoor temperature of each day as a house feels it [degC].

    That is the mean of the day with the days before it, by FELT; days of which too few hours are
    known are left out.
    """
    earlier = stretch.first - timedelta(days=len(FELT) - 1)
    means = day_temperatures(store, site, Stretch(earlier, stretch.until), zone)
    found = {}
    for day in means:
        before = (means.get(day - timedelta(days=place)) for place in range(len(FELT)))
        weighed = [
            (weight, mean) for weight, mean in zip(FELT, before, strict=True) if mean is not None
        ]
        total = sum(weight for weight, _ in weighed)
        found[day] = sum(weight * mean for weight, mean in weighed) / total
    return found


def day_temperatures(
    store: ReadingStore, site: str, stretch: Stretch, zone: ZoneInfo
) -> dict[date, float]:
    """Return the mean outdoor temperature of each day of which enough hours are known [degC]."""
    span = stretch.span(zone)
    points = store.points(TEMPERATURE, where=(("site", (site,)),), span=span)
    hours = points.groupby("time")["mean"].mean()  # of all gauges of the site
    starts = np.array([day.start for day in local_days(span, zone)], dtype=np.int64)
    place = np.searchsorted(starts, hours.index.to_numpy(dtype=np.int64), side="right") - 1
    count = np.bincount(place, minlength=len(starts))
    total = np.bincount(place, weights=hours.to_numpy(dtype=float), minlength=len(starts))
    return {
        local_date(int(starts[day]), zone): float(total[day] / count[day])
        for day in np.flatnonzero(count >= LEAST_HOURS)
    }
