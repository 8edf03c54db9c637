"""DL/T 645-2007 frames of electricity meters, on any topic that devices.csv names for the device.

The device is what publishes, such as a serial server; its topic stands for it in what is said. A
channel is ``ADDRESS/IDENTIFIER``: the meter's address, 12 digits, and the data identifier of the
value, such as ``000012345678/00010000`` for the forward active total. A frame of another meter than
the registry expects is therefore an unknown channel.

Source: DL/T 645-2007.
"""

from collections.abc import Sequence

from energy.messages.message import Format, Manner, Said
from formats._frames import dlt645
from formats._frames.carried import read_said, write_said


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return what the frames in a message say.

    Raises:
        DecodeError: If a frame is damaged, an error, or says nothing that is read.
    """
    return read_said(topic, payload, dlt645.read_registers)


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and frames of one moment, one for each value; the inverse of decode."""
    return device, write_said(said, dlt645.write_registers)


FORMAT = Format(
    name="dlt645",
    filters=(),
    is_mine=lambda _topic: False,
    decode=decode,
    encode=encode,
    gateway_of=lambda _topic: "",
    label="DL/T 645-2007 frames of electricity meters",
    manner=Manner(dlt645.SPOKEN, topic=lambda device: f"frames/{device}"),
)
