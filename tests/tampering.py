"""What somebody with all rights on the database might do to the chain, and what verify says."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.chain_hash import hash_of
from storage.records import chain
from storage.records.book import Records
from storage.records.schema import cells_of
from storage.records.verifying import Verdict, verify
from tests.storage.chain_world import sheet, signed

Tamper = Callable[[Session], None]


def verdict_of(records: Records, *, printed: str = "") -> Verdict:
    with records.reading() as session:
        return verify(session, printed=printed)


@contextmanager
def unlocked(records: Records) -> Iterator[Session]:
    """Yield a session in a database whose triggers were dropped."""
    with records.session() as session:
        if session.get_bind().dialect.name == "sqlite":
            names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in names.all():
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("DROP FUNCTION refuse_to_change_the_past() CASCADE"))
        yield session


def flip_a_byte_of_a_sheet(session: Session) -> None:
    sha256, packed = _packed(session)
    flipped = bytearray(packed)
    flipped[-5] ^= 1  # of the checksum or what stands right before it
    _put(session, sha256, bytes(flipped))


def exchange_a_sheet(session: Session) -> None:
    sha256, _ = _packed(session)
    _put(session, sha256, zlib.compress(sheet(99)))


def take_a_sheet_out(session: Session) -> None:
    sha256, _ = _packed(session)
    session.execute(text("DELETE FROM frozen WHERE sha256 = :name"), {"name": sha256})


def edit_a_link(session: Session) -> None:
    session.execute(text("UPDATE chain SET who = 'somebody' WHERE number = 2"))


def edit_a_link_and_its_hash(session: Session) -> None:
    link = next(one for one in chain.every(session) if one.number == 2)
    cells = cells_of(link) | {"who": "somebody"}
    del cells["hash"]
    session.execute(
        text("UPDATE chain SET who = 'somebody', hash = :hash WHERE number = 2"),
        {"hash": hash_of(**cells)},
    )


def date_a_link_back(session: Session) -> None:
    session.execute(text("UPDATE chain SET at = at - 86400000 WHERE number = 3"))


def take_a_link_out(session: Session) -> None:
    session.execute(text("DELETE FROM chain WHERE number = 2"))


def take_a_link_out_and_close_the_ranks(session: Session) -> None:
    session.execute(text("DELETE FROM chain WHERE number = 2"))
    for number in (3, 4):
        _renumber(session, number, number - 1)


def take_the_last_link_out(session: Session) -> None:
    session.execute(text("DELETE FROM chain WHERE number = 4"))


def take_the_last_link_out_and_the_count_down(session: Session) -> None:
    take_the_last_link_out(session)
    session.execute(text("UPDATE numbers SET number = 3 WHERE name = 'chain'"))


def exchange_two_links(session: Session) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        _renumber(session, old, new)


TAMPERS: dict[Tamper, tuple[int, str]] = {
    flip_a_byte_of_a_sheet: (1, "are others by now"),
    exchange_a_sheet: (1, "are others by now"),
    take_a_sheet_out: (1, "are gone"),
    edit_a_link: (2, "its contents have the hash"),
    edit_a_link_and_its_hash: (3, "the hash of the link before is"),
    date_a_link_back: (3, "its contents have the hash"),
    take_a_link_out: (3, "link 2 is missing"),
    take_a_link_out_and_close_the_ranks: (2, "the hash of the link before is"),
    take_the_last_link_out: (4, "the end is missing"),
    take_the_last_link_out_and_the_count_down: (0, "links are missing"),
    exchange_two_links: (2, "the hash of the link before is"),
}
"""What is done, the number that verify names, and words of what it says."""


def see_found(records: Records, tamper: Tamper) -> None:
    """Assert that a signed ledger holds, and that verify tells what was done to it."""
    signed(records)
    before = verdict_of(records)
    assert (before.links, before.frozen, before.problem) == (4, 3, None)
    with unlocked(records) as session:
        tamper(session)
    found = verdict_of(records)
    number, words = TAMPERS[tamper]
    assert found.problem is not None
    assert words in found.problem.en
    assert found.broken == number


def see_a_chain_written_anew(records: Records) -> None:
    """Assert that a wholly new chain holds in itself, and is told by a printed hash alone."""
    signed(records)
    head = verdict_of(records).head
    with unlocked(records) as session:
        links = list(chain.every(session))
        previous = ""
        for link in links:
            cells = cells_of(link) | {"who": "somebody", "previous": previous}
            del cells["hash"]
            previous = hash_of(**cells)
            session.execute(
                text("UPDATE chain SET who = :who, previous = :previous, hash = :hash "
                     "WHERE number = :number"),
                {"who": "somebody", "previous": cells["previous"], "hash": previous,
                 "number": link.number},
            )  # fmt: skip
    assert verdict_of(records).problem is None
    told = verdict_of(records, printed=head).problem
    assert told is not None
    assert "was written anew" in told.en


def _packed(session: Session) -> tuple[str, bytes]:
    """Return name and bytes of the sheet that May was closed with."""
    name = next(chain.every(session)).told["sha256"]
    packed = session.scalar(text("SELECT packed FROM frozen WHERE sha256 = :n"), {"n": name})
    return name, bytes(packed)


def _put(session: Session, sha256: str, packed: bytes) -> None:
    session.execute(
        text("UPDATE frozen SET packed = :packed WHERE sha256 = :name"),
        {"packed": packed, "name": sha256},
    )


def _renumber(session: Session, old: int, new: int) -> None:
    session.execute(
        text("UPDATE chain SET number = :new WHERE number = :old"), {"old": old, "new": new}
    )
