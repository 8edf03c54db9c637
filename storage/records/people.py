"""Who does something: an id in the chain for good, and the name in tables that let it go."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.errors import ConfigError
from energy.text import Text
from storage.records import chain
from storage.records.schema import NAME, Row, clean, now_ms, value_of

ADDED = "person added"
"""What the link of a new person says was done."""
ERASED = Text("（已删除）", "(erased)")
WHO = frozenset({"author", "by", "confirmed_by"})
"""Columns of all tables that say who did something."""
_ID_BYTES = 4
"""8 hex digits: short enough to type, and an id that is taken is drawn again."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person.

    Attributes:
        person: Short random id; what everything else refers to.
        name: As it is printed; None once it was erased.
        roles: What the person may sign as, separated by commas; analytics/closing/roles.py.
        added: When [ms].
        erased: When the name was erased [ms]; None if it was not.
    """

    person: str
    name: str | None
    roles: str
    added: int
    erased: int | None

    @property
    def shown(self) -> Text:
        """The name, or that it was erased."""
        return ERASED if self.name is None else Text(self.name, self.name)

    @property
    def role_set(self) -> frozenset[str]:
        """The roles; none once the name was erased."""
        held = self.roles.split(",") if self.roles and self.erased is None else []
        return frozenset(held)


class PersonRow(Row):
    """A person; columns as in Person."""

    __tablename__ = "people"

    person: Mapped[str] = mapped_column(NAME, primary_key=True)
    name: Mapped[str | None]
    roles: Mapped[str]
    added: Mapped[int]
    erased: Mapped[int | None]


def add(session: Session, *, name: str, roles: Sequence[str], by: str) -> str:
    """Keep a person and return the id; the chain has the id and the roles, never the name."""
    who, held = known_as(session, by), ",".join(sorted(set(roles)))
    person = _put(session, name, held)
    chain.append(session, who=who, what=ADDED, subject=person, detail={"roles": held})
    return person


def known_as(session: Session, who: str) -> str:
    """Return the id of whoever is called so; who is nobody yet becomes a person without roles.

    Args:
        session: Of the records.
        who: An id or a name; "" stays so.

    Raises:
        ConfigError: If several are called so.
    """
    called = clean(who.strip())
    if not called or session.get(PersonRow, called) is not None:
        return called
    found = list(session.scalars(select(PersonRow.person).where(PersonRow.name == called)))
    if len(found) > 1:
        ids = ", ".join(sorted(found))
        problem = Text(
            f"名为 {called} 的人员不止一位，请给出编号：{ids}。",
            f"Several people are called {called}. Give the id of one: {ids}.",
        )
        raise ConfigError(problem)
    return found[0] if found else _put(session, called, "")


def is_called(session: Session, person: str, who: str) -> bool:
    """Tell whether a person is meant by an id or a name."""
    row = session.get(PersonRow, person)
    return who == person or (row is not None and row.name == who)


def shown_as(session: Session, who: str) -> str:
    """Return the name of a person; the id where there is none, or what else was kept."""
    row = session.get(PersonRow, who)
    return who if row is None or row.name is None else row.name


def _put(session: Session, name: str, roles: str) -> str:
    person = secrets.token_hex(_ID_BYTES)
    while session.get(PersonRow, person) is not None:
        person = secrets.token_hex(_ID_BYTES)
    row = PersonRow(person=person, name=clean(name), roles=roles, added=now_ms(), erased=None)
    session.add(row)
    session.flush()
    return person


def get(session: Session, person: str) -> Person | None:
    """Return a person; None if the id is not known."""
    row = session.get(PersonRow, person)
    return None if row is None else value_of(Person, row)


def all(session: Session) -> list[Person]:  # noqa: A001 - people.all(session) says it
    """Return everybody, in the order in which they were added."""
    wanted = select(PersonRow).order_by(PersonRow.added, PersonRow.person)
    return [value_of(Person, row) for row in session.scalars(wanted)]


def erase(session: Session, person: str, *, by: str) -> bool:
    """Forget a name for good; tell whether there was one. The id and what it did stay.

    Where the name stands as an author, the id takes its place.
    """
    row = session.get(PersonRow, person)
    if row is None or row.name is None:
        return False
    if session.get_bind().dialect.name == "sqlite":
        # SQLite would leave the old bytes of the page in the file.
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
    name, row.name, row.erased = row.name, None, now_ms()
    session.flush()
    for table in Row.metadata.sorted_tables:
        for column in WHO.intersection(table.columns.keys()):
            named = table.columns[column] == name
            session.execute(update(table).where(named).values({column: person}))
    session.expire_all()
    chain.append(
        session, who=known_as(session, by), what="person erased", subject=person, detail={}
    )
    return True
