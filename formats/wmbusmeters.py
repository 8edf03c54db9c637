"""Telegrams of wireless M-Bus meters as wmbusmeters publishes them: topic ``wmbusmeters/METER``.

METER is the id or the name, as the ``shell`` line of wmbusmeters.conf has it. The unit is the end
of each key: ``total_energy_consumption_kwh``, ``total_m3``. Registers are the totals of now; those
of the end of a month or of a billing date stand under other keys and are not read.

Of the two times ``timestamp`` counts, when the telegram was received, in UTC: radio meters send
what they show. ``device_datetime`` is the meter's own clock, without seconds or zone, and nobody
sets it from afar; it is not read. A receiver whose clock was never set says a year before 2000 (the
tests of wmbusmeters print 1111): then the time is that of the arrival.

Source: README and drivers/src of wmbusmeters/wmbusmeters (keys); the common drivers of electricity
(amiplus, em24, ebzwmbe, iem3000), water (multical21, iperl, kamwater), heat (kamheat, sharky,
hydrocalm4) and gas meters.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from energy.errors import DecodeError
from energy.messages.message import Format, Manner, Said, Spoken
from formats._own import decimal_of, exact, number_text, why
from formats._times import names_its_zone

PREFIX = "wmbusmeters/"
UNITS = {"kwh": "kWh", "wh": "Wh", "mj": "MJ", "gj": "GJ", "m3": "m3", "l": "L"}
POWER_UNITS = {"kw": "kW", "w": "W"}
_REGISTER = re.compile(
    r"total"
    r"(?:_volume|_water|_heating|_cooling"
    r"|_energy|_energy_(?:consumption|production|backward|import|export|forward)"
    r"|_forward|_backward|_backflow)?"
    r"(?:_tariff_?[0-9])?(?:_phase_?[123])?_(kwh|wh|mj|gj|m3|l)"
)
_GAUGE = re.compile(r"(?:power|current_power_(?:consumption|production))(?:_phase_?[123])?_(kw|w)")
_FIRST_YEAR = "2000"

_DECODER = msgspec.json.Decoder(dict[str, object], strict=True, float_hook=decimal_of)


def is_mine(topic: str) -> bool:
    """Tell whether a topic is ``wmbusmeters/METER``."""
    return topic.startswith(PREFIX) and topic.count("/") == 1 and len(topic) > len(PREFIX)


@lru_cache(maxsize=1000)
def unit_of(key: str) -> str:
    """Return the unit of a key that is a register or a power of now; "" for any other key."""
    if register := _REGISTER.fullmatch(key):
        return UNITS[register[1]]
    gauge = _GAUGE.fullmatch(key)
    return POWER_UNITS[gauge[1]] if gauge else ""


def _time_of(telegram: Mapping[str, object]) -> str | None:
    time = telegram.get("timestamp")
    if time is None:
        return None
    if not isinstance(time, str) or not names_its_zone(time):
        raise DecodeError("the time of the message names no zone")
    return time if time >= _FIRST_YEAR else None


def device_of(topic: str) -> str:
    """Return the name in a topic, whatever it is."""
    return topic.removeprefix(PREFIX)


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return what a telegram says; nothing where it holds no register and no power.

    Raises:
        DecodeError: If the bytes are not such a telegram, or its time names no zone.
    """
    try:
        telegram = _DECODER.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a telegram of wmbusmeters: {why(error)}") from error
    time = _time_of(telegram)
    device = device_of(topic)
    return [
        Said(device, key, time, exact(number), unit)
        for key, number in telegram.items()
        if number is not None and (unit := unit_of(key))
    ]


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and body of one telegram of one meter; the inverse of decode."""
    fields = ['"_":"telegram"', *(f'"{one.channel}":{number_text(one.value)}' for one in said)]
    if said[0].time is not None:
        fields.append(f'"timestamp":{msgspec.json.encode(said[0].time).decode()}')
    return f"{PREFIX}{device}", f"{{{','.join(fields)}}}".encode()


FORMAT = Format(
    name="wmbusmeters",
    filters=("wmbusmeters/+",),
    is_mine=is_mine,
    decode=decode,
    encode=encode,
    gateway_of=lambda _topic: "",
    label="wmbusmeters, wireless M-Bus and OMS meters",
    device_of=device_of,
    manner=Manner(
        {
            "electricity": Spoken("total_energy_consumption_kwh", "kWh"),
            "water": Spoken("total_m3", "m3"),
            "gas": Spoken("total_m3", "m3"),
            "heat": Spoken("total_energy_consumption_gj", "GJ"),
        },
        clock="utc",
    ),
)
