"""Screens many values at once: the plainly right in a few strokes, every other one by one.

What is right and what is not is defined once, for a single value, in normalize.py. Here whole
columns are looked at for the usual case, in which that definition could only say yes; any
value about which there is the least doubt is handed to it. So both always agree, which
tests/collector/test_screen.py holds them to, and a usual reading costs a small part.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from collector.screening.decimal_ratio import MOST_EXACT
from collector.screening.device_clock import EARLIEST
from collector.screening.doubt import Doubt, Odd
from collector.screening.known import Known
from collector.screening.normalize import Normalizer, Refused
from collector.screening.pending import UNKNOWN, Channels, Pending, Source
from collector.screening.rule import Rule
from collector.screening.scale import GAUGE_STEPS, Scale, scale_of
from collector.screening.standing import Advance, Batch
from energy.binding import EVER
from energy.messages.message import Said
from energy.reading import GAUGE, Quality
from storage.columns import NOTHING, Columns, Series


class Refusal(NamedTuple):
    """A value that cannot be taken.

    Attributes:
        place: Of its message.
        reason: Why.
        said: The value as the device said it.
        ahead_ms: How far its time is ahead where that is why; else 0.
    """

    place: int
    reason: str
    said: Said
    ahead_ms: int = 0


class Screened(NamedTuple):
    """What became of pending values.

    Attributes:
        readings: Those to keep, each series in order of arrival.
        refused: Each that cannot be taken.
        duplicate: How many said again what their meter had just said.
        odd: Those to keep that are doubtful.
    """

    readings: Columns
    refused: list[Refusal]
    duplicate: int
    odd: list[Odd]


class Screen:
    """Screens for one registry, and knows what each meter said last.

    What was screened is on trial until ``keep``; ``undo`` goes back to what was kept.

    Args:
        normalizer: Defines what is right, for one value.
        before: The screen for the registry before, whose knowledge goes on.
        newest: The greatest time [ms] that each meter said in an earlier life of the collector.
    """

    def __init__(
        self,
        normalizer: Normalizer,
        before: "Screen | None" = None,
        *,
        newest: Mapping[Series, int] = MappingProxyType({}),
    ) -> None:
        self._normalizer = normalizer
        rules = normalizer.rules
        self.series: list[Series] = [("", ""), *((r.meter, r.table) for r in rules.values())]
        self._slot = {meter: number for number, meter in enumerate(rules, 1)}
        self._devices = self._channels(normalizer)
        self._small = np.int16 if len(self.series) < np.iinfo(np.int16).max else np.int32
        scales = [Scale(), *map(scale_of, rules.values())]
        self._multiply = np.array([scale.multiply for scale in scales], dtype=np.float64)
        self._divide = np.array([scale.divide for scale in scales], dtype=np.float64)
        self._is_gauge = np.array([table == GAUGE for _, table in self.series])
        self._as_it_is = self._is_gauge & (self._multiply == GAUGE_STEPS)
        self._ms_per_unit = np.array([1, *(r.ms_per_unit for r in rules.values())])
        self._on_time_ms = np.array([0, *(r.on_time_ms for r in rules.values())])
        self._first = np.array([-EVER, *(r.first for r in rules.values())])
        self._end = np.array([EVER, *(r.end for r in rules.values())])
        self._is_dated = bool((self._first > -EVER).any() or (self._end < EVER).any())
        bounds = [(0.0, -1.0), *map(_bounds, rules.values())]
        self._lowest, self._highest = np.array(bounds, dtype=np.float64).T
        plates = [None, *map(normalizer.nameplates.get, rules)]
        if before is None:
            self.known = Known.of(newest, self.series, plates)
            self.kept = self.known.copy()
        else:
            self.known = before.known.moved(before.series, self.series, plates)
            self.kept = before.kept.moved(before.series, self.series, plates)

    def _channels(self, normalizer: Normalizer) -> dict[tuple[str, str, str], dict[str, Channels]]:
        """Return the slot that a channel leads to now, by gateway, format, topic, and device.

        A channel whose last meter hangs on another one by now has none: its values, which belong
        to the past, are read one by one.
        """
        found: dict[tuple[str, str, str], dict[str, Channels]] = {}
        for (device, channel), own in normalizer.bound.items():
            last = own[-1]
            where = (last.gateway, last.form, last.topic)
            behind = found.setdefault(where, {}).setdefault(device, Channels())
            if normalizer.rules[last.meter] is last:
                behind[channel] = self._slot[last.meter]
        return found

    def keep(self) -> None:
        """Take what was screened so far for durable."""
        self.kept = self.known.copy()

    def undo(self) -> None:
        """Forget what is not durable, because it is let go of and will be said again."""
        self.known = self.kept.copy()

    def begin_old(self) -> Known:
        """Expect messages that arrived before; return what is known of meters, for ``end_old``."""
        before = self.known.copy()
        self.known.standing.stamp[:] = 0
        return before

    def end_old(self, before: Known) -> None:
        """Go back to what each meter said last; the newest of what it said meanwhile stays."""
        newest = self.known.standing.newest
        self.known = Known(before.standing._replace(newest=newest), before.courses)

    def devices(self, *, gateway: str, form: str, topic: str) -> dict[str, Channels]:
        """Return the channels of every device that may speak on a topic in a format.

        Args:
            gateway: The gateway behind the topic; "" for devices that speak themselves.
            form: Name of the format.
            topic: The topic.
        """
        anywhere = self._devices.get((gateway, form, ""), {})
        here = self._devices.get((gateway, form, topic))
        return {**anywhere, **here} if here else anywhere

    def screened(self, pending: Pending) -> Screened:
        """Return what becomes of pending values."""
        message = np.repeat(np.arange(len(pending.sizes)), pending.sizes)
        arrived = np.repeat(np.array(pending.arrived, dtype=np.int64), pending.sizes)
        slot = np.array(pending.slots, dtype=self._small)
        value, is_plain = self._values(slot, np.array(pending.numbers, dtype=np.float64))
        time = np.repeat(np.array(pending.times, dtype=np.int64), pending.lengths)
        time = time * self._ms_per_unit[slot]
        is_plain &= (time >= np.maximum(arrived - self._normalizer.past_ms, EARLIEST)) & (
            time <= arrived + self._normalizer.future_ms
        )
        if self._is_dated:
            is_plain &= (time >= self._first[slot]) & (time < self._end[slot])
        late = np.where(np.abs(arrived - time) > self._on_time_ms[slot], arrived, 0)
        columns = _Values(slot, time, value, late, np.zeros(len(slot), dtype=np.int8))
        refused = self._read_exactly(pending, columns, np.flatnonzero(~is_plain), message)
        kept = np.flatnonzero(slot != UNKNOWN)
        return self._in_order(columns.rows(kept), (arrived[kept], message[kept]), refused)

    def _values(self, slot: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return values as stored, and which of them are right beyond doubt.

        A number is a whole count of steps if dividing that count gives this very float again: below
        MOST_EXACT no other count does.
        """
        multiply, divide = self._multiply[slot], self._divide[slot]
        as_it_is = self._as_it_is[slot]
        with np.errstate(all="ignore"):  # doubt is what this finds out
            whole = np.rint(number * multiply / divide)
            is_exact = (whole * divide / multiply == number) & (np.abs(whole) < MOST_EXACT)
            gauge = np.where(as_it_is, number, whole / GAUGE_STEPS)
            shown = np.where(self._is_gauge[slot], gauge, whole)
            is_right = (shown >= self._lowest[slot]) & (shown <= self._highest[slot])
            value = np.where(self._is_gauge[slot], gauge.view(np.int64), whole.astype(np.int64))
        return value, (is_exact | as_it_is) & is_right

    def _read_exactly(
        self, pending: Pending, columns: "_Values", rows: np.ndarray, message: np.ndarray
    ) -> list[Refusal]:
        """Read single values by the definition; return those it refuses, with their message."""
        refused = []
        firsts = np.cumsum(pending.sizes) - pending.sizes
        for row, place in zip(rows.tolist(), message[rows].tolist(), strict=True):
            source, topic, payload = pending.messages[place]
            said = pending.said.get(place)
            if said is None:
                said = pending.said[place] = source.said(topic, payload)
            one = said[row - int(firsts[place])]
            try:
                held = place in pending.held
                columns.put(row, self._exact(one, source, topic, pending.arrived[place], held=held))
            except Refused as why:
                columns.slot[row] = UNKNOWN
                refused.append(Refusal(place, str(why), one, why.ahead_ms))
        return refused

    def _exact(
        self, said: Said, source: Source, topic: str, arrived: int, *, held: bool
    ) -> tuple[int, ...]:
        reading = self._normalizer.reading(
            said,
            gateway=source.gateway,
            form=source.form.name,
            arrived=arrived,
            held=held,
            topic=topic,
        )
        value = reading.value
        bits = int(np.float64(value).view(np.int64)) if reading.table == GAUGE else int(value)
        slot = self._slot[reading.meter]
        return slot, reading.time, bits, reading.arrived, reading.quality

    def _in_order(
        self, columns: "_Values", came: tuple[np.ndarray, np.ndarray], refused: list[Refusal]
    ) -> Screened:
        """Order values by series, let repetitions go, and date what is not in order of time."""
        if not len(columns.slot):
            return Screened(NOTHING, refused, 0, [])
        order = np.argsort(columns.slot, kind="stable")
        slot, time, value, late, quality = columns.rows(order)
        batch = Batch.of(slot, time, value)
        advance = self.known.standing.advance(batch)
        is_new, odd = advance.is_new, self._mark(batch, advance, quality)
        if quality.any():  # two uncertain ones came together, and were said one after the other
            is_new = is_new | (quality == Quality.UNCERTAIN)
        # Between a reading that is not newer than all before and one that stands there, arrival
        # must decide.
        rows = np.flatnonzero(advance.may_meet | (late != 0))
        if len(rows):
            arrived, message = (column[order[rows]] for column in came)
            late[rows] = self.known.standing.stamped(
                slot[rows], arrived, message, advance.may_meet[rows]
            )
        nothing = np.zeros(len(slot), dtype=np.int8)
        readings = Columns(
            [self.series[number] for number in slot[batch.starts].tolist()],
            which=np.cumsum(batch.is_first, dtype=np.int32) - np.int32(1),
            time=time,
            value=value,
            quality=quality,
            source=nothing,
            revision=nothing.astype(np.int32),
            arrived=late,
        )
        if not is_new.all():
            readings = readings.rows(is_new)
        return Screened(readings, refused, len(slot) - len(readings), odd)

    def _mark(self, batch: Batch, advance: Advance, quality: np.ndarray) -> list[Odd]:
        """Mark what is odd beside what its meter said before; return that and other odd ones."""
        odd = self.known.courses.mark(batch, advance, quality)
        if not odd and not quality.any():
            return []
        for row in np.flatnonzero((quality == Quality.DOUBTFUL) & advance.is_new).tolist():
            odd[row] = Doubt.ABOVE_RATE
        if odd:
            quality[list(odd)] = Quality.DOUBTFUL
        return [Odd(self.series[batch.slot[row]][0], doubt) for row, doubt in odd.items()]


class _Values(NamedTuple):
    """Values under way: slot, time [ms], value as stored, arrival if late, quality."""

    slot: np.ndarray
    time: np.ndarray
    value: np.ndarray
    late: np.ndarray
    quality: np.ndarray

    def rows(self, chosen: np.ndarray) -> "_Values":
        return _Values(*(column[chosen] for column in self))

    def put(self, row: int, values: Sequence[int]) -> None:
        for column, value in zip(self, values, strict=True):
            column[row] = value


def _bounds(rule: Rule) -> tuple[float, float]:
    """Return the least and the greatest value that can be right, as they are shown."""
    if rule.table == GAUGE:
        return rule.lowest, rule.highest
    return 0.0, float(rule.limit - 1 if rule.limit else min(rule.highest, MOST_EXACT))
