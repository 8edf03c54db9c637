"""From what a device says to a reading of a meter, by the registry; or why not."""

import itertools
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from collector.screening.decimal_ratio import EXACT, written_as_float
from collector.screening.device_clock import EARLIEST, why_ahead
from collector.screening.doubt import nameplates
from collector.screening.rule import Rule, rule_of
from energy.messages.message import Said
from energy.reading import GAUGE, Quality, Reading
from energy.registry import Registry
from energy.span import SECOND_MS, to_ms

FUTURE_MS = 600_000
"""A clock may run ahead by so much; a gateway's that is set once a day does not."""
PAST_MS = 3 * 366 * 24 * 3_600_000
"""As long as raw readings are kept at first; chosen."""

UNKNOWN_CHANNEL = "unknown channel"
"""Why a value of a known device is refused that the registry does not list."""
UNKNOWN_DEVICE = "unknown device"
"""Why a value of a device is refused that the registry does not know."""
NOT_BOUND = "channel not bound to a meter at this time"
"""Why a value is refused whose channel hung at a meter, but not when it was said."""

_NEVER_SET = "time before the year 2000: it looks like a clock that was never set"

_MOST_KEPT = 2**63


class Refused(Exception):  # noqa: N818 - not an error of ours: the reading is data, kept and counted
    """Why a reading cannot be taken, and how far its time is ahead where that is why [ms]."""

    def __init__(self, reason: str, ahead_ms: int = 0) -> None:
        super().__init__(reason)
        self.ahead_ms = ahead_ms


class Normalizer:
    """Turns what was said into readings, for one registry.

    Args:
        registry: The registry in force.
        in_ms: Names of the formats whose bare times are ms, whatever the registry says.
        future_ms: A time further ahead of its arrival than this is refused.
        past_ms: So is one further back: a clock that was never set must not open old years.
    """

    def __init__(
        self,
        registry: Registry,
        in_ms: Collection[str] = (),
        *,
        future_ms: int,
        past_ms: int = PAST_MS,
    ) -> None:
        self.number = registry.number
        self.finer: dict[str, int] = {}
        """Values finer than the step of their meter, which were floored to it, by meter."""
        self.future_ms = future_ms
        self.past_ms = past_ms
        self._devices = registry.device
        self.bound = {
            key: tuple(
                rule_of(
                    registry.meter[one.meter],
                    device,
                    one,
                    in_ms=device.format in in_ms,
                    events=registry.events_of(one.meter),
                )
                for one in bindings
            )
            for key, bindings in registry.bound.items()
            if (device := registry.device.get(key[0]))
        }
        """Rules of each device channel, in order of the time they hold for."""
        of_all = itertools.chain(*self.bound.values())
        self.rules = {rule.meter: rule for rule in sorted(of_all, key=lambda rule: rule.first)}
        """The rule of each meter that holds now, or held last."""
        self.nameplates = nameplates(registry)

    def reading(
        self,
        said: Said,
        *,
        gateway: str,
        form: str,
        arrived: int,
        held: bool = False,
        topic: str = "",
    ) -> Reading:
        """Return the reading.

        Args:
            said: One channel's value.
            gateway: The gateway it came through; "" for a device that speaks itself.
            form: Name of the payload format it came in.
            arrived: When it arrived [ms].
            held: Whether the broker may have held it for a while before that.
            topic: Where it arrived.

        Raises:
            Refused: With the reason.
        """
        device, channel, time, number, unit = said
        rules = self.bound.get((device, channel), ())
        if not rules or rules[0].gateway != gateway:
            raise Refused(self._stranger(device, gateway))
        rule = rules[0]  # in what is the device's, all are alike
        _check_way(rule, form, topic)
        if number.is_nan():
            raise Refused("value is not a number that a meter counts")
        if type(time) is int:
            time *= rule.ms_per_unit
        else:
            time = _clock_time(time, rule.zone, arrived)
        if not self.earliest(arrived) <= time <= arrived + self.future_ms:
            raise self._out_of_range(said, time, arrived, rule.ms_per_unit)
        rule = _rule_at(rules, time)
        if unit and unit != rule.unit:
            raise Refused(f"unit {unit} where the registry says {rule.unit}")
        value = _gauge(number, rule) if rule.table == GAUGE else self._whole(number, rule)
        late = arrived if abs(arrived - time) > rule.on_time_ms else 0
        quality = Quality.DOUBTFUL if value > rule.highest else Quality.ORDINARY
        if held and said.time is None:
            quality = Quality.UNCERTAIN
        return Reading(rule.meter, rule.table, time, value, int(quality), 0, 0, late)

    def earliest(self, arrived: int) -> int:
        """Return the earliest time [ms] that is taken of what arrived at a time [ms]."""
        return max(arrived - self.past_ms, EARLIEST)

    def _stranger(self, name: str, gateway: str) -> str:
        device = self._devices.get(name)
        if device is None:
            return UNKNOWN_DEVICE
        return UNKNOWN_CHANNEL if device.gateway == gateway else "not its device"

    def _whole(self, number: Decimal, rule: Rule) -> int:
        """Return whole steps of a register, or base units of an interval; finer parts floored."""
        if number.is_signed() and number:
            if not rule.is_net:
                raise Refused("negative register" if rule.limit else "negative amount")
            return self._below_nothing(number, rule)
        scaled = EXACT.multiply(number, rule.up)
        whole = int(scaled if rule.down == 1 else EXACT.divide_int(scaled, rule.down))
        if scaled != whole * rule.down:
            nearest = written_as_float(number, up=rule.up, down=rule.down)
            if nearest is None:
                self.finer[rule.meter] = self.finer.get(rule.meter, 0) + 1
            else:
                whole = nearest
        if rule.limit and whole >= rule.limit:
            raise Refused(f"more than the {len(str(rule.limit)) - 1} digits of the register")
        if whole >= _MOST_KEPT:
            raise Refused("amount too large to be kept")
        return whole

    def _below_nothing(self, number: Decimal, rule: Rule) -> int:
        """Return whole steps of a net register that shows less than nothing; finer parts floored.

        The size of the number less than a step is cut where it is positive: it is floored, too, so
        that what is between two readings does not depend on where zero lies.
        """
        finer = self.finer.get(rule.meter, 0)
        size = self._whole(-number, rule)
        return -size - (self.finer.get(rule.meter, 0) > finer)

    def _out_of_range(self, said: Said, time: int, arrived: int, ms_per_unit: int) -> Refused:
        """Say what is wrong with a time, and whether another unit would make sense of it."""
        if type(said.time) is int:
            is_ms = ms_per_unit == 1
            other = said.time * SECOND_MS if is_ms else said.time
            if self.earliest(arrived) <= other <= arrived + self.future_ms:
                return Refused(f"time in the wrong unit: it looks like {'s' if is_ms else 'ms'}")
        if time < EARLIEST:
            return Refused(_NEVER_SET)
        if time < arrived:
            return Refused("time too far in the past")
        return Refused(why_ahead(time - arrived), time - arrived)


