"""Whether a reading that a person gives can be true beside those around it."""

from collections.abc import Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from analytics.consumption.epochs import Epoch, epochs_of, limit_of_meter
from energy.life import absences
from energy.meter import NET, Meter, MeterEvent
from energy.reading import GAUGE, INTERVAL, Quality, Reading
from energy.span import HOUR_MS, wall_clock
from energy.text import Text

LOOKED_MS = 62 * 24 * HOUR_MS
"""How far neighbours are looked for; chosen: meters read by hand are read once a month."""

Mark = tuple[int, int]
"""When a register showed what: time [ms] and steps of the meter."""

_USED = (Quality.ORDINARY, Quality.DOUBTFUL)
_NOBODY = Text(
    "当时那里没有表（已拆除或尚未安装），读数不会计入",
    "no instrument stood there then (removed, or not installed yet), so it would not count",
)
_EVENT = Text(
    "该时刻已登记事件，以事件的读数为准，这个读数不会计入",
    "an event of the meter is at that instant, whose own readings count and not this one",
)
_WIDTH = Text("超过当时那块表所能显示的数", "it is more than the register that stood there shows")


def odd_beside(
    meter: Meter,
    events: Sequence[MeterEvent],
    reading: Reading,
    others: Sequence[Reading],
    zone: ZoneInfo,
) -> Text | None:
    """Return what is odd about a reading, in a sentence; None if nothing is.

    It is held to what the register that stood there then showed: of events that put it there or
    took it away to their readings, not to those of another register.

    Args:
        meter: Its meter.
        events: Events of the meter in order of time.
        reading: The reading, not yet among the others.
        others: Readings of the meter around it, in order of time.
        zone: Wall clock at the meter, for what is said.
    """
    if meter.table == GAUGE:
        return None
    if meter.table == INTERVAL:
        is_gone = any(reading.time in gone for gone in absences(events))
        return _NOBODY if is_gone else _too_much(meter, int(reading.value))
    epoch = register_at(meter, events, reading.time)
    value = int(reading.value)
    if not epoch.is_there or reading.time == epoch.end:
        return _EVENT if epoch.is_there else _NOBODY
    if not limit_of_meter(meter, epoch).shows(value):
        return _WIDTH
    this, marks = (reading.time, value), marks_of(epoch, others)
    before = [one for one in marks if one[0] < reading.time]
    after = [one for one in marks if one[0] > reading.time]
    pairs = [*((one, this) for one in before[-1:]), *((this, one) for one in after[:1])]
    own = own_of(meter, epoch)
    return next((said for pair in pairs if (said := _odd_pair(own, *pair, zone))), None)


def register_at(meter: Meter, events: Sequence[MeterEvent], time: int) -> Epoch:
    """Return the register that a reading at a time [ms] is of, or the time in which none stood."""
    return next(one for one in epochs_of(meter, events) if one.end is None or time <= one.end)


def own_of(meter: Meter, epoch: Epoch) -> Meter:
    """Return a meter with the ratio and the greatest rate of one of its registers."""
    return meter if epoch.register is None else epoch.register.at(meter)


def marks_of(epoch: Epoch, readings: Sequence[Reading]) -> list[Mark]:
    """Return what a register showed, in order of time: opening, readings of use, closing.

    Args:
        epoch: The register.
        readings: Readings of its meter in order of time.
    """
    found = [
        (one.time, int(one.value))
        for one in readings
        if one.quality in _USED
        and (epoch.start is None or one.time > epoch.start)
        and (epoch.end is None or one.time < epoch.end)
    ]
    if epoch.start is not None and epoch.opening is not None:
        found.insert(0, (epoch.start, epoch.opening))
    if epoch.end is not None and epoch.closing is not None:
        found.append((epoch.end, epoch.closing))
    return found


def _odd_pair(meter: Meter, first: Mark, second: Mark, zone: ZoneInfo) -> Text | None:
    """Return what is odd about an advance; a rollover is odd too, and confirmed with a yes.

    So is a new beginning of a volatile register. Only of one that counts both ways a fall is as
    good as a rise.
    """
    advance = second[1] - first[1]
    start, end = wall_clock(first[0], zone), wall_clock(second[0], zone)
    zh, en = f"{start} 到 {end}", f"from {start} to {end}"
    if advance < 0 and meter.counts != NET:
        return Text(f"{zh} 表底变小了", f"{en} the register falls")
    hours = Fraction(second[0] - first[0], HOUR_MS)
    if meter.max_rate and abs(advance) * meter.base_per_step > meter.base_per_hour_max * hours:
        most, unit = float(meter.max_rate), meter.display_unit
        goes = Text("变化", "changes") if meter.counts == NET else Text("增量", "advances")
        return Text(
            f"{zh} 的{goes.zh}超过每小时 {most:g} {unit}（登记表 max_rate）",
            f"{en} it {goes.en} by more than {most:g} {unit} an hour (max_rate of the registry)",
        )
    return None


def _too_much(meter: Meter, amount: int) -> Text | None:
    if not meter.max_rate or amount <= meter.base_per_interval_max:
        return None
    return Text(
        "超过登记表 max_rate 允许的一个周期用量",
        "it is more than max_rate of the registry allows in one interval",
    )
