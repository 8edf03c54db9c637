"""CJ/T 188 frames of water, heat and gas meters, on any topic that devices.csv names.

The device is what publishes, such as a serial server; its topic stands for it in what is said. A
channel is ``ADDRESS/NAME``: the meter's address, 14 digits, and ``volume``, ``heat``, ``cold``,
``heat_power`` (of a cold meter ``cold_power``), ``flow``, ``supply_temperature``,
``return_temperature``, ``hours`` or, of other meters, ``total``.

Source: CJ/T 188-2004, CJ/T 188-2018.
"""

from collections.abc import Sequence

from energy.messages.message import Format, Manner, Said
from formats._frames import cjt188
from formats._frames.carried import read_said, write_said


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return what the frames in a message say.

    Raises:
        DecodeError: If a frame is damaged, an error, or says nothing that is read.
    """
    return read_said(topic, payload, cjt188.read_registers)


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and frames of one moment, one for each meter; the inverse of decode."""
    return device, write_said(said, cjt188.write_registers)


FORMAT = Format(
    name="cjt188",
    filters=(),
    is_mine=lambda _topic: False,
    decode=decode,
    encode=encode,
    gateway_of=lambda _topic: "",
    label="CJ/T 188 frames of water, heat and gas meters",
    manner=Manner(cjt188.SPOKEN, topic=lambda device: f"frames/{device}"),
)
