"""Registry and reference data in force: read again only where somebody has changed something."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from energy.reference import Reference
from energy.registry import Registry
from storage.records import chain, reference, registry


class _Read(NamedTuple):
    """What was read, and the hash of the last link of the chain then."""

    head: str
    registry: Registry
    reference: Reference


class InForce:
    """Keeps both for who asks for them again and again, as rounds do.

    Whoever changes either of them, confirms a row or erases a name adds a link to the chain: as
    long as its last hash is the same, so is everything that those before it are about. It is asked
    for each time, in the snapshot in which the rest would be read.
    """

    def __init__(self) -> None:
        self._kept: _Read | None = None

    def read(self, session: Session) -> tuple[Registry, Reference]:
        """Return the registry and the reference data.

        Args:
            session: Of ``Records.reading``: what it sees is whole, and nobody can undo it.
        """
        head = chain.head_hash(session)
        kept = self._kept
        if kept is None or kept.head != head:
            kept = _Read(head, registry.load(session), reference.load(session))
            # Before the first link nothing tells one state from another.
            self._kept = kept if head else None
        return kept.registry, kept.reference
