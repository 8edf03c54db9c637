"""What devices say in any payload format, through the encoder in the format's own file."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from zoneinfo import ZoneInfo

from energy.errors import ConfigError
from energy.messages.message import Format, Manner, Said
from energy.meter import Device
from energy.registry import Registry
from energy.span import SECOND_MS, from_ms
from energy.text import Text
from formats._mapping import formats_of
from simulators.houses.spoken import spoken_formats
from simulators.meters.happenings import NO_TIME, Told
from simulators.speech.message import Message, Words
from simulators.speech.numbers_said import number_texts, step_of


class Speech:
    """How the devices of a registry speak: in formats of the program and mappings of its own.

    Args:
        registry: The registry.
    """

    def __init__(self, registry: Registry) -> None:
        self._mapped = formats_of(registry.mappings)
        self._units = {(row.mapping, row.unit) for row in registry.mappings}

    def said(self, words: Words) -> Iterator[Message]:
        """Yield the messages in which a device says something.

        Raises:
            ConfigError: If its format does not come over MQTT by itself, or cannot say it.
        """
        form = self._form(words.device)
        times = [_time(time, form, words.device) for time in words.times.tolist()]
        columns = [self._column(form, words, told) for told in words.tolds]
        refused = [told.refused[words.slots] for told in words.tolds]
        for index, time in enumerate(times):
            those = [at for at, mask in enumerate(words.masks) if mask[index]]
            said = [columns[at][index]._replace(time=time) for at in those]
            bad = [bool(refused[at][index]) for at in those]
            for topic, body, part in self._encoded(form, words.device, said):
                wrong = sum(bad[part])
                yield Message(
                    int(words.whens[index]),
                    topic,
                    body,
                    len(bad[part]) - wrong,
                    wrong,
                    bool(words.retained[index]),
                )

    def _form(self, device: Device) -> Format:
        form = self._mapped.get(device.format) or spoken_formats().get(device.format)
        if form is None:
            known = spoken_formats()
            raise ConfigError(
                Text(
                    f"模拟的采集设备不能用格式 {device.format} 发布；可以用 {'、'.join(known)}，"
                    "或登记表中的映射。",
                    f"Simulated devices cannot publish in the format {device.format}, but in "
                    f"{', '.join(known)}, or a mapping of the registry.",
                )
            )
        return form

    def _column(self, form: Format, words: Words, told: Told) -> list[Said]:
        """Return what a meter says at each moment, still without time."""
        meter = told.meter
        states_unit = form.manner is not None and form.manner.registers is not None
        if states_unit or (form.name, meter.unit) in self._units:
            unit = _stated_unit(form, meter.kind, meter.unit)
        else:
            unit = ""
        texts = number_texts(words.steps(told), step_of(told))
        return [
            Said(words.device.device, meter.channel, None, Decimal(text), unit) for text in texts
        ]

    def _encoded(
        self, form: Format, device: Device, said: Sequence[Said]
    ) -> list[tuple[str, bytes, slice]]:
        """Return topic, body and part of what is said, of as few messages as say it."""
        # A format that finds no device in a topic of its own is bound to the topic.
        is_bound = not form.filters and form.device_of is None
        account = device.topic if is_bound else device.gateway or device.device
        if device.format not in self._mapped:
            topic, body = form.encode(account, said)
            return [(device.topic or topic, body, slice(0, len(said)))]
        return _mapped(form, account, said)


def _mapped(form: Format, account: str, said: Sequence[Said]) -> list[tuple[str, bytes, slice]]:
    """Return messages of a mapping: only trying tells what stands in one, and whether times do.

    Raises:
        ConfigError: If no message of it says one of the values.
    """
    single = [slice(at, at + 1) for at in range(len(said))]
    timeless = [one._replace(time=None) for one in said]
    for parts, each in (([slice(0, len(said))], said), (single, said), (single, timeless)):
        with suppress(ConfigError):
            return [(*form.encode(account, each[part]), part) for part in parts]
    return [(*form.encode(account, timeless), single[0])]


def _stated_unit(form: Format, kind: str, unit: str) -> str:
    """Return the unit that a message states of a meter; "" where it states none."""
    registers = form.manner.registers if form.manner else None
    if registers is None:
        return unit
    return registers[kind].unit if kind in registers else unit


def _time(time: int, form: Format, device: Device) -> int | str | None:
    """Return a time [ms] as a message of a format says it."""
    manner = form.manner or Manner(clock="ms" if form.time_in_ms else "bare")
    if time == NO_TIME or manner.clock == "none":
        return None
    if manner.clock == "ms":
        return time
    if manner.clock == "bare":
        return time if device.time_unit == "ms" else time // SECOND_MS
    zone = ZoneInfo("UTC" if manner.clock == "utc" else device.timezone)
    clock = from_ms(time).astimezone(zone)
    return clock.isoformat() if manner.clock == "utc" else clock.replace(tzinfo=None).isoformat()
