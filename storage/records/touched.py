"""Which meters have something new, and since when: what the next analytics round must compute.

Each entry belongs to a generation. Publishing adds to the newest generation; taking closes it, so
that what is published while a round runs is neither lost nor makes the round's own work come back.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, distinct, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records.schema import NAME, Row, number_of, raise_number, take_turn

_GENERATION = "touched"


class TouchedRow(Row):
    """A meter touched in one generation."""

    __tablename__ = "touched"

    meter: Mapped[str] = mapped_column(NAME, primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    earliest: Mapped[int]


def publish(session: Session, earliest: Mapping[str, int]) -> None:
    """Say that meters have something new from a time [ms] on; the earliest time stays."""
    if not earliest:
        return
    take_turn(session, "touched")
    generation = number_of(session, _GENERATION)
    stored = _entries(session, generation)
    new = {meter: time for meter, time in earliest.items() if meter not in stored}
    earlier = {meter: time for meter, time in earliest.items() if time < stored.get(meter, time)}
    if new:
        session.execute(insert(TouchedRow), _rows(new, generation))
    if earlier:
        session.execute(update(TouchedRow), _rows(earlier, generation))


def take(session: Session) -> tuple[dict[str, int], int]:
    """Return meter to earliest time [ms], and the token that ``done`` asks for.

    What a round took and never called done comes back with the next take.
    """
    take_turn(session, "touched")
    token = number_of(session, _GENERATION)
    found: dict[str, int] = {}
    generations = set()
    for row in session.execute(
        select(TouchedRow.meter, TouchedRow.earliest, TouchedRow.generation)
    ):
        found[row.meter] = min(row.earliest, found.get(row.meter, row.earliest))
        generations.add(row.generation)
    if not found:  # this generation stays open for what comes; the token closes none of it
        return {}, token - 1
    if generations != {token}:  # an earlier round died: join, so that rows never pile up
        session.execute(delete(TouchedRow))
        session.execute(insert(TouchedRow), _rows(found, token))
    raise_number(session, _GENERATION)
    return found, token


def done(session: Session, token: int) -> None:
    """Forget what take returned with this token; what was published since stays."""
    session.execute(delete(TouchedRow).where(TouchedRow.generation <= token))


def waiting(session: Session) -> int:
    """Return how many meters wait for a round."""
    return session.scalar(select(func.count(distinct(TouchedRow.meter)))) or 0


def before(session: Session, end: int) -> set[str]:
    """Return the meters that have something new from before a time [ms] and wait for a round."""
    return set(session.scalars(select(TouchedRow.meter).where(TouchedRow.earliest < end)))


def _entries(session: Session, generation: int) -> dict[str, int]:
    rows = session.execute(
        select(TouchedRow.meter, TouchedRow.earliest).where(TouchedRow.generation == generation)
    )
    return {row.meter: row.earliest for row in rows}


def _rows(earliest: Mapping[str, int], generation: int) -> list[dict[str, object]]:
    entries: Iterable[tuple[str, int]] = earliest.items()
    return [{"meter": meter, "generation": generation, "earliest": time} for meter, time in entries]
