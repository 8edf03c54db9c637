"""Measuring instruments: what stands at a meter, and until when its verification holds."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from energy.instrument_rules import USE_LIMIT, InstrumentType, fineness

REMINDERS = (90, 30, 0)
"""Days before the due date on which people are reminded, each once."""

_MONTHS = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument with one of its certificates; a later certificate is another row.

    Attributes:
        meter: The meter it stands at.
        serial: Its number, the only one at that meter.
        maker: Who made it.
        model: What the maker calls it.
        type: A type of reference/instrument_types.csv.
        category: A category of reference/accuracy_classes.csv; "" where its kind has but one.
        accuracy: Its accuracy class, such as 0.5S; "" when not known.
        ct_class: Accuracy class of the transformers before it; "" without any.
        installed: First day it stood there.
        removed: First day it no longer stood there; None while it does.
        verified: Date of the certificate; None without one.
        certificate: Number of the certificate.
        due: Last day on which the certificate holds, as it is printed; None: computed.
        evidence: Name of a file or document that shows it.
    """

    meter: str
    serial: str
    maker: str
    model: str
    type: str
    category: str
    accuracy: str
    ct_class: str
    installed: date
    removed: date | None
    verified: date | None
    certificate: str
    due: date | None
    evidence: str

    def stands_on(self, day: date) -> bool:
        """Tell whether it stood there on a day."""
        return self.installed <= day and (self.removed is None or day < self.removed)


class Days(NamedTuple):
    """Days from one to another, of any length.

    Attributes:
        first: First day.
        until: First day after it.
    """

    first: date
    until: date


class Overdue(NamedTuple):
    """When the verification at a meter was overdue.

    Attributes:
        days: In order, apart from each other.
        rows: Ids of the rows of reference/instrument_types.csv that say so, sorted.
        inputs: Of a virtual meter, which has no instrument: the meters whose verification was.
    """

    days: tuple[Days, ...]
    rows: tuple[str, ...]
    inputs: tuple[str, ...] = ()

    def within(self, first: date, until: date) -> tuple[Days, ...]:
        """Return the overdue days from one day to another."""
        cut = (Days(max(one.first, first), min(one.until, until)) for one in self.days)
        return tuple(one for one in cut if one.first < one.until)


class Due(NamedTuple):
    """Until when the verification of an instrument holds.

    Attributes:
        instrument: The instrument with its last certificate.
        due: Last day on which it holds; None if nobody can tell.
        days_left: Days from today to that day; negative once it is overdue, None without one.
        row: Id of the row of reference/instrument_types.csv it was computed by; "" without one.
    """

    instrument: Instrument
    due: date | None
    days_left: int | None
    row: str

    @property
    def is_overdue(self) -> bool:
        """Tell whether the last day has passed."""
        return self.days_left is not None and self.days_left < 0

    @property
    def reminder(self) -> int | None:
        """The last of REMINDERS that was reached; None before the first of them."""
        left = self.days_left
        reached = [] if left is None else [days for days in REMINDERS if left <= days]
        return min(reached, default=None)


