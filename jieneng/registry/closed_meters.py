"""Refuses settings of meters that closed periods rest on, with what to do instead."""

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from analytics.closing.events import owners_of
from analytics.closing.period import span_for
from energy.errors import Mistake
from energy.meter import Meter
from energy.reference import Reference
from energy.registry import Registry
from energy.text import Text
from storage.csv_cells import exact_text
from storage.readings import ReadingStore
from storage.tables import METER_DAY

COLUMNS = (
    "ratio",
    "digits",
    "max_rate",
    "role",
    "building",
    "use",
    "tariff",
    "interval_s",
    "counts",
)
"""What decides amount, place or cost of readings there are, whatever day they are of."""

KIND = "kind"
"""Of a virtual meter alone this may change: stored readings are refused another kind anyway."""

GONE = ""
"""Instead of a column: the meter is not in the new registry."""


class RestsOn(NamedTuple):
    """Tells which closed periods rest on a meter.

    Attributes:
        closed: Institution and period of each closed sheet.
        reference: Knows the heating seasons.
        heard: Meters that have readings in the store.
        store: Has the figures of days; None takes all periods of the institution.
    """

    closed: Sequence[tuple[str, str]]
    reference: Reference
    heard: Collection[str]
    store: ReadingStore | None

    def is_in(self, registry: Registry, meter: str, institution: str, period: str) -> bool:
        """Tell whether a meter has figures of a day of a period."""
        if self.store is None:
            return True
        span = span_for(registry, self.reference, institution, period)
        return len(self.store.points(METER_DAY, where=(("meter", (meter,)),), span=span)) > 0


def meters_otherwise(before: Registry, after: Registry, rests: RestsOn) -> Iterator[Mistake]:
    """Yield each setting of a meter that would give readings of a closed period another meaning.

    Args:
        before: The registry in force.
        after: The one that shall be.
        rests: Tells which closed periods rest on a meter.
    """
    for name, old in before.meter.items():
        if name not in rests.heard and name not in before.portions:
            continue
        new = after.meter.get(name)
        columns = _columns(old, new)
        if not columns:
            continue
        owners = owners_of(before, name) | owners_of(after, name)
        touched = (one for one in rests.closed if one[0] in owners)
        found = next((one for one in touched if rests.is_in(before, name, *one)), None)
        if found is None:
            continue
        for column in columns:
            said = _otherwise(old, new, column, *found) if new else _taken_out(name, *found)
            yield Mistake("meters.csv", 0, column, said)


def _columns(old: Meter, new: Meter | None) -> list[str]:
    if new is None:
        return [GONE]
    return [one for one in (*COLUMNS, KIND) if getattr(old, one) != getattr(new, one)]


def _taken_out(name: str, whose: str, period: str) -> Text:
    return Text(
        f"去掉 {name} 会改变 {whose} 已结账的 {period}。如果它已拆除，请保留这一行并登记事件："
        f"jieneng meters event {name} removed；如果从来没有这块表："
        f"jieneng import registry FOLDER --restating，然后运行 jieneng ledger restate {whose} "
        f"{period}。",
        f"without {name} {period} of {whose} would change, which is closed. If it was taken down, "
        f"keep the row and enter that: jieneng meters event {name} removed. If it never was there: "
        "jieneng import registry FOLDER --restating, and then: "
        f"jieneng ledger restate {whose} {period}.",
    )


def _otherwise(old: Meter, new: Meter, column: str, whose: str, period: str) -> Text:
    stood, shall = (_cell(getattr(meter, column)) for meter in (old, new))
    return Text(
        f"{old.meter} 由 {stood} 改为 {shall}，会改变 {whose} 已结账的 {period}。"
        "如果是从某天起改变，请登记有日期的事件：jieneng meters event；"
        "如果原来一直写错：jieneng import registry FOLDER --restating，"
        f"然后运行 jieneng ledger restate {whose} {period}。",
        f"{old.meter} from {stood} to {shall} would change {period} of {whose}, which is closed. "
        "If it changed on a day, enter that as an event: jieneng meters event. If it was wrong "
        "from the start: jieneng import registry FOLDER --restating, and then: "
        f"jieneng ledger restate {whose} {period}.",
    )


def _cell(value: object) -> str:
    """Return a setting as meters.csv has it."""
    return exact_text(value) if isinstance(value, Fraction) else str(value) or "-"
