"""Sparkplug B: topics ``spBv1.0/GROUP/TYPE/NODE`` and ``spBv1.0/GROUP/TYPE/NODE/DEVICE``.

In protobuf or, where a gateway prints it so, as JSON; the first byte tells. The registry calls a
device ``GROUP.NODE.DEVICE`` and a node ``GROUP.NODE``, because names of devices are unique within
their node only. A channel is the name of a metric. Births hold values as well, and are read as the
readings they are; commands and the state of hosts are not subscribed.

Source: Sparkplug 3.0 specification, chapters 4 (topics), 5 (behaviour) and 6 (payloads).
"""

from collections.abc import MutableMapping, Sequence
from decimal import Decimal
from types import ModuleType
from typing import NamedTuple

from energy.errors import DecodeError
from energy.messages.message import Format, Manner, Said
from formats._sparkplug import json_form
from formats._sparkplug.births import BD_SEQ, Memory, Session, born_again, died, followed
from formats._sparkplug.payload import (
    DOUBLE,
    INT64,
    Metric,
    Payload,
    is_number,
    number_of,
)

NAMESPACE = "spBv1.0"
OF_NODES = ("NBIRTH", "NDATA", "NDEATH")
OF_DEVICES = ("DBIRTH", "DDATA", "DDEATH")
_NODE_PARTS, _DEVICE_PARTS = 4, 5
_NOT_READ = ("Node Control/", "Device Control/")
_INT64_LIMIT = 2**63


class Place(NamedTuple):
    """What a topic says."""

    group: str
    type: str
    node: str
    device: str

    @property
    def name(self) -> str:
        """Name of the device in the registry."""
        return ".".join(part for part in (self.group, self.node, self.device) if part)


def place_of(topic: str) -> Place | None:
    """Return what a topic says; None where it is not one of ours."""
    parts = topic.split("/")
    if parts[0] != NAMESPACE or not all(parts) or len(parts) not in {_NODE_PARTS, _DEVICE_PARTS}:
        return None
    known = OF_NODES if len(parts) == _NODE_PARTS else OF_DEVICES
    if parts[2] not in known:
        return None
    return Place(parts[1], parts[2], parts[3], parts[4] if len(parts) == _DEVICE_PARTS else "")


def is_mine(topic: str) -> bool:
    """Tell whether a topic is one of a node or a device."""
    return place_of(topic) is not None


def whole_of(topic: str) -> str:
    """Return the node of a topic: births and sequence span the topics of its devices."""
    place = place_of(topic)
    return f"{NAMESPACE}/{place.group}/{place.node}" if place else ""


class _Reader:
    """Reads messages with the memory of earlier ones."""

    def __init__(self, kept: MutableMapping[str, bytes]) -> None:
        self._memory = Memory(kept)
        self.counts = self._memory.lost

    def decode(self, topic: str, body: bytes) -> list[Said]:
        place = place_of(topic)
        if place is None:
            raise DecodeError("not a Sparkplug topic")
        if any("." in part for part in place):
            raise DecodeError("a Sparkplug name with a dot, which the registry cannot tell apart")
        payload = json_form.read(body) if body.lstrip()[:1] == b"{" else _wire().read(body)
        node = f"{place.group}/{place.node}"
        session = self._memory.session(node)
        is_new = self._follow(place, node, session, payload)
        if place.type.endswith("DEATH"):
            return []
        if not payload.metrics:
            raise DecodeError("the message holds no value")
        # Only of what comes out of turn: a clock that is set back in between breaks nothing.
        before = None if is_new else payload.time
        names = self._memory.names(node, place.device, session.epoch, before=before)
        device = place.name
        return [
            _said(device, metric, payload.time)
            for metric in map(names.complete, payload.metrics)
            if is_number(metric.datatype) and not _is_not_read(metric.name)
        ]

    def _follow(self, place: Place, node: str, session: Session, payload: Payload) -> bool:
        """Remember what the message says of order and names; False if it is told again."""
        take = {"NBIRTH": born_again, "NDEATH": died}.get(place.type, followed)
        is_new = take(session, payload)
        self._memory.keep_session(node, session)
        if place.type.endswith("BIRTH") and is_new:
            self._memory.learn(node, place.device, session.epoch, payload)
        elif place.type == "DDEATH" and is_new:
            self._memory.forget(node, place.device)
        return is_new


