"""Which kept exports print a name: what left the platform stays as it was, and says it still."""

import io
import zipfile
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

import pandas as pd

from energy.span import from_ms
from storage.records import chain, frozen
from storage.records.session import Session
from storage.records.sheets import EXPORTED, export_called

_ZIP, _PARQUET = b"PK\x03\x04", b"PAR1"


class Export(NamedTuple):
    """A kept export.

    Attributes:
        name: As it was handed out.
        day: When, as a date in UTC.
        sha256: Of its bytes.
    """

    name: str
    day: str
    sha256: str


def exports_with(session: Session, name: str) -> list[Export]:
    """Return the kept exports in which a name stands, the oldest first.

    Pages and tables are looked through as text, workbooks and Parquet files unpacked.

    Args:
        session: Of the records.
        name: As it is printed; not empty.
    """
    held: dict[str, bool] = {}
    found = []
    for link in chain.of_what(session, EXPORTED):
        sha256 = link.told["sha256"]
        if sha256 not in held:
            kept = frozen.get(session, sha256)
            held[sha256] = kept is not None and _holds(kept.content or b"", name)
        if held[sha256]:
            day = from_ms(link.at).date().isoformat()
            found.append(Export(export_called(link.subject), day, sha256))
    return found


def _holds(content: bytes, name: str) -> bool:
    wanted = {word.encode() for word in (name, escape(name), escape(name, quote=False))}
    return any(word in part for part in _parts(content) for word in wanted)


def _parts(content: bytes) -> Iterator[bytes]:
    """Yield the text of a file; of a packed one that of everything in it."""
    if content.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(part) for part in packed.namelist())
    elif content.startswith(_PARQUET):
        yield pd.read_parquet(io.BytesIO(content)).to_csv(index=False).encode()
    else:
        yield content
