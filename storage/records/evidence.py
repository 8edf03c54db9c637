"""Files that prove something, kept once by their hash: a photo of a register, a bill."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.errors import ConfigError
from energy.text import Text
from storage.records import audit
from storage.records.schema import NAME, Row, clean

LIMIT_BYTES = 20_000_000
"""Chosen: a photo of a telephone has 3 to 8 MB, and records are copied as a whole."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a file, without its bytes.

    Attributes:
        sha256: Of its bytes, in hex; its key.
        name: As the person called it who gave it first.
        media_type: Such as image/jpeg; application/octet-stream where nobody knows.
        size: Bytes.
        author: Who gave it first.
        at: When [ms].
    """

    sha256: str
    name: str
    media_type: str
    size: int
    author: str
    at: int


class EvidenceRow(Row):
    """A file; columns as in Evidence, and its bytes."""

    __tablename__ = "evidence"

    sha256: Mapped[str] = mapped_column(NAME, primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    author: Mapped[str]
    at: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


def put(
    session: Session, content: bytes, *, name: str, media_type: str, author: str, at: int
) -> Evidence:
    """Keep a file and leave an entry in the audit; one that is there already stays as it is.

    Args:
        session: A transaction.
        content: Its bytes.
        name: What the person calls it.
        media_type: What it is.
        author: Who gives it.
        at: The time [ms].

    Raises:
        ConfigError: If it is empty or larger than LIMIT_BYTES.
    """
    size = len(content)
    see_size(name, size)
    key = sha256(content).hexdigest()
    if (known := find(session, key)) is not None:
        return known
    row = EvidenceRow(
        sha256=key,
        name=clean(name),
        media_type=clean(media_type),
        size=size,
        author=clean(author),
        at=at,
        content=content,
    )
    session.add(row)
    session.flush()
    what = f"{name}, {size} bytes, SHA-256 {key}"
    audit.add(session, author, "evidence kept", what, [row])
    return _evidence(row)


def see_size(name: str, size: int) -> None:
    """See that a file of so many bytes can be kept.

    Raises:
        ConfigError: If it is empty or larger than LIMIT_BYTES.
    """
    if not 0 < size <= LIMIT_BYTES:
        raise ConfigError(_wrong_size(name, size))


def find(session: Session, key: str) -> Evidence | None:
    """Return what is known of the file with a hash; None if there is none."""
    found = session.execute(select(*_TOLD).where(EvidenceRow.sha256 == key)).one_or_none()
    return None if found is None else Evidence(*found)


def content_of(session: Session, key: str) -> bytes:
    """Return the bytes of a file.

    Raises:
        ConfigError: If there is none with this hash, or its bytes are others by now.
    """
    content = session.scalar(select(EvidenceRow.content).where(EvidenceRow.sha256 == key))
    if content is not None and sha256(content).hexdigest() != key:
        raise ConfigError(
            Text(
                f"凭证 {key} 的内容已被改动，不再是当初保存的文件；请从备份恢复。",
                f"The bytes of evidence {key} are others by now, not those of the file that was "
                "kept; take it from a backup.",
            )
        )
    if content is None:
        raise ConfigError(
            Text(
                f"没有 SHA-256 为 {key!r} 的凭证。请看：jieneng evidence list",
                f"There is no evidence with the SHA-256 {key!r}. Look at: jieneng evidence list",
            )
        )
    return content


def recent(session: Session, limit: int) -> list[Evidence]:
    """Return the newest files, newest first."""
    newest = select(*_TOLD).order_by(EvidenceRow.at.desc(), EvidenceRow.sha256).limit(limit)
    return [Evidence(*row) for row in session.execute(newest)]


_TOLD = (
    EvidenceRow.sha256,
    EvidenceRow.name,
    EvidenceRow.media_type,
    EvidenceRow.size,
    EvidenceRow.author,
    EvidenceRow.at,
)
"""Everything but the bytes, which may be many."""


def _evidence(row: EvidenceRow) -> Evidence:
    return Evidence(row.sha256, row.name, row.media_type, row.size, row.author, row.at)


def _wrong_size(name: str, size: int) -> Text:
    if not size:
        return Text(f"{name} 是空文件；没有保存。", f"{name} is empty; it was not kept.")
    most, has = LIMIT_BYTES // 1_000_000, size / 1_000_000
    return Text(
        f"{name} 有 {has:.1f} MB，凭证文件最大 {most} MB；没有保存。请缩小照片或只交相关页。",
        f"{name} has {has:.1f} MB, and evidence may have {most} MB at the most; it was not kept. "
        "Make the photo smaller, or give only the pages that matter.",
    )
