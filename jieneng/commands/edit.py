"""Correct readings: as newer versions with author and reason, never in place."""

from typing import Annotated, Any

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def ask(desk: Desk, **given: Any) -> int:  # noqa: ANN401 - JSON values
    """Carry out an edit, or only say what it would do."""
    from jieneng.edits.done import do

    return do(desk, **given)


def list_edits(desk: Desk, *, meter: str, limit: int) -> int:
    """Say what was edited, the newest first."""
    from jieneng.edits.asked import editor_of
    from jieneng.edits.words import edit_line
    from storage.records import edits

    registry = editor_of(desk).registry
    with desk.stores.records.reading() as session:
        found = edits.recent(session, limit, meter=meter)
    for one in found:
        desk.tell(edit_line(one, registry))
    if not found:
        desk.tell(Text("还没有更正过读数。", "No reading was edited yet."))
    return 0


def show_edit(desk: Desk, *, number: int, limit: int) -> int:
    """Say everything about one edit."""
    from jieneng.edits.asked import editor_of
    from jieneng.edits.words import edit_lines

    editor = editor_of(desk)
    for line in edit_lines(editor.edit(number), editor, limit=limit):
        desk.tell(line)
    return 0


app = typer.Typer(
    help="Correct readings, with author and reason. Example: jieneng edit list",
    no_args_is_help=True,
)

Start = Annotated[str, typer.Option("--from", help="Local day, or time such as '2026-03-01 8:00'.")]
End = Annotated[str, typer.Option("--to", help="Local day, included, or time before which.")]
At = Annotated[str, typer.Option(help="Local time of one reading.")]
By = Annotated[str, typer.Option(help="Who corrects it; else who is logged in here.")]
Reason = Annotated[str, typer.Option(help="Why; kept with every version.")]
Evidence = Annotated[str, typer.Option(help="File that proves it, or its SHA-256 if it is kept.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Say what it would do, change nothing.")]
Replace = Annotated[bool, typer.Option("--replace", help="Readings in the way give way.")]
Meter = Annotated[str, typer.Argument(help="Name of the meter.")]


def _ask(context: typer.Context, *, by: str, **given: object) -> None:
    from jieneng.registry.intake import author

    at_the_desk(context, "edit", "ask", by=by or author(), **given)


@app.command("swap")
def swap(
    context: typer.Context,
    first: Meter,
    second: Meter,
    reason: Reason,
    start: Start,
    end: End = "",
    by: By = "",
    evidence: Evidence = "",
    dry_run: Dry = False,
) -> None:
    """Exchange the readings of two meters that were crossed.

    Example: jieneng edit swap hall_main hall_light --from 2026-03-01 --reason "crossed wires"
    """
    _ask(
        context,
        by=by,
        what="swap",
        meters=[first, second],
        start=start,
        end=end,
        reason=reason,
        evidence=evidence,
        is_dry=dry_run,
    )


@app.command("move")
def move(
    context: typer.Context,
    source: Meter,
    target: Meter,
    reason: Reason,
    start: Start,
    end: End = "",
    by: By = "",
    evidence: Evidence = "",
    replace: Replace = False,
    dry_run: Dry = False,
) -> None:
    """Book readings on the meter they belong to.

    Example: jieneng edit move hall_main annex_main --from 2026-03-01 --reason "wrong topic"
    """
    _ask(
        context,
        by=by,
        what="move",
        meters=[source, target],
        start=start,
        end=end,
        reason=reason,
        evidence=evidence,
        replaces=replace,
        is_dry=dry_run,
    )


@app.command("shift")
def shift(
    context: typer.Context,
    meter: Meter,
    seconds: Annotated[int, typer.Option(help="Added to the time of each; may be negative.")],
    reason: Reason,
    start: Start,
    end: End = "",
    by: By = "",
    evidence: Evidence = "",
    replace: Replace = False,
    dry_run: Dry = False,
) -> None:
    """Move readings in time: a clock that was wrong.

    Example: jieneng edit shift hall_main --seconds 10800 --from 2026-03-01 --reason "3 h slow"
    """
    _ask(
        context,
        by=by,
        what="shift",
        meters=[meter],
        seconds=seconds,
        start=start,
        end=end,
        reason=reason,
        evidence=evidence,
        replaces=replace,
        is_dry=dry_run,
    )


@app.command("withdraw")
def withdraw(
    context: typer.Context,
    meter: Meter,
    reason: Reason,
    start: Start = "",
    end: End = "",
    at: At = "",
    by: By = "",
    evidence: Evidence = "",
    dry_run: Dry = False,
) -> None:
    """Take readings away that are known to be wrong; they are kept and never used.

    Example: jieneng edit withdraw hall_main --at "2026-03-01 08:00" --reason "test of the gateway"
    """
    _ask(
        context,
        by=by,
        what="withdraw",
        meters=[meter],
        start=start,
        end=end,
        at=at,
        reason=reason,
        evidence=evidence,
        is_dry=dry_run,
    )


@app.command("value")
def value(
    context: typer.Context,
    meter: Meter,
    at: At,
    value: Annotated[str, typer.Option(help="What the meter showed, in the registry's unit.")],
    reason: Reason,
    unit: Annotated[str, typer.Option(help="Its unit, to be sure.")] = "",
    by: By = "",
    evidence: Evidence = "",
    yes: Annotated[bool, typer.Option("--yes", help="Also if it is odd beside others.")] = False,
    dry_run: Dry = False,
) -> None:
    """Correct one reading.

    Example: jieneng edit value hall_main --at "2026-03-01 08:00" --value 1203.45 --reason "typo"
    """
    _ask(
        context,
        by=by,
        what="value",
        meters=[meter],
        at=at,
        value=value,
        unit=unit,
        reason=reason,
        evidence=evidence,
        accepts_odd=yes,
        is_dry=dry_run,
    )


@app.command("undo")
def undo(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="Number of the edit.")],
    reason: Reason,
    by: By = "",
    dry_run: Dry = False,
) -> None:
    """Write back what an edit changed, as an edit of its own.

    Example: jieneng edit undo 3 --reason "it was the other meter"
    """
    _ask(context, by=by, what="undo", edit=number, reason=reason, is_dry=dry_run)


@app.command("list")
def list_(
    context: typer.Context,
    meter: Annotated[str, typer.Option(help="Only of this meter.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
) -> None:
    """Say what was edited, by whom and why.

    Example: jieneng edit list --meter hall_main
    """
    at_the_desk(context, "edit", "list", meter=meter, limit=limit)


@app.command("show")
def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="Number of the edit.")],
    limit: Annotated[int, typer.Option(min=1, help="Most readings to list.")] = 20,
) -> None:
    """Say everything about an edit: its readings, and what was there before.

    Example: jieneng edit show 3
    """
    at_the_desk(context, "edit", "show", number=number, limit=limit)


COMMAND = Command(group=app, works={"ask": ask, "list": list_edits, "show": show_edit}, rank=32)
