"""What new reference data would change of closed periods: weights, prices, days and due dates.

Only the sets that sheets are signed by count: any other weighs a signed amount anew, which keeps
what was signed. Of rows only what decides a figure counts, not the source and not who confirmed it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import TypeVar

from analytics.closing.altered import Altered
from analytics.closing.choices import STATISTICS
from analytics.closing.period import period_for
from analytics.statements.weights import Weighed, co2_of, coal_of
from energy.errors import ClosingError
from energy.instruments import overdue_days
from energy.period import Period, Stretch
from energy.reference import Reference
from energy.registry import Registry
from energy.tariffs.tariff import TariffRow
from energy.tariffs.terms import DatedPrice, Tariff

COEFFICIENTS, EMISSIONS = "coefficients.csv", "emission_factors.csv"
TARIFFS, CALENDARS = "tariffs", "calendars"
HEATING, TYPES = "heating_seasons.csv", "instrument_types.csv"

_AMOUNT = 10**12
"""Any amount shows which row weighs it; chosen: large enough that no factor rounds to nothing."""

Dated = TypeVar("Dated", TariffRow, Tariff, DatedPrice)


def reference_altered(
    registry: Registry,
    before: Reference,
    after: Reference,
    closed: Sequence[tuple[str, str]],
    kinds: Mapping[tuple[str, str], Iterable[str]],
) -> Iterator[Altered]:
    """Yield what closed periods would be computed by otherwise, with the file that says it.

    Args:
        registry: The registry in force.
        before: The reference data in force.
        after: What shall be.
        closed: Institution and period of each closed sheet.
        kinds: The same to the kinds that its lines are of.
    """
    for whose, key in closed:
        if whose not in registry.institution:
            continue
        period = period_for(registry, before, whose, key)
        yield from _seasons(registry, after, whose, period)
        yield from _weights(registry, before, after, whose, period, kinds=kinds[whose, key])
        yield from _tariffs(registry, before, after, whose, period)
        yield from _calendars(registry, before, after, whose, period)
        yield from _due_dates(registry, before, after, whose, period)


def _seasons(registry: Registry, after: Reference, whose: str, period: Period) -> Iterator[Altered]:
    """Yield a heating season whose days would be others."""
    try:
        days = period_for(registry, after, whose, period.key)
    except ClosingError:
        days = None
    if days != period:
        yield Altered(HEATING, "", period.key, whose, period.key)


def _weights(
    registry: Registry,
    before: Reference,
    after: Reference,
    whose: str,
    period: Period,
    *,
    kinds: Iterable[str],
) -> Iterator[Altered]:
    region = registry.site[registry.institution[whose].site].region
    old, new = (STATISTICS.terms(one, region, whose) for one in (before, after))
    for kind in sorted(kinds):
        for stretch in period.stretches():
            day = stretch.first
            coals = [coal_of(_AMOUNT, terms, kind=kind, day=day) for terms in (old, new)]
            if _rows(coals[0]) != _rows(coals[1]):
                yield Altered(COEFFICIENTS, "", kind, whose, period.key)
            gases = [co2_of(_AMOUNT, terms, kind=kind, day=day) for terms in (old, new)]
            said = [[(one.method, _rows(one.weighed)) for one in part] for part in gases]
            if said[0] != said[1]:
                yield Altered(EMISSIONS, "", kind, whose, period.key)


def _rows(weighed: Weighed | None) -> tuple[object, ...] | None:
    return None if weighed is None else (weighed.rows, weighed.per_display)


def _tariffs(
    registry: Registry, before: Reference, after: Reference, whose: str, period: Period
) -> Iterator[Altered]:
    """Yield tariffs of the institution's meters by which a closed day or month costs otherwise."""
    used = {meter.tariff for meter in registry.meters if meter.institution == whose}
    for name in sorted(used - {""}):
        if _same_tariff(before, after, name):
            continue
        for stretch in period.stretches():
            if _prices(before, name, stretch) != _prices(after, name, stretch):
                yield Altered(TARIFFS, "", name, whose, period.key)


def _same_tariff(before: Reference, after: Reference, name: str) -> bool:
    return (before.tariffs.get(name), before.full_tariffs.get(name)) == (
        after.tariffs.get(name),
        after.full_tariffs.get(name),
    )


def _prices(reference: Reference, name: str, days: Stretch) -> list[object]:
    """Return what decides costs in some days, dates cut to them; of equal rows the first wins."""
    rows, versions = reference.tariffs.get(name, ()), reference.full_tariffs.get(name, ())
    return [
        *(row.weight for row in _cut(rows, days) if days.first.month in row.months),
        *(_decisive(one, days) for one in _cut(versions, days)),
    ]


def _cut(rows: Iterable[Dated], days: Stretch) -> Iterator[Dated]:
    """Yield the rows that hold in some days, as if they held in these alone."""
    for row in rows:
        first, until = max(row.valid_from, days.first), min(row.valid_to, days.until)
        if first < until:
            yield replace(row, valid_from=first, valid_to=until)


def _decisive(tariff: Tariff, days: Stretch) -> Tariff:
    """Return a version with nothing in it but what decides costs of some days."""
    parts = tuple(
        replace(part, prices=tuple(_cut(part.prices, days))) for part in tariff.components
    )
    return replace(
        tariff, components=parts, source="", source_date=date.min, confidence="", confirmed_by="",
        confirmed_at="", id="", version="", region="", user_class="", voltage="",
    )  # fmt: skip


def _calendars(
    registry: Registry, before: Reference, after: Reference, whose: str, period: Period
) -> Iterator[Altered]:
    own = [meter.site for meter in registry.meters if meter.institution == whose]
    for name in sorted({registry.site[site].calendar for site in own}):
        one, other = (
            dict(known.calendars[name].exceptions) if name in known.calendars else {}
            for known in (before, after)
        )
        days = {day for day, _ in one.items() ^ other.items()}
        if any(period.first <= day < period.until for day in days):
            yield Altered(CALENDARS, "", name, whose, period.key)


def _due_dates(
    registry: Registry, before: Reference, after: Reference, whose: str, period: Period
) -> Iterator[Altered]:
    """Yield meters whose certificate would be overdue on other days, by another rule."""
    if before.instruments == after.instruments:
        return
    own = [one for one in registry.instruments if registry.meter[one.meter].institution == whose]
    old, new = (
        {
            name: found.within(period.first, period.until)
            for name, found in overdue_days(
                own, reference.instruments.types, until=period.until
            ).items()
        }
        for reference in (before, after)
    )
    for name in sorted(set(chain(old, new))):
        if old.get(name, ()) != new.get(name, ()):
            yield Altered(TYPES, "", name, whose, period.key)
