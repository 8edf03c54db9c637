"""Bytes that were signed or handed out, kept for good and known by their hash."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.canonical import sha256_of
from storage.records.chain import HASH
from storage.records.schema import Row


@dataclass(frozen=True, slots=True)
class Frozen:
    """Bytes at rest.

    Attributes:
        sha256: The hash they were kept under.
        content: The bytes; None if what is at rest cannot be unpacked any more.
    """

    sha256: str
    content: bytes | None

    @property
    def is_whole(self) -> bool:
        """Whether the bytes are those that were kept."""
        return self.content is not None and sha256_of(self.content) == self.sha256


class FrozenRow(Row):
    """Bytes, packed with zlib, under the hash of what they unpack to."""

    __tablename__ = "frozen"

    sha256: Mapped[str] = mapped_column(HASH, primary_key=True)
    size: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)


def put(session: Session, content: bytes) -> str:
    """Keep bytes and return their hash; bytes that are there are kept once."""
    sha256 = sha256_of(content)
    if session.get(FrozenRow, sha256) is None:
        session.add(FrozenRow(sha256=sha256, size=len(content), packed=zlib.compress(content, 9)))
        session.flush()
    return sha256


def get(session: Session, sha256: str) -> Frozen | None:
    """Return what is kept under a hash; None if nothing is."""
    row = session.get(FrozenRow, sha256)
    return None if row is None else _unpacked(row)


def every(session: Session) -> Iterator[Frozen]:
    """Yield all that is kept, one after the other."""
    for name in session.scalars(select(FrozenRow.sha256).order_by(FrozenRow.sha256)).all():
        row = session.get_one(FrozenRow, name)
        yield _unpacked(row)
        session.expunge(row)


def _unpacked(row: FrozenRow) -> Frozen:
    try:
        return Frozen(row.sha256, zlib.decompress(row.packed))
    except zlib.error:
        return Frozen(row.sha256, None)
