"""What people do about a finding, step by step: pure, and apart from what the data say of it.

``FindingState`` (open, ended) is what the data say. A ``Handling`` is what people, and the rounds
for them, made of it: it is never stored, but follows from the steps that were taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from energy.finding_step import MAY_FOLLOW, WAITING, Seen, Stage, Step, Taken

_ACCEPTS = frozenset({Step.ACKNOWLEDGE, Step.ASSIGN, Step.WORK, Step.FIX})
_ENDS_QUIET = _ACCEPTS | {Step.REJECT, Step.RESUME, Step.WAKE, Step.SUPERSEDE}
_TO: dict[Step, Stage] = {
    Step.ACKNOWLEDGE: Stage.ACKNOWLEDGED,
    Step.ASSIGN: Stage.ASSIGNED,
    Step.WORK: Stage.IN_WORK,
    Step.FIX: Stage.FIXED,
    Step.VERIFY: Stage.VERIFIED,
    Step.REJECT: Stage.REJECTED,
    Step.SUPERSEDE: Stage.SUPERSEDED,
    Step.NOT_FIXED: Stage.REOPENED,
    Step.STILL_SEEN: Stage.REOPENED,
    Step.RETURN: Stage.REOPENED,
    Step.GROW: Stage.REOPENED,
}


@dataclass(frozen=True, slots=True)
class Handling:
    """Where people are with a finding.

    Attributes:
        stage: How far they are; never SNOOZED or EXPECTED, which come on top.
        since: Since when [ms]; None for a finding nobody has touched.
        assignee: Id of who is to do it; "" for nobody.
        due: Deadline [ms]; None without one.
        quiet: SNOOZED or EXPECTED; None for neither.
        quiet_until: Until when [ms]; None without ``quiet``.
        accepted: What a person first took as true, from which savings are measured; None before.
        accepted_at: When that was [ms].
        fixed_at: When somebody called it fixed [ms]; None before.
        unproven: Whether the data show it no more and use did not fall: a person must say.
        rejected: What was rejected; None unless it is.
        superseded_by: Number of the finding in its place; 0 for none.
        told: Roles that were told because nobody acted, since it was last taken up.
    """

    stage: Stage = Stage.NEW
    since: int | None = None
    assignee: str = ""
    due: int | None = None
    quiet: Stage | None = None
    quiet_until: int | None = None
    accepted: Seen | None = None
    accepted_at: int | None = None
    fixed_at: int | None = None
    unproven: bool = False
    rejected: Seen | None = None
    superseded_by: int = 0
    told: tuple[str, ...] = ()

    def stage_at(self, now_ms: int) -> Stage:
        """Return the stage that people see at a time [ms]: snoozed and expected while they last."""
        if self.quiet is not None and self.quiet_until is not None and now_ms < self.quiet_until:
            return self.quiet
        return self.stage

    def may(self, step: Step) -> bool:
        """Tell whether a step may come now, as far as other steps are concerned."""
        if step is Step.RESUME and self.stage is not Stage.REJECTED:
            return self.quiet is not None
        if step is Step.WAKE:
            return self.quiet is not None
        return self.stage in MAY_FOLLOW[step]


def handling_of(steps: Iterable[Taken]) -> Handling:
    """Return what follows from the steps taken, oldest first."""
    handling = Handling()
    for taken in steps:
        handling = after(handling, taken)
    return handling


def after(handling: Handling, taken: Taken) -> Handling:
    """Return a handling after one more step, which ``may`` come."""
    step = taken.step
    stage = _stage_after(handling, taken)
    next_ = handling
    if stage is not handling.stage:
        next_ = replace(next_, stage=stage, since=taken.at, unproven=False)
    if step in _ENDS_QUIET or stage not in WAITING:
        next_ = replace(next_, quiet=None, quiet_until=None)
    next_ = _accepted_after(next_, taken)
    next_ = _assigned_after(next_, taken)
    anew = stage is Stage.REOPENED and handling.stage is not Stage.REOPENED
    return _ended_after(next_, taken, anew=anew)


def _stage_after(handling: Handling, taken: Taken) -> Stage:
    if taken.step is Step.TAKE_OVER:
        return Stage(taken.stage)
    if taken.step is Step.RESUME:
        return Stage.REOPENED if handling.stage is Stage.REJECTED else handling.stage
    return _TO.get(taken.step, handling.stage)


def _accepted_after(handling: Handling, taken: Taken) -> Handling:
    step = taken.step
    if step in _ACCEPTS | {Step.TAKE_OVER} and handling.accepted is None:
        return replace(handling, accepted=taken.seen, accepted_at=taken.at)
    if step is Step.RETURN:  # another occasion, from which its own savings are measured
        return replace(handling, accepted=None, accepted_at=None)
    return handling


def _assigned_after(handling: Handling, taken: Taken) -> Handling:
    match taken.step:
        case Step.ASSIGN | Step.TAKE_OVER:
            handling = replace(handling, assignee=taken.to)
        case Step.WORK if not handling.assignee:
            handling = replace(handling, assignee=taken.by)
    match taken.step:
        case Step.DUE:
            return replace(handling, due=taken.until, told=())
        case Step.TAKE_OVER:
            return replace(handling, due=taken.until)
        case Step.SNOOZE | Step.EXPECT:
            quiet = Stage.SNOOZED if taken.step is Step.SNOOZE else Stage.EXPECTED
            return replace(handling, quiet=quiet, quiet_until=taken.until)
        case Step.ESCALATE:
            return replace(handling, told=(*handling.told, taken.role))
    return handling


def _ended_after(handling: Handling, taken: Taken, *, anew: bool) -> Handling:
    """Return what changes where something ends, or begins anew."""
    if anew:
        return _closed(handling)
    match taken.step:
        case Step.FIX:
            return replace(handling, fixed_at=taken.at, told=())
        case Step.UNPROVEN:
            return replace(handling, unproven=True)
        case Step.VERIFY:
            return replace(handling, due=None)
    if taken.step in {Step.REJECT, Step.SUPERSEDE}:
        is_rejected = taken.step is Step.REJECT
        rejected, other = (taken.seen, 0) if is_rejected else (None, taken.other)
        return _closed(handling, rejected=rejected, superseded_by=other)
    return handling


def _closed(
    handling: Handling,
    *,
    rejected: Seen | None = None,
    superseded_by: int = 0,
) -> Handling:
    """Return a handling without what was under way."""
    return replace(
        handling,
        rejected=rejected,
        superseded_by=superseded_by,
        fixed_at=None,
        due=None,
        told=(),
    )
