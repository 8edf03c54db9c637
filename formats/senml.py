"""Sensor Measurement Lists in JSON (RFC 8428): topic ``senml/DEVICE``.

The RFC names no topic; ``senml/DEVICE`` is ours, and ``m/DOMAIN/c/CHANNEL`` that of Magistrala,
whose channel then is the device. Any other is read where the registry names it.

Channels are called as the RFC resolves names: base name and name joined. A sum (``s``), the
integral of a value over time, is the channel ``NAME#sum``; its unit is that of the value times
seconds. Texts, booleans and data (``vs``, ``vb``, ``vd``) are no numbers and are passed over.

Time is base time plus time, in seconds. From 2**28 on it counts from 1970. Zero means "now": the
arrival. Anything else below counts from a "now" of the sender that the message does not say; it is
given as an ISO 8601 duration such as ``-PT5S``, which the collector refuses as no time, with the
bytes, rather than shift it by as long as the message was under way.

Source: RFC 8428 sections 4, 5 and 12; RFC 8798 (units such as kWh); RFC 9100 (versions).
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from energy.errors import DecodeError
from energy.messages.message import NOT_A_NUMBER, Format, Manner, Said
from formats._own import decimal_of, exact, number_text, why
from formats._times import EXACT, ms_of, seconds_text

PREFIX = "senml/"
SUM = "#sum"
"""Marks the channel of a sum; no name in SenML holds a ``#``."""
FIRST_ABSOLUTE_S = 2**28
VERSION = 10
SECONDARY_UNITS = VERSION + 2**4
"""The same version with RFC 9100's feature 4: units of RFC 8798 may stand in it."""
UNITS = {"J": ("kJ", -3), "l": ("L", 0), "Cel": ("degC", 0)}
"""Unit of SenML to ours, and the power of ten between them; all others are written alike."""
SUM_UNITS = {"W": ("kJ", -3), "kW": ("kJ", 0), "m3/s": ("m3", 0), "l/s": ("L", 0)}
"""Unit of a value to the unit of its sum over seconds."""
_WRITTEN = {"kJ": ("J", 3), "L": ("l", 0), "degC": ("Cel", 0)}
_SUM_WRITTEN = {"kJ": ("kW", 0), "m3": ("m3/s", 0), "L": ("l/s", 0)}
_MAGISTRALA = re.compile("m/(?!tele/)[^/]+/c/(?P<channel>[^/]+)(?:/.*)?")
"""Without ``m/tele/c/SENSOR``, which is Tasmota's: a topic belongs to one format."""


class Record(msgspec.Struct):
    """One record as it stands in a pack; None where a field is absent."""

    bn: str | None = None
    bt: object = None
    bu: str | None = None
    bv: object = None
    bs: object = None
    bver: int | None = None
    n: str = ""
    u: str | None = None
    v: object = None
    s: object = None
    t: object = None
    vs: object = None
    vb: object = None
    vd: object = None


class Base(msgspec.Struct):
    """What holds for a record and all later ones until it is said anew."""

    bn: str = ""
    bt: object = 0
    bu: str = ""
    bv: object = None
    bs: object = None

    def take(self, record: Record) -> None:
        """Take up what a record says anew."""
        for name in self.__struct_fields__:
            said = getattr(record, name)
            if said is not None:
                setattr(self, name, said)


_DECODER = msgspec.json.Decoder(list[dict[str, object]], strict=True, float_hook=decimal_of)


def device_of(topic: str) -> str:
    """Return the device named in a topic, "" where it is not one of ours."""
    if topic.startswith(PREFIX) and topic.count("/") == 1:
        return topic[len(PREFIX) :]
    found = _MAGISTRALA.fullmatch(topic)
    return found["channel"] if found else ""


def is_mine(topic: str) -> bool:
    """Tell whether a topic is ``senml/DEVICE`` or ``m/DOMAIN/c/CHANNEL``, with levels below."""
    return bool(device_of(topic))


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return the numbers of a pack, in its order.

    Raises:
        DecodeError: If the bytes are not a pack, or one that asks for more than RFC 8428.
    """
    try:
        records = _DECODER.decode(payload)
        if not records:
            raise DecodeError("the message holds no value")
        return list(_resolved(device_of(topic) or topic, records))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a SenML pack: {why(error)}") from error


def _resolved(device: str, records: Sequence[dict[str, object]]) -> Iterator[Said]:
    base = Base()
    for fields in records:
        record = msgspec.convert(fields, Record, strict=True)
        if any(name.endswith("_") for name in fields):
            raise DecodeError("the SenML pack holds a field that must be understood and is not")
        if (record.bver or VERSION) > VERSION and record.bver != SECONDARY_UNITS:
            raise DecodeError("the SenML pack is of a version that is not known")
        base.take(record)
        name, time = base.bn + record.n, _time(_sum_of(base.bt, record.t))
        unit = base.bu if record.u is None else record.u
        has_other = (record.vs, record.vb, record.vd) != (None, None, None)
        if not has_other and (record.v is not None or base.bv is not None):
            value, said_unit = _in_our_unit(_sum_of(base.bv, record.v), UNITS.get(unit, (unit, 0)))
            yield Said(device, name, time, value, said_unit)
        if record.s is not None or base.bs is not None:
            value, said_unit = _in_our_unit(
                _sum_of(base.bs, record.s), SUM_UNITS.get(unit, ("", 0))
            )
            yield Said(device, name + SUM, time, value, said_unit)


def _sum_of(base: object, number: object) -> Decimal:
    """Return base and number together; one that is absent is 0."""
    parts = [exact(one) for one in (base, number) if one is not None]
    if any(part.is_nan() for part in parts):
        return NOT_A_NUMBER
    return EXACT.add(*parts) if len(parts) > 1 else parts[0]


def _in_our_unit(value: Decimal, unit: tuple[str, int]) -> tuple[Decimal, str]:
    name, power = unit
    return (value.scaleb(power, EXACT) if power and not value.is_nan() else value), name


def _time(seconds: Decimal) -> int | str | None:
    if seconds.is_nan():
        raise DecodeError("the time of the message is not a number of seconds")
    if seconds >= FIRST_ABSOLUTE_S:
        return ms_of(seconds)
    if not seconds:
        return None
    return f"{'-' if seconds.is_signed() else ''}PT{number_text(abs(seconds))}S"


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and body, a resolved record for each number; the inverse of decode."""
    return f"{PREFIX}{device}", f"[{','.join(_record_text(one) for one in said)}]".encode()


def _record_text(one: Said) -> str:
    name, is_sum = one.channel.removesuffix(SUM), one.channel.endswith(SUM)
    written = _SUM_WRITTEN if is_sum else _WRITTEN
    unit, power = written.get(one.unit, (one.unit, 0))
    fields = [f'"n":{_quoted(name)}']
    if unit:
        fields.append(f'"u":{_quoted(unit)}')
    value = number_text(one.value.scaleb(power, EXACT) if power else one.value)
    fields.append(f'"{"s" if is_sum else "v"}":{value}')
    if isinstance(one.time, int):
        fields.append(f'"t":{seconds_text(one.time)}')
    elif one.time is not None:
        fields.append(f'"t":{one.time.replace("PT", "").removesuffix("S")}')
    return f"{{{','.join(fields)}}}"


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


FORMAT = Format(
    name="senml",
    filters=("senml/+", "m/+/c/#"),
    is_mine=is_mine,
    decode=decode,
    encode=encode,
    gateway_of=lambda _topic: "",
    label="SenML, RFC 8428 in JSON",
    time_in_ms=True,
    device_of=device_of,
    manner=Manner(clock="ms"),
)
