"""Read the raw log again into the store: after the store lost readings or was replaced."""

import json
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def ask(
    desk: Desk,
    *,
    start: str,
    end: str,
    meters: list[str],
    everything: bool,
    is_dry: bool,
    why: str,
    as_json: bool,
) -> int:
    """Ask every collector to read its raw log again, and say what became of the readings."""
    from jieneng import replaying
    from jieneng.dead_letters import is_collecting

    house = desk.stores
    wanted = replaying.wanted_of(
        house, start=start, end=end, meters=meters, everything=everything, is_dry=is_dry, why=why
    )
    for meter in replaying.unknown(house, meters):
        desk.warn(Text(f"登记表中没有 {meter}。", f"{meter} is not in the registry."))
    numbers = replaying.ask_for(house, wanted)
    if is_collecting(house):
        replaying.wait_for(house, numbers, desk.warn)
    found = replaying.found(house, numbers)
    if as_json:
        desk.say(json.dumps([replaying.row_of(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            for line in replaying.lines_of(one):
                desk.tell(line)
    return 1 if any(one.progress.get("unreadable") for one in found) else 0


def list_replays(desk: Desk, *, as_json: bool) -> int:
    """Say what was asked for lately, and how far it is."""
    from jieneng import replaying

    found = replaying.recent(desk.stores)
    if as_json:
        desk.say(json.dumps([replaying.row_of(one) for one in found], ensure_ascii=False))
        return 0
    for one in found:
        for line in replaying.lines_of(one):
            desk.tell(line)
    if not found:
        desk.tell(Text("还没有重放过。", "Nothing was replayed yet."))
    return 0


def call(
    context: typer.Context,
    start: Annotated[str, typer.Option("--from", help="First local day, or instant.")] = "",
    end: Annotated[str, typer.Option("--to", help="Last local day, or instant.")] = "",
    meter: Annotated[list[str] | None, typer.Option(help="A meter; may be repeated.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Whatever the time.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, write nothing.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Say how far replays are.")] = False,
    why: Annotated[str, typer.Option(help="Why, for the audit.")] = "replay",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Give readings of these times to the store again, out of the collectors' raw logs.

    Example: jieneng replay --from 2026-11-01 --to 2026-11-07 --dry-run
    """
    if listed:
        at_the_desk(context, "replay", "list", as_json=as_json)
    given = {"start": start, "end": end, "meters": meter or [], "everything": everything}
    at_the_desk(context, "replay", "ask", **given, is_dry=dry_run, why=why, as_json=as_json)


COMMAND = Command(call=call, works={"ask": ask, "list": list_replays}, rank=62)
