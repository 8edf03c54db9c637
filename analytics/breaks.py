"""Breaks in the course of a register that last, and which event of the meter each looks like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.consumption.course import UNRESOLVED
from analytics.consumption.epochs import Epoch, epochs_of, limit_of_meter
from analytics.consumption.screening import SETTLED
from analytics.ledger.following import Followed
from energy.limit import Limit
from energy.meter import NET, Meter, MeterEvent
from energy.reading import REGISTER
from energy.span import Span
from energy.text import Text
from storage.csv_cells import exact_text
from storage.records.event_candidates import Candidate

MOST_TIMES = 1000
"""Chosen: Wh that are sent as kWh, or the widest transformer; more is another register."""
TELLING = 100
"""What a register may have advanced must be so many times smaller than what it showed: else a
multiple of it is met by chance. Chosen: one in a hundred."""


class Seen(NamedTuple):
    """The breaks of a meter that begin within a span: all that are there.

    Attributes:
        span: The span, as far as it is known whether a break lasts.
        breaks: The breaks.
    """

    span: Span
    breaks: Sequence[Candidate]


def breaks_of(
    meter: Meter, events: Sequence[MeterEvent], followed: Followed, span: Span
) -> Seen | None:
    """Return the breaks of a register that last; None where nothing can be told.

    A break lasts where SETTLED plausible pairs follow it: its new level holds. A register that
    breaks again and again has no event but a fault, and a gap in which it may have gone around more
    than once is explained by no event.

    Args:
        meter: The meter.
        events: Its events in order of time.
        followed: What its readings say.
        span: Whole local days.
    """
    time, known = followed.course.time, followed.course.known
    if meter.table != REGISTER or len(time) <= SETTLED:
        return None
    told = Span(span.start, max(span.start, min(span.end, int(time[-1 - SETTLED]))))
    broken = known == UNRESOLVED
    found: list[Candidate] = []
    for place in np.flatnonzero(broken).tolist():
        after, before = time[place : place + 2].tolist()
        lasts = not broken[place + 1 : place + 1 + SETTLED].any()
        if after in told and lasts and not is_covered(events, after, before):
            values = _values(followed, after, before)
            found += [] if values is None else _looks(meter, events, Span(after, before), *values)
    return Seen(told, found)


def is_covered(events: Iterable[MeterEvent], after: int, before: int) -> bool:
    """Tell whether somebody entered an event of the time between two readings."""
    return any(after <= event.time <= before for event in events)


def epoch_at(meter: Meter, events: Sequence[MeterEvent], time: int) -> Epoch:
    """Return the register that stood at a meter at a time [ms]."""
    return next(one for one in reversed(epochs_of(meter, events)) if (one.start or 0) <= time)


def _values(followed: Followed, after: int, before: int) -> tuple[int, int] | None:
    """Return what was read at two times; None if one of them is no reading."""
    series = followed.series
    places = np.searchsorted(series.time, [after, before])
    if places[1] >= len(series.time) or series.time[places].tolist() != [after, before]:
        return None
    last, following = series.value[places].tolist()
    return int(last), int(following)


@dataclass(frozen=True)
class _Break:
    """A register before and after a break [steps], and what it can have advanced meanwhile.

    Of one that counts both ways nothing is inferred from its sign.
    """

    last: int
    next: int
    most: int
    is_net: bool = False

    def reset(self) -> bool:
        """Tell whether it looks like one that counts from 0 again."""
        return not self.is_net and self.next < self.last and self.next <= self.most

    def rollover(self) -> int | None:
        """Return the digits of a register that went through its own end, if it can have."""
        digits = len(str(self.last))
        is_through = (
            self.next < self.last
            and not self.is_net
            and 10**digits - self.last + self.next <= self.most
        )
        return digits if is_through else None

    def ratio(self) -> str:
        """Return how many times what was read before is read now, such as 10 or 1/10; or ""."""
        low, high = sorted((self.last, self.next))
        times = (high + self.most) // low if low > 0 else 0
        most = self.most * (times if self.next > self.last else 1)
        rest = self.next - times * self.last if self.next > self.last else times * low - high
        if not 1 < times <= MOST_TIMES or most * TELLING > low * times or not 0 <= rest <= most:
            return ""
        return str(times) if self.next > self.last else f"1/{times}"


def _looks(
    meter: Meter, events: Sequence[MeterEvent], span: Span, last: int, following: int
) -> list[Candidate]:
    epoch = epoch_at(meter, events, span.start)
    limit = limit_of_meter(meter, epoch)
    passed = span.end - span.start
    if passed >= limit.wraps_after:
        return []
    own = meter if epoch.register is None else epoch.register.at(meter)
    shown = [f"{exact_text(value * own.step)} {meter.unit}" for value in (last, following)]
    seen = Text(f"读数由 {shown[0]} 变为 {shown[1]}，", f"From {shown[0]} to {shown[1]}: ")
    found = _Break(last, following, _most(limit, passed), is_net=limit.counts == NET)
    looks, factor, said = _kind(found)
    evidence = seen + said
    return [
        Candidate(
            meter.meter, span.start, span.end, last, following, looks, factor,
            evidence.zh, evidence.en,
        )
    ]  # fmt: skip


def _most(limit: Limit, passed: int) -> int:
    return limit.slack + limit.steps * passed // limit.per


def _kind(found: _Break) -> tuple[str, str, Text]:
    """Return what a break looks like, its factor, and what speaks for it."""
    digits, ratio = found.rollover(), found.ratio()
    if digits is not None:
        return (
            "rollover",
            str(digits),
            Text(
                f"像 {digits} 位表计走满归零，而登记的位数更多。",
                f"like a register of {digits} digits that went through its end; the registry has "
                "more.",
            ),
        )
    if ratio:
        return (
            "ratio",
            ratio,
            Text(
                f"约为原来的 {ratio} 倍，像倍率或单位变更。",
                f"{ratio} times as much, like another ratio or unit.",
            ),
        )
    if found.reset():
        return (
            "reset",
            "",
            Text(
                "从接近零重新计数，像表计清零或换为新表。",
                "it counts again from about zero, like a reset or a new meter.",
            ),
        )
    return (
        "replacement",
        "",
        Text(
            "此后按新的读数正常递增，像更换了表计。",
            "it goes on from there at a plausible pace, like another meter.",
        ),
    )
