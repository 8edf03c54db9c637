"""Compute amounts, ledgers and findings, round after round."""

from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk, settings_of, tell
from jieneng.desk import Desk


def work(desk: Desk) -> int:
    """Run one round now and say what it did."""
    report = desk.stores.round_once()
    meters, places = len(report.meters), report.places
    desk.tell(
        Text(
            f"重新计算了 {meters} 个计量点和 {places} 个对象",
            f"{meters} meters and {places} places computed anew",
        )
    )
    return 0


def call(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False,
) -> None:
    """Compute amounts, ledgers and findings, round after round until Ctrl-C.

    Example: jieneng analyse --once
    """
    from jieneng.running import run_parts

    if once:
        at_the_desk(context, "analyse", "once")
    settings = settings_of(context)
    raise typer.Exit(run_parts(settings, collect=False, analyse=True, serve=False, tell=tell))


COMMAND = Command(call=call, works={"once": work}, rank=42)
