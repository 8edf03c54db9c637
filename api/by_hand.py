"""What a person should know who reads a meter: what it last showed, what it can show now."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from analytics.edits.neighbours import LOOKED_MS
from analytics.edits.planning import standing
from dashboards.units import local
from energy.meter import UP, Meter
from energy.reading import GAUGE, INTERVAL, REGISTER, Quality, Reading
from energy.span import HOUR_MS, Span
from energy.units import base_units
from storage.readings import ReadingStore

_USED = (Quality.ORDINARY, Quality.DOUBTFUL)


@dataclass(frozen=True)
class Hint:
    """What a meter showed and can show, in its own unit.

    Attributes:
        last: What it last showed; "" if it never said anything.
        at: When, on the wall clock of its site.
        lowest: The least it can show now; "" where nobody can say.
        highest: The most it can show now; "" where nobody can say.
    """

    last: str = ""
    at: str = ""
    lowest: str = ""
    highest: str = ""


def hint_of(store: ReadingStore, meter: Meter, zone: ZoneInfo, now_ms: int) -> Hint:
    """Return what is known of a meter.

    Args:
        store: Its readings.
        meter: The meter.
        zone: Wall clock of its site.
        now_ms: The present [ms].
    """
    last = last_of(store, meter)
    if last is None:
        return Hint()
    lowest, highest = "", ""
    if meter.table == REGISTER and meter.counts == UP:
        lowest = shown_value(meter, last.value)
        if meter.max_rate and now_ms > last.time:
            most = last.value + _most_steps(meter, now_ms - last.time)
            # Behind its last number a register begins again at nothing.
            highest = shown_value(meter, most) if most < meter.modulus else ""
    return Hint(
        last=shown_value(meter, last.value),
        at=f"{local(last.time, zone.key):%Y-%m-%d %H:%M}",
        lowest=lowest,
        highest=highest,
    )


def last_of(store: ReadingStore, meter: Meter) -> Reading | None:
    """Return the newest reading of a meter that may be used; None if there is none."""
    time = store.newest().get(meter.meter)
    if time is None:
        return None
    found = standing(store, (meter.meter, meter.table), Span(max(0, time - LOOKED_MS), time + 1))
    return next((one for one in reversed(found) if one.quality in _USED), None)


def shown_value(meter: Meter, value: float) -> str:
    """Return a value at rest as the meter shows it, in the unit of the registry, without it."""
    if meter.table == GAUGE:
        return f"{value:.10g}"
    if meter.table == INTERVAL:
        one = base_units(kind=meter.kind, unit=meter.unit) * meter.ratio
        return f"{_decimal(int(value) / one):f}"
    return f"{int(value) * _decimal(meter.step):f}"  # with the digits of the register


def local_now(now_ms: int, zone: ZoneInfo) -> str:
    """Return the present as a field of a form takes it, to the minute."""
    return f"{local(now_ms, zone.key):%Y-%m-%dT%H:%M}"


def _most_steps(meter: Meter, passed_ms: int) -> int:
    """Return how far a register can advance in a while, rounded down, as edits are judged."""
    return int(meter.base_per_hour_max * Fraction(passed_ms, HOUR_MS) / meter.base_per_step)


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
