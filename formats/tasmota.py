"""Tasmota energy telemetry: topic ``tele/DEVICE/SENSOR``, also with a level before or between.

``ENERGY.Total`` is the cumulative energy [kWh], ``ImportActive`` and ``ExportActive`` the registers
[kWh] of a meter that Tasmota reads, ``Power`` the power [W]. Each is a number, or one a channel in
an array, which becomes ``Total/0``, ``Total/1``. Sensors beside ENERGY say a temperature in the
unit that ``TempUnit`` names: ``DS18B20/Temperature``.

``Time`` is the device's local time, with an offset or without a zone; then the registry states it.
``Today``, ``Yesterday`` and ``Period`` are figures of the device's own and not read, nor are
``TotalTariff`` and ``ExportTariff``, which split the totals by the device's idea of a tariff.

Source: field notes in the Tasmota documentation, discussion arendst/Tasmota 18385, and its energy
driver xsns_03_energy (ExportActive).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from energy.errors import DecodeError
from energy.messages.message import Format, Manner, Said, Spoken
from formats._own import decimal_of, exact, number_text, why

UNITS = {"Total": "kWh", "ImportActive": "kWh", "ExportActive": "kWh", "Power": "W"}
"""Field of ENERGY to unit, in the order in which channels are said."""
TEMPERATURE = "Temperature"
TEMPERATURE_UNITS = {"C": "degC", "F": "degF"}
CHIP = "ESP32"
"""It says how warm the chip itself is, which is no temperature of a building."""
_TOPIC = re.compile("(?:tele/(?:[^/]+/)?|[^/]+/tele/)(?P<device>[^/]+)/SENSOR")


class Sensor(msgspec.Struct):
    """What we read of a sensor beside ENERGY."""

    Temperature: object = None


Energy = msgspec.defstruct("Energy", [(name, object, None) for name in UNITS])
"""What we read of the ENERGY object; other fields are the device's own affair."""

_DECODER = msgspec.json.Decoder(dict[str, msgspec.Raw], strict=True)
_ENERGY = msgspec.json.Decoder(Energy, strict=True, float_hook=decimal_of)
_SENSOR = msgspec.json.Decoder(Sensor, strict=True, float_hook=decimal_of)
_TEXT = msgspec.json.Decoder(str | None, strict=True)


def device_of(topic: str) -> str:
    """Return the device named in a topic, "" where it is not one of ours."""
    found = _TOPIC.fullmatch(topic)
    return found["device"] if found else ""


def is_mine(topic: str) -> bool:
    """Tell whether a topic is a SENSOR topic."""
    return bool(device_of(topic))


def _numbers(name: str, numbers: object) -> Iterator[tuple[str, Decimal]]:
    if isinstance(numbers, list):
        for index, number in enumerate(numbers):
            if number is not None:
                yield f"{name}/{index}", exact(number)
    elif numbers is not None:
        yield name, exact(numbers)


def _energies(telemetry: Mapping[str, msgspec.Raw]) -> Iterator[tuple[str, Decimal, str]]:
    if "ENERGY" not in telemetry:
        return
    energy = _ENERGY.decode(telemetry["ENERGY"])
    for name, unit in UNITS.items():
        for channel, number in _numbers(name, getattr(energy, name)):
            yield channel, number, unit


def _temperatures(telemetry: Mapping[str, msgspec.Raw]) -> Iterator[tuple[str, Decimal, str]]:
    said_unit = _TEXT.decode(telemetry["TempUnit"]) if "TempUnit" in telemetry else None
    unit = TEMPERATURE_UNITS.get(said_unit or "", "")
    for name, text in telemetry.items():
        if name in {"ENERGY", CHIP} or not bytes(text).startswith(b"{"):
            continue
        for channel, number in _numbers(f"{name}/{TEMPERATURE}", _SENSOR.decode(text).Temperature):
            yield channel, number, unit


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return what a message says; one without energy or temperature is refused.

    Raises:
        DecodeError: If the bytes are not such a message.
    """
    try:
        telemetry = _DECODER.decode(payload)
        time = _TEXT.decode(telemetry["Time"]) if "Time" in telemetry else None
        found = [*_energies(telemetry), *_temperatures(telemetry)]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a Tasmota SENSOR message with ENERGY: {why(error)}") from error
    if not found and "ENERGY" not in telemetry:
        raise DecodeError("not a Tasmota SENSOR message with ENERGY: it has no such field")
    if not found:
        raise DecodeError("the ENERGY object holds neither Total nor Power")
    device = device_of(topic) or topic
    return [Said(device, channel, time, number, unit) for channel, number, unit in found]


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and body of one moment of one device; the inverse of decode."""
    parts = []
    if said[0].time:
        parts.append(f'"Time":{msgspec.json.encode(said[0].time).decode()}')
    energies = [
        f'"{name}":{_numbers_text(numbers)}'
        for name in UNITS
        if (numbers := [one for one in said if one.channel.partition("/")[0] == name])
    ]
    parts.append(f'"ENERGY":{{{",".join(energies)}}}')
    for one in said:
        sensor, _, field = one.channel.partition("/")
        if field == TEMPERATURE:
            parts.append(f'"{sensor}":{{"{field}":{number_text(one.value)}}}')
    unit = next((letter for letter, name in TEMPERATURE_UNITS.items() if name == said[-1].unit), "")
    if unit:
        parts.append(f'"TempUnit":"{unit}"')
    return f"tele/{device}/SENSOR", f"{{{','.join(parts)}}}".encode()


def _numbers_text(numbers: Sequence[Said]) -> str:
    texts = [number_text(one.value) for one in numbers]
    return f"[{','.join(texts)}]" if "/" in numbers[0].channel else texts[0]


FORMAT = Format(
    name="tasmota",
    filters=("tele/+/SENSOR", "tele/+/+/SENSOR", "+/tele/+/SENSOR"),
    is_mine=is_mine,
    decode=decode,
    encode=encode,
    gateway_of=lambda _topic: "",
    label="Tasmota SENSOR telemetry",
    local_time=True,
    device_of=device_of,
    manner=Manner({"electricity": Spoken("Total", "kWh")}, clock="local"),
)
