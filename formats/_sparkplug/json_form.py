"""Sparkplug B as JSON, as gateways and tools print it: the same content under the same names.

Source: docs.chariot.io, "Sparkplug message topics and payloads"; the names of the protobuf fields
are taken, too.
"""

from decimal import Decimal

import msgspec

from energy.errors import DecodeError
from energy.messages.message import NOT_A_NUMBER
from formats._own import decimal_of, exact, number_text, why
from formats._sparkplug.payload import DATATYPES, UNKNOWN, Bits, Metric, Payload, number_of, unit_of

UNIT_PROPERTY = "engUnit"
_NUMBERS = {name.lower(): number for number, name in enumerate(DATATYPES)}


class _Metric(msgspec.Struct, rename="camel"):
    name: str = ""
    alias: int | None = None
    timestamp: int | None = None
    data_type: str | int = ""
    is_historical: bool = False
    is_null: bool = False
    value: object = None
    properties: dict[str, object] | None = None
    # The names of the protobuf fields.
    snake_type: str | int = msgspec.field(default="", name="datatype")
    snake_historical: bool = msgspec.field(default=False, name="is_historical")
    snake_null: bool = msgspec.field(default=False, name="is_null")


class _Payload(msgspec.Struct):
    metrics: list[_Metric] = []
    timestamp: int | None = None
    seq: int | None = None


_DECODER = msgspec.json.Decoder(_Payload, strict=True, float_hook=decimal_of)


def read(body: bytes) -> Payload:
    """Return what a payload in JSON says.

    Raises:
        DecodeError: If the bytes are no such payload.
    """
    try:
        found = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a Sparkplug B payload in JSON: {why(error)}") from error
    return Payload(found.timestamp, found.seq, [_read_metric(metric) for metric in found.metrics])


def _read_metric(found: _Metric) -> Metric:
    number = exact(found.value)
    is_null = found.is_null or found.snake_null or number is NOT_A_NUMBER
    return Metric(
        found.name,
        found.alias,
        found.timestamp,
        _datatype(found.data_type or found.snake_type),
        found.is_historical or found.snake_historical,
        None if is_null else number,
        _read_unit(found.properties or {}),
    )


def _datatype(stated: str | int) -> int:
    if isinstance(stated, int):
        return max(stated, UNKNOWN)
    return _NUMBERS.get(stated.lower(), UNKNOWN)


def _read_unit(properties: dict[str, object]) -> str:
    found = properties.get(UNIT_PROPERTY)
    return unit_of(found.get("value") if isinstance(found, dict) else found)


def write(payload: Payload) -> bytes:
    """Return a payload in JSON; the inverse of read."""
    fields: dict[str, object] = {
        "timestamp": payload.time,
        "metrics": [_written(metric) for metric in payload.metrics],
        "seq": payload.seq,
    }
    return msgspec.json.encode(_said(fields))


def _written(metric: Metric) -> dict[str, object]:
    unit = {UNIT_PROPERTY: {"type": "String", "value": metric.unit}} if metric.unit else None
    fields: dict[str, object] = {
        "name": metric.name or None,
        "alias": metric.alias,
        "timestamp": metric.time,
        "dataType": DATATYPES[metric.datatype] or None,
        "isHistorical": metric.historical or None,
        "properties": unit,
    }
    return _said(fields) | {"value": _number(metric.value, metric.datatype)}


def _number(value: Decimal | Bits | None, datatype: int) -> object:
    number = number_of(value, datatype)
    return msgspec.Raw(number_text(number).encode()) if number.is_finite() else None


def _said(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