def after_months(day: date, months: int) -> date:
    """Return the same day some months later; the last of the month where it has no such day."""
    whole = day.year * _MONTHS + day.month - 1 + months
    year, month = divmod(whole, _MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def type_of(instrument: Instrument, types: Iterable[InstrumentType]) -> InstrumentType | None:
    """Return the row that says how long a certificate holds: its class before any class.

    The row is the one in force when the count began: on the day of the certificate, or where the
    use itself is limited on the day it was installed.
    """
    found = [
        row
        for row in types
        if row.type == instrument.type
        and _is_for(row, instrument.accuracy)
        and _holds(row, _begun(instrument, row))
    ]
    return max(found, key=lambda row: bool(row.accuracy), default=None)


def _is_for(row: InstrumentType, accuracy: str) -> bool:
    asked = fineness(row.accuracy)
    return not row.accuracy or (asked is not None and asked == fineness(accuracy))


def _begun(instrument: Instrument, row: InstrumentType) -> date | None:
    return instrument.installed if row.rule == USE_LIMIT else instrument.verified


def _holds(row: InstrumentType, day: date | None) -> bool:
    return day is not None and row.valid_from <= day < row.valid_to


def due_of(instrument: Instrument, types: Iterable[InstrumentType]) -> tuple[date | None, str]:
    """Return the last day on which a certificate holds, and the id of the row that says so.

    A date that the certificate names wins. None where there is neither a certificate nor a row.
    """
    if instrument.due is not None:
        return instrument.due, ""
    row = type_of(instrument, types)
    begun = None if row is None else _begun(instrument, row)
    if row is None or begun is None:
        return None, ""
    return after_months(begun, row.months), row.id


def standing(instruments: Iterable[Instrument], day: date) -> list[Instrument]:
    """Return what stands at meters on a day, each with its last certificate of that day.

    One whose certificates are all later stands there without any.
    """
    found: dict[tuple[str, str], Instrument] = {}
    for one in instruments:
        if not one.stands_on(day):
            continue
        known = one
        if one.verified is not None and one.verified > day:
            known = replace(one, verified=None, certificate="", due=None)
        before = found.get((one.meter, one.serial))
        if before is None or _certified(known) >= _certified(before):
            found[one.meter, one.serial] = known
    return list(found.values())


def _certified(instrument: Instrument) -> date:
    return instrument.verified or date.min


def dues(
    instruments: Iterable[Instrument], types: Sequence[InstrumentType], *, today: date
) -> list[Due]:
    """Return until when the verification of each standing instrument holds, the soonest first.

    Those of which nobody can tell come last.
    """
    found = []
    for one in standing(instruments, today):
        due, row = due_of(one, types)
        found.append(Due(one, due, None if due is None else (due - today).days, row))
    return sorted(found, key=lambda one: (one.due or date.max, one.instrument.meter))


def overdue_days(
    instruments: Iterable[Instrument], types: Sequence[InstrumentType], *, until: date
) -> dict[str, Overdue]:
    """Return when an instrument at a meter was overdue, by the meter; none where none ever was.

    A certificate is overdue from the day after its due date until the next certificate, or until
    the instrument is removed. Before the first certificate nothing is known, and nothing is said.

    Args:
        instruments: All certificates of all instruments.
        types: How long certificates hold.
        until: First day that is not looked at.
    """
    certificates: dict[tuple[str, str], list[Instrument]] = {}
    for one in instruments:
        certificates.setdefault((one.meter, one.serial), []).append(one)
    found: dict[str, list[tuple[Days, str]]] = {}
    for (meter, _), rows in certificates.items():
        ordered = sorted(rows, key=_certified)
        ends = [*(_certified(row) for row in ordered[1:]), date.max]
        for row, end in zip(ordered, ends, strict=True):
            found.setdefault(meter, []).extend(_overdue(row, types, min(end, until)))
    return {
        meter: Overdue(
            joined_days(days for days, _ in parts),
            tuple(sorted({row for _, row in parts if row})),
        )
        for meter, parts in found.items()
        if parts
    }


def _overdue(row: Instrument, types: Sequence[InstrumentType], end: date) -> list[tuple[Days, str]]:
    due, by = due_of(row, types)
    if due is None:
        return []
    first = max(due + _DAY, row.verified or row.installed, row.installed)
    until = min(end, row.removed or date.max)
    return [(Days(first, until), by)] if first < until else []


def joined_days(days: Iterable[Days]) -> tuple[Days, ...]:
    """Return days in order and apart from each other."""
    joined: list[Days] = []
    for one in sorted(days):
        if joined and one.first <= joined[-1].until:
            joined[-1] = Days(joined[-1].first, max(joined[-1].until, one.until))
        else:
            joined.append(one)
    return tuple(joined)
