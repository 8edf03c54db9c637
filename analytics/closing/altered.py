"""What a new registry would change of closed periods, beside settings and events of meters.

What virtual meters are made of, which channel fed a point, accounts, sizes, certificates, and the
places that meters stand in: each with the file that says it. Names, bodies, devices, points and
mappings decide no figure that was signed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import NamedTuple

from analytics.closing.period import period_for
from analytics.statements.place_sizes import sizes_of
from energy.bills.account import AccountMeter
from energy.binding import Channel
from energy.instruments import Days, overdue_days
from energy.meter import CHECK, SUB
from energy.period import Period, Stretch
from energy.reference import Reference
from energy.registry import Registry
from energy.sizes import Size
from energy.span import Span

VIRTUAL, BINDINGS, ACCOUNTS = "virtual.csv", "bindings.csv", "bill_accounts.csv"
SIZES, INSTRUMENTS = "sizes.csv", "instruments.csv"
SITES, INSTITUTIONS, BUILDINGS = "sites.csv", "institutions.csv", "buildings.csv"

_OF_SITES = ("timezone", "calendar", "region")
_OF_BUILDINGS = ("institution", "site")
_OF_INSTITUTIONS = ("site", "category")


class Altered(NamedTuple):
    """One thing that a registry says otherwise of a closed period.

    Attributes:
        file: The registry file.
        column: Its column; "" for the whole row.
        name: The meter, building, site or institution it is about.
        institution: Whose period.
        period: Its key.
    """

    file: str
    column: str
    name: str
    institution: str
    period: str


class _Closed(NamedTuple):
    """A closed period of an institution, and when it lasts."""

    institution: str
    period: Period
    span: Span


class _Sized(NamedTuple):
    """A registry with the sizes of its buildings."""

    registry: Registry
    sizes: Sequence[Size]


def altered(
    before: Registry, after: Registry, closed: Sequence[tuple[str, str]], reference: Reference
) -> Iterator[Altered]:
    """Yield what a registry says otherwise of each closed period.

    Args:
        before: The registry in force.
        after: The one that shall be.
        closed: Institution and period of each closed sheet.
        reference: Knows heating seasons, and how long certificates hold.

    Raises:
        ClosingError: If a closed period is not known any more.
    """
    kept = [_closed(before, reference, *one) for one in closed if one[0] in before.institution]
    yield from _virtual(before, after, kept)
    yield from _bindings(before, after, kept)
    yield from _accounts(before, after, kept)
    yield from _sizes(before, after, kept)
    yield from _certificates(before, after, kept, reference)
    yield from _places(before, after, kept)


def _closed(registry: Registry, reference: Reference, institution: str, key: str) -> _Closed:
    period = period_for(registry, reference, institution, key)
    zone = registry.site[registry.institution[institution].site].zone
    return _Closed(institution, period, period.span(zone))


def _virtual(before: Registry, after: Registry, closed: Sequence[_Closed]) -> Iterator[Altered]:
    """Yield virtual meters that are made of something else, or of one that is, on a closed day."""
    if before.virtual == after.virtual:
        return
    parts = (*before.virtual, *after.virtual)
    cuts = {day for part in parts for day in (part.valid_from, part.valid_to)}
    for whose, period, _ in closed:
        days = {period.first, *(day for day in cuts if period.first < day < period.until)}
        for name in sorted(set().union(*(_made_otherwise(before, after, day) for day in days))):
            meter = before.meter.get(name) or after.meter[name]
            if meter.institution == whose:
                yield Altered(VIRTUAL, "", name, whose, period.key)


def _made_otherwise(before: Registry, after: Registry, day: date) -> set[str]:
    """Return the virtual meters that a day counts otherwise; new ones that no sheet sums do not."""
    gone = before.portions.keys() - after.portions.keys()
    found = {name for name in gone if _slices(before, name, day)}
    for name in after.virtual_order:
        now = _slices(after, name, day)
        is_other = now != _slices(before, name, day) or any(one[0] in found for one in now)
        if is_other and not _is_beside(before, after, name):
            found.add(name)
    return found


def _slices(registry: Registry, name: str, day: date) -> set[tuple[object, ...]]:
    return {
        (one.source, one.is_added, one.lower, one.upper)
        for one in registry.portions.get(name, ())
        if one.valid_from <= day < one.valid_to
    }


def _is_beside(before: Registry, after: Registry, name: str) -> bool:
    """Tell whether a virtual meter is new and in no line of a sheet."""
    meter = after.meter[name]
    return name not in before.portions and meter.role in (CHECK, SUB) and not meter.use


def _bindings(before: Registry, after: Registry, closed: Sequence[_Closed]) -> Iterator[Altered]:
    """Yield meters that another channel fed at a closed time, as far as both have them."""
    old, new = _fed(before), _fed(after)
    for name in _others(old, new):
        if name not in before.meter or name not in after.meter:
            continue
        for whose, period, span in closed:
            is_other = _within(old.get(name, ()), span) != _within(new.get(name, ()), span)
            if is_other and before.meter[name].institution == whose:
                yield Altered(BINDINGS, "", name, whose, period.key)


_Fed = tuple[int, int, Channel]
"""From when until when [ms] a channel fed a meter."""


def _fed(registry: Registry) -> dict[str, list[_Fed]]:
    found: dict[str, list[_Fed]] = {}
    for key, bindings in registry.bound.items():
        for one in bindings:
            found.setdefault(one.meter, []).append((one.first, one.end, key))
    return {meter: sorted(parts) for meter, parts in found.items()}


def _within(parts: Iterable[_Fed], span: Span) -> list[_Fed]:
    """Return what fed a meter in a span, pieces of one channel that follow each other as one."""
    found: list[_Fed] = []
    for first, end, key in parts:
        start, stop = max(first, span.start), min(end, span.end)
        if start >= stop:
            continue
        if found and found[-1][1:] == (start, key):
            start = found.pop()[0]
        found.append((start, stop, key))
    return found


def _accounts(before: Registry, after: Registry, closed: Sequence[_Closed]) -> Iterator[Altered]:
    """Yield accounts on which other meters stand, or by another contract, in a closed month."""
    if before.accounts == after.accounts:
        return
    for whose, period, _ in closed:
        for stretch in period.stretches():
            held = _standing(before, whose, stretch) ^ _standing(after, whose, stretch)
            for account in sorted({str(row[0]) for row in held}):
                yield Altered(ACCOUNTS, "", account, whose, period.key)


_OF_ACCOUNT = tuple(
    one.name for one in fields(AccountMeter) if one.name not in ("valid_from", "valid_to")
)
"""What bills and tiers rest on in a row of an account, its account first."""


def _standing(registry: Registry, whose: str, stretch: Stretch) -> set[tuple[object, ...]]:
    return {
        (*(getattr(row, name) for name in _OF_ACCOUNT), days)
        for row in registry.accounts
        if registry.meter[row.meter].institution == whose
        and (days := row.within(stretch)) is not None
    }


def _sizes(before: Registry, after: Registry, closed: Sequence[_Closed]) -> Iterator[Altered]:
    """Yield measures whose mean over a closed period would be another."""
    if (before.sizes, before.buildings) == (after.sizes, after.buildings):
        return
    for whose, period, _ in closed:
        if whose not in after.institution:
            continue
        old, new = (_means(registry, whose, period) for registry in (before, after))
        for measure in _others(old, new):
            yield Altered(SIZES, measure, whose, whose, period.key)


def _others(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """Return the names of what is not the same in both, sorted."""
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _means(registry: Registry, whose: str, period: Period) -> dict[str, object]:
    days = Stretch(period.first, period.until)
    known = _Sized(registry, registry.sizes)
    return dict(sizes_of(known, registry.institution[whose], days))


def _certificates(
    before: Registry, after: Registry, closed: Sequence[_Closed], reference: Reference
) -> Iterator[Altered]:
    """Yield meters whose certificate would be overdue on other days of a closed period."""
    if before.instruments == after.instruments:
        return
    for whose, period, _ in closed:
        old, new = (_overdue(registry, reference, period) for registry in (before, after))
        for name in _others(old, new):
            if name in before.meter and before.meter[name].institution == whose:
                yield Altered(INSTRUMENTS, "", name, whose, period.key)


def _overdue(
    registry: Registry, reference: Reference, period: Period
) -> dict[str, tuple[Days, ...]]:
    types = reference.instruments.types
    known = overdue_days(registry.instruments, types, until=period.until)
    found = {name: one.within(period.first, period.until) for name, one in known.items()}
    return {name: days for name, days in found.items() if days}


def _places(before: Registry, after: Registry, closed: Sequence[_Closed]) -> Iterator[Altered]:
    """Yield places whose clock, calendar, region, owner or class closed figures rest on."""
    for file, columns, old, new in (
        (SITES, _OF_SITES, before.site, after.site),
        (BUILDINGS, _OF_BUILDINGS, before.building, after.building),
        (INSTITUTIONS, _OF_INSTITUTIONS, before.institution, after.institution),
    ):
        for name, was in old.items():
            shall = new.get(name)
            others = [
                column
                for column in columns
                if shall is not None and getattr(was, column) != getattr(shall, column)
            ]
            if not others:
                continue
            for whose, period, _ in closed:
                if name in _standing_in(before, whose, file) | _standing_in(after, whose, file):
                    yield from (Altered(file, one, name, whose, period.key) for one in others)


def _standing_in(registry: Registry, whose: str, file: str) -> set[str]:
    """Return the sites or buildings that an institution's figures come from, or itself."""
    if file == INSTITUTIONS:
        return {whose}
    if whose not in registry.institution:
        return set()
    own = [one for one in registry.buildings if one.institution == whose]
    if file == BUILDINGS:
        return {one.building for one in own}
    return {registry.institution[whose].site, *(one.site for one in own)}
