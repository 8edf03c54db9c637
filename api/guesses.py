"""Rows for a device that is heard and not registered: what is known, and what is only guessed.

Whoever adopts it is shown both apart. What decides an amount and cannot be seen in a message, as
digits, ratio and role, is never guessed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from statistics import median

from api.earlier import Message
from api.times import zone_of
from collector.screening.normalize import FUTURE_MS, PAST_MS
from energy.messages.message import Format, Said
from energy.reading import GAUGE, REGISTER
from energy.registry import Registry
from energy.text import Text
from storage.csv_cells import MAX_NAME, is_name
from storage.records.heard import UnknownChannel

_KIND_OF_UNIT = {
    **dict.fromkeys(("Wh", "kWh", "MWh"), ("electricity", REGISTER)),
    **dict.fromkeys(("kJ", "MJ", "GJ"), ("heat", REGISTER)),
    # Water or gas: only a person can say which.
    **dict.fromkeys(("mL", "L", "m3", "ft3"), ("", REGISTER)),
    **dict.fromkeys(("W", "kW"), ("power", GAUGE)),
    "degC": ("temperature", GAUGE),
}
_INTERVALS_S = {
    10: "10s", 15: "15s", 30: "30s", 60: "1min", 120: "2min", 300: "5min", 600: "10min",
    900: "15min", 1800: "30min", 3600: "1h", 86_400: "1d",
}  # fmt: skip
_NEAR = 0.1
_FEWEST = 3
"""Steps between moments that show an interval; chosen: two may be chance."""
_MOST_PLACES = 6
"""Decimals beyond these are the noise of a float, not the step of a meter (chosen)."""
_WHOLE = 10
"""So many values without decimals show that there are none (chosen)."""
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")

Row = dict[str, str]


@dataclass
class Proposal:
    """Rows to adopt a device with.

    Attributes:
        device: Its row in devices.csv; None where the registry has one.
        meters: A row of meters.csv for each channel, by channel.
        guessed: Channel ("" for the device's own row) and column of each cell that is a guess.
        doubts: What a person should know before.
    """

    device: Row | None
    meters: list[Row]
    guessed: set[tuple[str, str]] = field(default_factory=set)
    doubts: list[Text] = field(default_factory=list)


def proposal(
    channels: Sequence[UnknownChannel],
    registry: Registry,
    form: Format | None,
    messages: Sequence[Message] = (),
) -> Proposal:
    """Return rows for one device.

    Args:
        channels: Those of it that are heard, at least one.
        registry: The registry in force.
        form: The format it was heard in last; None if that is known no more.
        messages: Some of what it said, from dead letters.
    """
    by_channel = {one.channel: one for one in sorted(channels, key=lambda one: one.last)}
    newest = max(channels, key=lambda one: one.last)
    made = Proposal(device=None, meters=[])
    if newest.device not in registry.device:
        made.device = _device(newest, registry, form, messages, made)
        made.doubts += _doubts(channels, is_bound=bool(made.device["topic"]))
    known = set(registry.meter)
    for _, one in sorted(by_channel.items()):
        row, guesses = _meter(one, registry, known, messages)
        known.add(guesses["meter"])
        made.meters.append({**row, **guesses})
        made.guessed |= {(one.channel, column) for column, cell in guesses.items() if cell}
    return made


def _device(
    newest: UnknownChannel,
    registry: Registry,
    form: Format | None,
    messages: Sequence[Message],
    made: Proposal,
) -> Row:
    name = newest.device if is_name(newest.device) else ""
    row = {
        "device": name,
        "gateway": newest.gateway,
        "format": newest.form,
        # A name that the registry cannot have is replaced by binding a name to the topic.
        "topic": newest.topic if not name and _is_of_topic(newest, form) else "",
        "time_unit": "",
        "timezone": "",
    }
    if form is None or form.time_in_ms:
        return row
    if form.local_time:
        row["timezone"] = zone_of(registry).key
        made.guessed.add(("", "timezone"))
        return row
    row["time_unit"] = _time_unit(messages)
    if not messages:
        made.doubts.append(
            Text(
                "没有它的报文可看，不知道时间的单位；time_unit 留空即为秒（s）。",
                "No message of it is at hand to see the unit of its times; an empty time_unit is "
                "seconds (s).",
            )
        )
    return row


def _is_of_topic(heard: UnknownChannel, form: Format | None) -> bool:
    """Tell whether a device is known by its topic alone, and not by what its messages say."""
    by_topic = {heard.topic}
    if form is not None and form.device_of is not None:
        by_topic.add(form.device_of(heard.topic))
    return not heard.gateway and (form is None or heard.device in by_topic)


def _meter(
    one: UnknownChannel, registry: Registry, known: Iterable[str], messages: Sequence[Message]
) -> tuple[Row, Row]:
    """Return what is known of a meter's row, and what is guessed."""
    device = one.device if is_name(one.device) else ""
    kind, table = _KIND_OF_UNIT.get(one.unit, ("", ""))
    label = f"{one.device} {one.channel}"
    return {"device": device, "channel": one.channel, "unit": one.unit}, {
        "meter": _new_name(label, known),
        "building": _building(one, registry),
        "kind": kind,
        "table": table,
        "step": _step(one, messages),
        "interval": _interval(one, messages),
        "name_zh": label,
        "name_en": label,
    }


def _new_name(label: str, known: Iterable[str]) -> str:
    """Return a name of a meter that is not taken; "" where nothing of the label can be in one."""
    taken = set(known)
    name = re.sub(r"[^A-Za-z0-9_.-]+", "_", label).strip("_.-")[: MAX_NAME - 3]
    names = (name, *(f"{name}_{number}" for number in range(2, 100)))
    return next((free for free in names if free not in taken), "") if name else ""


def _building(one: UnknownChannel, registry: Registry) -> str:
    """Return the only building there is, or that all meters of its device or gateway stand in."""
    behind = {
        name
        for name, device in registry.device.items()
        if name == one.device or (one.gateway and device.gateway == one.gateway)
    }
    near = {meter.building for meter in registry.meters if meter.device in behind}
    places = near or set(registry.building)
    return next(iter(places)) if len(places) == 1 else ""


def _step(one: UnknownChannel, messages: Sequence[Message]) -> str:
    """Return one unit in the last decimal that any value shows; "" where that is no step."""
    values = [said.value for message in messages for said in message.said if _is(said, one)]
    if not values:
        values = [Decimal(one.value)] if _DECIMAL.fullmatch(one.value) else []
    exponents = [value.as_tuple().exponent for value in values]
    places = max([-number for number in exponents if isinstance(number, int)], default=0)
    if places > _MOST_PLACES or (places <= 0 and len(values) < _WHOLE):
        return ""
    return f"{Decimal(1).scaleb(-max(0, places)):f}"


def _interval(one: UnknownChannel, messages: Sequence[Message]) -> str:
    """Return the interval that its moments lie apart; "" where they show none."""
    moments = {
        _moment(said.time, message.letter.received)
        for message in messages
        for said in message.said
        if _is(said, one)
    }
    steps = [(later - earlier) / 1000 for earlier, later in pairwise(sorted(moments))]
    if len(steps) < _FEWEST:
        return ""
    usual = median(steps)
    return next(
        (text for seconds, text in _INTERVALS_S.items() if abs(usual - seconds) <= _NEAR * seconds),
        "",
    )


def _is(said: Said, one: UnknownChannel) -> bool:
    return said.channel == one.channel


def _time_unit(messages: Sequence[Message]) -> str:
    """Return the only unit in which times of a device make sense; "" where none or both do."""
    units = {
        _unit_of(said.time, message.letter.received)
        for message in messages
        for said in message.said
    }
    found = units - {""}
    return next(iter(found)) if len(found) == 1 else ""


def _unit_of(time: int | str | None, arrived: int) -> str:
    if not isinstance(time, int):
        return ""
    for unit, per_unit in (("s", 1000), ("ms", 1)):
        if arrived - PAST_MS <= time * per_unit <= arrived + FUTURE_MS:
            return unit
    return ""


def _moment(time: int | str | None, arrived: int) -> int:
    """Return a moment [ms]; the arrival where the message has no bare time."""
    if not isinstance(time, int):
        return arrived
    return time * 1000 if _unit_of(time, arrived) == "s" else time


def _doubts(channels: Sequence[UnknownChannel], *, is_bound: bool) -> list[Text]:
    found = []
    name = channels[0].device
    if not is_name(name) and not is_bound:
        found.append(
            Text(
                f"{name!r} 不能作为登记表中的名称，而它的报文就是这样称呼它的；"
                "请在设备、网关或 mappings.csv 中改名。",
                f"{name!r} cannot be a name in the registry, and its messages call it so; give it "
                "another one at the device, at its gateway or in mappings.csv.",
            )
        )
    elif not is_name(name):
        found.append(
            Text(
                f"{name!r} 不能作为登记表中的名称；请自取名称填入 device，topic 保留。",
                f"{name!r} cannot be a name in the registry; write one of your own into device, "
                "and keep the topic.",
            )
        )
    ways = sorted({f"{one.form} {one.gateway}".strip() for one in channels})
    if len(ways) > 1:
        said = ", ".join(ways)
        found.append(
            Text(
                f"它以几种方式发送（格式 网关）：{said}；已填写最近的一种。",
                f"It speaks in several ways (format gateway): {said}; the newest is filled in.",
            )
        )
    return found
