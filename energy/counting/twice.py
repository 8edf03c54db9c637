"""What is counted more than once among meters that are added: mains, or the sub-meters of one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from energy.counting.virtual import PLUS, VirtualPart, in_order
from energy.meter import EXPORT, MAIN, SUB, Meter
from energy.uses import OWN_GENERATION

Shares = dict[str, Fraction]
"""Added meter to how often it counts another; below 0 where it takes it off."""


@dataclass(frozen=True, slots=True)
class TooOften:
    """A meter that is counted more than once on some day.

    Attributes:
        meter: Which.
        day: The first such local day.
        shares: How often each of the added meters counts it.
        above: The meter above it that is counted, too, and so counts it again; "" if there is none.
        total: How often it is counted in all; above 1.
        by: The virtual meters among the added ones that count it, or what is above it.
        below: The meter whose sub-meters are added; "" where mains are.
    """

    meter: str
    day: date
    shares: Shares
    above: str
    total: Fraction
    by: tuple[str, ...]
    below: str


def shares_of(parts: Sequence[VirtualPart], added: Iterable[str], day: date) -> dict[str, Shares]:
    """Return how often added meters count each meter on a day, along nested virtual meters.

    What counts several times stands for others that nobody counts: its own energy is in it once.

    Args:
        parts: What virtual meters are made of; without a cycle.
        added: Names of the meters that are added.
        day: A local day.
    """
    made: dict[str, list[VirtualPart]] = {}
    for part in parts:
        if part.valid_from <= day < part.valid_to:
            made.setdefault(part.meter, []).append(part)
    found: dict[str, Shares] = {name: {name: Fraction(1)} for name in added}
    inputs = {name: [part.source for part in rows] for name, rows in made.items()}
    for name in reversed(in_order(inputs)):
        for part in made[name]:
            once = min(part.share, Fraction(1)) * (1 if part.sign == PLUS else -1)
            for top, share in found.get(name, {}).items():
                below = found.setdefault(part.source, {})
                below[top] = below.get(top, Fraction(0)) + share * once
    return found


def counted_too_often(
    meters: Mapping[str, Meter], parts: Sequence[VirtualPart]
) -> Iterator[TooOften]:
    """Yield what mains count more than once in all, then what sub-meters of one meter do.

    A meter is counted by itself, by the virtual meters made of it, and by what is counted above it:
    that sees the same energy. Once for the same added meters; what is sold is left to others.

    Args:
        meters: By name.
        parts: What virtual meters are made of; without a cycle.
    """
    virtual = {part.meter for part in parts}
    yield from _too_often(meters, parts, [m.meter for m in meters.values() if m.role == MAIN], "")
    children: dict[str, list[str]] = {}
    for meter in meters.values():
        if meter.role == SUB:
            children.setdefault(meter.parent, []).append(meter.meter)
    for parent, names in children.items():
        if virtual.intersection(names):
            yield from _too_often(meters, parts, names, parent)


def _too_often(
    meters: Mapping[str, Meter], every: Sequence[VirtualPart], added: Sequence[str], below: str
) -> Iterator[TooOften]:
    parts = _made_of(added, every)
    virtual = {part.meter for part in parts}
    days = sorted({day for part in parts for day in (part.valid_from, part.valid_to)})
    told: set[frozenset[str]] = set()

    @cache
    def shares_on(day: date) -> dict[str, Shares]:
        return shares_of(parts, added, day)

    for name in dict.fromkeys((*(part.source for part in parts), *added)):
        is_asked = name in meters and (name not in virtual or (name in added and not below))
        if not is_asked or meters[name].role == EXPORT:
            continue
        chain = _not_made_of_it(name, _counting_above(meters[name], meters), parts)
        for day in days[:-1]:
            one = _judged(name, chain, shares_on(day), day, below)
            if one is not None:
                if frozenset(one.by) not in told:
                    told.add(frozenset(one.by))
                    yield one
                break


def _not_made_of_it(name: str, chain: Sequence[str], parts: Sequence[VirtualPart]) -> list[str]:
    """Return what is above a meter without the virtual meters made of it, or of what is above it.

    What these count of it is told by what they are made of.
    """
    way = {name, *chain}
    return [one for one in chain if way.isdisjoint(part.source for part in _made_of([one], parts))]


def _made_of(added: Iterable[str], every: Iterable[VirtualPart]) -> list[VirtualPart]:
    """Return the parts that some meters and the virtual meters below them are made of."""
    made: dict[str, list[VirtualPart]] = {}
    for part in every:
        made.setdefault(part.meter, []).append(part)
    names = dict.fromkeys(added)
    waiting = list(names)
    while waiting:
        for part in made.get(waiting.pop(), ()):
            if part.source not in names:
                names[part.source] = None
                waiting.append(part.source)
    return [part for name in names for part in made.get(name, ())]


def _judged(
    name: str, chain: Sequence[str], shares: Mapping[str, Shares], day: date, below: str
) -> TooOften | None:
    own = {top: share for top, share in sorted(shares.get(name, {}).items()) if share}
    if sum(own.values(), Fraction(0)) <= 0:  # then what is above it is counted too often, not it
        return None
    over = {above: sum(shares.get(above, {}).values(), Fraction(0)) for above in chain}
    total = sum((*own.values(), *over.values()), Fraction(0))
    if total <= 1:
        return None
    above = next((one for one in chain if over[one] > 0), "")
    counting = dict.fromkeys((*own, *shares.get(above, {})))
    by = tuple(top for top in counting if top not in (name, above))
    return TooOften(name, day, own, above, total, by, below)


def _counting_above(meter: Meter, meters: Mapping[str, Meter]) -> list[str]:
    """Return the meters that count what a meter counts, the nearest first.

    What is generated below a meter is no part of what that counts.
    """
    found: dict[str, None] = {}
    while meter.use != OWN_GENERATION and meter.parent in meters and meter.parent not in found:
        found[meter.parent] = None
        meter = meters[meter.parent]
    return list(found)
