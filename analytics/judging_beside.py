"""Asking the checks that hold a meter to others, wherever a day of any of them came to its end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.beside import Beside, BesideCheck, DayRows, day_rows
from analytics.check_days import Judged, all_checks
from analytics.ledger.rows import Rows
from analytics.ledger.wall import Days, days_around
from analytics.touched_days import Elsewhere, TouchedDays, day_rows_of
from analytics.trees.feeding import NOTHING, fed_beside
from energy.meter import Meter
from energy.registry import Registry
from energy.span import HOUR_MS, Span, joined, without
from storage.readings import ReadingStore
from storage.tables import BALANCE_DAY

_DAY_MS = 24 * HOUR_MS
_MONTH_MS = 30 * _DAY_MS
_NONE = np.zeros(0, dtype=np.int64)
_ROWS = 100_000
"""So many days of meters are in memory at once; chosen: some 20 MB."""


@cache
def checks_beside() -> tuple[BesideCheck, ...]:
    """Return the checks that hold a meter to others."""
    return tuple(one for one in all_checks() if isinstance(one, BesideCheck))


def checks_of(registry: Registry) -> dict[str, tuple[BesideCheck, ...]]:
    """Return the checks that are asked of each meter; meters of which none is are left out."""
    found = {
        meter.meter: tuple(one for one in checks_beside() if one.is_asked(registry, meter))
        for meter in registry.meters
    }
    return {name: checks for name, checks in found.items() if checks}


def relatives_of(registry: Registry, meters: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return, of each of some meters, it and all that such checks hold it to.

    Channels of a device that are held to nothing else share one set: what is worked out of it is
    worked out once, however many channels a gateway has.
    """
    on_device = {
        device: frozenset(one.meter for one in there)
        for device, there in registry.on_device.items()
    }
    found, fed = {}, fed_beside(registry)
    for name in meters:
        below = {child.meter for child in registry.children.get(name, ())}
        below |= {one.meter for one in fed.get(name, NOTHING).panels}
        others = {name} | below | set(registry.sources.get(name, ()))
        near = on_device.get(registry.meter[name].device, frozenset())
        found[name] = near if others <= near else near | others
    return found


