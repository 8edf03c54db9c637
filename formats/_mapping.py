"""Formats that are described in the registry, not programmed: a mapping read row by row.

A row reads one kind of value. Where its pointer has stars, each element is read by itself: the
first star of every other pointer of the row stands for the same key or index as the first star of
the value's pointer, and so on. So device, channel, value and time of one element stay together.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from energy.errors import DecodeError
from energy.messages.mapping import MappingRow
from energy.messages.message import Format, Said
from energy.messages.pointer import Pointer, pointer_of
from energy.messages.template import Template, template_of
from energy.messages.topic_filter import matches
from formats._mapping_encode import encoded
from formats._mapping_times import time_reader_of
from formats._mapping_values import reader_of
from formats._own import decimal_of, why

_DECODER = msgspec.json.Decoder(strict=True, float_hook=decimal_of)


def formats_of(rows: Sequence[MappingRow], *, version: int = 1) -> dict[str, Format]:
    """Return the format of each mapping by its name, in the order in which they first appear.

    Args:
        rows: The mappings of a registry, checked by storage.registry.mappings.
        version: Of the formats; the registry's number, as it may read what was refused before.
    """
    named: dict[str, list[MappingRow]] = {}
    for row in rows:
        named.setdefault(row.mapping, []).append(row)
    return {name: format_of(mine, version=version) for name, mine in named.items()}


def format_of(rows: Sequence[MappingRow], *, version: int = 1) -> Format:
    """Return the format that the rows of one mapping describe.

    Its times are ms since 1970 UTC, or None where a row names no time. Its ``encode`` takes the
    values of one message; it raises ConfigError where no message of the mapping would say them.
    """
    parts = tuple(map(_part, rows))
    name = rows[0].mapping
    filters = tuple(dict.fromkeys(row.topic for row in rows))

    def decode(topic: str, payload: bytes) -> list[Said]:
        return _decoded(name, parts, topic, payload)

    def encode(account: str, said: Sequence[Said]) -> tuple[str, bytes]:
        return encoded(rows, decode, account=account, said=said)

    return Format(
        name=name,
        filters=filters,
        is_mine=lambda topic: any(matches(pattern, topic) for pattern in filters),
        decode=decode,
        encode=encode,
        gateway_of=lambda topic: _gateway(parts, topic),
        label=f"mapping {name} of the registry",
        through_gateway=any(row.gateway for row in rows),
        time_in_ms=True,
        version=version,
    )


class _Part(NamedTuple):
    """A row, its texts read once."""

    row: MappingRow
    gateway: Template
    device: Template
    channel: Template
    value: Pointer
    number: Callable[[object], Decimal]
    time: Pointer
    ms: Callable[[object], int | str]

    def says(self, levels: Sequence[str], document: object) -> Iterator[Said]:
        """Yield what the row finds."""
        for keys, found in self.value.walk(document):
            yield Said(
                self.device.name(levels, document, keys),
                self.channel.name(levels, document, keys),
                self.ms(self.time.at(document, keys)) if self.row.time else None,
                self.number(found),
                self.row.unit,
            )


def _part(row: MappingRow) -> _Part:
    return _Part(
        row=row,
        gateway=template_of(row.gateway),
        device=template_of(row.device),
        channel=template_of(row.channel),
        value=pointer_of(row.value),
        number=reader_of(row),
        time=pointer_of(row.time),
        ms=time_reader_of(row),
    )


def _decoded(name: str, parts: Sequence[_Part], topic: str, payload: bytes) -> list[Said]:
    """Return what a message says.

    Raises:
        DecodeError: If it cannot be read, or no row finds its value in it.
    """
    mine = [part for part in parts if matches(part.row.topic, topic)]
    if not mine:
        raise DecodeError(f"no row of the mapping {name} reads this topic")
    try:
        documents = {
            is_plain: payload.decode() if is_plain else _DECODER.decode(payload)
            for is_plain in {part.row.is_plain for part in mine}
        }
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a message of the mapping {name}: {why(error)}") from error
    levels = topic.split("/")
    said = [one for part in mine for one in part.says(levels, documents[part.row.is_plain])]
    if not said:
        raise DecodeError(f"no row of the mapping {name} finds its value")
    return said


def _gateway(parts: Sequence[_Part], topic: str) -> str:
    """Return the gateway that the first row which reads a topic finds in it."""
    part = next((part for part in parts if matches(part.row.topic, topic)), None)
    return part.gateway.name(topic.split("/"), None, ()) if part else ""
