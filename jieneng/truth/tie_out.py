"""One register of the truth file beside what the ledger says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd

from analytics.consumption.marks import counting
from energy.query import Aggregate, Column, Query
from energy.span import HOUR_MS, SECOND_MS, Span
from jieneng.truth.files import Truth
from storage.readings import ReadingStore
from storage.tables import METER_HOUR

NORMAL_CADENCE = 1.5
"""An interval between readings is normal up to this many nominal intervals; chosen."""

_EVER = Span(0, 2**53)
_FIELDS = ("amount", "measured_s", "unresolved_s")
_HOUR_S = HOUR_MS // SECOND_MS


@dataclass(frozen=True)
class MeterScore:
    """The figures of one register; jieneng/truth/score.py adds them up and defines them.

    Attributes:
        difference: |A - T| [base units].
        wrong: Hours said to be measured that are wrong.
        unresolved_true: Hours nobody can resolve.
        unresolved_said: Hours the ledger calls unresolved.
        unresolved_missed: Hours nobody can resolve that the ledger does not call so.
        expected: Hours that should be measured.
        measured: Of these, the ones said to be measured.
    """

    difference: int
    wrong: int
    unresolved_true: int
    unresolved_said: int
    unresolved_missed: int
    expected: int
    measured: int


class RegisterCheck:
    """One register of the truth beside what a ledger says of it.

    Args:
        name: The meter.
        truth: The truth files.
        said: amount [base units], measured_s and unresolved_s of its hours, by start [ms].
        accepted: Times of the readings that the ledger is made from [ms], increasing.
        spans: Spans that the ledger calls unresolved; None to see them in its hours.
    """

    def __init__(
        self,
        name: str,
        truth: Truth,
        said: pd.DataFrame,
        accepted: np.ndarray,
        spans: Sequence[Span] | None = None,
    ) -> None:
        facts = truth.facts["meters"][name]
        due = truth.readings[name]
        self.worth = _Worth(facts)
        self.per_step = self.worth.greatest
        self.interval_ms = int(facts["interval_s"]) * SECOND_MS
        self.times = due["time"].to_numpy(np.int64)
        self.counts = due["count"].to_numpy(np.int64)
        good = due["good"].to_numpy(bool)
        self.good_times, self.good_counts = self.times[good], self.counts[good]
        hours = truth.hours[name].set_index("time")
        self.true_hours, self.used = hours["steps"], hours["used"]
        self.unresolvable = [
            Span(entry["start"], entry["end"])
            for entry in truth.facts["unresolvable"]
            if entry["meter"] == name and entry["end"] <= truth.until
        ]
        self.accepted = accepted[_among(accepted, self.times)]
        self.said = said
        self.spans = unresolved_spans(self.said, self.accepted) if spans is None else spans

    def _base(self, time: int) -> Fraction:
        """Return the base units truly counted up to the reading nearest to a time [ms]."""
        return self.worth.of(int(self.counts[_nearest(self.times, time)]))

    def difference(self) -> int:
        """Return |A - T| [base units]."""
        amount = int(self.said["amount"].sum())
        if len(self.accepted) == 0:
            return abs(amount)
        first, last = int(self.accepted[0]), int(self.accepted[-1])
        due = self._base(last) - self._base(first)
        due -= sum(self._base(span.end) - self._base(span.start) for span in self.spans)
        return abs(amount - due.numerator // due.denominator)

    def _interval_of(self, edges: np.ndarray, side: str) -> np.ndarray:
        """Return the index of the reading that ends the interval an edge lies in."""
        found = np.searchsorted(self.good_times, edges, "right" if side == "start" else "left")
        return np.asarray(found)

    def _cut(self, starts: np.ndarray) -> np.ndarray:
        """Return the true advance [steps] of the reading intervals that hours' edges cut."""
        advance = np.concatenate(([0], np.diff(self.good_counts), [0]))
        ends = starts + HOUR_MS
        first = self._interval_of(starts, "start")
        last = self._interval_of(ends, "end")
        cut_first = ~_among(starts, self.good_times)
        cut_last = ~_among(ends, self.good_times) & ((last != first) | ~cut_first)
        return np.where(cut_first, advance[first], 0) + np.where(cut_last, advance[last], 0)

    def measured_hours(self) -> np.ndarray:
        """Return hours [start, ms] said to be measured."""
        return self.said.index[self.said["measured_s"] == _HOUR_S].to_numpy(np.int64)

    def wrong_hours(self, *, against_used: bool = False) -> np.ndarray:
        """Return hours [start, ms] said to be measured that are not what truly flowed.

        Args:
            against_used: Hold them to what was truly used, whatever the register counted.
        """
        measured = self.said[self.said["measured_s"] == _HOUR_S]
        starts = measured.index.to_numpy(np.int64)
        true = self.worth.of_hours(self.true_hours).reindex(measured.index).to_numpy(float)
        if against_used:
            true = self.used.reindex(measured.index).to_numpy(float)
        said = measured["amount"].to_numpy(float)
        allowed = float(self.per_step) * (1 + self._cut(starts))
        return np.asarray(starts[~(np.abs(said - true) <= allowed)])

    def expected_hours(self) -> np.ndarray:
        """Return hours [start, ms] that lie in intervals of normal cadence, all of them.

        Those that nobody can resolve are not among them.
        """
        starts = self.true_hours.index.to_numpy(np.int64)
        gaps = np.diff(self.good_times)
        # Before the first reading and after the last there is no interval, which is never normal.
        odd = np.concatenate(([True], gaps > NORMAL_CADENCE * self.interval_ms, [True]))
        first = self._interval_of(starts, "start")
        last = self._interval_of(starts + HOUR_MS, "end")
        odd_before = np.concatenate(([0], np.cumsum(odd)))
        due = starts[odd_before[last + 1] == odd_before[first]]
        cells = [cell for span in self.unresolvable for cell in _cells(span)]
        return np.asarray(due[~np.isin(due, cells)])

    def score(self) -> MeterScore:
        """Return all figures of this meter."""
        true_cells = {cell for span in self.unresolvable for cell in _cells(span)}
        said_cells = set(self.said.index[self.said["unresolved_s"] > 0])
        expected = self.expected_hours()
        return MeterScore(
            difference=self.difference(),
            wrong=len(self.wrong_hours()),
            unresolved_true=len(true_cells),
            unresolved_said=len(said_cells),
            unresolved_missed=len(true_cells - said_cells),
            expected=len(expected),
            measured=int(np.count_nonzero(_among(expected, self.measured_hours()))),
        )


