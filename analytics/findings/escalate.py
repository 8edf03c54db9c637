"""What nobody takes up, or is overdue, is told to the role above: each role once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics.closing.roles import ROLES
from analytics.findings.alerts import is_urgent, page_of, title_of
from analytics.findings.handled import Lives
from energy.finding import FindingState
from energy.finding_step import WAITING, Stage, Step, Taken
from energy.handling import Handling
from energy.registry import Registry
from energy.text import Text
from storage.records import finding_steps, outbox, people
from storage.records.findings import StoredFinding
from storage.records.session import Session

_DAY_MS = 86_400_000
PATIENCE_MS = 7 * _DAY_MS
"""How long what is told at once may wait for somebody to take it up, and each role for the one
below it. Chosen: a week, so that whoever is away for some days is not passed over."""


@dataclass(frozen=True)
class Overdue:
    """A finding that waits too long.

    Attributes:
        entry: The finding.
        role: The role that is to hear of it.
        why: What is overdue.
    """

    entry: StoredFinding
    role: str
    why: Text


def escalate(
    session: Session,
    lives: Lives,
    *,
    registry: Registry,
    now_ms: int,
    channels: Sequence[str] = ("webhook",),
    link: str = "",
) -> int:
    """Tell the role above of each finding that waits too long, and keep that as a step.

    Args:
        session: The records, in one transaction, with its turn for findings taken.
        lives: Where data and people are with all findings.
        registry: Names of places.
        now_ms: The present [ms].
        channels: Channels the alerts go to.
        link: Address of the console; empty when people have none.

    Returns:
        How many were told.
    """
    held = [one.role_set for one in people.all(session)]
    roles = [role for role in ROLES if any(role in its for its in held)]
    found = list(_overdue(session, lives, roles, now_ms))
    for one in found:
        number, role = one.entry.number, ROLES[one.role]
        title = f"[升级：{role.zh}] {title_of(one.entry.finding, registry)}"
        key = f"finding/{number}/escalated/{one.role}/{now_ms}"
        for channel in channels:
            outbox.put(session, channel, title, _body(one, page_of(link, number)), key)
    for one in found:
        role = ROLES[one.role]
        said = one.why + Text(f"已告知{role.zh}。", f" The {role.en} was told.")
        taken = Taken(Step.ESCALATE, now_ms, zh=said.zh, en=said.en, role=one.role)
        finding_steps.add(session, one.entry.number, taken)
    return len(found)


def _overdue(
    session: Session, lives: Lives, roles: Sequence[str], now_ms: int
) -> Iterator[Overdue]:
    for entry in lives.stored:
        handling = lives.handlings.get(entry.number, Handling())
        if entry.state is not FindingState.OPEN or handling.stage_at(now_ms) not in WAITING:
            continue
        waits = waits_since(entry, handling)
        if waits is None:
            continue
        since, why = waits
        role = next_role(_ladder(session, handling, roles), handling.told)
        if role and now_ms >= since + len(handling.told) * PATIENCE_MS:
            yield Overdue(entry, role, why)


def waits_since(entry: StoredFinding, handling: Handling) -> tuple[int, Text] | None:
    """Return since when a finding is overdue [ms], and for what; None where nothing presses."""
    if handling.due is not None:
        return handling.due, Text("已过期限，尚未处理。", "The deadline is over.")
    is_untouched = handling.stage in {Stage.NEW, Stage.REOPENED}
    if is_untouched and is_urgent(entry.finding):
        since = max(entry.opened, handling.since or 0) + PATIENCE_MS
        days = PATIENCE_MS // _DAY_MS
        return since, Text(f"{days} 天内无人确认。", f"Nobody took it up in {days} days.")
    return None


def next_role(ladder: Sequence[str], told: Sequence[str]) -> str:
    """Return the lowest role of a ladder that was not told; "" when all were."""
    return next((role for role in ladder if role not in told), "")


def _ladder(session: Session, handling: Handling, roles: Sequence[str]) -> Sequence[str]:
    """Return the roles above who is to do it that somebody holds, the lowest first."""
    person = people.get(session, handling.assignee) if handling.assignee else None
    own = [roles.index(role) for role in person.role_set if role in roles] if person else []
    return roles[max(own, default=-1) + 1 :]


def _body(one: Overdue, link: str) -> str:
    finding, number = one.entry.finding, one.entry.number
    lines = [
        f"第 {number} 号异常：{one.why.zh}请{ROLES[one.role].zh}督办。",
        finding.sentence_zh,
        "",
        f"Finding {number}: {one.why.en} The {ROLES[one.role].en} is asked to see to it.",
        finding.sentence_en,
    ]
    return "\n".join([*lines, "", link] if link else lines)
