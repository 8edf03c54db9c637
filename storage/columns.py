"""Many readings as columns: how they travel from the spool into a store."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from energy.reading import GAUGE, Reading

Series = tuple[str, str]
"""Name of the meter, and the table its readings stand in."""

MARKS = {"quality": np.int8, "source": np.int8, "revision": np.int32, "arrived": np.int64}
"""What a reading can be marked with besides its time and value, 0 where it is not; its type."""

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Columns:
    """Readings, one row each; the attributes of energy.reading.Reading by column.

    Attributes:
        series: The series that ``which`` counts, each once; one may be in no row.
        which: Number of the row's series. Shape (n,), int32.
        time: ms since 1970 UTC. Shape (n,), int64.
        value: Steps of a register, base units of an interval; of a gauge the eight bytes of its
            float64, see ``numbers``. Shape (n,), int64.
        quality: Shape (n,), int8.
        source: Shape (n,), int8.
        revision: Shape (n,), int32.
        arrived: Shape (n,), int64.
    """

    series: Sequence[Series]
    which: np.ndarray
    time: np.ndarray
    value: np.ndarray
    quality: np.ndarray
    source: np.ndarray
    revision: np.ndarray
    arrived: np.ndarray

    def __len__(self) -> int:
        return len(self.which)

    @property
    def numbers(self) -> np.ndarray:
        """The values of gauges; meaningless in rows of other tables. Shape (n,), float64."""
        bits: np.ndarray = self.value.view(np.float64)
        return bits

    @property
    def is_gauge(self) -> np.ndarray:
        """Whether a row is of a gauge. Shape (n,), bool."""
        return self._tells([table == GAUGE for _, table in self.series])

    @property
    def is_ordinary(self) -> np.ndarray:
        """Whether a row has no mark at all. Shape (n,), bool."""
        none: np.ndarray = (self.quality | self.source | self.revision | self.arrived) == 0
        return none

    def rows(self, chosen: np.ndarray | slice) -> "Columns":
        """Return the rows that a mask, row numbers or a slice choose."""
        taken = {
            field.name: getattr(self, field.name)[chosen]
            for field in fields(self)
            if field.name != "series"
        }
        return replace(self, **taken)

    def of_table(self, table: str) -> "Columns":
        """Return the rows of one raw table."""
        return self.rows(
            np.array([name == table for _, name in self.series], dtype=bool)[self.which]
        )

    def per_series(self, values: Sequence[int]) -> np.ndarray:
        """Return for each row the value of its series. Shape (n,), int64."""
        return np.array(values, dtype=np.int64).take(self.which)

    def _tells(self, of_series: Sequence[bool]) -> np.ndarray:
        return np.array(of_series, dtype=bool).take(self.which)

    def earliest(self) -> dict[str, int]:
        """Return the earliest time [ms] of each meter that has a row."""
        found: dict[str, int] = {}
        times = np.full(len(self.series), _NEVER)
        np.minimum.at(times, self.which, self.time)
        for (meter, _), time in zip(self.series, times.tolist(), strict=True):
            if time != _NEVER:
                found[meter] = min(time, found.get(meter, time))
        return found

    def readings(self) -> list[Reading]:
        """Return the rows one by one."""
        names = [self.series[which] for which in self.which.tolist()]
        values = zip(self.value.tolist(), self.numbers.tolist(), strict=True)
        marks = zip(*(getattr(self, name).tolist() for name in MARKS), strict=True)
        return [
            Reading(meter, table, time, number if table == GAUGE else whole, *mark)
            for (meter, table), time, (whole, number), mark in zip(
                names, self.time.tolist(), values, marks, strict=True
            )
        ]


def columns_of(readings: Sequence[Reading]) -> Columns:
    """Return readings as columns; see storage.admission for which readings fit."""
    meters, tables, times, values, *marks = zip(*readings, strict=True) if readings else [()] * 8
    series = list(zip(meters, tables, strict=True))
    numbers = {name: number for number, name in enumerate(dict.fromkeys(series))}
    is_gauge = np.array([table == GAUGE for table in tables], dtype=bool)
    value = np.array(
        [0 if table == GAUGE else int(value) for table, value in zip(tables, values, strict=True)],
        dtype=np.int64,
    )
    gauges = [float(v) for table, v in zip(tables, values, strict=True) if table == GAUGE]
    value[is_gauge] = np.array(gauges, dtype=np.float64).view(np.int64)
    return Columns(
        series=list(numbers),
        which=np.array([numbers[name] for name in series], dtype=np.int32),
        time=np.array(times, dtype=np.int64),
        value=value,
        **{
            name: np.array(column, dtype=kind)
            for (name, kind), column in zip(MARKS.items(), marks, strict=True)
        },
    )


NOTHING = columns_of(())


def marked(columns: Columns, quality: int) -> int:
    """Return how many rows have this quality."""
    return int(np.count_nonzero(columns.quality == quality))


def joined(parts: Sequence[Columns]) -> Columns:
    """Return the rows of all parts in their order, each series once."""
    if len(parts) <= 1:
        return parts[0] if parts else NOTHING
    numbers: dict[Series, int] = {}
    which = []
    for part in parts:
        own = [numbers.setdefault((meter, table), len(numbers)) for meter, table in part.series]
        which.append(np.array(own, dtype=np.int32)[part.which] if own else part.which)
    rest = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("time", "value", *MARKS)
    }
    return Columns(series=list(numbers), which=np.concatenate(which), **rest)
