"""Judges every value of a file as the collector would: the same normalizer, other limits of time.

To the normalizer a file is one device whose channels are the meters, each in its own unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.screening.device_clock import EARLIEST
from collector.screening.normalize import NOT_BOUND, Normalizer, Refused
from energy.binding import Binding
from energy.messages.message import NOT_A_NUMBER, Said
from energy.meter import Device
from energy.reading import GAUGE, Reading
from energy.registry import Registry
from formats._own import decimal_of
from jieneng.imports.columns import Layout
from jieneng.imports.complaints import Complaint, Complaints
from jieneng.imports.sheet import Cell
from jieneng.imports.sorter import Sorter
from jieneng.imports.times import Times

FILE = "file"

_DIGITS = frozenset("0123456789+-.eE")


class Place(NamedTuple):
    """Where the readings of a meter go.

    Attributes:
        number: Of the meter, in order of the registry.
        zone: Wall clock of its site.
        sorter: Of its kind of values.
    """

    number: int
    zone: ZoneInfo
    sorter: Sorter


class _Given(NamedTuple):
    """One value of a file: place of its column, meter, and the texts of the cells it stands on."""

    place: int
    meter: str
    time: str
    value: str
    unit: str


class First(NamedTuple):
    """The first good reading of a file, as it stands there and as it is understood."""

    row: int
    time: str
    value: str
    reading: Reading


@dataclass
class Seen:
    """What was read so far.

    Attributes:
        rows: Rows below the heading.
        blank: Rows without any cell.
        empty: Cells for a value that are empty; missing is not zero, so they say nothing.
        readings: Values that are there.
    """

    rows: int = 0
    blank: int = 0
    empty: int = 0
    readings: int = 0


class Judge:
    """Judges the rows of one file.

    Args:
        registry: The registry in force.
        layout: Which column means what.
        heading: Names of the columns.
        times: Reads the times.
        complaints: Takes what is refused.
        arrived: The time of the import [ms]; nothing lies after it.
        folder: For the files of the sorters.
    """

    def __init__(
        self,
        registry: Registry,
        layout: Layout,
        heading: Sequence[str],
        *,
        times: Times,
        complaints: Complaints,
        arrived: int,
        folder: Path,
    ) -> None:
        self.seen = Seen()
        self.first: First | None = None
        self._finer = 0
        self._layout = layout
        self._heading = heading
        self._times = times
        self._complaints = complaints
        self._arrived = arrived
        self._normalizer = Normalizer(
            as_one_device(registry), future_ms=0, past_ms=arrived - EARLIEST
        )
        self.whole = Sorter(folder, is_gauge=False)
        self.decimal = Sorter(folder, is_gauge=True)
        self._places = {
            meter.meter: Place(
                number,
                registry.site[meter.site].zone,
                self.decimal if meter.table == GAUGE else self.whole,
            )
            for number, meter in enumerate(registry.meters)
        }
        self._named: Mapping[tuple[str, ...], Sequence[Binding]] = (
            {(name,): (Binding(name, "", ""),) for name in registry.meter}
            if len(layout.names) == 1
            else {(*key,): own for key, own in registry.bound.items()}
        )

    @property
    def finer(self) -> int:
        """Values finer than the step of their meter, which were floored to it."""
        return self._finer + sum(self._normalizer.finer.values())

    def add_finer(self, count: int) -> None:
        """Count values that were floored elsewhere."""
        self._finer += count

    def close(self) -> None:
        """Let go of the files."""
        self.whole.close()
        self.decimal.close()

    def take(self, row: int, cells: Sequence[Cell]) -> None:
        """Judge one row."""
        self.seen.rows += 1
        if not any(cells):
            self.seen.blank += 1
        elif len(cells) != len(self._heading):
            self.seen.readings += 1
            reason = f"row of {len(cells)} cells under a heading of {len(self._heading)}"
            self._complaints.add(Complaint(row, "", " ".join(filter(None, cells)), reason))
        elif self._layout.value is None:
            self._wide(row, cells)
        else:
            self._long(row, cells, self._layout.value)

    def _long(self, row: int, cells: Sequence[Cell], place: int) -> None:
        value, layout = cells[place], self._layout
        if value is None or not value.strip():
            self.seen.empty += 1
            return
        self.seen.readings += 1
        names = tuple((cells[name] or "").strip() for name in layout.names)
        if names not in self._named:
            self._refuse_stranger(row, names)
            return
        meter = self._meter_at(names, cells[layout.time] or "")
        if meter is None:
            heading = self._heading[layout.names[-1]]
            self._complaints.add(Complaint(row, heading, " ".join(names), NOT_BOUND))
            return
        unit = "" if layout.unit is None else (cells[layout.unit] or "").strip()
        self._value(row, _Given(place, meter, cells[layout.time] or "", value, unit))

    def _meter_at(self, names: tuple[str, ...], text: str) -> str | None:
        """Return the meter that a name meant at a time on that meter's clock; None for none.

        A time that cannot be read is left to whoever reads the value.
        """
        for one in self._named[names]:
            try:
                time = self._times.of(text, self._places[one.meter].zone)
            except Refused:
                return one.meter
            if one.first <= time < one.end:
                return one.meter
        return None

    def _wide(self, row: int, cells: Sequence[Cell]) -> None:
        time = cells[self._layout.time]
        for place, meter in self._layout.series:
            self.take_cell(row, place, meter, time, cells[place])

    def take_cell(self, row: int, place: int, meter: str, time: Cell, value: Cell) -> None:
        """Judge one cell of the wide form, in the column at a place."""
        if value is None or not value.strip():
            self.seen.empty += 1
            return
        self.seen.readings += 1
        self._value(row, _Given(place, meter, time or "", value, ""))

    def _refuse_stranger(self, row: int, names: tuple[str, ...]) -> None:
        column = self._heading[self._layout.names[-1]]
        if len(names) == 1:
            reason = "unknown meter"
        elif any(device == names[0] for device, _ in self._named):
            reason = "unknown channel"
        else:
            reason = "unknown device"
        self._complaints.add(Complaint(row, column, " ".join(names), reason))

    def _value(self, row: int, given: _Given) -> None:
        to = self._places.get(given.meter)
        if to is None:  # a column of the wide form
            heading = self._heading[given.place]
            self._complaints.add(Complaint(row, heading, given.value, "unknown meter"))
            return
        try:
            time = self._times.of(given.time, to.zone)
            said = Said(FILE, given.meter, time, number(given.value), given.unit)
            reading = self._normalizer.reading(said, gateway="", form=FILE, arrived=self._arrived)
            to.sorter.add(to.number, reading.time, reading.value, row)
            if self.first is None:
                self.first = First(row, given.time, given.value, reading)
        except Refused as why:
            self._refuse(row, given, str(why))

    def _refuse(self, row: int, given: _Given, reason: str) -> None:
        """Complain of the cell that the reason is about."""
        place, value = given.place, given.value
        if reason.startswith("time"):
            place, value = self._layout.time, given.time
        elif reason.startswith("unit") and self._layout.unit is not None:
            place, value = self._layout.unit, given.unit
        self._complaints.add(Complaint(row, self._heading[place], value, reason))


def as_one_device(registry: Registry) -> Registry:
    """Return the registry as a file speaks: meters without a device are read by hand, too."""
    meters = tuple(replace(meter, device=FILE, channel=meter.meter) for meter in registry.meters)
    device = Device(FILE, "", FILE, "", "ms", "UTC")
    return replace(registry, devices=(device,), meters=meters, bindings=())


def number(cell: str) -> Decimal:
    """Return the number in a cell, exactly; NOT_A_NUMBER for anything but decimals with a point."""
    text = cell.strip()
    if not _DIGITS.issuperset(text):
        return NOT_A_NUMBER
    try:
        return decimal_of(text)
    except ArithmeticError:
        return NOT_A_NUMBER
