"""ChirpStack v4 uplinks that the network's own codec has decoded: their member ``object``.

Numbers in it are channels by their path: ``{"energy": {"total": 12.5}}`` is ``energy/total``,
members of an array ``phase/0``, ``phase/1``. An uplink without ``object`` is refused: its bytes
alone mean nothing here; ``chirpstack_dlt645`` and ``chirpstack_cjt188`` read those that are frames.

Source: ChirpStack v4 documentation, "Event types".
"""

from collections.abc import Iterable, Sequence

import msgspec

from energy.errors import DecodeError
from formats._chirpstack import Codec, Uplink, format_of
from formats._frames.register import Register
from formats._own import exact, number_text


def read(uplink: Uplink) -> list[Register]:
    """Return what the decoded object of an uplink says.

    Raises:
        DecodeError: If it has none.
    """
    if uplink.decoded is None:
        raise DecodeError("the uplink holds no decoded object")
    registers = []
    # No recursion: an object may be nested deeper than the interpreter goes.
    waiting: list[tuple[str, object]] = [("", uplink.decoded)]
    while waiting:
        path, found = waiting.pop()
        if isinstance(found, dict | list):
            waiting.extend(reversed([(f"{path}/{name}", one) for name, one in _members(found)]))
        else:
            registers.append(Register(path[1:], exact(found), ""))
    return registers


def _members(found: dict[str, object] | list[object]) -> Iterable[tuple[object, object]]:
    return found.items() if isinstance(found, dict) else enumerate(found)


def write(registers: Sequence[Register]) -> dict[str, object]:
    """Return the object that says it, nested by the paths of its channels.

    Raises:
        ValueError: If one channel lies inside another.
    """
    whole: dict[str, object] = {}
    for one in registers:
        *path, name = one.channel.split("/")
        inner = whole
        for part in path:
            deeper = inner.setdefault(part, {})
            if not isinstance(deeper, dict):
                raise ValueError(f"{one.channel!r} lies inside another channel.")  # noqa: TRY004
            inner = deeper
        inner[name] = msgspec.Raw(number_text(one.value).encode())
    return {"object": whole}


FORMAT = format_of(
    Codec(
        name="chirpstack",
        label="ChirpStack v4 uplinks, decoded by the network",
        read=read,
        write=write,
        everywhere=True,
    )
)
