"""Judges many rows at once where nothing about them is odd; all others go to the judge, one by one.

A value is taken here when it is a short plain decimal of a meter that is known, at a time that can
be read and lies in range, and the result is one that the normalizer would take. The arithmetic is
that of collector/screening/normalize.py in whole numbers; tests hold the two to the same answers.
"""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collector.screening.device_clock import EARLIEST
from collector.screening.normalize import Refused
from collector.screening.rule import scale_of
from energy.binding import EVER
from energy.kinds import QUANTITIES
from energy.meter import Meter
from energy.reading import GAUGE, REGISTER
from energy.registry import Registry
from jieneng.imports.columns import Layout
from jieneng.imports.judge import Judge
from jieneng.imports.sheet import Cell
from jieneng.imports.times import Times

PLAIN = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
"""What is parsed here: with its point left out it fits into 64 bits many times over."""
EXACT = 2**52
"""Of digits times scale: below it one division rounds once, and no two decimals share a float.

So none of these numbers can be a float's way of writing another, which the normalizer looks for.
"""
NO_TIME = np.iinfo(np.int64).min

_TENS = 10 ** np.arange(7, dtype=np.int64)

Row = tuple[int, Sequence[Cell]]


class Bulk:
    """Judges the rows of one file, many at a time.

    Args:
        judge: Takes what is odd, and counts.
        registry: The registry in force.
        layout: Which column means what.
        width: How many columns there are.
        times: Reads the times.
        arrived: The time of the import [ms].
    """

    def __init__(
        self,
        judge: Judge,
        registry: Registry,
        layout: Layout,
        width: int,
        *,
        times: Times,
        arrived: int,
    ) -> None:
        self._judge = judge
        self._layout = layout
        self._width = width
        self._times = times
        self._arrived = arrived
        meters = registry.meters
        self._units = [meter.unit for meter in meters]
        self._number = {meter.meter: number for number, meter in enumerate(meters)}
        self._named: dict[tuple[Cell, ...], int] = {
            (name,): number for name, number in self._number.items()
        }
        for key, own in registry.bound.items():
            if own[0].first == -EVER and own[0].end == EVER:  # others are judged by their time
                self._named[key] = self._number[own[0].meter]
        self._zones = list(dict.fromkeys(registry.site[meter.site].zone for meter in meters))
        zones = [self._zones.index(registry.site[meter.site].zone) for meter in meters]
        self._zone = np.array(zones, dtype=np.int64)
        self._is_gauge = np.array([meter.table == GAUGE for meter in meters], dtype=bool)
        self._up = np.array([_small(scale_of(meter).numerator) for meter in meters])
        self._down = np.array([_small(scale_of(meter).denominator) for meter in meters])
        self._lowest, self._highest = _limits(meters)

    def take(self, rows: Sequence[Row]) -> None:
        """Judge rows."""
        whole = [one for one in rows if len(one[1]) == self._width and any(one[1])]
        if len(whole) < len(rows):
            for row, cells in rows:
                if len(cells) != self._width or not any(cells):
                    self._judge.take(row, cells)
        if not whole:
            return
        numbers = np.array([row for row, _ in whole], dtype=np.int64)
        columns = list(zip(*(cells for _, cells in whole), strict=True))
        if self._layout.value is None:
            self._wide(numbers, columns)
        else:
            self._long(numbers, columns, whole, self._layout.value)

    def _long(
        self, numbers: np.ndarray, columns: list[tuple[Cell, ...]], rows: list[Row], value: int
    ) -> None:
        layout = self._layout
        names = zip(*(columns[place] for place in layout.names), strict=True)
        series = np.array([self._named.get(name, -1) for name in names], dtype=np.int64)
        if layout.unit is not None:
            said = zip(series.tolist(), columns[layout.unit], strict=True)
            is_said = [not unit or unit == self._units[number] for number, unit in said]
            series = np.where(is_said, series, -1)
        times = self._instants(columns[layout.time], series)
        taken = self._lane(series, times, columns[value], numbers)
        self._judge.seen.rows += int(taken.sum())
        for index in np.flatnonzero(~taken).tolist():
            self._judge.take(*rows[index])

    def _wide(self, numbers: np.ndarray, columns: list[tuple[Cell, ...]]) -> None:
        texts = columns[self._layout.time]
        self._judge.seen.rows += len(numbers)
        for place, meter in self._layout.series:
            values = columns[place]
            series = np.full(len(numbers), self._number.get(meter, -1), dtype=np.int64)
            taken = self._lane(series, self._instants(texts, series), values, numbers)
            for index in np.flatnonzero(~taken).tolist():
                row = int(numbers[index])
                self._judge.take_cell(row, place, meter, texts[index], values[index])

    def _instants(self, texts: Iterable[Cell], series: np.ndarray) -> np.ndarray:
        """Return the instants [ms] of texts on the clocks of their meters; NO_TIME for others."""
        found = np.full(len(series), NO_TIME)
        zones = np.where(series >= 0, self._zone[series], -1)
        for number in np.unique(zones).tolist():
            if number >= 0:
                read = {text: self._instant(text, self._zones[number]) for text in set(texts)}
                found = np.where(zones == number, [read[text] for text in texts], found)
        return found

    def _instant(self, text: Cell, zone: ZoneInfo) -> int:
        try:
            time = self._times.of(text or "", zone)
        except Refused:
            return NO_TIME
        return time if EARLIEST <= time <= self._arrived else NO_TIME

    def _lane(
        self, series: np.ndarray, times: np.ndarray, texts: Sequence[Cell], rows: np.ndarray
    ) -> np.ndarray:
        """Take what is plain, and return which of them that was."""
        digits, places, is_plain = _decimals(texts)
        up, down = self._up[series], self._down[series] * _TENS[places]
        fits = (up > 0) & (down > 0) & (np.abs(digits) < EXACT // np.maximum(up, 1))
        plain = is_plain & fits & (series >= 0) & (times != NO_TIME)
        scaled, gauge = digits * np.where(fits, up, 0), self._is_gauge[series]
        down = np.maximum(down, 1)
        decimal = scaled / down
        whole, rest = np.divmod(scaled, down)
        value = np.where(gauge, decimal, whole)  # whole numbers below 2**52, so exact as floats
        plain &= (value >= self._lowest[series]) & (value <= self._highest[series])
        self._judge.add_finer(int((plain & ~gauge & (rest != 0)).sum()))
        self._judge.seen.readings += int(plain.sum())
        for mask, values, sorter in (
            (plain & ~gauge, whole, self._judge.whole),
            (plain & gauge, decimal, self._judge.decimal),
        ):
            sorter.extend(series[mask], times[mask], values[mask], rows[mask])
        taken: np.ndarray = plain
        return taken


def _small(number: int) -> int:
    """Return a number; 0 for one that is too large to be worked with here."""
    return number if number < EXACT // 10**6 else 0


def _limits(meters: Sequence[Meter]) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest value of each meter that is taken."""
    lowest, highest = [], []
    for meter in meters:
        if meter.table == GAUGE:
            lowest.append(QUANTITIES[meter.kind].lowest)
            highest.append(QUANTITIES[meter.kind].highest)
        else:
            lowest.append(0.0)
            highest.append(float(meter.modulus - 1) if meter.table == REGISTER else float(EXACT))
    return np.array(lowest, dtype=np.float64), np.array(highest, dtype=np.float64)


def _decimals(texts: Sequence[Cell]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return digits without their point, places behind it, and which texts are plain decimals."""
    given = pa.array(texts, pa.string())
    is_plain = pc.fill_null(pc.match_substring_regex(given, PLAIN), fill_value=False)
    plain = pc.if_else(is_plain, given, "0")
    digits = pc.cast(pc.replace_substring(plain, ".", ""), pa.int64()).to_numpy()
    point = pc.find_substring(plain, ".").to_numpy()
    length = pc.binary_length(plain).to_numpy()
    places = np.where(point < 0, 0, length - point - 1).astype(np.int64)
    return digits, places, is_plain.to_numpy(zero_copy_only=False)
