"""Who speaks on a topic, worked out once for each topic of a registry."""

from collections.abc import Mapping

from collector.mqtt.remembering import remember
from collector.mqtt.topics import Topics
from collector.screening.pending import NO_CHANNELS, Source
from collector.screening.screen import Screen
from energy.messages.message import Format
from energy.registry import Registry


class Sources:
    """Finds the source of a topic.

    Args:
        registry: The registry in force.
        formats: The payload formats there are, by name.

    Attributes:
        known: Topic to source; None where nobody reads it.
        in_ms: Names of the formats whose bare times are ms, the registry's mappings among them.
        filters: What to subscribe to.
        screen: Knows the channels of each device; must be set before ``find``.
    """

    screen: Screen

    def __init__(self, registry: Registry, formats: Mapping[str, Format]) -> None:
        self._topics = Topics(registry, formats)
        self.known: dict[str, Source | None] = {}
        self.in_ms = frozenset(form.name for form in self._topics.formats if form.time_in_ms)
        self.filters = self._topics.filters()

    def find(self, topic: str) -> Source | None:
        """Work out who speaks on a topic, and remember it."""
        if topic in self.known:
            return self.known[topic]
        return remember(self.known, topic, self._source(topic))

    def _source(self, topic: str) -> Source | None:
        owner = self._topics.of(topic)
        if owner is None:
            return None
        form, bound = owner
        gateway = form.gateway_of(topic)
        devices = self.screen.devices(gateway=gateway, form=form.name, topic=topic)
        name = bound or ""
        if form.device_of is None:
            return Source(form, gateway, form.plain, None, devices, name)
        channels = devices.get(name or form.device_of(topic), NO_CHANNELS)
        return Source(form, gateway, form.plain, channels, {}, name)
