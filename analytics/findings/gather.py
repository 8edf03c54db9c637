"""From the store to the evidence of each meter: measured hours, prices, temperature."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache, partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.clock import Clock, calendar_of, clock_of
from analytics.clock_error import clock_error_of
from analytics.rule import Evidence
from analytics.trees.feeding import NOTHING, Fed, fed_beside
from energy.calendars import Calendar
from energy.clock_ahead import ClockAhead
from energy.kinds import KINDS
from energy.life import is_absent
from energy.meter import Meter
from energy.query import Aggregate, Column, Query
from energy.reference import Reference
from energy.registry import Registry
from energy.span import HOUR_MS, Span, from_ms, local_date, midnight
from energy.tariffs.price_book import NO_ROW, DayPrices, PriceBook
from energy.tariffs.tariff import DAY_MINUTES, WEEK
from storage.readings import ReadingStore
from storage.tables import METER_HOUR, TEMPERATURE

PAST_DAYS = 800
"""How far back rules look: two years and the weeks around them, for "the same season before"."""

_METERS_A_QUERY = 24
_FULL_HOUR_S = 3600


class Sources(NamedTuple):
    """Where evidence comes from."""

    store: ReadingStore
    registry: Registry
    reference: Reference
    now: int
    ahead: Mapping[str, ClockAhead] = MappingProxyType({})
    """Devices whose clocks are ahead, by name."""


def evidences(sources: Sources, meters: Iterable[str] | None) -> Iterator[Evidence]:
    """Yield the evidence of every meter that counts an amount, in order of its name.

    Args:
        sources: Store, registry, reference data, and the present.
        meters: Names of the meters to look at; None for all. Unknown names are passed over.
    """
    registry = sources.registry
    wanted = set(registry.meter) if meters is None else set(meters)
    chosen = [
        entry
        for name, entry in sorted(registry.meter.items())
        if name in wanted and entry.kind in KINDS
    ]
    newest = sources.store.newest()
    clock = cache(partial(_clock, sources))

    @cache
    def prices(site: str, tariff: str, kind: str) -> np.ndarray:
        return _prices(sources, clock(site), site=site, tariff=tariff, kind=kind)

    @cache
    def temperature(site: str) -> np.ndarray | None:
        return _temperature(sources, clock(site), site)

    feeding = fed_beside(registry)
    for family in _families(chosen, registry, feeding):
        site = family[0].site
        amounts = _amounts(sources, family, clock(site))
        for meter in family:
            if meter not in chosen:
                continue
            yield Evidence(
                meter=meter,
                category=registry.institution[meter.institution].category
                if meter.institution in registry.institution
                else "",
                clock=clock(site),
                amount=amounts[meter.meter],
                price=prices(site, tariff_of(meter, registry), meter.kind),
                newest=newest.get(meter.meter),
                now=sources.now,
                main=amounts.get(meter.parent),
                siblings=_siblings(meter, registry, amounts, feeding),
                temperature=temperature(site),
                clock_error=clock_error_of(
                    sources.store,
                    meter,
                    newest.get(meter.meter),
                    now=sources.now,
                    ahead=sources.ahead.get(meter.device),
                ),
                timezone=registry.site[site].timezone,
                is_there=not is_absent(registry.events_of(meter.meter), sources.now),
            )


def _families(
    chosen: Sequence[Meter], registry: Registry, feeding: Mapping[str, Fed]
) -> Iterator[list[Meter]]:
    """Yield meters of one site together with the meters above and beside them, a query each."""
    trees: dict[str, dict[str, list[Meter]]] = {}
    for meter in chosen:
        top = _top(meter, registry)
        trees.setdefault(meter.site, {}).setdefault(top, []).append(meter)
    for site, of_site in trees.items():
        family: dict[str, Meter] = {}
        for members in of_site.values():
            if len(family) >= _METERS_A_QUERY:
                yield list(family.values())
                family = {}
            for meter in members:
                near = (meter, *_beside(meter, registry, feeding))
                above = registry.meter.get(meter.parent)
                near = (*near, above) if above is not None else near
                family |= {entry.meter: entry for entry in near if entry.site == site}
        yield list(family.values())


def _top(meter: Meter, registry: Registry) -> str:
    seen = {meter.meter}
    while meter.parent in registry.meter and meter.parent not in seen:
        meter = registry.meter[meter.parent]
        seen.add(meter.meter)
    return meter.meter


def _beside(meter: Meter, registry: Registry, feeding: Mapping[str, Fed]) -> tuple[Meter, ...]:
    """Return what is below the same meter, and the panels that feed there, perhaps or surely."""
    if not meter.parent:
        return ()
    fed = feeding.get(meter.parent, NOTHING)
    return (*registry.children.get(meter.parent, ()), *fed.panels, *fed.perhaps)


def _siblings(
    meter: Meter,
    registry: Registry,
    amounts: Mapping[str, np.ndarray],
    feeding: Mapping[str, Fed],
) -> dict[str, np.ndarray]:
    return {
        entry.meter: amounts[entry.meter]
        for entry in _beside(meter, registry, feeding)
        if entry.meter != meter.meter and entry.kind == meter.kind and entry.meter in amounts
    }


def tariff_of(meter: Meter, registry: Registry) -> str:
    """Return the tariff of a meter, or of the nearest meter above it that has one; else ""."""
    seen: set[str] = set()
    while not meter.tariff and meter.parent in registry.meter and meter.meter not in seen:
        seen.add(meter.meter)
        meter = registry.meter[meter.parent]
    return meter.tariff


def _clock(sources: Sources, site_name: str) -> Clock:
    site = sources.registry.site[site_name]
    end = sources.now // HOUR_MS * HOUR_MS
    first = local_date(end, site.zone) - timedelta(days=PAST_DAYS)
    return clock_of(
        start=midnight(first, site.zone),
        end=end,
        timezone=site.timezone,
        calendar=calendar_of(sources.reference, site),
    )


def _amounts(sources: Sources, family: Sequence[Meter], clock: Clock) -> dict[str, np.ndarray]:
    """Return the amounts of each meter on the clock's hours; NaN where not wholly measured."""
    question = Query(
        METER_HOUR.name,
        columns=(
            Column("amount", Aggregate.SUM, "amount"),
            Column("measured_s", Aggregate.SUM, "measured_s"),
        ),
        where=(("meter", tuple(meter.meter for meter in family)),),
        group_by=("meter",),
        every="hour",
        timezone=sources.registry.site[family[0].site].timezone,
    )
    answer = sources.store.query(question, Span(int(clock.start[0]), clock.end))
    full = answer[answer["measured_s"] >= _FULL_HOUR_S]
    found = {meter.meter: np.full(len(clock.start), np.nan) for meter in family}
    for name, rows in full.groupby("meter", sort=False, observed=True):
        _put(found[str(name)], rows["time"], rows["amount"], clock)
    return found


