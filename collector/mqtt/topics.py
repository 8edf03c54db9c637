"""Which format reads a topic, and what to subscribe to, for one registry."""

from collections.abc import Mapping

from collector.mqtt.remembering import remember
from energy.messages.message import Format
from energy.messages.topic_filter import without_needless
from energy.registry import Registry
from formats._mapping import formats_of

Owner = tuple[Format, str | None]
"""(format that reads a topic, name of the one device that the registry binds to it or None)."""


class Topics:
    """Finds the format of a topic, in this order.

    1. The format of a device that the registry binds to exactly this topic.
    2. A payload format that says the topic is its own.
    3. A mapping of the registry, the first of its file before the others.

    Args:
        registry: The registry in force; a change of it wants new Topics.
        formats: The payload formats there are, by name.

    Attributes:
        formats: All formats there are, mappings last.
    """

    def __init__(self, registry: Registry, formats: Mapping[str, Format]) -> None:
        mappings = formats_of(registry.mappings, version=registry.number)
        self.formats = (*formats.values(), *mappings.values())
        self._bound = _bound(registry, {**mappings, **formats})
        self._found: dict[str, Owner | None] = {}

    def of(self, topic: str) -> Owner | None:
        """Return who reads a topic; None where nobody does.

        The device's name takes the place of the said one where that is the topic itself: formats
        whose messages name no device say the topic instead. It is None where several devices share
        the topic, behind one gateway.
        """
        if topic in self._found:
            return self._found[topic]
        return remember(self._found, topic, self._bound.get(topic) or self._first(topic))

    def filters(self) -> tuple[str, ...]:
        """Return what to subscribe to, sorted, no filter covered by another."""
        mine = (pattern for found in self.formats for pattern in found.filters)
        return without_needless([*mine, *self._bound])

    def _first(self, topic: str) -> Owner | None:
        return next(((found, None) for found in self.formats if found.is_mine(topic)), None)


def _bound(registry: Registry, formats: Mapping[str, Format]) -> dict[str, Owner]:
    """Return who reads each topic that a device is bound to, of the devices whose format there is.

    A format may have left with an older program; its devices' messages then have no reader.
    """
    found: dict[str, Owner] = {}
    for device in registry.devices:
        if device.topic and device.format in formats:
            name = None if device.topic in found else device.device
            found[device.topic] = (formats[device.format], name)
    return found
