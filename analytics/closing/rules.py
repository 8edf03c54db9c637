"""Which step is possible when: pure functions of the steps so far."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from zoneinfo import ZoneInfo

from energy.errors import ClosingError
from energy.period import Period
from energy.span import from_ms
from energy.text import Text
from storage.records.sheets import SheetStep, Step

_FIGURES = ("amount", "cost")


class State(StrEnum):
    """Where a sheet is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CLOSED = "closed"


STATE_TEXT: dict[State, Text] = {
    State.DRAFT: Text("草稿", "draft"),
    State.SUBMITTED: Text("已提交", "submitted"),
    State.CLOSED: Text("已结账", "closed"),
}
_AFTER = {
    Step.SUBMITTED: State.SUBMITTED,
    Step.RETURNED: State.DRAFT,
    Step.CLOSED: State.CLOSED,
}
_FROM = {
    Step.SUBMITTED: State.DRAFT,
    Step.CHECKED: State.SUBMITTED,
    Step.RETURNED: State.SUBMITTED,
    Step.CLOSED: State.SUBMITTED,
    Step.RESTATED: State.CLOSED,
    Step.ADJUSTED: State.CLOSED,
}
_NEEDS_REASON = (Step.RETURNED, Step.RESTATED, Step.ADJUSTED)


def state_of(steps: Sequence[SheetStep]) -> State:
    """Return where a sheet is after these steps."""
    state = State.DRAFT
    for step in steps:
        state = _AFTER.get(step.step, state)
    return state


def see_possible(
    step: Step, steps: Sequence[SheetStep], *, reason: str, end: int, now_ms: int
) -> None:
    """See that a step may follow on the steps so far.

    Args:
        step: The step.
        steps: Steps of this sheet so far.
        reason: Why; some steps need it.
        end: When the period ends [ms].
        now_ms: The present [ms].

    Raises:
        ClosingError: If not, with what to do instead.
    """
    if now_ms < end:
        raise ClosingError(
            Text(
                "该期间尚未结束，不能提交或结账。请在期末之后再办理。",
                "The period has not ended yet: it can be neither submitted nor closed. "
                "Do it after its last day.",
            )
        )
    state = state_of(steps)
    if state is not _FROM[step]:
        raise _wrong_state(step, state)
    if step in _NEEDS_REASON and not reason.strip():
        raise ClosingError(
            Text("请用 --reason 写明原因。", "Say why, with --reason: it stands in the ledger.")
        )


def see_filled(lines: Mapping[str, object]) -> None:
    """See that a sheet says an amount or a cost: nobody signs an empty one.

    Args:
        lines: Every number and text of its lines by key, as difference.lines_of has them.

    Raises:
        ClosingError: If it says neither.
    """
    if not any(key.split("/")[-1] in _FIGURES for key in lines):
        raise ClosingError(
            Text(
                "该期间没有任何数字。请检查读数（jieneng status）并运行 jieneng analyse。",
                "There is no figure in that period. Look at the readings (jieneng status) and run "
                "jieneng analyse.",
            )
        )


def check_of(steps: Sequence[SheetStep]) -> SheetStep | None:
    """Return who checked what was submitted last; None where nobody has."""
    submitted = max(place for place, step in enumerate(steps) if step.step is Step.SUBMITTED)
    return next((step for step in steps[submitted:] if step.step is Step.CHECKED), None)


def see_unchecked(steps: Sequence[SheetStep], name: Callable[[str], Text], zone: ZoneInfo) -> None:
    """See that nobody has checked what is submitted: a second word would say nothing.

    Args:
        steps: Steps of this sheet so far; it is submitted.
        name: Returns what a person is called, by id.
        zone: The wall clock that its time is told by.

    Raises:
        ClosingError: If somebody has, with who and when.
    """
    before = check_of(steps)
    if before is not None:
        who = name(before.by)
        when = f"{from_ms(before.at).astimezone(zone):%Y-%m-%d %H:%M}"
        raise ClosingError(
            Text(
                f"该报表已由{who.zh}于 {when} 审核，不必再审。下一步：jieneng ledger close；"
                "有错时：jieneng ledger return。",
                f"It was checked already, by {who.en} on {when}. Next: jieneng ledger close, or "
                "jieneng ledger return if something is wrong.",
            )
        )


