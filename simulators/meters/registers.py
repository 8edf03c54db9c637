"""What registers show: what flowed through them, but for faults of the instrument itself."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from energy.meter import RATIO, REPLACEMENT, Meter, MeterEvent
from energy.span import SECOND_MS
from simulators.chance import generator
from simulators.grid import DAY_MS, Grid
from simulators.meters.happenings import Happenings, Told, TrueFault, TrueRatio
from simulators.meters.pairs import other_way, swapped_with
from simulators.trees.ground_truth import District, TrueGauge, TrueMeter

_HIGHEST_START = 0.4  # a new history starts in the lower part of a register; chosen
_AGAIN = ("replacement", "replacement_unannounced", "reset")
_RATIOS = ("ratio", "ct_change")

_Begun = list[tuple[int, int]]
"""When a register began [ms], and what it shows less what was counted since the origin."""


def tell_registers(district: District, happenings: Happenings) -> None:
    """Add what every register of a district shows at its readings, and what was written down."""
    for name, true in district.meters.items():
        happenings.told[name] = _tell_register(true, district, happenings)
    for entry in happenings.faults:
        if entry.fault.kind == "swapped_child":
            _swap(entry, district, happenings)


def tell_gauge(gauge: TrueGauge, grid: Grid) -> Told:
    """Return what a gauge shows."""
    read = slice(None, None, grid.stride(gauge.meter))
    starts, centi, said = grid.starts[read], gauge.centi[read], ~gauge.missing[read]
    return Told(
        gauge.meter, starts, gauge.centi, centi, centi, centi, said, said.copy(), starts.copy(),
        starts.copy(),
    )  # fmt: skip


def _tell_register(true: TrueMeter, district: District, happenings: Happenings) -> Told:
    grid, name = district.grid, true.meter.meter
    faults = [entry for entry in happenings.faults if entry.fault.meter == name]
    edges = _register_edges(true, district, happenings)
    read = slice(None, None, grid.stride(true.meter))
    jitter_ms = true.jitter_s[read] * SECOND_MS
    count = edges[:-1][read] + np.diff(edges)[read] * jitter_ms // grid.slot_ms
    time = grid.starts[read] + jitter_ms
    published = ~true.missing[read] & (np.arange(grid.count)[read] >= true.begins)
    told = Told(
        true.meter, time, edges, count, count, count, published, published.copy(), time.copy(),
        time.copy(),
    )  # fmt: skip
    first = _first_reading(district.seed, true.meter, _wraps_at(edges, grid, faults))
    told.shown = (first + count) % true.meter.modulus
    begun = _begin_again(told, first, grid, faults, happenings)
    _write_ratios_down(told, begun, grid, faults, happenings)
    told.said_first = told.shown.copy()
    return told


def _wraps_at(edges: np.ndarray, grid: Grid, faults: Sequence[TrueFault]) -> int | None:
    """Return the steps counted since the origin when a planted rollover is due."""
    days = [entry.fault.day for entry in faults if entry.fault.kind == "rollover"]
    return int(edges[min(grid.slot(days[-1]), grid.count)]) if days else None


def _first_reading(seed: int, meter: Meter, wraps_at: int | None) -> int:
    """Return what the register shows at the origin [steps].

    Args:
        seed: The seed of the history.
        meter: The meter.
        wraps_at: Steps it has counted since the origin when a planted rollover is due.
    """
    if wraps_at is not None:
        return -wraps_at % meter.modulus
    drawn = generator(seed, f"first/{meter.meter}")
    return int(drawn.integers(1, max(2, int(meter.modulus * _HIGHEST_START))))


def _slot(entry: TrueFault, grid: Grid) -> int:
    return (entry.start - grid.origin) // grid.slot_ms


def _register_edges(true: TrueMeter, district: District, happenings: Happenings) -> np.ndarray:
    """Return the steps the register counts: what flowed, but for faults of the instrument."""
    grid, name = district.grid, true.meter.meter
    edges = _mounted(true, district, happenings)
    mine = [entry for entry in happenings.faults if entry.fault.meter == name]
    ratios = [entry for entry in mine if entry.fault.kind in _RATIOS]
    edges = _behind_ratios(edges, sorted(ratios, key=lambda one: one.start), true.meter, grid)
    for entry in mine:
        if entry.fault.kind == "stuck":
            edges = _from_slot(edges, _slot(entry, grid), np.zeros_like(edges))
    return edges


def _from_slot(edges: np.ndarray, begins: int, advance: np.ndarray) -> np.ndarray:
    """Return edges that go on by another advance from a slot on.

    Args:
        edges: Steps since the origin at each edge.
        begins: First slot that is another.
        advance: Steps since that slot's start, at each edge behind it.
    """
    return np.where(np.arange(len(edges)) > begins, edges[begins] + advance, edges)


def _mounted(true: TrueMeter, district: District, happenings: Happenings) -> np.ndarray:
    """Return what flows through a register as its transformers are mounted.

    The wrong way round, what is bought counts as sold and what is sold as bought; where nothing
    counts what is sold, the register goes backwards.
    """
    partner = other_way(district.registry, true.meter)
    names = {true.meter.meter, partner.meter if partner else true.meter.meter}
    reversed_at = [
        _slot(entry, district.grid)
        for entry in happenings.faults
        if entry.fault.kind == "reversed_sign" and entry.fault.meter in names
    ]
    if not reversed_at:
        return true.edges
    begins = min(reversed_at)
    if partner is None:
        return _from_slot(true.edges, begins, true.edges[begins] - true.edges)
    steps = partner.base_per_step / true.meter.base_per_step
    there = district.meters[partner.meter].edges
    advance = (there - there[begins]) * steps.numerator // steps.denominator
    return _from_slot(true.edges, begins, advance)


def _behind_ratios(
    edges: np.ndarray, changes: Sequence[TrueFault], meter: Meter, grid: Grid
) -> np.ndarray:
    """Return what the register counts behind transformers that the registry does not know."""
    counted = edges
    for change in changes:
        begins = _slot(change, grid)
        factor = meter.ratio / round(change.fault.strength)
        advance = (edges - edges[begins]) * factor.numerator // factor.denominator
        counted = _from_slot(counted, begins, advance)
    return counted


def _write_ratios_down(
    told: Told, begun: _Begun, grid: Grid, faults: Sequence[TrueFault], happenings: Happenings
) -> None:
    """Note ratio and reading when transformers were exchanged; the register goes on from there."""
    meter = told.meter
    for entry in faults:
        if entry.fault.kind == "ct_change":
            count = int(told.edges[_slot(entry, grid)])
            offset = next(offset for when, offset in reversed(begun) if when < entry.start)
            stood = (offset + count) % meter.modulus
            ratio = Fraction(round(entry.fault.strength))
            happenings.events.append(
                MeterEvent(
                    meter=meter.meter,
                    time=entry.start,
                    event=RATIO,
                    closing=stood,
                    opening=stood,
                    digits=None,
                    author="simulator",
                    reason="planted: transformers exchanged",
                    ratio=ratio,
                )
            )
            known = TrueRatio(entry.start, count, replace(meter, ratio=ratio).base_per_step)
            happenings.ratios.setdefault(meter.meter, []).append(known)


def _begin_again(
    told: Told, first: int, grid: Grid, faults: Sequence[TrueFault], happenings: Happenings
) -> _Begun:
    """Let the register begin again amid a slot: a new one, or one that lost its memory."""
    modulus, offset = told.meter.modulus, first
    begun: _Begun = [(-1, first)]
    again = [entry.fault for entry in faults if entry.fault.kind in _AGAIN]
    for fault in sorted(again, key=lambda one: one.day):
        slot = int(fault.day * DAY_MS / grid.slot_ms)
        if slot + 1 >= len(told.edges):
            continue
        middle = int(told.edges[slot] + (told.edges[slot + 1] - told.edges[slot]) // 2)
        when = grid.origin + slot * grid.slot_ms + grid.slot_ms // 2
        opening = int(fault.strength)
        closing = (offset + middle) % modulus
        offset = opening - middle
        begun.append((when, offset))
        told.shown = np.where(told.time > when, (offset + told.count) % modulus, told.shown)
        if fault.kind == "replacement":
            happenings.events.append(
                MeterEvent(
                    meter=told.meter.meter,
                    time=when,
                    event=REPLACEMENT,
                    closing=closing,
                    opening=opening,
                    digits=told.meter.digits,
                    author="simulator",
                    reason="planted replacement",
                )
            )
        else:
            happenings.jumps.setdefault(told.meter.meter, []).append(when)
    return begun


def _swap(entry: TrueFault, district: District, happenings: Happenings) -> None:
    """Let two channels say each other's register: nobody writes down that it is another one."""
    partner = swapped_with(district.registry, entry.fault)
    if partner is None or partner.meter not in happenings.told:
        return
    one, other = happenings.told[entry.fault.meter], happenings.told[partner.meter]
    begins = _slot(entry, district.grid)
    here, there = one.edges, other.edges
    stride = district.grid.stride(one.meter)
    swapped = np.arange(len(one.time)) * stride >= begins
    before = int(here[begins] - there[begins])
    counts = one.count, other.count
    one.count = np.where(swapped, counts[1] + before, counts[0])
    other.count = np.where(swapped, counts[0] - before, counts[1])
    one.edges = _from_slot(here, begins, there - there[begins])
    other.edges = _from_slot(there, begins, here - here[begins])
    shown = one.shown, other.shown
    one.shown = np.where(swapped, shown[1], shown[0])
    other.shown = np.where(swapped, shown[0], shown[1])
    one.said_first, other.said_first = one.shown.copy(), other.shown.copy()
    _note_jumps(entry.start, (one.meter.meter, other.meter.meter), happenings)


def _note_jumps(start: int, pair: tuple[str, str], happenings: Happenings) -> None:
    """Note where two channels jump: when they are swapped, and with each change at either."""
    jumps = {
        start,
        *(event.time for event in happenings.events if event.meter in pair and event.time > start),
        *(time for name in pair for time in happenings.jumps.get(name, ()) if time > start),
    }
    for name in pair:
        happenings.jumps[name] = sorted({*happenings.jumps.get(name, ()), *jumps})
