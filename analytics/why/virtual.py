"""The hours of a virtual meter worked out again from those of its inputs, one at a time."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import floor

from analytics.ledger.rows import FIELDS, rows_of
from analytics.why.again import Cell, Count
from analytics.why.asked import Answer, Asked, fraction
from analytics.why.ground import ground_of
from analytics.why.worth import Between, Hour
from energy.counting.virtual import MINUS, PLUS, Portion
from energy.meter import Building, Meter, Site
from energy.registry import Registry
from energy.span import SECOND_MS, Span, local_date
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


@dataclass
class Taken:
    """What a virtual meter takes of an input in the hours that it counts.

    Attributes:
        counted: What the input says of those hours [base units].
        taken: What is taken of that, with its sign [base units]; of all inputs it is the amount.
        hours: How many hours they are.
    """

    counted: int = 0
    taken: int = 0
    hours: int = 0


def virtual_hours(
    asked: Asked, name: str, site: Site, hours: Sequence[Span], *, wanted: Span
) -> tuple[list[Hour], dict[Portion, Taken]]:
    """Return what a virtual meter counts in each hour, and what it takes of each input.

    An hour in which an input has no amount is not counted: nothing is taken of the others either.

    Args:
        asked: Has the hours of its inputs.
        name: The virtual meter.
        site: Its wall clock.
        hours: From a local midnight on, in order of time.
        wanted: The hours of which it is asked what was taken.
    """
    portions = asked.registry.portions[name]
    sources = asked.registry.sources[name]
    rows = {source: _rows_of(asked, source, hours) for source in sources}
    inputs = {source: _Input() for source in sources}
    takes: dict[Portion, Taken] = {one: Taken() for one in portions}
    found, today = [], date.min
    for hour in hours:
        day = local_date(hour.start, site.zone)
        if day != today:
            inputs, today = {source: _Input() for source in sources}, day
        for source, each in inputs.items():
            each.goes_on(rows[source].get(hour.start))
        held = [one for one in portions if one.valid_from <= day < one.valid_to]
        found.append(_hour(hour, day, held, inputs))
        if found[-1].cell.amount is not None and hour.start in wanted:
            for one in held:
                take = takes[one]
                take.counted += inputs[one.source].says("amount")
                take.taken += _slice(one, inputs[one.source], "amount")
                take.hours += 1
    return found, takes


class Spread:
    """What a virtual meter counts in parts of hours: slices of what its inputs counted in them.

    An input tells an hour by its readings where it measured all of it and they give its amount;
    else its amount lies evenly in the minutes of the hour.

    Args:
        asked: Has the hours and the readings of its inputs.
        name: The virtual meter.
        site: Its wall clock.
        hours: What it counts in each hour, from a local midnight on, in order of time.
    """

    def __init__(self, asked: Asked, name: str, site: Site, hours: Sequence[Hour]) -> None:
        self._asked, self._name, self._site = asked, name, site
        self._hours = hours
        self._starts = [hour.span.start for hour in hours]
        self._spans = [hour.span for hour in hours]

    def between(self, start: int, end: int) -> int:
        """Return what was counted from one minute of an hour to another."""
        hour = self._hours[bisect_right(self._starts, start) - 1]
        if hour.cell.amount is None or Span(start, end) == hour.span:
            return hour.cell.amount or 0
        portions = self._asked.registry.portions[self._name]
        held = [one for one in portions if one.valid_from <= hour.day < one.valid_to]
        return sum(self._slice(one, hour, start, end) for one in held)

    def _slice(self, portion: Portion, hour: Hour, start: int, end: int) -> int:
        before = self._before[portion.source][hour.span.start]
        first = before + self._until(portion.source, hour, start)
        last = before + self._until(portion.source, hour, end)

        def taken(share: Fraction) -> int:
            return floor(last * share) - floor(first * share)

        amount = taken(portion.upper) - taken(portion.lower)
        return amount if portion.is_added else -amount

    def _until(self, source: str, hour: Hour, time: int) -> int:
        """Return what an input counted from the start of an hour to a minute of it."""
        amount = self._rows[source].get(hour.span.start, {}).get("amount") or 0
        begin, end = hour.span.start, hour.span.end
        told = self._told[source]
        if told.measured_all(begin, end) and told.between(begin, end) == amount:
            return told.between(begin, time)
        return amount * ((time - begin) // _MINUTE_MS) // ((end - begin) // _MINUTE_MS)

    @cached_property
    def _rows(self) -> dict[str, dict[int, Row]]:
        sources = self._asked.registry.sources[self._name]
        return {source: _rows_of(self._asked, source, self._spans) for source in sources}

    @cached_property
    def _before(self) -> dict[str, dict[int, int]]:
        """What each input counted from local midnight to the start of each hour."""
        found: dict[str, dict[int, int]] = {}
        for source, rows in self._rows.items():
            found[source], today, so_far = {}, date.min, 0
            for hour in self._hours:
                today, so_far = hour.day, so_far if hour.day == today else 0
                found[source][hour.span.start] = so_far
                so_far += rows.get(hour.span.start, {}).get("amount") or 0
        return found

    @cached_property
    def _told(self) -> "dict[str, _Told]":
        sources = self._asked.registry.sources[self._name]
        return {source: self._told_by(source) for source in sources}

    def _told_by(self, source: str) -> "_Told":
        asked, span = self._asked, Span(self._spans[0].start, self._spans[-1].end)
        if source in asked.registry.portions:
            hours, _ = virtual_hours(asked, source, self._site, self._spans, wanted=span)
            return _Told(Spread(asked, source, self._site, hours).between, None)
        count = ground_of(asked, asked.registry.meter[source], self._site, span).count
        return _Told(count.between, count)


@dataclass(frozen=True)
class _Told:
    """What an input tells of parts of hours.

    Attributes:
        between: Tells what it counted from one instant to another [base units].
        count: Its count by its readings; None if it is virtual itself.
    """

    between: Between
    count: Count | None

    def measured_all(self, start: int, end: int) -> bool:
        """Tell whether it measured from one instant to another without a gap."""
        if self.count is None:
            return True
        return self.count.cell(start, end).measured_s == (end - start) // SECOND_MS


def inputs_told(
    registry: Registry,
    takes: Mapping[Portion, Taken],
    key: str,
    amounts: Mapping[str, int | None],
) -> Answer:
    """Return what a virtual meter is made of.

    Args:
        registry: Names of the inputs, and where they stand.
        takes: What is taken of each input.
        key: Of the time that is asked for.
        amounts: What each input says of all of it [base units].

    Returns:
        Each input with its names and its building, its amount in all of the time, what it says in
        the hours that count, what is taken of that, and how to ask on.
    """
    meters, buildings = registry.meter, registry.building
    return {
        "inputs": [
            {
                "meter": one.source,
                "name": _names(meters[one.source]),
                "building": meters[one.source].building,
                "building_name": _names(buildings.get(meters[one.source].building)),
                "sign": PLUS if one.is_added else MINUS,
                "share": fraction(one.upper - one.lower),
                "valid_from": one.valid_from.isoformat(),
                "valid_to": one.valid_to.isoformat(),
                "amount": amounts[one.source],
                "counted": take.counted,
                "taken": take.taken,
                "hours": take.hours,
                "why": f"jieneng why {one.source} {key}",
            }
            for one, take in takes.items()
        ]
    }


def _names(entry: Meter | Building | None) -> dict[str, str] | None:
    return None if entry is None else {"zh": entry.name_zh, "en": entry.name_en}


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
