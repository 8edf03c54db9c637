"""Steps that people take about a finding: seen to be possible, then kept with who took them."""

from dataclasses import dataclass

from analytics.findings.refusals import (
    ends_at_once,
    for_too_long,
    impossible,
    is_over,
    no_words,
    nobody,
    not_there,
    still_shown,
)
from energy.errors import ConfigError
from energy.finding import FindingState
from energy.finding_step import BY_PEOPLE, NEEDS_OPEN, Seen, Step, Taken
from energy.handling import Handling, handling_of
from storage.records import evidence, finding_steps, findings, people
from storage.records.findings import StoredFinding
from storage.records.session import Session

_DAY_MS = 86_400_000
LONGEST_MS = {Step.SNOOZE: 92 * _DAY_MS, Step.EXPECT: 366 * _DAY_MS, Step.DUE: 366 * _DAY_MS}
"""Chosen: what is put off for more than a quarter is not put off but expected or rejected; and
nobody foresees more than a year."""
_NEEDS_WORDS = frozenset({Step.EXPECT, Step.REJECT, Step.NOT_FIXED, Step.VERIFY, Step.COMMENT})


@dataclass(frozen=True, slots=True)
class Wish:
    """A step that a person wants to take.

    Attributes:
        step: Which.
        by: Who: an id, or a name.
        words: Reason or comment, in the person's own words.
        to: Whom it is assigned to: an id, or a name.
        until: End of a snooze or of what is expected, or a deadline [ms].
        evidence: SHA-256 of a file that was kept.
        form: Key of the form it came with; the same key is taken once. "" for none.
    """

    step: Step
    by: str
    words: str = ""
    to: str = ""
    until: int | None = None
    evidence: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wish.

    Attributes:
        taken: The step as it is kept.
        is_new: Whether it was kept now; the same form had come before otherwise.
        newcomer: Name of a person who was not known until now; "" if all were.
    """

    taken: Taken
    is_new: bool = True
    newcomer: str = ""


def take(session: Session, number: int, wish: Wish, *, now_ms: int) -> Outcome:
    """Take a step about a finding.

    Args:
        session: The records, in one transaction.
        number: The finding.
        wish: The step.
        now_ms: The present [ms].

    Raises:
        ConfigError: If it cannot be taken; with what can be.
    """
    finding_steps.begin(session)
    stored = findings.get(session, number)
    if stored is None:
        raise ConfigError(not_there(number))
    steps = finding_steps.of_finding(session, number)
    before = next((one for one in steps if wish.form and one.form == wish.form), None)
    if before is not None:
        return Outcome(before, is_new=False)
    see_possible(stored, handling_of(steps), wish, now_ms=now_ms)
    if wish.evidence and evidence.find(session, wish.evidence) is None:
        evidence.content_of(session, wish.evidence)  # raises with what to do
    newcomer = _newcomer(session, wish.to)
    taken = Taken(
        step=wish.step,
        at=now_ms,
        by=people.known_as(session, wish.by),
        zh=wish.words,
        en=wish.words,
        to=people.known_as(session, wish.to),
        until=wish.until,
        evidence=wish.evidence,
        form=wish.form,
        seen=seen_of(stored),
    )
    finding_steps.add(session, number, taken)
    return Outcome(taken, newcomer=newcomer)


def see_possible(stored: StoredFinding, handling: Handling, wish: Wish, *, now_ms: int) -> None:
    """See that a step may be taken now.

    Raises:
        ConfigError: If not; with the reason, and what may be done in its place.
    """
    step, number = wish.step, stored.number
    is_open = stored.state is FindingState.OPEN
    if not handling.may(step) or step not in BY_PEOPLE:
        raise ConfigError(impossible(number, step, handling, is_open=is_open, now_ms=now_ms))
    if step in NEEDS_OPEN and not is_open:
        raise ConfigError(is_over(number, step))
    if step is Step.VERIFY and is_open:
        raise ConfigError(still_shown(number))
    if not wish.by.strip() or (step is Step.ASSIGN and not wish.to.strip()):
        raise ConfigError(nobody(number, step))
    if step in _NEEDS_WORDS and not wish.words.strip():
        raise ConfigError(no_words(number, step))
    if step in LONGEST_MS:
        _see_until(wish, now_ms)


def _see_until(wish: Wish, now_ms: int) -> None:
    if wish.until is None or wish.until <= now_ms:
        raise ConfigError(ends_at_once(wish.step))
    if wish.until - now_ms > LONGEST_MS[wish.step] + _DAY_MS:  # the last day is included
        raise ConfigError(for_too_long(wish.step, LONGEST_MS[wish.step] // _DAY_MS))


def possible(stored: StoredFinding, handling: Handling) -> list[Step]:
    """Return the steps that a person may take now, in the order in which they are shown."""
    is_open = stored.state is FindingState.OPEN
    return [
        step
        for step in Step
        if step in BY_PEOPLE
        and handling.may(step)
        and (is_open or step not in NEEDS_OPEN)
        and not (is_open and step is Step.VERIFY)
    ]


def seen_of(stored: StoredFinding) -> Seen:
    """Return what the data say of a finding now, to be kept with a step."""
    finding = stored.finding
    return Seen(
        start=finding.start,
        end=finding.end,
        rule=finding.rule,
        version=finding.version,
        base_per_year=finding.base_per_year,
        low=finding.low,
        high=finding.high,
        micro_yuan_per_year=finding.micro_yuan_per_year,
    )


def _newcomer(session: Session, who: str) -> str:
    called = who.strip()
    if not called or people.get(session, called) is not None:
        return ""
    is_known = any(one.name == called for one in people.all(session))
    return "" if is_known else called
