"""Whether a reading that a person gives can be true beside those around it."""

from collections.abc import Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from energy.meter import Meter
from energy.reading import GAUGE, INTERVAL, Quality, Reading
from energy.span import HOUR_MS, wall_clock
from energy.text import Text

LOOKED_MS = 62 * 24 * HOUR_MS
"""How far neighbours are looked for; chosen: meters read by hand are read once a month."""


def odd_beside(
    meter: Meter, reading: Reading, others: Sequence[Reading], zone: ZoneInfo
) -> Text | None:
    """Return what is odd about a reading, in a sentence; None if nothing is.

    Args:
        meter: Its meter.
        reading: The reading, not yet among the others.
        others: Readings of the meter around it, in order of time.
        zone: Wall clock at the meter, for what is said.
    """
    if meter.table == GAUGE:
        return None
    if meter.table == INTERVAL:
        return _too_much(meter, int(reading.value))
    good = [one for one in others if one.quality in (Quality.ORDINARY, Quality.DOUBTFUL)]
    before = [one for one in good if one.time < reading.time]
    after = [one for one in good if one.time > reading.time]
    pairs = [*((one, reading) for one in before[-1:]), *((reading, one) for one in after[:1])]
    return next((said for pair in pairs if (said := _odd_pair(meter, *pair, zone))), None)


def _odd_pair(meter: Meter, first: Reading, second: Reading, zone: ZoneInfo) -> Text | None:
    """Return what is odd about an advance; a rollover is odd too, and confirmed with a yes."""
    advance = int(second.value) - int(first.value)
    start, end = wall_clock(first.time, zone), wall_clock(second.time, zone)
    zh, en = f"{start} 到 {end}", f"from {start} to {end}"
    if advance < 0:
        return Text(f"{zh} 表底变小了", f"{en} the register falls")
    hours = Fraction(second.time - first.time, HOUR_MS)
    if meter.max_rate and advance * meter.base_per_step > meter.base_per_hour_max * hours:
        most, unit = float(meter.max_rate), meter.display_unit
        return Text(
            f"{zh} 的增量超过每小时 {most:g} {unit}（登记表 max_rate）",
            f"{en} it advances by more than {most:g} {unit} an hour (max_rate of the registry)",
        )
    return None


def _too_much(meter: Meter, amount: int) -> Text | None:
    if not meter.max_rate or amount <= meter.base_per_interval_max:
        return None
    return Text(
        "超过登记表 max_rate 允许的一个周期用量",
        "it is more than max_rate of the registry allows in one interval",
    )
