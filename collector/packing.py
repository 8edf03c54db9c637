"""What a record of the spool holds, and its bytes.

The counters stand in every record as running totals: the newest record alone says how the books
stood when it was written, and a commit of readings and of counters is one and the same write.
"""

from collections.abc import Sequence

import msgspec

from collector.letter import Letter
from energy.reading import Reading


class Totals(msgspec.Struct, array_like=True, frozen=True):
    """Running totals since the state folder was made, as a record was written.

    Attributes:
        received: Readings received.
        accepted: Readings put into the spool.
        dead: Readings refused before the spool.
        duplicate: Readings that said again what the meter had just said.
        retained: Repeats of the broker at subscription.
        finer: Values finer than the step of their meter, which were floored to it.
        dropped: Readings in dead letters that people gave up.
        cut: Readings in dead letters of which not every byte is kept.
    """

    received: int = 0
    accepted: int = 0
    dead: int = 0
    duplicate: int = 0
    retained: int = 0
    finer: int = 0
    dropped: int = 0
    cut: int = 0


class Commit(msgspec.Struct, array_like=True, frozen=True):
    """One record: readings, dead letters, the totals after them.

    And, where people had letters read again or dropped, numbers of letters with the readings to
    take from each.
    """

    readings: Sequence[Reading]
    letters: Sequence[Letter]
    totals: Totals
    settled: Sequence[tuple[int, int]] = ()


class _Letters(msgspec.Struct, array_like=True, frozen=True):
    """A Commit of which the readings, by far the most, are passed over."""

    readings: msgspec.Raw
    letters: Sequence[Letter]
    totals: msgspec.Raw
    settled: Sequence[tuple[int, int]] = ()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Commit)
_LETTERS = msgspec.msgpack.Decoder(_Letters)


def pack(commit: Commit) -> bytes:
    """Return the bytes of a record."""
    return _ENCODER.encode(commit)


def unpack(payload: bytes) -> Commit:
    """Return what a record holds."""
    return _DECODER.decode(payload)


def letters_of(payload: bytes) -> tuple[Sequence[Letter], Sequence[tuple[int, int]]]:
    """Return the dead letters of a record, and what it takes from letters of before."""
    found = _LETTERS.decode(payload)
    return found.letters, found.settled
