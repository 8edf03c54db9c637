"""Amounts of one meter or place, a row a period: what every table of the ledger holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from energy.span import Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.tables import METER_HOUR, Table

FIELDS = tuple(METER_HOUR.field)
ROW = {field: place for place, field in enumerate(FIELDS)}


@dataclass(frozen=True)
class Rows:
    """Rows in order of time: of one meter or place, or of many that have the same periods.

    Attributes:
        start: Start of each period [ms]. Shape (n,), int64, strictly increasing.
        numbers: A line a field, in the order of FIELDS; 0 where it is missing. Shape (9, n), int64;
            of many (9, many, n).
        known: Whether the field is there. Shape of the numbers, bool.
    """

    start: np.ndarray
    numbers: np.ndarray
    known: np.ndarray

    def __len__(self) -> int:
        return len(self.start)

    def field(self, name: str) -> np.ndarray:
        """Return the values of one field. Shape (n,); of many (many, n)."""
        return np.asarray(self.numbers[ROW[name]])

    def within(self, span: Span) -> "Rows":
        """Return the rows that start within a span."""
        first, last = np.searchsorted(self.start, [span.start, span.end])
        inside = slice(int(first), int(last))
        return Rows(self.start[inside], self.numbers[..., inside], self.known[..., inside])

    def since(self, time: int) -> "Rows":
        """Return the rows from a time [ms] on."""
        return self.within(Span(time, LATEST_MS))

    def of(self, place: int) -> "Rows":
        """Return the rows of one of many."""
        return Rows(self.start, self.numbers[:, place], self.known[:, place])

    def with_period(self, seconds: np.ndarray) -> "Rows":
        """Return the same rows with another length of period [s]."""
        values = self.numbers.copy()
        values[ROW["period_s"]] = seconds
        return replace(self, numbers=values)


@dataclass(frozen=True)
class Patch:
    """What a part of a table is to say of one meter or place.

    Attributes:
        span: The part: what starts within it and is no row is no longer true.
        rows: What starts within it.
    """

    span: Span
    rows: Rows


def no_rows() -> Rows:
    """Return no rows."""
    return Rows(
        np.zeros(0, dtype=np.int64),
        np.zeros((len(FIELDS), 0), dtype=np.int64),
        np.zeros((len(FIELDS), 0), dtype=bool),
    )


def patched(there: Rows, patches: Sequence[Patch]) -> Rows:
    """Return rows with patches laid over them; the patches are in order and do not overlap."""
    parts = []
    begin = EARLIEST_MS
    for patch in patches:
        parts += [there.within(Span(begin, patch.span.start)), patch.rows]
        begin = patch.span.end
    parts.append(there.within(Span(begin, LATEST_MS)))
    return _one_after_another(parts)


def _one_after_another(parts: Sequence[Rows]) -> Rows:
    said = [part for part in parts if len(part)]
    if len(said) < 2:  # noqa: PLR2004  nothing to join
        return [*said, *parts, no_rows()][0]
    return Rows(
        np.concatenate([part.start for part in said]),
        np.concatenate([part.numbers for part in said], axis=-1),
        np.concatenate([part.known for part in said], axis=-1),
    )


def stacked(many: Sequence[Rows]) -> Rows:
    """Return rows of several that have the same periods as the rows of many."""
    return Rows(
        many[0].start,
        np.stack([rows.numbers for rows in many], axis=1),
        np.stack([rows.known for rows in many], axis=1),
    )


def summed_by(rows: Rows, period: np.ndarray) -> Rows:
    """Return one row for each longer period: the sum of what is known within it.

    Args:
        rows: Rows of shorter periods.
        period: Start of the longer period that each row lies in [ms], increasing. Shape (n,).
    """
    if not len(rows):
        return rows
    first = np.flatnonzero(np.diff(period, prepend=period[0] - 1))
    return Rows(
        period[first],
        np.add.reduceat(rows.numbers, first, axis=-1),
        np.logical_or.reduceat(rows.known, first, axis=-1),
    )


def added(parts: Sequence[Rows]) -> Rows:
    """Return the sum of several meters, period by period: the known part where one is missing."""
    starts = [part.start for part in parts if len(part)]
    if not starts:
        return no_rows()
    start = np.unique(np.concatenate(starts))
    values = np.zeros((len(FIELDS), len(start)), dtype=np.int64)
    known = np.zeros((len(FIELDS), len(start)), dtype=bool)
    for part in parts:
        place = np.searchsorted(start, part.start)
        values[:, place] += part.numbers
        known[:, place] |= part.known
    return Rows(start, values, known)


def frame_of(table: Table, parts: Sequence[tuple[Rows, Mapping[str, str]]]) -> pd.DataFrame:
    """Return rows, each part with its tags, as a frame that a store takes; a missing field is NA.

    One frame for many meters costs little more than one for a single meter.
    """
    lengths = [len(rows) for rows, _ in parts]
    columns: dict[str, object] = {"time": np.concatenate([rows.start for rows, _ in parts])}
    for tag in table.tags:
        names = np.array([tags[tag] for _, tags in parts], dtype=object)
        columns[tag] = pd.array(np.repeat(names, lengths), dtype="str")
    numbers = np.concatenate([rows.numbers for rows, _ in parts], axis=1)
    missing = ~np.concatenate([rows.known for rows, _ in parts], axis=1)
    for place, field in enumerate(FIELDS):
        columns[field] = pd.arrays.IntegerArray(numbers[place], missing[place])
    return pd.DataFrame(columns)


def rows_of(points: pd.DataFrame) -> Rows:
    """Return points of one meter or place, as a store gives them, as rows."""
    is_ordered = points["time"].is_monotonic_increasing
    return _converted(points if is_ordered else points.sort_values("time"))


def _converted(ordered: pd.DataFrame) -> Rows:
    known = np.array([ordered[field].notna().to_numpy(dtype=bool) for field in FIELDS])
    values = np.array([ordered[field].fillna(0).to_numpy(dtype=np.int64) for field in FIELDS])
    shape = (len(FIELDS), len(ordered))
    return Rows(
        ordered["time"].to_numpy(dtype=np.int64), values.reshape(shape), known.reshape(shape)
    )


def rows_by(points: pd.DataFrame, key: list[str]) -> dict[tuple[str, ...], Rows]:
    """Return points as rows of each that a key tells from others, converted all at once."""
    if points.empty:
        return {}
    number = points.groupby(key, sort=False).ngroup().to_numpy(dtype=np.int64)
    ordered = points.iloc[np.lexsort((points["time"].to_numpy(dtype=np.int64), number))]
    whole = _converted(ordered)
    ends = np.cumsum(np.bincount(number)).tolist()
    begins = [0, *ends[:-1]]
    names = zip(*(ordered[tag].iloc[begins].astype(str) for tag in key), strict=True)
    return {
        name: Rows(whole.start[begin:end], whole.numbers[:, begin:end], whole.known[:, begin:end])
        for name, begin, end in zip(names, begins, ends, strict=True)
    }


class KnownDays:
    """The days of all meters, or all places, as a table has them: read once for all that ask.

    Args:
        store: Where they are.
        table: Days of meters or of places.
        key: Tags that tell one from another.
    """

    def __init__(self, store: ReadingStore, table: Table, key: Sequence[str]) -> None:
        self._store = store
        self._table = table
        self._key = list(key)
        self._from = LATEST_MS
        self._stretches: list[dict[tuple[str, ...], Rows]] = []

    def since(self, names: Sequence[str], start: int) -> Rows:
        """Return the days of one of them from a time [ms] on."""
        if start < self._from:
            # Some ask further back than others: only what was not read before is read then.
            missing = Span(start, self._from)
            points = self._store.points(self._table, where=(), span=missing)
            self._stretches.insert(0, rows_by(points, self._key))
            self._from = start
        name = tuple(names)
        found = [there[name] for there in self._stretches if name in there]
        rows = _one_after_another(found)
        return rows if start == self._from else rows.since(start)