class _Worth:
    """What the count of a register is worth, over all ratios that were written down.

    Args:
        facts: What truth.json says of the meter.
    """

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._begin = [(0, Fraction(facts["base_per_step"]))]
        for one in facts.get("ratios", ()):
            self._begin.append((int(one["count"]), Fraction(one["base_per_step"])))
        self._first = int(facts.get("first_count", 0))

    @property
    def greatest(self) -> Fraction:
        """Most base units that a step ever was."""
        return max(per_step for _, per_step in self._begin)

    def of(self, count: int) -> Fraction:
        """Return the base units of a count since the origin, which may also have fallen below 0."""
        found, ends = Fraction(0), [begin for begin, _ in self._begin[1:]]
        for (begin, per_step), end in zip_longest(self._begin, ends):
            found += ((count if end is None else min(count, end)) - begin) * per_step
            if end is None or count <= end:
                break
        return found

    def of_hours(self, steps: pd.Series) -> pd.Series:
        """Return the base units of each hour's steps, from the first hour of the meter on."""
        if len(self._begin) == 1:
            return steps * float(self.greatest)
        edges = self._first + np.append(0, np.cumsum(steps.to_numpy(np.int64)))
        base = [float(self.of(count)) for count in edges.tolist()]
        return pd.Series(np.diff(base), index=steps.index)


def _among(times: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Tell which times are among known ones, which increase. Shape of times, bool."""
    if len(known) == 0:
        return np.zeros(len(times), bool)
    place = np.minimum(np.searchsorted(known, times), len(known) - 1)
    return np.asarray(known[place] == times)


def _nearest(times: np.ndarray, time: int) -> int:
    at = int(np.searchsorted(times, time))
    near = [index for index in (at - 1, at) if 0 <= index < len(times)]
    return min(near, key=lambda index: abs(int(times[index]) - time))


def _cells(span: Span) -> range:
    return range(span.start // HOUR_MS * HOUR_MS, span.end, HOUR_MS)


def accepted_times(store: ReadingStore, truth: Truth, meter: str) -> np.ndarray:
    """Return times of the readings of a meter that count [ms], increasing. Shape (n,)."""
    table = str(truth.facts["meters"][meter]["table"])
    series = store.series(table, meter, _EVER)
    return np.asarray(series.time[counting(table, series.quality)])


def hours_said(store: ReadingStore, meters: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return amount, measured_s and unresolved_s of each meter's hours, by start [ms]."""
    query = Query(
        METER_HOUR.name,
        tuple(Column(name, Aggregate.SUM, name) for name in _FIELDS),
        where=(("meter", tuple(meters)),),
        group_by=("meter",),
        every="hour",
    )
    frame = store.query(query, _EVER)
    frame[list(_FIELDS)] = frame[list(_FIELDS)].fillna(0).astype(np.int64)
    nothing = frame.iloc[:0].set_index("time")[list(_FIELDS)]
    groups = frame.groupby("meter", sort=False)
    said = {str(name): rows.set_index("time")[list(_FIELDS)] for name, rows in groups}
    return {meter: said.get(meter, nothing) for meter in meters}


def unresolved_spans(said: pd.DataFrame, accepted: np.ndarray) -> list[Span]:
    """Return the spans between readings that the hours of a meter call unresolved.

    Args:
        said: ``unresolved_s`` by start of the hour [ms].
        accepted: Times of the accepted readings [ms], increasing.

    An unresolved span lies between two readings, so one inside an hour is the pair of readings
    that far apart; else it reaches from the end of its first hour back, and into its last.
    """
    hours = said[said["unresolved_s"] > 0]
    starts = hours.index.to_numpy(np.int64)
    lengths = hours["unresolved_s"].to_numpy(np.int64) * SECOND_MS
    found = []
    breaks = np.flatnonzero(np.diff(starts) != HOUR_MS) + 1
    for run in np.split(np.arange(len(starts)), breaks):
        if len(run) == 0:
            continue
        first, last = int(run[0]), int(run[-1])
        if first == last:
            found.append(_inside_hour(int(starts[first]), int(lengths[first]), accepted))
        else:
            begin = int(starts[first]) + HOUR_MS - int(lengths[first])
            end = int(starts[last]) + int(lengths[last])
            found.append(Span(begin, end))
    return found


def _inside_hour(start: int, length: int, accepted: np.ndarray) -> Span:
    inside = accepted[(accepted >= start) & (accepted <= start + HOUR_MS)]
    for before, after in zip(inside[:-1].tolist(), inside[1:].tolist(), strict=True):
        if abs(after - before - length) < SECOND_MS:
            return Span(before, after)
    return Span(start, start + length)
