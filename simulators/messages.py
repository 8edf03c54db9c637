"""What devices say, as MQTT messages in order of time: readings to text, quickly.

The text is what the encoders of ``formats`` print, which a test proves; they take one reading at a
time, this takes a device's whole history.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter, itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from energy.errors import ConfigError
from energy.meter import Device
from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import SECOND_MS, Span, from_ms
from energy.text import Text
from simulators.ground_truth import CENTI
from simulators.happenings import NO_TIME, BadMessage, Happenings, Told

OWN_SINGLE = "own_single"
OWN_BATCH = "own_batch"
TASMOTA = "tasmota"

BATCH_READINGS = 100
_MOST_DECIMALS = 9
_FUTURE_MS = 20 * 365 * 24 * 3_600_000


class Message(NamedTuple):
    """One MQTT message.

    Attributes:
        publish_at: When it is sent [ms since 1970 UTC].
        topic: Its topic.
        payload: Its bytes.
        readings: Readings in it, repeats included, bad ones not.
        bad: Readings in it that must be refused.
        retained: Whether the broker is to retain it.
    """

    publish_at: int
    topic: str
    payload: bytes
    readings: int
    bad: int
    retained: bool = False


class _Said(NamedTuple):
    """One object of a payload: a device at one time."""

    publish_at: int
    text: str
    readings: int
    bad: int = 0
    retained: bool = False


@dataclass(frozen=True)
class Sent:
    """Everything a district sends.

    Attributes:
        registry: Devices and gateways.
        happenings: What meters show and send.
        since: Meter to the time [ms] from which its readings are sent; all where it has none.
        bad_since: Meter to the time [ms] after which its bad messages are sent; all likewise.
    """

    registry: Registry
    happenings: Happenings
    since: Mapping[str, int]
    bad_since: Mapping[str, int]


def decimal_places(step: Fraction) -> int:
    """Return how many decimals a step has.

    Raises:
        ConfigError: If it is not a decimal number.
    """
    for places in range(_MOST_DECIMALS + 1):
        if (step * 10**places).denominator == 1:
            return places
    problem = Text(
        f"最小步长 {step} 不是最多 {_MOST_DECIMALS} 位小数的数。",
        f"Step {step} is not a decimal number with at most {_MOST_DECIMALS} places.",
    )
    raise ConfigError(problem)


def number_texts(steps: np.ndarray, step: Fraction) -> list[str]:
    """Return whole steps as decimal text in the meter's unit, exactly."""
    places = decimal_places(step)
    whole = (steps * int(step * 10**places)).tolist()
    if not places:
        return list(map(str, whole))
    unit = 10**places
    return [
        f"{value // unit}.{value % unit:0{places}d}"
        if value >= 0
        else f"-{-value // unit}.{-value % unit:0{places}d}"
        for value in whole
    ]


def _step_of(told: Told) -> Fraction:
    return Fraction(1, CENTI) if told.meter.table == GAUGE else told.meter.step


