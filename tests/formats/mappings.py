"""Rows of mappings for tests, each about what it changes."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from energy.messages.mapping import MappingRow
from energy.messages.message import Said
from formats._mapping import format_of

TOPIC = "site/a/data"

PLAIN_ROW = MappingRow(
    mapping="boiler",
    topic="site/+/data",
    gateway="",
    device="{2}",
    channel="ep",
    value="/v",
    value_as="number",
    width=0,
    byte_order="",
    signed=False,
    suffixes="",
    scale=Fraction(1),
    divisor=Fraction(1),
    time="",
    time_as="",
    zone="",
    unit="",
)
HEX_ROW = replace(PLAIN_ROW, value_as="hex", width=4, byte_order="big")
TIMED_ROW = replace(PLAIN_ROW, time="/t", time_as="s")


def row(**changes: Any) -> MappingRow:  # noqa: ANN401 - a field each, of its own type
    """Return the plain row with changes."""
    return replace(PLAIN_ROW, **changes)


def said_by(payload: str | bytes, *rows: MappingRow, topic: str = TOPIC) -> list[Said]:
    """Return what a message of a mapping says."""
    body = payload.encode() if isinstance(payload, str) else payload
    return format_of(rows).decode(topic, body)