def _check_way(rule: Rule, form: str, topic: str) -> None:
    if rule.form != form:
        raise Refused(f"format {form} where the registry says {rule.form}")
    if rule.topic not in {"", topic}:
        raise Refused("not the topic that its device is bound to")


def _rule_at(rules: Sequence[Rule], time: int) -> Rule:
    """Return the rule of a channel that holds at a time [ms].

    Raises:
        Refused: If the channel was nobody's then.
    """
    for rule in rules:
        if rule.first <= time < rule.end:
            return rule
    raise Refused(NOT_BOUND)


def _gauge(number: Decimal, rule: Rule) -> float:
    # A gauge is a float on the line already; from its decimal on there is one rounding only.
    scaled = EXACT.multiply(Decimal(repr(float(number))), rule.up)
    value = float(scaled) if rule.down == 1 else float(Fraction(scaled) / rule.down)
    if not rule.lowest <= value <= rule.highest:
        raise Refused("value that cannot be true")
    return value


def _clock_time(time: int | str | None, zone: ZoneInfo, arrived: int) -> int:
    """Return the instant [ms] of a local time; the arrival where the message has none.

    Raises:
        Refused: If it is no time of day.
    """
    if not isinstance(time, str):
        return arrived
    try:
        local = datetime.fromisoformat(time)
        # In autumn's doubled hour the first of the two is meant: the message cannot say which.
        return to_ms(local if local.tzinfo else local.replace(tzinfo=zone))
    except (ValueError, OverflowError) as error:
        raise Refused("time cannot be read") from error
