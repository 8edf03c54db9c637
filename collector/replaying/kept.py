"""What a collector has shipped and still keeps: copies of the raw log, and the spool's own rest."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from collector.keeping.packing import unpack
from collector.keeping.segment import HEADER, Position, records_of
from collector.replaying.copies import Key, copies, key_for, trailer_for
from energy.errors import StoreError
from energy.text import Text
from storage.columns import Columns


class Kept(NamedTuple):
    """A segment, the same one whether it lies in the spool or in the raw log.

    Attributes:
        key: What it is known by.
        path: Where it lies now.
    """

    key: Key
    path: Path


def kept_segments(rawlog: Path, spool: Path, shipped: Position) -> list[Kept]:
    """Return the segments of which something is shipped, in the order they were written in.

    Args:
        rawlog: Folder of compressed copies.
        spool: Folder of the spool.
        shipped: Where shipping stands.
    """
    # The spool first: what moves meanwhile is then seen twice rather than not at all.
    waiting = {int(path.stem): path for path in spool.glob("*.spool") if path.stem.isdigit()}
    found = copies(rawlog)
    twice = {key.number for key in found}
    for number, path in waiting.items():
        if number > shipped.segment:
            continue
        try:
            key = key_for(rawlog, number, trailer_for(path)) if number in twice else Key(number)
        except FileNotFoundError:  # it moved, or a copy's time was over
            return kept_segments(rawlog, spool, shipped)
        found.setdefault(key, path)
    return [Kept(key, found[key]) for key in sorted(found)]


def shipped_commits(kept: Kept, shipped: Position) -> Iterator[Columns]:
    """Yield the readings of each record of a segment that is shipped.

    Raises:
        FileNotFoundError: If it is no longer there: look for it again.
        StoreError: If what follows is damaged, or a newer program wrote it.
    """
    is_copy = kept.path.suffix == ".gz"
    with gzip.open(kept.path) if is_copy else kept.path.open("rb") as opened:
        file = cast("IO[bytes]", opened)
        end = len(HEADER)
        try:
            for record in records_of(file, kept.path, kept.key.number, end):
                if not is_copy and record.end > shipped:
                    return
                end = record.end.offset
                yield unpack(record).readings
            is_whole = file.tell() == end or not is_copy
        except (OSError, EOFError, zlib.error):  # gzip's own checksum tells, too
            is_whole = False
    if not is_whole:
        raise StoreError(
            Text(
                f"{kept.path} 在第 {end} 字节之后损坏。",
                f"{kept.path} is damaged behind byte {end}.",
            )
        )
