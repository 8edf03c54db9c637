"""Readings that people take from a meter."""

from typing import Annotated, Any

import typer

from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def add_reading(desk: Desk, **given: Any) -> int:  # noqa: ANN401 - JSON values
    """Keep a reading with who read it and why, as an edit."""
    from jieneng.edits.done import do

    return do(desk, what="manual", **given)


app = typer.Typer(
    help="Readings that people take. Example: jieneng reading add hall_main --help",
    no_args_is_help=True,
)


@app.callback()
def group() -> None:
    """Readings that people take."""


@app.command("add")
def add(
    context: typer.Context,
    meter: Annotated[str, typer.Argument(help="Name of the meter.")],
    at: Annotated[str, typer.Option(help="Local time at which it was read.")],
    value: Annotated[str, typer.Option(help="What the meter showed, in the registry's unit.")],
    reason: Annotated[str, typer.Option(help="Why; kept with the reading.")],
    unit: Annotated[str, typer.Option(help="Its unit, to be sure.")] = "",
    by: Annotated[str, typer.Option(help="Who read it; else who is logged in here.")] = "",
    evidence: Annotated[str, typer.Option(help="File that proves it, or its SHA-256.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Also if it is odd beside others.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing.")] = False,
) -> None:
    """Keep a reading that a person took, judged as one of a file.

    Example: jieneng reading add hall_main --at "2026-03-01 08:00" --value 1203.45 --reason "gap"
    """
    from jieneng.registry.intake import author

    at_the_desk(
        context,
        "reading",
        "add",
        meters=[meter],
        at=at,
        value=value,
        unit=unit,
        reason=reason,
        by=by or author(),
        evidence=evidence,
        accepts_odd=yes,
        is_dry=dry_run,
    )


COMMAND = Command(group=app, works={"add": add_reading}, rank=33)
