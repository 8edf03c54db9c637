"""The payload formats that simulated meters can speak."""

from functools import cache

import formats
from energy.messages.message import Format
from energy.offers import offers
from energy.registry import Registry


@cache
def spoken_formats() -> dict[str, Format]:
    """Return the payload formats that simulated meters can speak over MQTT, by name."""
    every = offers(formats, "FORMAT", Format)
    return {name: form for name, form in every.items() if form.manner is not None}


def formats_that_may_lack_times() -> list[str]:
    """Return the formats in which a reading may come without a time, and stand at its arrival."""
    every = spoken_formats().items()
    return [name for name, form in every if form.manner and form.manner.may_lack_time]


def devices_without_clock(registry: Registry) -> list[str]:
    """Return the devices that never say a time, so that only their arrival tells it."""
    spoken = spoken_formats()
    never = {name for name, form in spoken.items() if form.manner and form.manner.clock == "none"}
    return [device.device for device in registry.devices if device.format in never]
