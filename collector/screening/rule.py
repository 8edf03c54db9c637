"""How one channel of one device becomes a reading of a meter, worked out once from the registry."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.screening.decimal_ratio import decimal_ratio
from energy.binding import EVER, Binding
from energy.kinds import QUANTITIES
from energy.life import widest_modulus
from energy.meter import NET, Device, Meter, MeterEvent
from energy.reading import GAUGE, INTERVAL, REGISTER
from energy.span import SECOND_MS
from energy.units import base_units


class Rule(NamedTuple):
    """How one channel of one device becomes a reading.

    Attributes:
        meter: Name of the metering point.
        table: REGISTER, INTERVAL or GAUGE.
        gateway: Gateway it must come through; "" for a device that speaks itself.
        form: Payload format it must come in.
        unit: Unit the registry says the device speaks.
        up: Steps (or base units, or gauge units) in ``down`` units of the device, exactly.
        down: 1 wherever that number is a decimal.
        limit: First count of steps that no register of the point can show; 0 for other tables.
            Whether the one that stood there then can, the ledger says.
        is_net: Whether the register counts both ways, so that it may show less than nothing.
        ms_per_unit: Milliseconds in one unit of a bare number as time.
        zone: Zone of a local time.
        on_time_ms: Most milliseconds between its time and its arrival for it to count as on time.
        lowest: Least number a gauge can truly show.
        highest: Greatest number a gauge can truly show; greatest amount of an interval that is
            not odd.
        device: Device it is said by.
        channel: Name of its value in the device's messages.
        first: First time at which that channel is this meter's [ms].
        end: First time behind that [ms].
        topic: The one topic its device speaks on; "" where its name in a topic tells.
    """

    meter: str
    table: str
    gateway: str
    form: str
    unit: str
    up: Decimal
    down: int
    limit: int
    ms_per_unit: int
    zone: ZoneInfo
    on_time_ms: int
    lowest: float = -inf
    highest: float = inf
    device: str = ""
    channel: str = ""
    first: int = -EVER
    end: int = EVER
    topic: str = ""
    is_net: bool = False


def scale_of(meter: Meter) -> Fraction:
    """Return steps, base units or gauge units at rest in one unit that the device speaks."""
    if meter.table == REGISTER:
        return 1 / meter.step
    per_unit = base_units(kind=meter.kind, unit=meter.unit)
    return per_unit * meter.ratio if meter.table == INTERVAL else per_unit


def rule_of(
    meter: Meter,
    device: Device,
    bound: Binding,
    *,
    in_ms: bool,
    events: Sequence[MeterEvent] = (),
) -> Rule:
    """Return how what a channel of a device says becomes a reading of the meter it is bound to.

    Args:
        meter: The meter.
        device: The device.
        bound: When its channel is the meter's.
        in_ms: Whether bare times of its format are ms, whatever the registry says.
        events: Events of the meter in order of time: a later register may be wider.
    """
    up, down = decimal_ratio(scale_of(meter))
    return Rule(
        meter=meter.meter,
        table=meter.table,
        gateway=device.gateway,
        form=device.format,
        unit=meter.unit,
        up=up,
        down=down,
        limit=widest_modulus(meter, events) if meter.table == REGISTER else 0,
        ms_per_unit=1 if in_ms or device.time_unit == "ms" else SECOND_MS,
        zone=ZoneInfo(device.timezone or "UTC"),
        on_time_ms=meter.on_time_ms,
        lowest=QUANTITIES[meter.kind].lowest if meter.table == GAUGE else -inf,
        highest=_highest(meter),
        device=bound.device,
        channel=bound.channel,
        first=bound.first,
        end=bound.end,
        topic=device.topic,
        is_net=meter.counts == NET,
    )


def _highest(meter: Meter) -> float:
    if meter.table == GAUGE:
        return QUANTITIES[meter.kind].highest
    return meter.base_per_interval_max if meter.table == INTERVAL and meter.max_rate else inf
