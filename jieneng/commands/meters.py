"""What happened to meters: listed, and entered without editing files."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def list_events(desk: Desk, *, meter: str, as_json: bool) -> int:
    """List what happened to one meter, or to all."""
    from jieneng.printing import printable
    from jieneng.registry.event_words import event_line
    from jieneng.registry.meter_life import known_meter, rows_of
    from storage.records import registry as registry_records
    from storage.registry.events import EVENT_COLUMNS

    with desk.stores.records.reading() as session:
        registry = registry_records.load(session)
    if meter:
        known_meter(registry, meter)
    rows = [dict(zip(EVENT_COLUMNS, row, strict=True)) for row in rows_of(registry, meter)]
    if as_json:
        desk.say(json.dumps({"events": rows}, ensure_ascii=False))
        return 0
    if not rows:
        desk.tell(Text("没有登记任何事件。", "No event is registered."))
    for row in rows:
        said = event_line(row, registry)
        desk.tell(Text(printable(said.zh), printable(said.en)))
    return 0


def enter_event(desk: Desk, *, row: Mapping[str, str], restating: bool = False) -> int:
    """Add one event to the registry in force."""
    from energy.life import event_called
    from jieneng.registry.intake import author
    from jieneng.registry.meter_life import enter, known_meter
    from storage.records import registry as registry_records

    with desk.stores.records.reading() as session:
        known_meter(registry_records.load(session), row["meter"])
    row = _kept(desk, {**row, "author": row["author"] or author()})
    number, _ = enter(
        desk.stores, [row], author=row["author"], reason=row["reason"], restating=restating
    )
    event = event_called(row["event"])
    desk.tell(_entered(number, Text(f"{row['meter']} {event.zh}", f"{row['meter']} {event.en}")))
    return 0


def list_candidates(desk: Desk, *, meter: str, every: bool, as_json: bool) -> int:
    """List events that readings point to: those that wait, or all with what became of them."""
    from jieneng.printing import printable
    from jieneng.registry.meter_life import known_meter
    from storage.records import event_candidates
    from storage.records import registry as registry_records

    states = event_candidates.STATES if every else (event_candidates.OPEN,)
    with desk.stores.records.reading() as session:
        registry = registry_records.load(session)
        if meter:
            known_meter(registry, meter)
        found = event_candidates.candidates(session, meter=meter, states=states)
    from jieneng.registry.candidates import advice, line, row_of, swap_lines

    if as_json:
        rows = [row_of(one, found, registry) for one in found]
        desk.say(json.dumps({"candidates": rows}, ensure_ascii=False))
        return 0
    for one in found:
        desk.say(printable(line(one, registry, desk.settings.cli_language)))
        for command in swap_lines(one, found, registry):
            desk.tell(command)
    desk.tell(advice(found))
    return 0


def dismiss_candidate(desk: Desk, *, number: int, by: str, reason: str) -> int:
    """Close a candidate because a person says that nothing happened."""
    from jieneng.clock import now_ms
    from jieneng.registry.intake import author
    from storage.records.event_candidates import dismiss

    with desk.stores.records.session() as session:
        one = dismiss(session, number, by=by or author(), reason=reason, now_ms=now_ms())
    desk.tell(
        Text(
            f"已排除候选事件 {number}（{one.meter}）；用量不变",
            f"dismissed candidate {number} of {one.meter}; no amount changes",
        )
    )
    return 0


def relocate_meter(
    desk: Desk, *, meter: str, to: str, row: Mapping[str, str], restating: bool = False
) -> int:
    """Move the instrument of one metering point to another."""
    from jieneng.registry.intake import author
    from jieneng.registry.meter_life import readings_after
    from jieneng.registry.relocating import instant, moving, relocate

    row = _kept(desk, {**row, "author": row["author"] or author()})
    at = instant(row["time"])
    number, events = relocate(desk.stores, meter, to, at=at, row=row, restating=restating)
    desk.tell(_entered(number, Text(f"{meter} -> {to}", f"{meter} -> {to}")))
    times = readings_after(desk.stores.store, events[0])
    if times:
        command = moving(desk.stores, meter, to, since=times[0])
        desk.warn(
            Text(
                f"{meter} 已有 {len(times):,} 个此后的读数；它们留在那里，不再计入。若属于 {to}，"
                f"请把它们记到那里：{command}",
                f"{meter} has {len(times):,} readings from after that; they stay there and count "
                f"no more. If they belong to {to}, book them there: {command}",
            )
        )
    return 0


def _kept(desk: Desk, row: Mapping[str, str]) -> Mapping[str, str]:
    """Return a row whose evidence is the SHA-256 of a file that is kept, as an edit's is.

    Raises:
        ConfigError: If there is no such file, or it is empty or too large.
    """
    from jieneng.edits.asked import kept_evidence

    if not row.get("evidence"):
        return row
    kept = kept_evidence(desk, row["evidence"], by=row["author"])
    return {**row, "evidence": kept.sha256}


def _entered(number: int, what: Text) -> Text:
    return Text(
        f"已登记 {what.zh}；登记表第 {number} 版", f"entered {what.en}; registry number {number}"
    )


app = typer.Typer(
    help="What happened to meters. Example: jieneng meters events", no_args_is_help=True
)

At = Annotated[str, typer.Option("--at", help="When, as 2026-11-25T08:00:00+08:00.")]
Author = Annotated[str, typer.Option(help="Who says so; without it, who is logged in.")]
Reason = Annotated[str, typer.Option(help="Why.")]
Evidence = Annotated[
    str, typer.Option(help="File that shows it, or the SHA-256 of one that is kept.")
]
Restating = Annotated[
    bool, typer.Option("--restating", help="Also in a closed period, which is to be restated.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("events")
def events(
    context: typer.Context,
    meter: Annotated[str, typer.Argument(help="Of this meter only.")] = "",
    as_json: Json = False,
) -> None:
    """List what happened to meters, in order of time.

    Example: jieneng meters events school_main
    """
    at_the_desk(context, "meters", "events", meter=meter, as_json=as_json)


@app.command("event")
def event(
    context: typer.Context,
    meter: Annotated[str, typer.Argument(help="Name of the metering point.")],
    event: Annotated[str, typer.Argument(help="replacement, ratio, reset, removed or installed.")],
    at: At,
    reason: Reason,
    closing: Annotated[str, typer.Option(help="Reading right before it.")] = "",
    opening: Annotated[str, typer.Option(help="Reading right after it.")] = "",
    digits: Annotated[str, typer.Option(help="Width of the new register.")] = "",
    ratio: Annotated[str, typer.Option(help="Ratio from then on, such as 200/5.")] = "",
    step: Annotated[str, typer.Option(help="Step of the new register.")] = "",
    max_rate: Annotated[str, typer.Option(help="Greatest rate from then on.")] = "",
    author: Author = "",
    evidence: Evidence = "",
    restating: Restating = False,
) -> None:
    """Enter what happened to a meter; its amounts are computed anew in the next round.

    Example: jieneng meters event school_main ratio --at 2026-03-01T10:00:00+08:00
    --closing 51234.5 --ratio 300/5 --reason "transformers exchanged"
    """
    row = {
        "meter": meter, "time": at, "event": event, "closing": closing, "opening": opening,
        "digits": digits, "author": author, "reason": reason, "evidence": evidence,
        "ratio": ratio, "step": step, "max_rate": max_rate,
    }  # fmt: skip
    at_the_desk(context, "meters", "event", row=row, restating=restating)


@app.command("candidates")
def candidates(
    context: typer.Context,
    meter: Annotated[str, typer.Argument(help="Of this meter only.")] = "",
    dismiss: Annotated[
        int | None, typer.Option(metavar="ID", help="Nothing happened: close this one.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who says so; without it, who is logged in.")] = "",
    reason: Annotated[str, typer.Option(help="Why nothing happened.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Those that are settled, too.")] = False,
    as_json: Json = False,
) -> None:
    """List events that readings point to and that nobody has confirmed; or dismiss one.

    Example: jieneng meters candidates --dismiss 3 --by li --reason "test of the gateway"
    """
    if dismiss is None:
        at_the_desk(context, "meters", "candidates", meter=meter, every=every, as_json=as_json)
    at_the_desk(context, "meters", "dismiss", number=dismiss, by=by, reason=reason)


@app.command("relocate")
def relocate(
    context: typer.Context,
    meter: Annotated[str, typer.Argument(help="The metering point that the instrument leaves.")],
    to: Annotated[str, typer.Option("--to", help="The point that it comes to.")],
    at: At,
    reason: Reason,
    reading: Annotated[str, typer.Option(help="What it showed; empty if nobody read it.")] = "",
    author: Author = "",
    evidence: Evidence = "",
    restating: Restating = False,
) -> None:
    """Move an instrument with its channel to another metering point.

    Example: jieneng meters relocate hall_main --to annex_main --at 2026-03-01T10:00:00+08:00
    --reading 51234.5 --reason "moved with the kitchen"
    """
    row = {
        "time": at, "reading": reading, "author": author, "reason": reason, "evidence": evidence,
    }  # fmt: skip
    at_the_desk(context, "meters", "relocate", meter=meter, to=to, row=row, restating=restating)


COMMAND = Command(
    group=app,
    works={
        "events": list_events,
        "event": enter_event,
        "relocate": relocate_meter,
        "candidates": list_candidates,
        "dismiss": dismiss_candidate,
    },
    rank=36,
)
