"""Sparkplug B in protobuf: the message described by the field numbers of the specification.

Fields that are not read (metadata, data sets, templates) are left to the library as unknown ones.

Source: Sparkplug 3.0 specification, chapter 6 (payloads), "Google Protocol Buffer Schema".
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Protocol

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError as ProtobufError

from energy.errors import DecodeError
from formats._sparkplug.payload import (
    DATATYPES,
    UNKNOWN,
    Bits,
    Metric,
    Payload,
    bits_of,
    float_number,
    unit_of,
)

COMPRESSED = b"SPBV1.0_COMPRESSED"
UNIT_PROPERTY = b"engUnit"
_PACKAGE = "jieneng"
_FIELD = descriptor_pb2.FieldDescriptorProto
_TYPES = {
    "uint32": _FIELD.TYPE_UINT32,
    "uint64": _FIELD.TYPE_UINT64,
    "float": _FIELD.TYPE_FLOAT,
    "double": _FIELD.TYPE_DOUBLE,
    "bool": _FIELD.TYPE_BOOL,
    # The library leaves texts that are not UTF-8 as bytes: so all of them are, and decoded here.
    "string": _FIELD.TYPE_BYTES,
}
_MESSAGES = {
    "Property": ((8, "string_value", "string"),),
    "Properties": ((1, "keys", "string*"), (2, "values", "Property*")),
    "Metric": (
        (1, "name", "string"), (2, "alias", "uint64"), (3, "timestamp", "uint64"),
        (4, "datatype", "uint32"), (5, "is_historical", "bool"), (7, "is_null", "bool"),
        (9, "properties", "Properties"), (10, "int_value", "uint32"), (11, "long_value", "uint64"),
        (12, "float_value", "float"), (13, "double_value", "double"), (14, "boolean_value", "bool"),
        (15, "string_value", "string"), (16, "bytes_value", "string"),
    ),
    "Payload": (
        (1, "timestamp", "uint64"), (2, "metrics", "Metric*"), (3, "seq", "uint64"),
        (4, "uuid", "string"),
    ),
}  # fmt: skip
"""Number, name and type of the fields we read; ``*`` marks a list."""
_ONE_OF = "value"
"""Of a metric's fields 10 and up at most one stands."""
_FIRST_VALUE = 10
_SINGLE_BITS = 32
_LONG = {DATATYPES.index(name) for name in ("Int64", "UInt64")}


class _Message(Protocol):
    """What we use of a message that the library makes at run time."""

    def HasField(self, name: str) -> bool: ...  # noqa: N802 - the library's name
    def WhichOneof(self, name: str) -> str | None: ...  # noqa: N802 - the library's name


class _Property(Protocol):
    string_value: bytes


class _Properties(Protocol):
    keys: Iterable[bytes]
    values: Iterable[_Property]


class _Metric(_Message, Protocol):
    name: bytes
    datatype: int
    is_historical: bool
    is_null: bool
    properties: _Properties
    int_value: int
    long_value: int
    float_value: float
    double_value: float


def _payload_class() -> Any:  # noqa: ANN401 - the library makes the class at run time
    file = descriptor_pb2.FileDescriptorProto(name="sparkplug_b", package=_PACKAGE)
    for message, fields in _MESSAGES.items():
        described = file.message_type.add(name=message)
        if message == "Metric":
            described.oneof_decl.add(name=_ONE_OF)
        for number, name, text in fields:
            kind = text.removesuffix("*")
            field = described.field.add(
                number=number,
                name=name,
                label=_FIELD.LABEL_OPTIONAL if kind == text else _FIELD.LABEL_REPEATED,
                type=_TYPES.get(kind, _FIELD.TYPE_MESSAGE),
            )
            if kind not in _TYPES:
                field.type_name = f".{_PACKAGE}.{kind}"
            if message == "Metric" and number >= _FIRST_VALUE:
                field.oneof_index = 0
    # A pool of its own: another library in the process may bring the same names.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Payload"))


_PAYLOAD = _payload_class()


def read(body: bytes) -> Payload:
    """Return what a payload in protobuf says.

    Raises:
        DecodeError: If the bytes are no such payload, or one that is compressed.
    """
    found = _PAYLOAD()
    try:
        found.ParseFromString(body)
        if found.uuid == COMPRESSED:
            raise DecodeError("a compressed Sparkplug B payload is not read")
        metrics = [_read_metric(metric) for metric in found.metrics]
    except (ProtobufError, UnicodeDecodeError) as error:
        raise DecodeError("not a Sparkplug B payload") from error
    return Payload(_stated(found, "timestamp"), _stated(found, "seq"), metrics)


def _stated(message: _Message, field: str) -> int | None:
    return int(getattr(message, field)) if message.HasField(field) else None


def _read_metric(found: _Metric) -> Metric:
    return Metric(
        found.name.decode(),
        _stated(found, "alias"),
        _stated(found, "timestamp"),
        found.datatype,
        found.is_historical,
        None if found.is_null else _read_value(found),
        _read_unit(found.properties) if found.HasField("properties") else "",
    )


def _read_value(found: _Metric) -> Decimal | Bits | None:
    match found.WhichOneof(_ONE_OF):
        case "int_value":
            return Bits(found.int_value, _SINGLE_BITS)
        case "long_value":
            return Bits(found.long_value, 2 * _SINGLE_BITS)
        case "float_value":
            return float_number(found.float_value, single=True)
        case "double_value":
            return float_number(found.double_value, single=False)
    return None


def _read_unit(found: _Properties) -> str:
    for key, value in zip(found.keys, found.values, strict=False):
        if key == UNIT_PROPERTY:
            return unit_of(value.string_value.decode())
    return ""


def write(payload: Payload) -> bytes:
    """Return a payload in protobuf; the inverse of read."""
    made = _PAYLOAD()
    _state(made, timestamp=payload.time, seq=payload.seq)
    for metric in payload.metrics:
        written = made.metrics.add()
        _state(
            written,
            name=metric.name.encode() or None,
            alias=metric.alias,
            timestamp=metric.time,
            datatype=None if metric.datatype == UNKNOWN else metric.datatype,
            is_historical=metric.historical or None,
            is_null=metric.value is None or None,
        )
        _state(written, **_written_value(metric))
        if metric.unit:
            written.properties.keys.append(UNIT_PROPERTY)
            written.properties.values.add(string_value=metric.unit.encode())
    return bytes(made.SerializeToString(deterministic=True))


def _state(message: object, **fields: bytes | float | None) -> None:
    for name, value in fields.items():
        if value is not None:
            setattr(message, name, value)


def _written_value(metric: Metric) -> dict[str, float]:
    value = metric.value
    if isinstance(value, Bits):
        return {"int_value" if value.width == _SINGLE_BITS else "long_value": value.bits}
    if value is None or metric.datatype == UNKNOWN:
        return {}
    name = DATATYPES[metric.datatype]
    if name in {"Float", "Double"}:
        return {f"{name.lower()}_value": float(value)}
    if metric.datatype in _LONG:
        return {"long_value": bits_of(int(value), 2 * _SINGLE_BITS)}
    return {"int_value": bits_of(int(value), _SINGLE_BITS)}
