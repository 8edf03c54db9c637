"""The hours of a virtual meter worked out again from those of its inputs, one at a time."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor

from analytics.ledger.rows import FIELDS, rows_of
from analytics.why.again import Cell
from analytics.why.asked import Answer, Asked, fraction, meter_name
from analytics.why.worth import Hour
from energy.meter import Site
from energy.span import SECOND_MS, Span, local_date
from energy.virtual import MINUS, PLUS, Portion
from storage.tables import METER_HOUR

_MINUTE_MS = 60_000
_SUMS = ("amount", "amount_estimated")
Row = Mapping[str, int | None]
"""Field to what the hour of an input says; None where it says nothing."""


@dataclass
class _Input:
    """An input on one local day.

    Attributes:
        before: Field to what it counted from midnight to the hour [base units].
        after: The same to the end of the hour.
        row: What the hour says; None if there is none.
    """

    before: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_SUMS, 0))
    after: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_SUMS, 0))
    row: Row | None = None

    def goes_on(self, row: Row | None) -> None:
        """Take the next hour."""
        self.row = row
        for name in _SUMS:
            self.before[name] = self.after[name]
            self.after[name] += (row or {}).get(name) or 0

    def says(self, name: str) -> int:
        """Return what a field of the hour says; 0 if there is none."""
        return (self.row or {}).get(name) or 0


def virtual_hours(asked: Asked, name: str, site: Site, hours: Sequence[Span]) -> list[Hour]:
    """Return what a virtual meter counts in each hour.

    Args:
        asked: Has the hours of its inputs.
        name: The virtual meter.
        site: Its wall clock.
        hours: From a local midnight on, in order of time.
    """
    portions = asked.registry.portions[name]
    sources = asked.registry.sources[name]
    rows = {source: _rows_of(asked, source, hours) for source in sources}
    inputs = {source: _Input() for source in sources}
    found, today = [], date.min
    for hour in hours:
        day = local_date(hour.start, site.zone)
        if day != today:
            inputs, today = {source: _Input() for source in sources}, day
        for source, each in inputs.items():
            each.goes_on(rows[source].get(hour.start))
        held = [one for one in portions if one.valid_from <= day < one.valid_to]
        found.append(_hour(hour, day, held, inputs))
    return found


class Spread:
    """Amounts of parts of hours, by their minutes: the inputs of a virtual meter tell whole hours.

    Args:
        hours: In order of time, each where the one before ends.
    """

    def __init__(self, hours: Sequence[Hour]) -> None:
        self._hours = hours
        self._starts = [hour.span.start for hour in hours]

    def between(self, start: int, end: int) -> int:
        """Return what was counted from one minute of an hour to another."""
        hour = self._hours[bisect_right(self._starts, start) - 1]
        amount, begin = hour.cell.amount or 0, hour.span.start
        minutes = (hour.span.end - begin) // _MINUTE_MS
        begun, ended = (start - begin) // _MINUTE_MS, (end - begin) // _MINUTE_MS
        return amount * ended // minutes - amount * begun // minutes


def inputs_told(asked: Asked, name: str, key: str, amounts: Mapping[str, int | None]) -> Answer:
    """Return what a virtual meter is made of, each input with its amount and how to ask on."""
    return {
        "inputs": [
            {
                "meter": one.source,
                "name": meter_name(asked, one.source),
                "sign": PLUS if one.is_added else MINUS,
                "share": fraction(one.upper - one.lower),
                "valid_from": one.valid_from.isoformat(),
                "valid_to": one.valid_to.isoformat(),
                "amount": amounts[one.source],
                "why": f"jieneng why {one.source} {key}",
            }
            for one in asked.registry.portions[name]
        ]
    }


def _rows_of(asked: Asked, source: str, hours: Sequence[Span]) -> dict[int, Row]:
    span = Span(hours[0].start, hours[-1].end)
    rows = rows_of(asked.store.points(METER_HOUR, where=(("meter", (source,)),), span=span))
    return {
        start: {
            name: int(rows.numbers[line, place]) if rows.known[line, place] else None
            for line, name in enumerate(FIELDS)
        }
        for place, start in enumerate(rows.start.tolist())
    }


def _hour(hour: Span, day: date, held: Sequence[Portion], inputs: Mapping[str, _Input]) -> Hour:
    own = [inputs[source] for source in dict.fromkeys(one.source for one in held)]
    is_said = any(one.row is not None for one in own)
    is_counted = is_said and all((one.row or {}).get("amount") is not None for one in own)
    whole = (hour.end - hour.start) // SECOND_MS
    measured = min([whole, *(one.says("measured_s") for one in own)])
    covered = min([whole, *(one.says("measured_s") + one.says("estimated_s") for one in own)])
    lost = max([0, *(one.says("unresolved_s") for one in own)])
    sums = {name: sum(_slice(one, inputs[one.source], name) for one in held) for name in _SUMS}
    cell = Cell(
        sums["amount"] if is_counted else None,
        sums["amount_estimated"] if is_counted else 0,
        measured if is_said else 0,
        covered - measured if is_said else 0,
        lost if is_said else 0,
    )
    return Hour(hour, day, cell, is_said=is_said)


def _slice(portion: Portion, each: _Input, name: str) -> int:
    """Return what a portion takes of an input in an hour: its slice of the sum since midnight."""

    def taken(share: Fraction) -> int:
        return floor(each.after[name] * share) - floor(each.before[name] * share)

    amount = taken(portion.upper) - taken(portion.lower)
    return amount if portion.is_added else -amount
