"""What may be done about a finding, and what a step says that was taken."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """How far people are with a finding."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    IN_WORK = "in_work"
    FIXED = "fixed"
    """A person says so; the meter has not."""
    VERIFIED = "verified"
    """The meter shows it no more since it was fixed."""
    REOPENED = "reopened"
    SNOOZED = "snoozed"
    EXPECTED = "expected"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    """Another finding says the same of the cause, and goes on in its place."""


class Step(StrEnum):
    """One thing that is done about a finding."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    WORK = "work"
    FIX = "fix"
    VERIFY = "verify"
    NOT_FIXED = "not_fixed"
    SNOOZE = "snooze"
    EXPECT = "expect"
    REJECT = "reject"
    RESUME = "resume"
    COMMENT = "comment"
    ATTACH = "attach"
    DUE = "due"
    UNPROVEN = "unproven"
    """The data show it no more, and yet as much is used as before."""
    STILL_SEEN = "still_seen"
    """The data still show it, though it was called fixed."""
    RETURN = "return"
    """It had ended, and the data show it again."""
    WAKE = "wake"
    """The time is over until which it was snoozed or expected."""
    GROW = "grow"
    """It is no longer what was rejected: it is larger."""
    SUPERSEDE = "supersede"
    TAKE_OVER = "take_over"
    """It says the same of a cause as another finding, of which people knew."""
    ESCALATE = "escalate"


OF_ROUNDS = frozenset(
    {
        Step.UNPROVEN,
        Step.STILL_SEEN,
        Step.RETURN,
        Step.WAKE,
        Step.GROW,
        Step.SUPERSEDE,
        Step.TAKE_OVER,
        Step.ESCALATE,
    }
)
"""Steps that no person takes; VERIFY is taken by either."""
BY_PEOPLE = frozenset(Step) - OF_ROUNDS

WAITING = frozenset({Stage.NEW, Stage.REOPENED, Stage.ACKNOWLEDGED, Stage.ASSIGNED, Stage.IN_WORK})
"""Stages in which somebody is still to do something."""
KNOWN = frozenset({Stage.ACKNOWLEDGED, Stage.ASSIGNED, Stage.IN_WORK})
"""Stages in which a person has taken it as true."""
SET_ASIDE = frozenset({Stage.SNOOZED, Stage.EXPECTED, Stage.REJECTED, Stage.SUPERSEDED})
"""Stages in which nobody is told of it."""
NO_WASTE = frozenset({Stage.EXPECTED, Stage.REJECTED, Stage.SUPERSEDED})
"""Stages in which it does not count among what is wasted."""

MAY_FOLLOW: dict[Step, frozenset[Stage]] = {
    Step.ACKNOWLEDGE: frozenset({Stage.NEW, Stage.REOPENED}),
    Step.ASSIGN: WAITING,
    Step.WORK: WAITING - {Stage.IN_WORK},
    Step.FIX: WAITING,
    Step.VERIFY: frozenset({Stage.FIXED}),
    Step.NOT_FIXED: frozenset({Stage.FIXED, Stage.VERIFIED}),
    Step.SNOOZE: WAITING,
    Step.EXPECT: WAITING,
    Step.REJECT: WAITING | {Stage.FIXED},
    Step.RESUME: WAITING | {Stage.REJECTED},
    Step.COMMENT: frozenset(Stage),
    Step.ATTACH: frozenset(Stage),
    Step.DUE: WAITING,
    Step.UNPROVEN: frozenset({Stage.FIXED}),
    Step.STILL_SEEN: frozenset({Stage.FIXED}),
    Step.RETURN: KNOWN | {Stage.FIXED, Stage.VERIFIED, Stage.SUPERSEDED},
    Step.WAKE: WAITING,
    Step.GROW: frozenset({Stage.REJECTED}),
    Step.SUPERSEDE: WAITING | {Stage.FIXED},
    Step.TAKE_OVER: frozenset({Stage.NEW}),
    Step.ESCALATE: WAITING,
}
"""Step to the stages after which it may come; the other conditions are analytics' to see."""

NEEDS_OPEN = frozenset(
    {Step.ACKNOWLEDGE, Step.ASSIGN, Step.WORK, Step.SNOOZE, Step.EXPECT, Step.DUE}
)
"""Steps that make no sense once the data show the cause no more."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the data said of a finding when a step was taken: frozen, whatever they say later.

    Attributes:
        start: Since when it was seen [ms].
        end: Until when [ms].
        rule: The rule that saw it.
        version: Version of the rule.
        base_per_year: Waste [base units a year]; None without an amount.
        low: Lower bound of the 80 % interval of base_per_year.
        high: Upper bound of the same.
        micro_yuan_per_year: Cost [1e-6 yuan a year]; None without a price.
    """

    start: int
    end: int
    rule: str
    version: int
    base_per_year: int | None
    low: int | None
    high: int | None
    micro_yuan_per_year: int | None


@dataclass(frozen=True, slots=True)
class Taken:
    """One step as it was taken.

    Attributes:
        step: What was done.
        at: When [ms].
        by: Id of the person; "" for a round.
        zh: What was said with it, in Chinese; a person's own words stand in both languages.
        en: The same in English.
        to: Id of the person it was assigned to.
        until: End of SNOOZE or EXPECT, or the deadline of DUE [ms].
        other: Number of the other finding of SUPERSEDE and TAKE_OVER.
        role: Role that ESCALATE told.
        stage: Stage that TAKE_OVER takes over; "" for other steps.
        evidence: SHA-256 of the file of ATTACH.
        form: Key of the form it came with; "" for none.
        seen: What the data said then; None for steps that need it not.
    """

    step: Step
    at: int
    by: str = ""
    zh: str = ""
    en: str = ""
    to: str = ""
    until: int | None = None
    other: int = 0
    role: str = ""
    stage: str = ""
    evidence: str = ""
    form: str = ""
    seen: Seen | None = None
