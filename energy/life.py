"""The life of a metering point: which register stands there when, and what its steps are worth.

A metering point stays in its place; registers and transformers come and go. Readings at rest are
whole steps of the METER for ever, whatever register said them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm

from energy.binding import EVER
from energy.meter import INSTALLED, RATIO, REMOVED, REPLACEMENT, RESET, Meter, MeterEvent
from energy.span import Span
from energy.text import Text

NEW_REGISTER = (REPLACEMENT, INSTALLED)
"""Events after which another register stands there."""


@dataclass(frozen=True, slots=True)
class Register:
    """What stands at a metering point between two events.

    Attributes:
        digits: Its width.
        coarseness: Steps of the meter in one step of its own.
        ratio: CT x PT ratio that multiplies amounts.
        max_rate: Greatest plausible rate [display units an hour].
    """

    digits: int
    coarseness: int
    ratio: Fraction
    max_rate: Fraction

    @property
    def modulus(self) -> int:
        """Steps of the meter at which it starts again from 0."""
        return int(10**self.digits) * self.coarseness

    def at(self, meter: Meter) -> Meter:
        """Return its meter with the ratio and rate of this register."""
        return replace(meter, ratio=self.ratio, max_rate=self.max_rate)


def first_register(meter: Meter) -> Register:
    """Return the register that meters.csv describes: the first one."""
    return Register(meter.digits, 1, meter.ratio, meter.max_rate)


def register_after(register: Register, event: MeterEvent, meter: Meter) -> Register:
    """Return what stands at a metering point once an event has happened."""
    digits, coarseness = register.digits, register.coarseness
    if event.event in NEW_REGISTER:
        digits = event.digits or meter.digits
        if event.step is not None:
            coarseness = int(event.step / meter.step)
    return Register(
        digits,
        coarseness,
        register.ratio if event.ratio is None else event.ratio,
        register.max_rate if event.max_rate is None else event.max_rate,
    )


def last_register(meter: Meter, events: Sequence[MeterEvent]) -> Register:
    """Return what stands at a metering point after all its events, in order of time."""
    register = first_register(meter)
    for event in events:
        register = register_after(register, event, meter)
    return register


def widest_modulus(meter: Meter, events: Sequence[MeterEvent]) -> int:
    """Return the steps of the meter at which the widest of its registers starts again from 0.

    Args:
        meter: The meter.
        events: Its events in order of time.
    """
    register = first_register(meter)
    widest = register.modulus
    for event in events:
        register = register_after(register, event, meter)
        widest = max(widest, register.modulus)
    return widest


def common_measure(amounts: Iterable[Fraction]) -> Fraction:
    """Return the greatest fraction that goes a whole number of times into each of some."""
    amounts = list(amounts)
    divisor = lcm(*(one.denominator for one in amounts))
    return Fraction(gcd(*(int(one * divisor) for one in amounts)), divisor)


EVENT_LABELS = {
    REPLACEMENT: Text("换表", "replacement"),
    RATIO: Text("倍率变更", "ratio"),
    RESET: Text("清零", "reset"),
    REMOVED: Text("拆除", "removed"),
    INSTALLED: Text("装表", "installed"),
}
"""What people call events."""


def event_called(event: str) -> Text:
    """Return what people call an event; a word that is none stays as it is."""
    return EVENT_LABELS.get(event, Text(event, event))


def absences(events: Sequence[MeterEvent]) -> list[Span]:
    """Return when no instrument stood at a metering point, from its events in order of time.

    Where the first event says that one was installed, none stood there before; a span without an
    end goes on to EVER.
    """
    found: list[Span] = []
    gone: int | None = None
    for place, event in enumerate(events):
        if event.event == REMOVED:
            gone = event.time
        elif event.event == INSTALLED and (gone is not None or place == 0):
            found.append(Span(-EVER if gone is None else gone, event.time))
            gone = None
    return found if gone is None else [*found, Span(gone, EVER)]


def is_absent(events: Sequence[MeterEvent], time: int) -> bool:
    """Tell whether no instrument stood at a metering point at a time [ms]."""
    return any(span.start < time <= span.end for span in absences(events))
