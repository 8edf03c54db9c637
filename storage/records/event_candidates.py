"""Events of meters that readings point to and that nobody has confirmed: tasks, never amounts."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.errors import ConfigError
from energy.text import Text
from storage.records import audit
from storage.records.schema import BIG_KEY, NAME, Row, clean, value_of

OPEN, CONFIRMED, DISMISSED, HEALED = "open", "confirmed", "dismissed", "healed"
PAIRED = "paired"
STATES = (OPEN, CONFIRMED, DISMISSED, HEALED, PAIRED)

SWAPPED = "swapped"
"""What the breaks of two meters look like together whose channels were exchanged."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A break between two readings of a register, and what it looks like.

    Attributes:
        meter: Name of the meter.
        after: Time of the last reading before the break [ms].
        before: Time of the next reading [ms].
        last_value: What the register showed before it [steps].
        next_value: What it showed after it [steps].
        looks: replacement, reset, rollover, ratio, or SWAPPED.
        factor: For rollover the digits, for ratio how many times, for SWAPPED the other meter; ""
            else.
        evidence_zh: What was seen, with numbers.
        evidence_en: The same in English.
    """

    meter: str
    after: int
    before: int
    last_value: int
    next_value: int
    looks: str
    factor: str
    evidence_zh: str
    evidence_en: str


@dataclass(frozen=True, slots=True)
class EventCandidate:
    """A candidate with its life; the first attributes as in Candidate.

    Attributes:
        number: Its number.
        state: open; confirmed, by an event of the meter in that time, or by an edit that exchanged
            two meters back; dismissed, by a person; healed: readings that came later leave no break
            there; or paired: it is one side of a candidate that looks SWAPPED.
        seen: When it was first seen [ms].
        settled: When it took its state [ms]; None while it is open.
        by: Who dismissed it.
        reason: Why.
    """

    number: int
    meter: str
    after: int
    before: int
    last_value: int
    next_value: int
    looks: str
    factor: str
    evidence_zh: str
    evidence_en: str
    state: str
    seen: int
    settled: int | None
    by: str
    reason: str


class EventCandidateRow(Row):
    """A candidate; columns as in EventCandidate."""

    __tablename__ = "event_candidates"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    meter: Mapped[str] = mapped_column(NAME, index=True)
    after: Mapped[int]
    before: Mapped[int]
    last_value: Mapped[int]
    next_value: Mapped[int]
    looks: Mapped[str]
    factor: Mapped[str]
    evidence_zh: Mapped[str]
    evidence_en: Mapped[str]
    state: Mapped[str]
    seen: Mapped[int]
    settled: Mapped[int | None]
    by: Mapped[str]
    reason: Mapped[str]


def open_candidates(session: Session) -> list[EventCandidate]:
    """Return the candidates that wait for a person, in order of meter and time."""
    return candidates(session, states=(OPEN,))


def candidates(
    session: Session, *, meter: str = "", states: Iterable[str] = STATES
) -> list[EventCandidate]:
    """Return candidates in some states, of one meter or of all, in order of meter and time.

    That two meters were swapped is a candidate of both.
    """
    row = EventCandidateRow
    wanted = select(row).where(row.state.in_(list(states))).order_by(row.meter, row.after)
    if meter:
        is_other = and_(row.looks == SWAPPED, row.factor == meter)
        wanted = wanted.where(or_(row.meter == meter, is_other))
    return [value_of(EventCandidate, one) for one in session.scalars(wanted)]


def add(session: Session, found: Candidate, *, now_ms: int) -> None:
    """Open a candidate."""
    said = {name: getattr(found, name) for name in Candidate.__dataclass_fields__}
    session.add(EventCandidateRow(**said, state=OPEN, seen=now_ms, settled=None, by="", reason=""))
    session.flush()


def put_state(session: Session, number: int, state: str, *, now_ms: int) -> None:
    """Give a candidate another state, as readings or events say."""
    row = session.get_one(EventCandidateRow, number)
    row.state, row.settled = state, None if state == OPEN else now_ms
    row.by = row.reason = ""
    session.flush()


def dismiss(session: Session, number: int, *, by: str, reason: str, now_ms: int) -> EventCandidate:
    """Close an open candidate because a person says that nothing happened.

    Raises:
        ConfigError: If it is not open, or author or reason are missing.
    """
    row = session.get(EventCandidateRow, number)
    if row is None or row.state != OPEN:
        state = Text("不存在", "does not exist") if row is None else _SAID[row.state]
        raise ConfigError(
            Text(f"候选事件 {number} ", f"Candidate {number} ")
            + state
            + Text(
                "；待确认的见 jieneng meters candidates。",
                ". Those that are open: jieneng meters candidates.",
            )
        )
    if not by.strip() or not reason.strip():
        raise ConfigError(
            Text(
                f"排除候选事件 {number} 需要 --by 与 --reason。",
                f"Candidate {number} is dismissed by a person for a reason: give --by and "
                "--reason.",
            )
        )
    row.state, row.settled = DISMISSED, now_ms
    row.by, row.reason = clean(by.strip()), clean(reason.strip())
    session.flush()
    what = f"{row.looks} of {row.meter} between {row.after} and {row.before}"
    audit.add(session, row.by, "candidate event dismissed", f"{what}: {row.reason}")
    return value_of(EventCandidate, row)


_SAID = {
    CONFIRMED: Text("已由事件确认", "is confirmed by an event"),
    DISMISSED: Text("已被排除", "is dismissed already"),
    HEALED: Text("已由后到的读数化解", "was healed by later readings"),
    PAIRED: Text("是互换候选的一侧", "is one side of a swap, which has a number of its own"),
}
