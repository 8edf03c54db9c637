"""How long meters have said nothing, and how much they should have said since."""

from collections.abc import Sequence

from energy.binding import EVER
from energy.life import absences, is_absent
from energy.meter import Meter, MeterEvent
from energy.span import SECOND_MS

SILENT_INTERVALS = 3
"""A meter is called silent when three of its intervals have passed without a reading."""


def is_silent(meter: Meter, events: Sequence[MeterEvent], last: int | None, now: int) -> bool:
    """Tell whether a meter that stands there should have said something.

    Args:
        meter: The meter.
        events: Its events in order of time.
        last: Time of its last reading [ms]; None where there is none.
        now: The present [ms].
    """
    patience = SILENT_INTERVALS * meter.interval_s * SECOND_MS
    return (last or 0) < now - patience and not is_absent(events, now)


def heard(
    meter: Meter, events: Sequence[MeterEvent], last: int | None, now: int
) -> dict[str, int | None]:
    """Return when a meter was last heard and how many readings are missing since then.

    Of a meter that was taken away none is missing from then on.
    """
    away = absences(events)
    until = away[-1].start if away and away[-1].end == EVER else now
    missed = None if last is None else max(0, until - last) // (meter.interval_s * SECOND_MS)
    return {"last": last, "missed": missed}
