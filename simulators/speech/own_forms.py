"""The platform's own forms and Tasmota's telemetry, a whole history at once.

The text is what the encoders of ``formats`` print, which a test proves; they take one moment at a
time, which would be ten times as slow for a district of years.
"""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from energy.meter import Device
from energy.span import SECOND_MS, from_ms
from simulators.meters.happenings import NO_TIME
from simulators.speech.message import Message, Words
from simulators.speech.numbers_said import number_texts, step_of

OWN_SINGLE = "own_single"
OWN_BATCH = "own_batch"
TASMOTA = "tasmota"
OWN = (OWN_SINGLE, OWN_BATCH)
QUICK = (*OWN, TASMOTA)
"""Formats that are written here."""

BATCH_READINGS = 100


class _Moment(NamedTuple):
    """One object of a payload: a device at one time."""

    publish_at: int
    text: str
    readings: int
    bad: int = 0
    retained: bool = False


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


def _moments(words: Words) -> Iterator[_Moment]:
    columns = []
    for told, mask in zip(words.tolds, words.masks, strict=True):
        texts = number_texts(words.steps(told), step_of(told))
        head = f'"{told.meter.channel}":'
        columns.append(
            [head + text if said else "" for text, said in zip(texts, mask.tolist(), strict=True)]
        )
    values = [",".join(filter(None, row)) for row in zip(*columns, strict=True)]
    objects = _objects(words.device, _time_texts(words.times.tolist(), words.device), values)
    counts, bad = words.counts()
    numbers: list[np.ndarray] = [words.whens, counts, bad, words.retained]
    for text, when, good, wrong, kept in zip(
        objects, *(column.tolist() for column in numbers), strict=True
    ):
        yield _Moment(when, text, good, wrong, kept)


def written(all_words: Sequence[Words]) -> Iterator[Message]:
    """Yield the messages that say what the devices of a span say, in no order.

    Several objects of a device or gateway travel in one message where its form permits; none is
    sent before its time.
    """
    streams: dict[tuple[str, str, bool], list[_Moment]] = {}
    for words in all_words:
        for moment in _moments(words):
            key = own_topic(words.device), words.device.format, moment.retained
            streams.setdefault(key, []).append(moment)
    for (topic, form, _), moments in streams.items():
        moments.sort(key=itemgetter(0))
        yield from _packed(topic, moments, form)


def own_topic(device: Device) -> str:
    """Return the topic on which a device of these formats speaks."""
    if device.format == OWN_BATCH:
        return f"meters/batch/{device.gateway}"
    if device.format == TASMOTA:
        return device.topic or f"tele/{device.device}/SENSOR"
    return f"meters/{device.device}"


def _pack(topic: str, objects: Sequence[_Moment], *, array: bool) -> Message:
    texts = [said.text for said in objects]
    body = f"[{','.join(texts)}]" if array else texts[0]
    readings, bad = sum(said.readings for said in objects), sum(said.bad for said in objects)
    last = objects[-1]
    return Message(last.publish_at, topic, body.encode(), readings, bad, last.retained)


def _packed(topic: str, objects: list[_Moment], form: str) -> Iterator[Message]:
    """Pack objects, sorted by publish time, into as few messages as the form permits."""
    if form == TASMOTA:
        for said in objects:
            yield _pack(topic, [said], array=False)
        return
    group: list[_Moment] = []
    held = 0
    for said in objects:
        group.append(said)
        held += said.readings
        if held >= BATCH_READINGS:
            yield _pack(topic, group, array=True)
            group, held = [], 0
    if group:
        yield _pack(topic, group, array=form == OWN_BATCH or len(group) > 1)
