"""Messages that could not become readings: list them, look at one, read them again, drop them."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def list_letters(desk: Desk, *, given: Mapping[str, Any], limit: int, as_json: bool) -> int:
    """Say how many letters there are, and the newest of them."""
    from api.letters import letter_row
    from jieneng.dead_letters import how_many, line_of, meant, zone_name
    from storage.records import dead_letters

    house = desk.stores
    which = meant(house, given)
    with house.records.reading() as session:
        letters, readings = dead_letters.size(session, which)
        newest = dead_letters.find(session, which, limit)
    if as_json:
        rows = [letter_row(letter) for letter in newest]
        told = {"letters": letters, "readings": readings, "newest": rows}
        desk.say(json.dumps(told, ensure_ascii=False))
        return 0
    zone = zone_name(house)
    desk.tell(how_many(letters, readings))
    for letter in newest:
        desk.tell(line_of(letter, zone))
    if letters > len(newest):
        shown = len(newest)
        desk.tell(Text(f"只列出最新的 {shown} 封：--limit", f"The newest {shown} only: --limit"))
    return 0


def show_letter(desk: Desk, *, number: int, collector: str, as_hex: bool, as_json: bool) -> int:
    """Say everything about one letter, its bytes last."""
    from api.letters import letter_row
    from jieneng.dead_letters import lines_of, one_letter, zone_name

    letter = one_letter(desk.stores, number, collector)
    if as_json:
        row = letter_row(letter) | {"payload_hex": letter.payload.hex()}
        desk.say(json.dumps(row, ensure_ascii=False))
        return 0
    for line in lines_of(letter, zone_name(desk.stores), as_hex=as_hex):
        desk.tell(line)
    return 0


def ask(
    desk: Desk, *, action: str, given: Mapping[str, Any], everything: bool, why: str, as_json: bool
) -> int:
    """Ask the collector to read letters again or to drop them, and say what became of them."""
    from jieneng import dead_letters

    dead_letters.see_which(given, everything=everything)
    house = desk.stores
    count, before = dead_letters.ask_for(house, dead_letters.meant(house, given), action, why)
    if not count:
        raise dead_letters.found_none()
    outcomes = {"": count}
    if dead_letters.is_collecting(house):
        outcomes = dead_letters.outcomes_of(house, before, count, desk.warn)
    if as_json:
        desk.say(json.dumps({"letters": count, "outcomes": outcomes}))
        return 0
    for line in dead_letters.said(outcomes):
        desk.tell(line)
    if outcomes.get(""):
        desk.tell(
            Text(
                "采集程序会接手等待中的：jieneng run（或 collect）。",
                "A collector picks up what waits: jieneng run (or collect).",
            )
        )
    return 0


app = typer.Typer(
    help="Messages that could not become readings. Example: jieneng deadletters list",
    no_args_is_help=True,
)

Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers of letters.")]
Topic = Annotated[str, typer.Option(help="Topic, or its beginning with # behind it.")]
Reason = Annotated[str, typer.Option(help="Words of the reason.")]
Form = Annotated[str, typer.Option("--format", help="Format that refused it.")]
First = Annotated[str, typer.Option("--from", help="Arrived on or after this local day.")]
Last = Annotated[str, typer.Option("--to", help="Arrived on or before this local day.")]
All = Annotated[bool, typer.Option("--all", help="Every letter.")]
Why = Annotated[str, typer.Option(help="Why, for the audit.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def _given(
    numbers: list[int] | None, topic: str, reason: str, form: str, first: str, last: str
) -> dict[str, object]:
    return {
        "numbers": numbers or [],
        "topic": topic,
        "reason": reason,
        "form": form,
        "start": first,
        "end": last,
    }


@app.command("list")
def list_(
    context: typer.Context,
    numbers: Numbers = None,
    topic: Topic = "",
    reason: Reason = "",
    form: Form = "",
    first: First = "",
    last: Last = "",
    limit: Annotated[int, typer.Option(min=1, help="How many are listed.")] = 20,
    as_json: Json = False,
) -> None:
    """List the newest dead letters.

    Example: jieneng deadletters list --topic "meters/#" --reason "unknown device"
    """
    given = _given(numbers, topic, reason, form, first, last)
    at_the_desk(context, "deadletters", "list", given=given, limit=limit, as_json=as_json)


@app.command("show")
def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="Number of the letter.")],
    collector: Annotated[str, typer.Option(help="Its collector, where there are several.")] = "",
    as_hex: Annotated[bool, typer.Option("--hex", help="Bytes in hex.")] = False,
    as_json: Json = False,
) -> None:
    """Show a dead letter with its bytes: as text, or in hex where they are none.

    Example: jieneng deadletters show 12
    """
    at_the_desk(
        context,
        "deadletters",
        "show",
        number=number,
        collector=collector,
        as_hex=as_hex,
        as_json=as_json,
    )


@app.command("retry")
def retry(
    context: typer.Context,
    numbers: Numbers = None,
    topic: Topic = "",
    reason: Reason = "",
    form: Form = "",
    first: First = "",
    last: Last = "",
    everything: All = False,
    why: Why = "retry",
    as_json: Json = False,
) -> None:
    """Have letters read again, with the formats and the registry of now.

    Example: jieneng deadletters retry --reason "unknown device" --why "panel registered"
    """
    given = _given(numbers, topic, reason, form, first, last)
    asked = {"given": given, "everything": everything, "why": why, "as_json": as_json}
    at_the_desk(context, "deadletters", "ask", action="retry", **asked)


@app.command("drop")
def drop(
    context: typer.Context,
    numbers: Numbers = None,
    topic: Topic = "",
    reason: Reason = "",
    form: Form = "",
    first: First = "",
    last: Last = "",
    everything: All = False,
    why: Why = "drop",
    as_json: Json = False,
) -> None:
    """Give letters up: they are deleted, and counted as dropped.

    Example: jieneng deadletters drop --topic "test/#" --why "messages of a test"
    """
    given = _given(numbers, topic, reason, form, first, last)
    asked = {"given": given, "everything": everything, "why": why, "as_json": as_json}
    at_the_desk(context, "deadletters", "ask", action="drop", **asked)


COMMAND = Command(group=app, works={"list": list_letters, "show": show_letter, "ask": ask}, rank=32)
