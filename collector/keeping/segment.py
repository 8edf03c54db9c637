"""The form of a spool segment: a header (magic and format number) and records.

A record is its length, the CRC-32 of its payload and the payload. A record is either whole or,
torn by a crash, cut off when the spool is opened.
"""

import logging
import shutil
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from energy.errors import FormatTooNewError, StoreError
from energy.text import Text

log = logging.getLogger(__name__)

MAGIC = b"JNSPOOL"
FORMAT = 2
HEADER = MAGIC + bytes([FORMAT])
FRAME = struct.Struct("<II")


class Position(NamedTuple):
    """A place in the spool: number of the segment and offset in its file."""

    segment: int
    offset: int


START = Position(0, 0)
"""Before everything."""


class Record(NamedTuple):
    """One record as it was read.

    Attributes:
        start: Where it stands.
        end: Where the next one does.
        payload: What it holds.
        form: Format of the segment, which says how to read the payload.
    """

    start: Position
    end: Position
    payload: bytes
    form: int


def framed(payload: bytes) -> bytes:
    """Return the bytes of a record in a segment."""
    return FRAME.pack(len(payload), zlib.crc32(payload)) + payload


def form_of(path: Path) -> int:
    """Return the format of a segment.

    Raises:
        FormatTooNewError: If a newer program wrote it.
        StoreError: If it is none of ours.
    """
    with path.open("rb") as file:
        return _form(path, file.read(len(HEADER)))


def _form(path: Path, header: bytes) -> int:
    if header[: len(MAGIC)] != MAGIC:
        raise StoreError(
            Text(
                f"{path} 不是 jieneng 的缓存队列文件；请移走它以便继续。",
                f"{path} is not a spool of jieneng; move it away to go on.",
            )
        )
    if header[len(MAGIC)] > FORMAT:
        raise FormatTooNewError(
            Text(
                f"{path} 的格式是 {header[len(MAGIC)]}；本程序最高认得格式 {FORMAT}。"
                "请安装更新的程序。",
                f"{path} has format {header[len(MAGIC)]}; this program knows formats up to "
                f"{FORMAT}. Install the newer program.",
            )
        )
    return header[len(MAGIC)]


def records(path: Path, number: int, offset: int) -> Iterator[Record]:
    """Yield whole records; the first that is torn or damaged ends them."""
    with path.open("rb") as file:
        yield from records_of(file, path, number, offset)


def records_of(file: IO[bytes], path: Path, number: int, offset: int) -> Iterator[Record]:
    """Yield whole records of an open segment; behind the last one, the file stands at its end.

    Args:
        file: The segment, at its beginning.
        path: What it is called where it is refused.
        number: Number of the segment.
        offset: Where the first record stands.
    """
    form = _form(path, file.read(len(HEADER)))
    file.seek(offset)
    while len(frame := file.read(FRAME.size)) == FRAME.size:
        length, crc = FRAME.unpack(frame)
        payload = file.read(length)
        # A length of 0 is a tail of zeros, which some file systems leave after a power cut.
        if not length or len(payload) < length or zlib.crc32(payload) != crc:
            return
        end = offset + FRAME.size + length
        yield Record(Position(number, offset), Position(number, end), payload, form)
        offset = end


def set_aside_damage(path: Path, end: int) -> None:
    """Keep a copy of the segment if more than a torn write stands after the last good record.

    A crash leaves at most one record cut off. A record that is there in full length and does
    not match its checksum was damaged later, and what follows it was acknowledged.

    Args:
        path: The segment.
        end: Where its last good record ends.
    """
    rest = path.read_bytes()[end:]
    if len(rest) < FRAME.size or not any(rest):
        return
    length, _ = FRAME.unpack(rest[: FRAME.size])
    if len(rest) > FRAME.size + length:
        aside = path.with_suffix(".damaged")
        shutil.copy2(path, aside)
        log.warning("spool.damaged at=%s of=%s kept=%s", end, end + len(rest), aside)
