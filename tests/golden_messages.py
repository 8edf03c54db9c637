"""The payload formats and the messages worked out by hand for each of them."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import formats
from energy.errors import DecodeError
from energy.messages.message import Format, Said
from energy.offers import offers

FORMATS = offers(formats, "FORMAT", Format)
MESSAGES: list[tuple[str, Path, dict[str, Any]]] = [
    (name, path, json.loads(path.read_text(encoding="utf-8")))
    for name in FORMATS
    for path in sorted((Path(__file__).parent / "golden" / name).glob("*.json"))
]
"""Name of the format, where the message stands, and what stands there."""

TOPICS = sorted({(name, golden["topic"]) for name, _, golden in MESSAGES if golden["said"]})
"""Each format with the topics on which it has something to say."""

NAMES = st.text("abc-_.电0/1", min_size=1, max_size=8).filter(lambda name: "/" not in name)
NUMBERS = st.decimals(
    min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False, places=3
)


def body(golden: dict[str, Any]) -> bytes:
    """The bytes of a golden message, which stand there as text or as hexadecimal digits."""
    if "payload_hex" in golden:
        return bytes.fromhex(golden["payload_hex"])
    return str(golden["payload"]).encode()


def outcome(name: str, topic: str, payload: bytes) -> list[Said] | str:
    """What a message says, or why it is refused; any other error fails the test."""
    try:
        return FORMATS[name].decode(topic, payload)
    except DecodeError as error:
        return str(error)
