"""Which device channel hung at which meter, and when."""

from collections.abc import Iterable
from dataclasses import dataclass

from energy.meter import Meter

EVER = 2**62
"""Later than any time at rest, and its negative earlier [ms]."""

Channel = tuple[str, str]
"""(device, channel)"""


@dataclass(frozen=True, slots=True)
class Binding:
    """One device channel at one meter for a time.

    Attributes:
        meter: The metering point.
        device: The device that hung there.
        channel: Name of the meter's value in the device's messages.
        start: From when on [ms since 1970 UTC]; None: as long as anybody knows.
        until: Before when [ms]; None: it still does.
    """

    meter: str
    device: str
    channel: str
    start: int | None = None
    until: int | None = None

    @property
    def key(self) -> Channel:
        """What the message names."""
        return self.device, self.channel

    @property
    def first(self) -> int:
        """The first time that is bound [ms]; -EVER where it has no start."""
        return -EVER if self.start is None else self.start

    @property
    def end(self) -> int:
        """The first time behind it [ms]; EVER where it has no end."""
        return EVER if self.until is None else self.until


def bindings_of(
    meters: Iterable[Meter], dated: Iterable[Binding]
) -> dict[Channel, tuple[Binding, ...]]:
    """Return what each device channel was bound to, in order of time.

    What a meter says of its device holds now: from where the last dated binding of this meter or
    of this channel ends, or from the start of one without an end, which says the same; without
    any, always. A time that none of them covers is bound to nobody.

    Args:
        meters: Each with the channel it hangs on now, if it hangs on any.
        dated: Bindings with dates, none of them overlapping in its meter or in its channel.
    """
    found: dict[Channel, list[Binding]] = {}
    free: dict[str | Channel, int] = {}
    open_at = set()
    for binding in dated:
        found.setdefault(binding.key, []).append(binding)
        if binding.until is None:
            open_at.add(binding.meter)
            continue
        for name in (binding.meter, binding.key):
            free[name] = max(binding.until, free.get(name, -EVER))
    for meter in meters:
        if meter.device and meter.meter not in open_at:
            key = meter.device, meter.channel
            start = max(free.get(meter.meter, -EVER), free.get(key, -EVER))
            now = Binding(meter.meter, *key, None if start == -EVER else start)
            found.setdefault(key, []).append(now)
    return {key: tuple(sorted(own, key=lambda one: one.first)) for key, own in found.items()}
