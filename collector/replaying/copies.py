"""Copies of the raw log: what they are called, and in which order their segments were written.

A copy is called after the number of its segment: numbers rise as segments are begun, whatever
clocks do. A spool counts on above the copies, so a number comes twice only where an old spool was
brought back beside a newer raw log; the second copy is then called ``000000007-2``.
"""

import re
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

ENDING = ".spool.gz"
CHUNK_BYTES = 1_000_000

_NAME = re.compile(r"(\d+)(?:-(\d+))?\.spool\.gz")
_TRAILER = struct.Struct("<II")  # RFC 1952, 2.3.1: CRC-32 and length of what was compressed


class Key(NamedTuple):
    """What a segment is known by, wherever it lies, and the order in which segments were written.

    Attributes:
        number: Its number in the spool.
        copy: 1, or more where the number came more than once.
    """

    number: int
    copy: int = 1


class Trailer(NamedTuple):
    """By what a segment is told from another one of its number: checksum, and size [bytes]."""

    crc: int
    size: int


def copies(folder: Path) -> dict[Key, Path]:
    """Return the copies in a folder, in the order in which their segments were written."""
    found = {
        Key(int(name[1]), int(name[2] or 1)): path
        for path in folder.glob(f"*{ENDING}")
        if (name := _NAME.fullmatch(path.name))
    }
    return dict(sorted(found.items()))


def last_number(folder: Path) -> int:
    """Return the greatest number of a segment that has a copy; 0 when there is none."""
    return max((key.number for key in copies(folder)), default=0)


def path_of(folder: Path, key: Key) -> Path:
    """Return where the copy of a segment is or will be."""
    again = f"-{key.copy}" if key.copy > 1 else ""
    return folder / f"{key.number:09d}{again}{ENDING}"


def key_for(folder: Path, number: int, trailer: Trailer) -> Key:
    """Return what a segment is known by: the copy that holds the same, or one that is free."""
    key = Key(number)
    while (path := path_of(folder, key)).exists() and trailer_of(path) != trailer:
        key = Key(number, key.copy + 1)
    return key


def trailer_of(path: Path) -> Trailer:
    """Return what a copy says of its segment."""
    with path.open("rb") as file:
        file.seek(-_TRAILER.size, 2)
        return Trailer(*_TRAILER.unpack(file.read()))


def trailer_for(segment: Path) -> Trailer:
    """Return what a copy of a segment as it is now would say of it."""
    crc = size = 0
    with segment.open("rb") as file:
        while part := file.read(CHUNK_BYTES):
            crc, size = zlib.crc32(part, crc), size + len(part)
    return Trailer(crc, size)
