"""Virtual meters: dated sums, differences and shares of other meters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

PLUS, MINUS = "+", "-"


@dataclass(frozen=True, slots=True)
class VirtualPart:
    """One input of a virtual meter.

    Attributes:
        meter: The virtual meter: a row of the meters that nothing hangs on.
        source: The meter it takes from.
        sign: PLUS or MINUS.
        share: What part of the input, above 0 and at most 1, or how many times it: a whole number.
        valid_from: First local day.
        valid_to: The local day after the last.
    """

    meter: str
    source: str
    sign: str
    share: Fraction
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Portion:
    """A slice of an input while nothing about its division changes.

    Of an input that counted C since midnight it is floor(upper x C) - floor(lower x C). Slices lie
    on one another, so those that make up the whole add up to C exactly.

    Attributes:
        source: The meter it is of.
        is_added: Whether it is added, else taken away.
        lower: Where the slice begins.
        upper: Where it ends.
        valid_from: First local day.
        valid_to: The local day after the last.
    """

    source: str
    is_added: bool
    lower: Fraction
    upper: Fraction
    valid_from: date
    valid_to: date


def portions_of(parts: Iterable[VirtualPart]) -> dict[str, tuple[Portion, ...]]:
    """Return the slices that make up each virtual meter, by its name.

    Slices of one input and sign lie on one another in the order of the parts.
    """
    found: dict[str, list[Portion]] = {}
    layers: dict[tuple[str, str], list[VirtualPart]] = {}
    for part in parts:
        found.setdefault(part.meter, [])
        layers.setdefault((part.source, part.sign), []).append(part)
    for same in layers.values():
        cuts = sorted({day for part in same for day in (part.valid_from, part.valid_to)})
        for begin, end in pairwise(cuts):
            lower = Fraction(0)
            for part in same:
                if part.valid_from <= begin < part.valid_to:
                    upper = lower + part.share
                    is_added = part.sign == PLUS
                    slice_ = Portion(part.source, is_added, lower, upper, begin, end)
                    found[part.meter].append(slice_)
                    lower = upper
    return {meter: tuple(slices) for meter, slices in found.items()}


def in_order(inputs: Mapping[str, Iterable[str]]) -> list[str]:
    """Return virtual meters so that each comes after those it takes from.

    Args:
        inputs: Virtual meter to the names of what it takes from; without a cycle.
    """
    done: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in inputs and name not in done:
            for below in inputs[name]:
                visit(below)
            done[name] = None

    for name in inputs:
        visit(name)
    return list(done)


def cycle_of(start: str, inputs: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the way from a virtual meter back to itself, both ends included; empty if none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for below in inputs.get(way[-1], ()):
            if below == start:
                return [*way, below]
            if below not in seen:
                seen.add(below)
                ways.append([*way, below])
    return []