def judged_beside(
    store: ReadingStore,
    registry: Registry,
    touched: Mapping[str, TouchedDays],
) -> list[Judged]:
    """Ask all such checks of the days that may have changed for a meter or a relative.

    Args:
        store: Has readings, and days and balances as they are now.
        registry: Says who is related.
        touched: Meter to its days that may have changed.

    Returns:
        What is true of each meter now: of those days that are over what fails, of the others
        nothing any more.
    """
    is_any = any(own.touched for own in touched.values())
    asked = checks_of(registry) if is_any else {}
    related = relatives_of(registry, asked)
    elsewhere = Elsewhere(store, registry, touched)
    groups: dict[int, list[_Asked]] = {}
    spans: dict[frozenset[str], TouchedDays] = {}
    found = []
    for name, others in related.items():
        if others not in spans:
            spans[others] = _of_all(elsewhere, others)
        found += [_nothing(registry.meter[name], span) for span in spans[others].touched]
        for span in spans[others].over:
            # What begins at about the same time is read together.
            groups.setdefault(span.start // _MONTH_MS, []).append(_Asked(name, span))
    found += [
        one
        for group in groups.values()
        for some in _shares(group)
        for one in _judged(store, registry, asked, related, some)
    ]
    alone = (name for name in touched if name not in related and name in registry.meter)
    return found + [
        _nothing(registry.meter[name], span) for name in alone for span in touched[name].touched
    ]


def _of_all(elsewhere: Elsewhere, others: frozenset[str]) -> TouchedDays:
    """Return the days of a meter and its relatives, by the readings of any of them."""
    each = [elsewhere.known[other] for other in sorted(others) if other in elsewhere.known]
    touched = joined(span for own in each for span in own.touched)
    over = joined(span for own in each for span in own.over)
    return TouchedDays(touched, joined([*over, *elsewhere.over(others, without(touched, over))]))


def _nothing(meter: Meter, span: Span) -> Judged:
    """Return that of some days nothing that was said before is true any more."""
    nothing = Span(span.start, span.start)
    return Judged(meter, {check.name: span for check in checks_beside()}, (), nothing, span)


class _Asked(NamedTuple):
    """A meter and some of its days: whole ones, all of them over."""

    meter: str
    span: Span


def _hull(asked: Sequence[_Asked]) -> Span:
    return Span(min(one.span.start for one in asked), max(one.span.end for one in asked))


def _shares(asked: Sequence[_Asked]) -> Iterator[Sequence[_Asked]]:
    """Yield so few at once that their days, and those of their relatives, fit the memory."""
    hull = _hull(asked)
    each = max(_ROWS // max((hull.end - hull.start) // _DAY_MS, 1), 1)
    for place in range(0, len(asked), each):
        yield asked[place : place + each]


def _judged(
    store: ReadingStore,
    registry: Registry,
    checks: Mapping[str, Sequence[BesideCheck]],
    related: Mapping[str, frozenset[str]],
    asked: Sequence[_Asked],
) -> Iterator[Judged]:
    needed = set[str]().union(*{related[one.meter] for one in asked})
    rows = day_rows_of(store, needed, _hull(asked))
    parents = {one.meter for one in asked if one.meter in registry.children}
    balances = _balances(store, parents, _hull(asked))
    starts: dict[tuple[frozenset[str], Span], np.ndarray] = {}
    for name, span in asked:
        meter, others = registry.meter[name], related[name]
        if (others, span) not in starts:
            said = [rows[other].within(span).start for other in sorted(others) if other in rows]
            starts[others, span] = np.unique(np.concatenate([_NONE, *said]))
        beside = _beside(registry, meter, rows, starts[others, span], balances.get(name))
        failed = [one for check in checks[name] for one in check.ask(beside)] if beside else []
        yield Judged(meter, {}, [(one.span.start, one) for one in failed], span, span)


def _balances(store: ReadingStore, parents: Iterable[str], span: Span) -> dict[str, pd.DataFrame]:
    names = tuple(sorted(parents))
    if not names:
        return {}
    points = store.points(BALANCE_DAY, where=(("meter", names),), span=span)
    return {str(name): own for name, own in points.groupby("meter", sort=False)}


def _beside(
    registry: Registry,
    meter: Meter,
    rows: Mapping[str, Rows],
    times: np.ndarray,
    balance: pd.DataFrame | None,
) -> Beside | None:
    """Return what the checks look at; None if nothing is known."""
    if not len(times):
        return None
    days = days_around(registry.site[meter.site].timezone, int(times[0]), int(times[-1]))
    number = np.unique(days.of(times))
    start = days.start[number]

    def rows_of(name: str) -> DayRows:
        return day_rows(rows.get(name), start)

    return Beside(meter, registry, days, number, rows_of, *_balance(balance, days, number))


def _balance(
    balance: pd.DataFrame | None, days: Days, number: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return what is above, what is known below, and whether each is all of it. Shapes (n,)."""
    above, below = (np.zeros(len(number), dtype=np.int64) for _ in range(2))
    is_above_known, is_below_known = (np.zeros(len(number), dtype=bool) for _ in range(2))
    if balance is not None:
        day = days.of(balance["time"].to_numpy(dtype=np.int64))
        place = np.minimum(np.searchsorted(number, day), len(number) - 1)
        inside = number[place] == day
        place, there = place[inside], balance[inside]
        above[place] = there["amount_known"].to_numpy(dtype=np.int64)
        below[place] = there["below_known"].to_numpy(dtype=np.int64)
        is_above_known[place] = there["amount"].notna()
        is_below_known[place] = there["below"].notna()
    return above, below, is_above_known, is_below_known