def _is_not_read(channel: str) -> bool:
    return channel == BD_SEQ or channel.startswith(_NOT_READ)


def _said(device: str, metric: Metric, sent: int | None) -> Said:
    # What is told late and without its own time has none that could be true.
    time: int | str | None = metric.time
    if time is None:
        time = "" if metric.historical else sent
    return Said(device, metric.name, time, number_of(metric.value, metric.datatype), metric.unit)


def _payload(said: Sequence[Said]) -> Payload:
    times = [one.time for one in said if isinstance(one.time, int)]
    metrics = [
        Metric(
            name=one.channel,
            alias=None,
            time=one.time if isinstance(one.time, int) else None,
            datatype=INT64 if _is_whole(one.value) else DOUBLE,
            historical=False,
            value=one.value if one.value.is_finite() else None,
            unit=one.unit,
        )
        for one in said
    ]
    return Payload(max(times, default=None), 0, metrics)


def _is_whole(value: Decimal) -> bool:
    is_small = value.is_finite() and -_INT64_LIMIT <= value < _INT64_LIMIT
    return is_small and value == value.to_integral_value()


def _wire() -> ModuleType:
    """Return what reads protobuf; its library is loaded only where somebody speaks it."""
    from formats._sparkplug import wire

    return wire


def _topic(device: str) -> str:
    group, _, rest = device.partition(".")
    node, _, name = rest.partition(".")
    return f"{NAMESPACE}/{group}/" + (f"DDATA/{node}/{name}" if name else f"NDATA/{node}")


def speaker_of(device: str) -> tuple[str, tuple[str, ...]]:
    """Return the node of a device, and the topics that it writes: its own, and the device's."""
    group, _, rest = device.partition(".")
    node, _, name = rest.partition(".")
    own = tuple(f"{NAMESPACE}/{group}/{kind}/{node}" for kind in OF_NODES)
    more = tuple(f"{NAMESPACE}/{group}/{kind}/{node}/{name}" for kind in OF_DEVICES)
    return f"{group}.{node}", own + (more if name else ())


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and protobuf of a data message; decode gives back what a double can hold."""
    return _topic(device), _wire().write(_payload(said))


def encode_json(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and JSON of a data message; the inverse of decode."""
    return _topic(device), json_form.write(_payload(said))


def _decode_alone(topic: str, body: bytes) -> list[Said]:
    """Read one message as if there had been none before."""
    return _Reader({}).decode(topic, body)


def with_memory(kept: MutableMapping[str, bytes]) -> Format:
    """Return the format with a memory of births and of the order of messages."""
    return _format(_Reader(kept))


def _format(reader: _Reader | None) -> Format:
    return Format(
        name="sparkplug",
        filters=(
            *(f"{NAMESPACE}/+/{kind}/+" for kind in OF_NODES),
            *(f"{NAMESPACE}/+/{kind}/+/+" for kind in OF_DEVICES),
        ),
        is_mine=is_mine,
        decode=reader.decode if reader else _decode_alone,
        encode=encode,
        gateway_of=lambda _topic: "",
        label="Sparkplug B, in protobuf or JSON",
        time_in_ms=True,
        with_memory=with_memory,
        whole_of=whole_of,
        speaker_of=speaker_of,
        counts=reader.counts if reader else None,
        manner=Manner(device=lambda name, _number: f"houses.simulated.{name}", clock="ms"),
    )


FORMAT = _format(None)
