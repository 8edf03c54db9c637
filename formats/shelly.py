"""Shelly of the second generation and later: ``PREFIX/status/COMPONENT`` and ``PREFIX/events/rpc``.

PREFIX is the device's topic prefix, by default its id; where it has two levels the last is the
device's name. Energies are cumulative and in Wh, import and export each with a counter of its own;
powers are in W. Channels are called COMPONENT/FIELD: ``em1data:0/total_act_energy``,
``emdata:0/a_total_act_energy``, ``switch:0/aenergy.total``, ``em:0/total_act_power``.

A status has no time of its own and is taken at its arrival. A notification says ``ts``, seconds
since 1970 with a fraction. It carries only what has changed: what is absent is unchanged, not zero.
``NotifyEvent`` holds events and the energy of single minutes, which the counters hold as well.

Source: shelly-api-docs.shelly.cloud/gen2, pages Notifications, EM, EMData, EM1, EM1Data, Switch.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from energy.errors import DecodeError
from energy.messages.message import Format, Manner, Said, Spoken
from formats._own import decimal_of, exact, number_text, why
from formats._times import ms_of, seconds_text

COMPONENTS = frozenset(
    ("em", "emdata", "em1", "em1data", "pm1", "switch", "cover", "light", "cct", "rgb", "rgbw")
)
"""Components that measure energy or power; of the others (wifi, input ...) nothing is read."""
ENERGIES = (
    "total_act_energy",
    "total_act_ret_energy",
    *(f"{p}_total_act{way}_energy" for p in "abc" for way in ("", "_ret")),
    "total_act",
    "total_act_ret",
)
COUNTERS = ("aenergy", "ret_aenergy")
"""Energies inside an object, under ``total``."""
POWERS = ("apower", "act_power", *(f"{p}_act_power" for p in "abc"), "total_act_power")
FIELDS = (*ENERGIES, *COUNTERS, *POWERS)
NOTICES = frozenset(("NotifyStatus", "NotifyFullStatus", "NotifyEvent"))


class Counter(msgspec.Struct):
    """An energy counter with more about it than its state, such as the last minutes."""

    total: object = None


Status = msgspec.defstruct(
    "Status", [(field, Counter | None if field in COUNTERS else object, None) for field in FIELDS]
)
"""What we read of a component; each has some of the fields."""


class Notification(msgspec.Struct):
    """A message on ``events/rpc``: components by name, and ``ts`` between them."""

    method: str
    params: dict[str, msgspec.Raw] = {}


_TOPIC = re.compile(
    r"(?:[^/]+/)*(?P<device>[^/]+)/"
    r"(?:status/(?P<component>[a-z][a-z0-9_]*(?::[0-9]+)?)|events/rpc)"
)
_MOST_LEVELS = 3
_NOTIFICATION = msgspec.json.Decoder(Notification, strict=True)
_STATUS = msgspec.json.Decoder(Status | None, strict=True, float_hook=decimal_of)
_NUMBER = msgspec.json.Decoder(object, strict=True, float_hook=decimal_of)


def is_mine(topic: str) -> bool:
    """Tell whether a topic is a status or the notifications of a prefix of one or two levels."""
    return topic.count("/") <= _MOST_LEVELS and _TOPIC.fullmatch(topic) is not None


def device_of(topic: str) -> str:
    """Return the device named in a topic, "" where it is not one of ours."""
    found = _TOPIC.fullmatch(topic)
    return found["device"] if found else ""


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return what a message says; nothing where it holds neither energy nor power.

    Raises:
        DecodeError: If the bytes are not such a message.
    """
    found = _TOPIC.fullmatch(topic)
    component = found["component"] if found else None
    device = device_of(topic) or topic
    try:
        if component is None:
            return list(_notified(device, _NOTIFICATION.decode(payload)))
        return list(_said(device, component, payload, None))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a Shelly message: {why(error)}") from error


def _notified(device: str, notification: Notification) -> Iterator[Said]:
    if notification.method not in NOTICES:
        raise DecodeError("the method of the message is not a Shelly notification")
    time = _time_of(notification.params)
    for component, status in notification.params.items():
        if component not in {"ts", "events"}:
            yield from _said(device, component, status, time)


def _time_of(params: Mapping[str, msgspec.Raw]) -> int | None:
    time = _NUMBER.decode(params["ts"]) if "ts" in params else None
    if time is None:
        return None
    seconds = exact(time)
    if seconds.is_nan():
        raise DecodeError("the time of the message is not a number of seconds")
    return ms_of(seconds)


def _said(
    device: str, component: str, text: bytes | msgspec.Raw, time: int | None
) -> Iterator[Said]:
    status = _STATUS.decode(text)
    if status is None or component.partition(":")[0] not in COMPONENTS:
        return
    for field, number in zip(FIELDS, msgspec.structs.astuple(status), strict=True):
        if number is None:
            continue
        unit = "W" if field in POWERS else "Wh"
        if not isinstance(number, Counter):
            yield Said(device, f"{component}/{field}", time, exact(number), unit)
        elif number.total is not None:
            yield Said(device, f"{component}/{field}.total", time, exact(number.total), unit)


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and body of a NotifyStatus, one moment of one device; the inverse of decode."""
    params = [f'"ts":{seconds_text(said[0].time)}'] if isinstance(said[0].time, int) else []
    components: dict[str, list[str]] = {}
    for one in said:
        component, _, field = one.channel.partition("/")
        components.setdefault(component, []).append(_field_text(field, one.value))
    params += [f'"{name}":{{{",".join(fields)}}}' for name, fields in components.items()]
    names = f'"src":{_quoted(device)},"dst":{_quoted(f"{device}/events")}'
    body = f'{{{names},"method":"NotifyStatus","params":{{{",".join(params)}}}}}'
    return f"{device}/events/rpc", body.encode()


def _field_text(field: str, value: Decimal) -> str:
    name, _, inner = field.partition(".")
    text = number_text(value)
    return f'"{name}":{{"{inner}":{text}}}' if inner else f'"{name}":{text}'


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


FORMAT = Format(
    name="shelly",
    filters=("+/status/+", "+/+/status/+", "+/events/rpc", "+/+/events/rpc"),
    is_mine=is_mine,
    decode=decode,
    encode=encode,
    gateway_of=lambda _topic: "",
    label="Shelly Gen2 and later, status and notifications",
    time_in_ms=True,
    device_of=device_of,
    manner=Manner({"electricity": Spoken("em1data:0/total_act_energy", "Wh")}, clock="ms"),
)