def see_checked(steps: Sequence[SheetStep], roles: Sequence[str], checker: str) -> None:
    """See that somebody who may check has, or that who closes may check, too.

    Raises:
        ClosingError: If not.
    """
    if check_of(steps) is None and checker not in roles:
        raise ClosingError(
            Text(
                "统计负责人尚未审核。请先运行 jieneng ledger check。",
                "The statistics head has not checked it yet: jieneng ledger check comes first.",
            )
        )


def see_as_submitted(differences: Mapping[str, object]) -> None:
    """See that the figures are those that were submitted.

    Raises:
        ClosingError: If a line has changed since.
    """
    if differences:
        count = len(differences)
        raise ClosingError(
            Text(
                f"提交之后有 {count} 行数字发生变化。请退回后重新提交：jieneng ledger return。",
                f"Lines that have changed since it was submitted: {count}. "
                "Return it and submit it anew: jieneng ledger return.",
            )
        )


def see_differs(differences: Mapping[str, object]) -> None:
    """See that there is something to restate.

    Raises:
        ClosingError: If no line differs.
    """
    if not differences:
        raise ClosingError(
            Text(
                "数字与已结账的报表一致，无需更正。",
                "The figures are those of the closed sheet; there is nothing to restate.",
            )
        )


def see_not_adjusted(steps: Sequence[SheetStep]) -> None:
    """See that no difference is booked elsewhere: a new sheet would count it twice.

    Raises:
        ClosingError: If one is, with the period it is booked in.
    """
    booked = [step.into for step in steps if step.step is Step.ADJUSTED]
    if booked:
        raise ClosingError(
            Text(
                f"该期间的差额已计入 {booked[-1]}，重述会重复计算。请用 --into 计入未结账的期间。",
                f"A difference of this period is booked in {booked[-1]}; a restatement would count "
                "it twice. Book this one in an open period, too: --into.",
            )
        )


def see_books(
    closed: str, into: str, *, own: Period, later: Period, is_open: bool, has_begun: bool
) -> None:
    """See that the difference of a closed period may be booked in another one.

    Args:
        closed: Key of the closed period.
        into: Key of the other one.
        own: The days of the closed one.
        later: The days of the other one.
        is_open: Whether the other one is a draft.
        has_begun: Whether its first day has begun.

    Raises:
        ClosingError: If it is not open, not later, has not begun, or has days of the closed one:
            the figures of those are the corrected ones in it already, and would count twice.
    """
    if later.first < own.until and own.first < later.until:
        raise ClosingError(
            Text(
                f"{into} 包含 {closed} 的日期，其中已是更正后的数字，计入差额会重复计算。请用 "
                f"--into 另选 {own.until:%Y-%m-%d} 起的期间，或不用 --into，直接重述 {closed}。",
                f"{into} has days of {closed}, with the corrected figures: the difference would "
                f"count twice in it. Choose a period from {own.until:%Y-%m-%d} on with --into, or "
                f"restate {closed} itself, without --into.",
            )
        )
    if not is_open or later.first < own.until:
        raise ClosingError(
            Text(
                f"{into} 不是晚于 {closed} 的未结账期间。请用 --into 另选一个。",
                f"{into} is no open period after {closed}. Choose another with --into.",
            )
        )
    if not has_begun:
        raise ClosingError(
            Text(
                f"{into} 尚未开始，不能计入差额。请用 --into 选一个已开始的期间。",
                f"{into} has not begun yet, and nothing can be booked in it. Choose a period that "
                "has, with --into.",
            )
        )


def next_number(steps: Sequence[SheetStep]) -> int:
    """Return the number that the next restatement or adjustment of a period has."""
    return max((step.number for step in steps), default=0) + 1


def _wrong_state(step: Step, state: State) -> ClosingError:
    if state is State.CLOSED:
        return ClosingError(
            Text(
                "该期间已结账，不能再改。有差异时请运行 jieneng ledger restate。",
                "The period is closed and never changes. Where figures differ: "
                "jieneng ledger restate.",
            )
        )
    if step is Step.SUBMITTED:
        return ClosingError(
            Text(
                "报表已提交。要重新提交，请先退回：jieneng ledger return。",
                "It is submitted already. To submit it anew, return it first: "
                "jieneng ledger return.",
            )
        )
    if _FROM[step] is State.CLOSED:
        return ClosingError(
            Text(
                "该期间尚未结账，无需更正：请退回或重新提交。",
                "The period is not closed: there is nothing to restate. Submit it as it is now.",
            )
        )
    return ClosingError(
        Text(
            "报表尚未提交。请先运行 jieneng ledger submit。",
            "It is not submitted: jieneng ledger submit comes first.",
        )
    )
