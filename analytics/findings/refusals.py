"""Why a step about a finding cannot be taken, and what can be done in its place."""

from collections.abc import Iterable

from energy.finding_step import BY_PEOPLE, NEEDS_OPEN, Stage, Step
from energy.handling import Handling
from energy.handling_words import COMMANDS, STAGES, STEPS
from energy.text import Text


def not_there(number: int) -> Text:
    """Return that there is no such finding."""
    return Text(
        f"没有第 {number} 号异常。请看：jieneng findings list",
        f"There is no finding {number}. Look at: jieneng findings list",
    )


def impossible(number: int, step: Step, handling: Handling, *, is_open: bool, now_ms: int) -> Text:
    """Return that a step does not fit where people are with a finding."""
    stage = STAGES[handling.stage_at(now_ms)]
    other = handling.superseded_by
    place = Text("", "")
    if handling.stage is Stage.SUPERSEDED:
        place = Text(f"请办理第 {other} 号。", f" See to finding {other}.")
    why = Text(
        f"第 {number} 号异常的状态是“{stage.zh}”，不能办理“{STEPS[step].zh}”。",
        f"Finding {number} is {stage.en}: it cannot be {_said(step)} now.",
    )
    return why + place + _instead(number, handling, is_open=is_open)


def is_over(number: int, step: Step) -> Text:
    """Return that the data show the cause no more, so that a step makes no sense."""
    return Text(
        f"第 {number} 号异常在数据中已经结束，无需“{STEPS[step].zh}”。若是处理的结果，"
        f"请用 jieneng findings fixed {number}；若不是浪费，请用 reject。",
        f"The data show finding {number} no more, so it need not be {_said(step)}. If somebody "
        f"mended it: jieneng findings fixed {number}; if it was no waste: reject.",
    )


def still_shown(number: int) -> Text:
    """Return that the meter still shows what is to be verified."""
    return Text(
        f"数据中第 {number} 号异常尚未结束，计量还不能验证；规则不再看到它之后会自动验证，"
        f"仍然看到则重新打开。请看：jieneng findings show {number}",
        f"The data still show finding {number}, so the meter cannot verify it yet. It is verified "
        "by itself once the rule sees it no more, and re-opened if the rule still does. Look at: "
        f"jieneng findings show {number}",
    )


def nobody(number: int, step: Step) -> Text:
    """Return that nobody is named."""
    if step is Step.ASSIGN:
        return Text(
            f"请写明由谁、指派给谁：jieneng findings assign {number} --to 姓名 --by 姓名",
            f"Say who assigns it, and to whom: jieneng findings assign {number} --to NAME "
            "--by NAME",
        )
    return Text("请写明由谁办理（--by）。", "Say who you are (--by).")


def no_words(number: int, step: Step) -> Text:
    """Return that a reason is missing."""
    option = "" if step is Step.COMMENT else "--reason "
    return Text(
        f"请写明内容或理由：jieneng findings {COMMANDS[step]} {number} {option}“…”",
        f"Say what, or why: jieneng findings {COMMANDS[step]} {number} {option}'...'",
    )


def ends_at_once(step: Step) -> Text:
    """Return that a day is missing or over."""
    return Text(
        f"“{STEPS[step].zh}”须写明今天之后的日期（--until 或日期），如 2026-12-31。",
        "Give a day that is yet to come (--until, or the day), such as 2026-12-31.",
    )


def for_too_long(step: Step, days: int) -> Text:
    """Return that a day is too far away."""
    instead = Text("请选更早的日期。", "Choose an earlier day.")
    if step is Step.SNOOZE:
        instead = Text(
            "更久请标为预期（expect）或驳回（reject）。",
            "For longer, call it expected (expect) or reject it.",
        )
    return Text(f"最多 {days} 天。", f"At most {days} days. ") + instead


def _said(step: Step) -> str:
    special = {Step.COMMENT: "commented", Step.ATTACH: "given a file", Step.DUE: "given a deadline"}
    return special.get(step, STEPS[step].en)


def _instead(number: int, handling: Handling, *, is_open: bool) -> Text:
    may = ", ".join(
        COMMANDS[step]
        for step in _people_steps()
        if handling.may(step)
        and (is_open or step not in NEEDS_OPEN)
        and not (is_open and step is Step.VERIFY)
    )
    return Text(
        f"现在可以：{may}。请看：jieneng findings show {number}",
        f" What may be done now: {may}. Look at: jieneng findings show {number}",
    )


def _people_steps() -> Iterable[Step]:
    return (step for step in Step if step in BY_PEOPLE)
