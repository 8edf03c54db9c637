"""ChirpStack v4 uplinks: topic ``application/ID/device/DEVEUI/event/up``.

The device is the DevEUI. ``time`` is when the network heard it, with nine digits behind the second,
kept as whole milliseconds. ``fCnt`` counts the device's uplinks: a jump means that some were lost.
Events other than ``up`` (join, ack, status, log) are not subscribed.

Source: ChirpStack v4 documentation, "Event types" and "MQTT integration".
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from energy.errors import DecodeError
from energy.messages.message import Format, Manner, Said, Spoken
from energy.span import from_ms, to_ms
from formats._frames.register import Register
from formats._own import decimal_of, why

MOST_REMEMBERED = 100_000
"""A flood of names must not fill the memory; no network of ours has more devices (chosen)."""
_LEVELS = ("application", "", "device", "", "event", "up")
_DEVICE = 3


class DeviceInfo(msgspec.Struct):
    """Who sent an uplink."""

    dev_eui: str = msgspec.field(default="", name="devEui")


class Uplink(msgspec.Struct, rename="camel"):
    """What we read of an uplink event; the rest is the network's own affair."""

    time: str | None = None
    device_info: DeviceInfo | None = None
    f_cnt: int | None = None
    data: str | None = None
    decoded: dict[str, object] | None = msgspec.field(default=None, name="object")


class Counted(msgspec.Struct):
    """Number and time [ms] of a device's latest uplink, and how many never came, at least."""

    f_cnt: int
    time: int
    lost: int = 0


_DECODER = msgspec.json.Decoder(Uplink, strict=True, float_hook=decimal_of)
_COUNTED = msgspec.json.Decoder(Counted)


@dataclass(frozen=True)
class Codec:
    """How the values of an uplink are read and written.

    Attributes:
        name: Name of the format.
        label: One line for the docs.
        read: Uplink to its values. Raises DecodeError.
        write: Values to the members of an uplink that carry them; the inverse of read.
        everywhere: Whether it reads every uplink; others read those of the topics that devices.csv
            gives them.
        registers: As in energy.messages.message.Manner.
    """

    name: str
    label: str
    read: Callable[[Uplink], Sequence[Register]]
    write: Callable[[Sequence[Register]], Mapping[str, object]]
    everywhere: bool = False
    registers: Mapping[str, Spoken] | None = None


def framed(
    *,
    name: str,
    label: str,
    read: Callable[[bytes], Sequence[Register]],
    write: Callable[[Sequence[Register]], bytes],
    registers: Mapping[str, Spoken],
) -> Codec:
    """Return the codec of uplinks whose bytes, the member ``data``, are frames of a meter."""

    def read_data(uplink: Uplink) -> Sequence[Register]:
        if not uplink.data:
            raise DecodeError("the uplink holds no bytes")
        try:
            frames = b64decode(uplink.data, validate=True)
        except ValueError as error:
            raise DecodeError("the bytes of the uplink are not in base64") from error
        return read(frames)

    def write_data(registers: Sequence[Register]) -> Mapping[str, object]:
        return {"data": b64encode(write(registers)).decode()}

    return Codec(name, label, read_data, write_data, registers=registers)


def topic_of(device: str) -> str:
    """Return the topic of the uplinks of a device in an application that is called 1."""
    return f"application/1/device/{device}/event/up"


def device_of(topic: str) -> str:
    """Return the DevEUI in the topic of an uplink, "" where it is none."""
    levels = topic.split("/")
    if len(levels) != len(_LEVELS) or not all(levels):
        return ""
    fits = all(wanted in {"", level} for wanted, level in zip(_LEVELS, levels, strict=True))
    return levels[_DEVICE] if fits else ""


class _Reader:
    """Reads uplinks by one codec, and counts those that are missing."""

    def __init__(self, codec: Codec, kept: MutableMapping[str, bytes] | None) -> None:
        self._codec = codec
        self._kept = kept

    def decode(self, topic: str, payload: bytes) -> list[Said]:
        device = device_of(topic)
        try:
            uplink = _DECODER.decode(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise DecodeError(f"not a ChirpStack uplink: {why(error)}") from error
        named = uplink.device_info.dev_eui if uplink.device_info else ""
        if not device or (named and named.lower() != device.lower()):
            raise DecodeError("the uplink does not belong to the device of its topic")
        time = _time_of(uplink)
        self._count(device, uplink.f_cnt, time or 0)
        said = [
            Said(device, one.channel, time, one.value, one.unit) for one in self._codec.read(uplink)
        ]
        if not said:
            raise DecodeError("the message holds no value")
        return said

    def _count(self, device: str, f_cnt: int | None, time: int) -> None:
        if f_cnt is None or self._kept is None:
            return
        before = self._counted(device)
        if before is None:
            if len(self._kept) >= MOST_REMEMBERED:
                return
            before = Counted(f_cnt, time)
        elif f_cnt > before.f_cnt:
            before = Counted(f_cnt, time, before.lost + f_cnt - before.f_cnt - 1)
        elif time > before.time:
            # It joined anew and counts from the start; what was lost in between nobody knows.
            before = Counted(f_cnt, time, before.lost)
        else:
            return  # the broker repeats an uplink
        self._kept[device] = msgspec.json.encode(before)

    def _counted(self, device: str) -> Counted | None:
        try:
            return _COUNTED.decode((self._kept or {})[device])
        except (KeyError, msgspec.MsgspecError):
            return None

    def counts(self) -> dict[str, int]:
        lost = {device: self._counted(device) for device in self._kept or {}}
        return {f"lost messages {name}": one.lost for name, one in lost.items() if one and one.lost}


def _time_of(uplink: Uplink) -> int | None:
    if uplink.time is None:
        return None
    try:
        return to_ms(datetime.fromisoformat(uplink.time))
    except (ValueError, OverflowError) as error:
        raise DecodeError("time cannot be read") from error


def format_of(codec: Codec, kept: MutableMapping[str, bytes] | None = None) -> Format:
    """Return the format that reads uplinks by a codec."""
    reader = _Reader(codec, kept)

    def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
        time = said[0].time
        values = [Register(one.channel, one.value, one.unit) for one in said]
        uplink: dict[str, object] = {"deviceInfo": {"devEui": device}, **codec.write(values)}
        if isinstance(time, int):
            uplink["time"] = from_ms(time).isoformat(timespec="milliseconds")
        return topic_of(device), msgspec.json.encode(uplink)

    return Format(
        name=codec.name,
        filters=("application/+/device/+/event/up",) if codec.everywhere else (),
        is_mine=(lambda topic: bool(device_of(topic)))
        if codec.everywhere
        else lambda _topic: False,
        decode=reader.decode,
        encode=encode,
        gateway_of=lambda _topic: "",
        label=codec.label,
        time_in_ms=True,
        device_of=device_of,
        with_memory=lambda kept: format_of(codec, kept),
        counts=None if kept is None else reader.counts,
        manner=Manner(
            codec.registers,
            device=lambda _name, number: f"{number:016x}",
            topic=lambda device: "" if codec.everywhere else topic_of(device),
            clock="ms",
        ),
    )
