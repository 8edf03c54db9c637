"""Two meters whose channels were exchanged: breaks that explain each other are one candidate."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from analytics.breaks import epoch_at, is_covered
from analytics.consumption.epochs import limit_of_meter
from analytics.edits.meters import factor_between
from energy.meter import INSTALLED, REMOVED
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from storage.csv_cells import exact_text
from storage.records import edits
from storage.records.event_candidates import (
    CONFIRMED,
    DISMISSED,
    HEALED,
    OPEN,
    PAIRED,
    SWAPPED,
    Candidate,
    EventCandidate,
    add,
    candidates,
    put_state,
)
from storage.records.session import Session

MOST_EDITS = 1000
"""Of a meter that are looked at for the one that exchanged it; chosen."""


class Swap(NamedTuple):
    """Breaks of two meters, each of which goes on where the other stopped.

    Attributes:
        first: The break of one meter.
        second: That of the other.
    """

    first: EventCandidate
    second: EventCandidate

    @property
    def after(self) -> int:
        """Time of the last reading before both were exchanged [ms]."""
        return max(self.first.after, self.second.after)

    @property
    def before(self) -> int:
        """Time of the first reading of an exchanged channel [ms]."""
        return min(self.first.before, self.second.before)


def keep_swaps(session: Session, registry: Registry, *, now_ms: int) -> None:
    """Bring the candidates that look SWAPPED up to the breaks that are there.

    A break that is one side of a swap is PAIRED and no task of its own; it is one again when the
    other side is gone.

    Args:
        session: A transaction of the records.
        registry: With the events in force.
        now_ms: The present [ms].
    """
    every = candidates(session)
    kept = [one for one in every if one.looks == SWAPPED]
    breaks = [one for one in every if one.looks != SWAPPED and one.state in (OPEN, PAIRED)]
    swaps = swaps_among(breaks, registry)
    _mark_sides(session, breaks, swaps, now_ms=now_ms)
    for swap in swaps:
        known = [one for one in kept if _is_same(one, swap)]
        if not known:
            add(session, _candidate(swap, registry), now_ms=now_ms)
        for one in known:
            if one.state not in (OPEN, DISMISSED):
                put_state(session, one.number, OPEN, now_ms=now_ms)
    gone = [one for one in kept if not any(_is_same(one, swap) for swap in swaps)]
    for one in gone:
        state = _state_of_gone(session, one, registry)
        if state != one.state:
            put_state(session, one.number, state, now_ms=now_ms)


def _mark_sides(
    session: Session, breaks: Sequence[EventCandidate], swaps: Sequence[Swap], *, now_ms: int
) -> None:
    paired = {side.number for swap in swaps for side in swap}
    for one in breaks:
        state = PAIRED if one.number in paired else OPEN
        if state != one.state:
            put_state(session, one.number, state, now_ms=now_ms)


def swaps_among(breaks: Iterable[EventCandidate], registry: Registry) -> list[Swap]:
    """Return the breaks that explain each other, two by two.

    They are of one kind, lie in one stretch of time, and the register of each meter goes on at the
    other at a pace that it can have. A break that two others would explain is left alone: to
    choose one of them would be a guess.
    """
    ordered = sorted(breaks, key=lambda one: (one.meter, one.after))
    known = [one for one in ordered if one.meter in registry.meter]
    found = [Swap(*two) for two in combinations(known, 2) if _is_swap(Swap(*two), registry)]
    count = Counter(side.number for swap in found for side in swap)
    return [one for one in found if count[one.first.number] == count[one.second.number] == 1]


def commands_of(
    one: EventCandidate, found: Sequence[EventCandidate], registry: Registry
) -> tuple[str, str, str]:
    """Return the command that books exchanged readings where they belong, and two others.

    Args:
        one: A candidate that looks SWAPPED.
        found: Candidates that wait; a later one of the same meters says until when it was so.
        registry: The registry in force.

    Returns:
        ``edit swap`` for channels that were crossed, until one of both was removed, and from then
        on with the meter that it was moved to, if it was; and where the instruments themselves
        changed places, the event of each meter. All empty where the registry lost one of them.
    """
    if not {one.meter, one.factor} <= registry.meter.keys():
        return "", "", ""
    ends = [
        other.before
        for other in found
        if (other.looks, other.meter, other.factor) == (SWAPPED, one.meter, one.factor)
        and other.before > one.before
    ]
    moves = [
        (event.time, meter, other)
        for meter, other in ((one.meter, one.factor), (one.factor, one.meter))
        for event in registry.events_of(meter)
        if event.event == REMOVED and event.time > one.before
    ]
    ends += [time for time, _, _ in moves]
    swap = _swap_command(one.meter, one.factor, one.before, min(ends, default=None), registry)
    for time, meter, stays in moves:
        to = _moved_to(meter, time, registry)
        if time == min(ends) and to:
            swap += " && " + _swap_command(stays, to, time, None, registry)
    events = [
        f"jieneng meters event {meter} replacement --at {_iso(one.after, meter, registry)} "
        '--reason "instruments changed places"'
        for meter in (one.meter, one.factor)
    ]
    return swap, events[0], events[1]


def _swap_command(one: str, other: str, begins: int, until: int | None, registry: Registry) -> str:
    """Return the command that exchanges the readings of two meters between two times [ms]."""
    to = "" if until is None else f' --to "{_wall(until, one, registry)}"'
    start = _wall(begins, one, registry)
    return f'jieneng edit swap {one} {other} --from "{start}"{to} --reason "channels were swapped"'


def _moved_to(meter: str, time: int, registry: Registry) -> str:
    """Return where the instrument of a meter went when it was removed [ms]; "" for nowhere known.

    A relocation installs it at another meter of its kind at that very time.
    """
    kind = registry.meter[meter].kind
    found = [
        event.meter
        for event in registry.events
        if (event.time, event.event) == (time, INSTALLED)
        and event.meter != meter
        and event.meter in registry.meter
        and registry.meter[event.meter].kind == kind
    ]
    return found[0] if len(found) == 1 else ""


def _is_swap(swap: Swap, registry: Registry) -> bool:
    ours, theirs = (registry.meter[side.meter] for side in swap)
    is_possible = (ours.kind, ours.table) == (theirs.kind, theirs.table) and ours != theirs
    if not is_possible or swap.after >= swap.before:
        return False
    first, second = swap
    return _goes_on(first, second, registry) and _goes_on(second, first, registry)


def _goes_on(stopped: EventCandidate, at: EventCandidate, registry: Registry) -> bool:
    """Tell whether a register that stopped at one meter can be the one that goes on at another."""
    meter = registry.meter[stopped.meter]
    epoch = epoch_at(meter, registry.events_of(stopped.meter), stopped.after)
    factor = factor_between(registry.meter[at.meter], meter)
    # A finer register was floored to the steps of the meter that it was heard as.
    most = int(at.next_value * factor + max(factor - 1, Fraction(0)))
    limit = limit_of_meter(meter, epoch)
    return limit.fits(stopped.last_value, most, time_ms=at.before - stopped.after)


def _is_same(one: EventCandidate, swap: Swap) -> bool:
    """Tell whether a swap is one that is kept, or lies within one that a person dismissed."""
    if (one.meter, one.factor) != (swap.first.meter, swap.second.meter):
        return False
    if one.state == DISMISSED:
        return one.after <= swap.after and swap.before <= one.before
    return (one.after, one.before) == (swap.after, swap.before)


def _state_of_gone(session: Session, one: EventCandidate, registry: Registry) -> str:
    """Return the state of a swap whose two breaks are not there together any more."""
    if one.state == CONFIRMED or _is_told(session, one, registry):
        return CONFIRMED
    return DISMISSED if one.state == DISMISSED else HEALED


def _is_told(session: Session, one: EventCandidate, registry: Registry) -> bool:
    """Tell whether a person entered what happened: events of both meters, or an edit."""
    meters = (one.meter, one.factor)
    if all(is_covered(registry.events_of(meter), one.after, one.before) for meter in meters):
        return True
    made = edits.recent(session, MOST_EDITS, meter=one.meter)
    undone = {edit.parameters.get("undoes") for edit in made}
    return any(
        edit.what == edits.SWAP
        and set(edit.meters) == set(meters)
        and edit.span.start <= one.before < edit.span.end
        and edit.number not in undone
        for edit in made
    )


def _candidate(swap: Swap, registry: Registry) -> Candidate:
    first, second = swap
    shown = [(side.meter, *_values(side, registry)) for side in swap]
    zh = "；".join(f"{meter} 由 {last} 变为 {following}" for meter, last, following in shown)
    en = ", ".join(f"{meter} from {last} to {following}" for meter, last, following in shown)
    evidence = Text(
        f"{zh}：各自接着对方的读数递增，像两个通道互换了。",
        f"{en}: each goes on where the other stopped, like two channels that were swapped.",
    )
    return Candidate(
        first.meter, swap.after, swap.before, first.last_value, first.next_value, SWAPPED,
        second.meter, evidence.zh, evidence.en,
    )  # fmt: skip


def _values(side: EventCandidate, registry: Registry) -> Iterator[str]:
    meter = registry.meter[side.meter]
    for value in (side.last_value, side.next_value):
        yield f"{exact_text(value * meter.step)} {meter.unit}"


def _wall(time: int, meter: str, registry: Registry) -> str:
    return _iso(time, meter, registry).replace("T", " ")


def _iso(time: int, meter: str, registry: Registry) -> str:
    zone = registry.site[registry.meter[meter].site].zone
    return from_ms(time).astimezone(zone).isoformat()
