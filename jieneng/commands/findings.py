"""Findings: what they say, and what people do about them, step by step."""

from typing import Annotated, Any

import typer

from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def list_findings(desk: Desk, *, state: str, institution: str, as_json: bool) -> int:
    """Say which findings there are."""
    from jieneng.finding_lines import list_lines

    for line in list_lines(desk, state=state, institution=institution, as_json=as_json):
        desk.say(line)
    return 0


def show_finding(desk: Desk, *, number: int, as_json: bool) -> int:
    """Say everything about one finding."""
    from jieneng.finding_lines import show_lines

    for line in show_lines(desk, number, as_json=as_json):
        desk.say(line)
    return 0


def take_step(desk: Desk, **given: Any) -> int:  # noqa: ANN401 - JSON values
    """Take a step about a finding."""
    from jieneng.finding_lines import do_step

    return do_step(desk, **given)


app = typer.Typer(
    help="Findings, and what is done about them. Example: jieneng findings list",
    no_args_is_help=True,
)

Number = Annotated[int, typer.Argument(help="Number of the finding.")]
By = Annotated[str, typer.Option(help="Who: a name or an id; else who is logged in here.")]
Words = Annotated[str, typer.Option("--note", help="A remark, kept with the step.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the step.")]
Until = Annotated[str, typer.Option(help="Local day, included, such as 2026-12-31.")]
Json = Annotated[bool, typer.Option("--json", help="JSON.")]


def _take(context: typer.Context, step: str, number: int, by: str, **given: str) -> None:
    from jieneng.registry.intake import author

    at_the_desk(context, "findings", "take", step=step, number=number, by=by or author(), **given)


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[
        str,
        typer.Option(help="todo, ended, all, or a stage such as new, snoozed, rejected."),
    ] = "todo",
    institution: Annotated[str, typer.Option(help="Only its findings.")] = "",
    as_json: Json = False,
) -> None:
    """List findings, what costs most first.

    Example: jieneng findings list --state rejected
    """
    at_the_desk(context, "findings", "list", state=state, institution=institution, as_json=as_json)


@app.command("show")
def show(context: typer.Context, number: Number, as_json: Json = False) -> None:
    """Say everything about a finding: what, since when, what to check, what was done.

    Example: jieneng findings show 7
    """
    at_the_desk(context, "findings", "show", number=number, as_json=as_json)


@app.command("ack")
def ack(context: typer.Context, number: Number, by: By = "", note: Words = "") -> None:
    """Say that somebody has seen it and takes it as true.

    Example: jieneng findings ack 7 --by 王工
    """
    _take(context, "ack", number, by, words=note)


@app.command("assign")
def assign(
    context: typer.Context,
    number: Number,
    to: Annotated[str, typer.Option(help="Whom: a name or an id.")],
    by: By = "",
    note: Words = "",
) -> None:
    """Give it to somebody.

    Example: jieneng findings assign 7 --to 王工
    """
    _take(context, "assign", number, by, to=to, words=note)


@app.command("work")
def work(context: typer.Context, number: Number, by: By = "", note: Words = "") -> None:
    """Say that somebody is at it.

    Example: jieneng findings work 7 --by 王工
    """
    _take(context, "work", number, by, words=note)


@app.command("fixed")
def fixed(context: typer.Context, number: Number, by: By = "", note: Words = "") -> None:
    """Say that it is mended; the meter verifies it later, or it is opened again.

    Example: jieneng findings fixed 7 --note "timer of AHU-3 set"
    """
    _take(context, "fixed", number, by, words=note)


@app.command("verify")
def verify(context: typer.Context, number: Number, reason: Reason, by: By = "") -> None:
    """Say how the meter shows that it is fixed; rounds do so by themselves where they can.

    Example: jieneng findings verify 7 --reason "20 kW less at night, weather as before"
    """
    _take(context, "verify", number, by, words=reason)


@app.command("not-fixed")
def not_fixed(context: typer.Context, number: Number, reason: Reason, by: By = "") -> None:
    """Say that what was called fixed is not.

    Example: jieneng findings not-fixed 7 --reason "pump runs again"
    """
    _take(context, "not-fixed", number, by, words=reason)


@app.command("snooze")
def snooze(
    context: typer.Context, number: Number, until: Until, by: By = "", note: Words = ""
) -> None:
    """Tell nobody of it until a day, at most a quarter ahead.

    Example: jieneng findings snooze 7 --until 2026-12-31
    """
    _take(context, "snooze", number, by, until=until, words=note)


@app.command("expect")
def expect(
    context: typer.Context, number: Number, until: Until, reason: Reason, by: By = ""
) -> None:
    """Say that it is as it should be until a day, such as while something is built.

    Example: jieneng findings expect 7 --until 2026-12-31 --reason "examination weeks"
    """
    _take(context, "expect", number, by, until=until, words=reason)


@app.command("reject")
def reject(context: typer.Context, number: Number, reason: Reason, by: By = "") -> None:
    """Say that it is no waste; it is not raised again while it looks the same.

    Example: jieneng findings reject 7 --reason "server room, runs day and night"
    """
    _take(context, "reject", number, by, words=reason)


@app.command("resume")
def resume(context: typer.Context, number: Number, by: By = "", note: Words = "") -> None:
    """Take a rejection, a snooze or what was expected back.

    Example: jieneng findings resume 7
    """
    _take(context, "resume", number, by, words=note)


@app.command("comment")
def comment(
    context: typer.Context,
    number: Number,
    words: Annotated[str, typer.Argument(help="What is to be remembered.")],
    by: By = "",
) -> None:
    """Keep a remark.

    Example: jieneng findings comment 7 "the caretaker is asked"
    """
    _take(context, "comment", number, by, words=words)


@app.command("attach")
def attach(
    context: typer.Context,
    number: Number,
    file: Annotated[str, typer.Argument(help="A file, or the SHA-256 of one that is kept.")],
    by: By = "",
    note: Words = "",
) -> None:
    """Keep a file with it, such as a photo.

    Example: jieneng findings attach 7 timer.jpg
    """
    _take(context, "attach", number, by, evidence=file, words=note)


@app.command("due")
def due(
    context: typer.Context, number: Number, until: Until, by: By = "", note: Words = ""
) -> None:
    """Set by when it is to be done; the role above hears of it when that is over.

    Example: jieneng findings due 7 --until 2026-12-31
    """
    _take(context, "due", number, by, until=until, words=note)


COMMAND = Command(
    group=app,
    works={"list": list_findings, "show": show_finding, "take": take_step},
    rank=22,
)