def _time_texts(times: Sequence[int], device: Device) -> list[str]:
    if device.format == TASMOTA:
        zone = ZoneInfo(device.timezone)
        return [
            "" if time == NO_TIME else from_ms(time).astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")
            for time in times
        ]
    unit = 1 if device.time_unit == "ms" else SECOND_MS
    return [str(time // unit) for time in times]


def _objects(device: Device, times: Sequence[str], values: Sequence[str]) -> list[str]:
    """Return one JSON object for each time and its comma-joined channel values."""
    if device.format == TASMOTA:
        return [
            f'{{"Time":"{time}","ENERGY":{{{value}}}}}' if time else f'{{"ENERGY":{{{value}}}}}'
            for time, value in zip(times, values, strict=True)
        ]
    head = f'{{"device":"{device.device}",' if device.format == OWN_BATCH else "{"
    return [
        f'{head}"time":{time},"values":{{{value}}}}}'
        for time, value in zip(times, values, strict=True)
    ]


def _said_at(
    device: Device,
    tolds: Sequence[Told],
    slots: np.ndarray,
    masks: Sequence[np.ndarray],
    *,
    corrected: bool,
) -> tuple[list[str], list[int], list[int]]:
    """Return the objects a device says at some readings, and the good and bad readings in each."""
    columns = []
    for told, mask in zip(tolds, masks, strict=True):
        steps = (told.shown if corrected else told.said_first)[slots]
        texts = number_texts(steps, _step_of(told))
        head = f'"{told.meter.channel}":'
        columns.append(
            [head + text if said else "" for text, said in zip(texts, mask.tolist(), strict=True)]
        )
    values = [",".join(filter(None, row)) for row in zip(*columns, strict=True)]
    bad = np.sum([mask & told.refused[slots] for told, mask in zip(tolds, masks, strict=True)], 0)
    counts = np.sum(masks, axis=0) - bad
    times = _time_texts(tolds[0].said_time[slots].tolist(), device)
    return _objects(device, times, values), counts.tolist(), bad.tolist()


def _device_says(sent: Sent, device: Device, tolds: Sequence[Told], span: Span) -> list[_Said]:
    """Return what a device says for the first time in a span of publish times."""
    at = tolds[0].publish_at
    inside = (at >= span.start) & (at < span.end)
    wanted = [
        inside & told.published & (told.time >= sent.since.get(told.meter.meter, 0))
        for told in tolds
    ]
    slots = np.flatnonzero(np.any(wanted, axis=0))
    if not len(slots):
        return []
    masks = [mask[slots] for mask in wanted]
    said = _said_at(device, tolds, slots, masks, corrected=False)
    return [_Said(*row) for row in zip(at[slots].tolist(), *said, strict=True)]


def _device_repeats(sent: Sent, device: Device, tolds: Sequence[Told], span: Span) -> list[_Said]:
    again = [
        repeat
        for repeat in sent.happenings.repeats
        if repeat.device == device.device and repeat.publish_at in span
    ]
    if not again:
        return []
    slots = np.array([repeat.slot for repeat in again])
    masks = [told.published[slots] for told in tolds]
    said = _said_at(device, tolds, slots, masks, corrected=True)
    whens = [repeat.publish_at for repeat in again]
    retained = [repeat.retained for repeat in again]
    found = [_Said(*row) for row in zip(whens, *said, retained, strict=True)]
    return [said for said in found if said.readings + said.bad]


def _topic(device: Device) -> str:
    if device.format == OWN_BATCH:
        return f"meters/batch/{device.gateway}"
    if device.format == TASMOTA:
        return device.topic or f"tele/{device.device}/SENSOR"
    return f"meters/{device.device}"


def _pack(topic: str, objects: Sequence[_Said], *, array: bool) -> Message:
    texts = [said.text for said in objects]
    body = f"[{','.join(texts)}]" if array else texts[0]
    readings, bad = sum(said.readings for said in objects), sum(said.bad for said in objects)
    last = objects[-1]
    return Message(last.publish_at, topic, body.encode(), readings, bad, last.retained)


def _packed(topic: str, objects: list[_Said], form: str) -> Iterator[Message]:
    """Pack objects, sorted by publish time, into as few messages as the form permits."""
    if form == TASMOTA:
        for said in objects:
            yield _pack(topic, [said], array=False)
        return
    group: list[_Said] = []
    held = 0
    for said in objects:
        group.append(said)
        held += said.readings
        if held >= BATCH_READINGS:
            yield _pack(topic, group, array=True)
            group, held = [], 0
    if group:
        yield _pack(topic, group, array=form == OWN_BATCH or len(group) > 1)


def _bad_object(bad: BadMessage, device: Device) -> str:
    time = bad.publish_at + (_FUTURE_MS if bad.kind == "far_future" else 0)
    stated = time if (device.time_unit == "ms") != (bad.kind == "wrong_time_unit") else time // 1000
    name = f"ghost-{device.device}" if bad.kind == "unknown_device" else device.device
    channel = "nobody" if bad.kind == "unknown_channel" else bad.meter.channel
    value = {"nan": "NaN", "negative": "-5"}.get(bad.kind, "1")
    head = f'{{"device":"{name}",' if device.format == OWN_BATCH else "{"
    return f'{head}"time":{stated},"values":{{"{channel}":{value}}}}}'


def bad_message(bad: BadMessage, registry: Registry) -> Message:
    """Return a message with exactly one reading, which must be refused.

    Raises:
        ConfigError: If the meter's device speaks a format in which this cannot be said.
    """
    device = registry.device[bad.meter.device]
    if device.format == TASMOTA:
        problem = Text(
            f"{bad.kind}：请植入到采集设备使用本平台自有格式的计量点。",
            f"{bad.kind}: plant it at a meter whose device speaks our own format.",
        )
        raise ConfigError(problem)
    topic = _topic(device)
    if bad.kind == "unknown_device" and device.format == OWN_SINGLE:
        topic = f"meters/ghost-{device.device}"
    if bad.kind == "not_its_device":
        others = sorted({d.gateway for d in registry.devices} - {device.gateway, ""})
        topic = f"meters/batch/{others[0] if others else 'gw-elsewhere'}"
    text = _bad_object(bad, device)
    body = f"[{text}]" if device.format == OWN_BATCH else text
    payload = b'{"time": \xff\xfe' if bad.kind == "unreadable" else body.encode()
    return Message(bad.publish_at, topic, payload, 0, 1)


def _bad_messages(sent: Sent, span: Span) -> Iterator[Message]:
    for bad in sent.happenings.bad:
        known = sent.bad_since.get(bad.meter.meter, -1)
        if bad.publish_at in span and bad.publish_at > known:
            yield bad_message(bad, sent.registry)


def messages(sent: Sent, span: Span) -> list[Message]:
    """Return the messages sent in a half-open span, in order of time.

    Several objects of a device or gateway travel in one message where its form permits; none is
    sent before its time.
    """
    tolds: dict[str, list[Told]] = {}
    for told in sent.happenings.told.values():
        tolds.setdefault(told.meter.device, []).append(told)
    streams: dict[tuple[str, str, bool], list[_Said]] = {}
    for name, mine in tolds.items():
        device = sent.registry.device[name]
        for said in _device_says(sent, device, mine, span) + _device_repeats(
            sent, device, mine, span
        ):
            key = _topic(device), device.format, said.retained
            streams.setdefault(key, []).append(said)
    found = list(_bad_messages(sent, span))
    for (topic, form, _), objects in streams.items():
        objects.sort(key=itemgetter(0))
        found.extend(_packed(topic, objects, form))
    found.sort(key=attrgetter("publish_at"))
    return found
