"""A channel that is heard and not registered, as JSON values."""

from typing import Any

from api.times import iso
from energy.registry import Registry
from storage.records.heard import UnknownChannel


def heard_row(one: UnknownChannel, registry: Registry) -> dict[str, Any]:
    """Return a channel as JSON values; ``is_device_known`` says whether the device has a row."""
    return {
        "collector": one.collector,
        "device": one.device,
        "is_device_known": one.device in registry.device,
        "channel": one.channel,
        "gateway": one.gateway,
        "format": one.form,
        "topic": one.topic,
        "first": iso(one.first),
        "last": iso(one.last),
        "times": one.times,
        "value": one.value,
        "unit": one.unit,
    }
