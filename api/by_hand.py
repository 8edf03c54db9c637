"""What a person should know who reads a meter: what it last showed, what it can show now."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from analytics.edits.neighbours import LOOKED_MS, marks_of, own_of, register_at
from analytics.edits.planning import standing
from dashboards.units import local
from energy.life import absences
from energy.meter import UP, Meter, MeterEvent
from energy.reading import GAUGE, INTERVAL, REGISTER, Quality, Reading
from energy.span import HOUR_MS, Span
from energy.units import base_units
from storage.admission import EARLIEST_MS
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
        gone_since: Since when no instrument stands there; "" where one does.
    """

    last: str = ""
    at: str = ""
    lowest: str = ""
    highest: str = ""
    gone_since: str = ""


def hint_of(
    store: ReadingStore, meter: Meter, events: Sequence[MeterEvent], zone: ZoneInfo, now_ms: int
) -> Hint:
    """Return what is known of a meter.

    Args:
        store: Its readings.
        meter: The meter; not a virtual one.
        events: Its events in order of time.
        zone: Wall clock of its site.
        now_ms: The present [ms].
    """
    gone = next((one for one in absences(events) if one.start < now_ms <= one.end), None)
    gone_since = "" if gone is None else _minute(max(gone.start, EARLIEST_MS), zone)
    last = last_of(store, meter)
    lowest, highest = ("", "") if gone else _range(store, meter, events, now_ms)
    return Hint(
        last="" if last is None else shown_value(meter, last.value),
        at="" if last is None else _minute(last.time, zone),
        lowest=lowest,
        highest=highest,
        gone_since=gone_since,
    )


def _range(
    store: ReadingStore, meter: Meter, events: Sequence[MeterEvent], now_ms: int
) -> tuple[str, str]:
    """Return the least and the most that the register that stands there can show now."""
    if meter.table != REGISTER or meter.counts != UP:
        return "", ""
    epoch = register_at(meter, events, now_ms)
    last = last_of(store, meter)
    marks = marks_of(epoch, [last] if last is not None else [])
    if not marks:
        return "", ""
    own, (time, value) = own_of(meter, epoch), marks[-1]
    most = value + _most_steps(own, now_ms - time)
    # Behind its last number a register begins again at nothing.
    is_told = own.max_rate and now_ms > time and most < epoch.modulus
    return shown_value(meter, value), shown_value(meter, most) if is_told else ""


def _minute(time: int, zone: ZoneInfo) -> str:
    return f"{local(time, zone.key):%Y-%m-%d %H:%M}"


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
