"""From what a device says to a reading of a meter, by the registry; or why not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Context, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from energy.message import Said
from energy.meter import Device, Meter
from energy.reading import GAUGE, INTERVAL, REGISTER, Reading
from energy.registry import Registry
from energy.span import SECOND_MS, to_ms
from energy.units import base_units

EARLIEST = to_ms(datetime(2000, 1, 1, tzinfo=UTC))
"""No networked meter is older; a time before it is a clock that was never set, or a wrong unit."""

ON_TIME_INTERVALS = 2
ON_TIME_MS = 600_000
"""A reading is on time within two intervals or ten minutes of its time; chosen: gateways batch."""

_EXACT = Context(prec=100)
"""Wide enough for every number that formats let through, so that nothing is rounded."""


class Refused(Exception):  # noqa: N818 - not an error of ours: the reading is data, kept and counted
    """Why a reading cannot be taken."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one channel of one device becomes a reading, worked out once.

    Attributes:
        meter: The metering point.
        gateway: Gateway it must come through.
        scale: Steps (or base units, or gauge units) in one unit of the device.
        shift: Decimal exponent of the scale where it is a power of ten, which is nearly always.
        ms_per_unit: Milliseconds in one unit of a bare number as time.
        zone: Zone of a local time.
        on_time_ms: Most milliseconds between its time and its arrival for it to count as on time.
    """

    meter: Meter
    gateway: str
    scale: Fraction
    shift: int | None
    ms_per_unit: int
    zone: ZoneInfo
    on_time_ms: int


def _scale(meter: Meter) -> Fraction:
    if meter.table == REGISTER:
        return 1 / meter.step
    if meter.table == INTERVAL:
        return base_units(kind=meter.kind, unit=meter.unit) * meter.ratio
    return base_units(kind=meter.kind, unit=meter.unit)


def _power_of_ten(scale: Fraction) -> int | None:
    for shift in range(-12, 13):
        if scale == Fraction(10) ** shift:
            return shift
    return None


def _rule(meter: Meter, device: Device) -> Rule:
    scale = _scale(meter)
    return Rule(
        meter=meter,
        gateway=device.gateway,
        scale=scale,
        shift=_power_of_ten(scale),
        ms_per_unit=1 if device.time_unit == "ms" else SECOND_MS,
        zone=ZoneInfo(device.timezone or "UTC"),
        on_time_ms=max(ON_TIME_INTERVALS * meter.interval_s * SECOND_MS, ON_TIME_MS),
    )


class Normalizer:
    """Turns what was said into readings, for one registry.

    Args:
        registry: The registry in force.
        future_ms: A time further ahead of its arrival than this is refused.
    """

    def __init__(self, registry: Registry, *, future_ms: int) -> None:
        self.number = registry.number
        self.finer: dict[str, int] = {}
        """Values finer than the step of their meter, which were floored to it, by meter."""
        self._future_ms = future_ms
        self._devices = registry.device
        self._rules = {
            (meter.device, meter.channel): _rule(meter, registry.device[meter.device])
            for meter in registry.meters
            if meter.device in registry.device
        }

    def reading(self, said: Said, *, gateway: str, arrived: int) -> Reading:
        """Return the reading.

        Args:
            said: One channel's value.
            gateway: The gateway it came through; "" for a device that speaks itself.
            arrived: When it arrived [ms].

        Raises:
            Refused: With the reason.
        """
        rule = self._rules.get((said.device, said.channel))
        if rule is None:
            raise Refused(self._unknown(said, gateway))
        if rule.gateway != gateway:
            raise Refused("not its device")
        meter = rule.meter
        if said.unit and said.unit != meter.unit:
            raise Refused(f"unit {said.unit} where the registry says {meter.unit}")
        time = self._time(said.time, rule, arrived)
        value = float(said.value) * float(rule.scale) if meter.table == GAUGE else self._whole(
            said.value, rule
        )  # fmt: skip
        late = arrived if abs(arrived - time) > rule.on_time_ms else 0
        return Reading(meter.meter, meter.table, time, value, arrived=late)

    def _unknown(self, said: Said, gateway: str) -> str:
        device = self._devices.get(said.device)
        if device is None:
            return "unknown device"
        return "unknown channel" if device.gateway == gateway else "not its device"

    def _whole(self, value: Decimal, rule: Rule) -> int:
        """Return whole steps of a register, or base units of an interval; finer parts floored."""
        if rule.shift is not None:
            scaled = value.scaleb(rule.shift, _EXACT)
            whole = int(scaled)
            is_finer = whole != scaled
        else:
            exact = Fraction(value) * rule.scale
            whole = int(exact)
            is_finer = whole != exact
        if value < 0:
            raise Refused(
                "negative register" if rule.meter.table == REGISTER else "negative amount"
            )
        if rule.meter.table == REGISTER and whole >= rule.meter.modulus:
            raise Refused(f"more than the {rule.meter.digits} digits of the register")
        if is_finer:
            self.finer[rule.meter.meter] = self.finer.get(rule.meter.meter, 0) + 1
        return whole

    def _time(self, time: int | str | None, rule: Rule, arrived: int) -> int:
        """Return the device's time [ms]; its arrival where the message has none."""
        if time is None:
            return arrived
        if isinstance(time, int):
            return self._possible(time * rule.ms_per_unit, rule.ms_per_unit, arrived)
        try:
            local = datetime.fromisoformat(time)
        except ValueError as error:
            raise Refused("time cannot be read") from error
        # In autumn's doubled hour the first of the two is meant: the message cannot say which.
        if local.tzinfo is None:
            local = local.replace(tzinfo=rule.zone)
        return self._possible(to_ms(local), 0, arrived)

    def _possible(self, time: int, ms_per_unit: int, arrived: int) -> int:
        if self._is_possible(time, arrived):
            return time
        other = {1: time * SECOND_MS, SECOND_MS: time // SECOND_MS}.get(ms_per_unit)
        if other is not None and self._is_possible(other, arrived):
            unit = "s" if ms_per_unit == 1 else "ms"
            raise Refused(f"time in the wrong unit: it looks like {unit}")
        raise Refused("time in the far future" if time > arrived else "time before 2000")

    def _is_possible(self, time: int, arrived: int) -> bool:
        return EARLIEST <= time <= arrived + self._future_ms


NormalizerOf = Callable[[Registry], Normalizer]