def _put(into: np.ndarray, time: pd.Series, value: pd.Series, clock: Clock) -> None:
    """Write values at their hours, in place."""
    index = (time.to_numpy(np.int64) - int(clock.start[0])) // HOUR_MS
    into[index] = value.to_numpy(np.float64, na_value=np.nan)


def _temperature(sources: Sources, clock: Clock, site: str) -> np.ndarray | None:
    question = Query(
        TEMPERATURE.name,
        columns=(Column("mean", Aggregate.MEAN, "mean"),),
        where=(("site", (site,)),),
        every="hour",
        timezone=sources.registry.site[site].timezone,
    )
    answer = sources.store.query(question, Span(int(clock.start[0]), clock.end))
    if answer.empty:
        return None
    found = np.full(len(clock.start), np.nan)
    _put(found, answer["time"], answer["mean"], clock)
    return found


def _prices(sources: Sources, clock: Clock, *, site: str, tariff: str, kind: str) -> np.ndarray:
    calendar = sources.reference.calendars.get(sources.registry.site[site].calendar, WEEK)
    book = sources.reference.price_book(tariff, kind)
    return hourly_prices(book, clock, calendar) / KINDS[kind].base_per_display


def hourly_prices(book: PriceBook, clock: Clock, calendar: Calendar = WEEK) -> np.ndarray:
    """Return the mean price of each hour [1e-6 yuan per display unit]; NaN where no row holds."""
    of_day = [book.day(clock.date_of(day), calendar) for day in range(clock.days)]
    number = {prices: place for place, prices in enumerate(dict.fromkeys(of_day))}
    into_hour = from_ms(int(clock.start[0])).minute
    by_hour = np.array([_hours_of(book, prices, into_hour) for prices in number])
    sort = np.array([number[prices] for prices in of_day])
    return np.asarray(by_hour[sort[clock.day], clock.hour])


def _hours_of(book: PriceBook, prices: DayPrices, into_hour: int) -> np.ndarray:
    """Return the mean price of each hour of a day, the hours begun so many minutes past."""
    micro = [np.nan if place == NO_ROW else book.rows[place].price_micro for place in prices.places]
    minutes = np.repeat(micro, np.diff([*prices.minutes, DAY_MINUTES]))
    return np.asarray(np.roll(minutes, -into_hour).reshape(24, 60).mean(axis=1))
