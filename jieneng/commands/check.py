"""See whether everything that is needed is there, or which checks of readings failed."""

import json
from pathlib import Path
from typing import Annotated

import typer

from energy.errors import ConfigError
from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def work(desk: Desk, *, registry: str) -> int:
    """Try each part and say what is wrong with it; exit 1 if anything is."""
    from jieneng.checking import checks

    wrong = 0
    for part, sentence, is_well in checks(desk, desk.path(registry) if registry else None):
        desk.tell(_line(part, sentence, is_well=is_well))
        wrong += not is_well
    return 1 if wrong else 0


def readings(desk: Desk, *, meter: str, day: str, as_json: bool) -> int:
    """Say which checks of readings failed; exit 1 if one of them says that something is wrong."""
    from jieneng.ledger.failed_checks import (
        WRONG,
        day_of,
        day_told,
        failed_days,
        lines,
        lines_of_day,
    )
    from jieneng.registry.meter_life import known_meter
    from storage.records import registry as registry_records

    with desk.stores.records.reading() as session:
        registry = registry_records.load(session)
    if meter:
        known_meter(registry, meter)
    on = day_of(day)
    found = failed_days(desk.stores.store, registry, meter=meter, day=on)
    told = day_told(desk.stores, meter, on) if meter and on else None
    if as_json:
        said: dict[str, object] = {"checks": [one.as_dict() for one in found]}
        if told is not None:
            said |= {"estimates": told.get("gaps", []), "figures": told["figures"]}
        desk.say(json.dumps(said, ensure_ascii=False))
    else:
        for line in [*lines(found), *(lines_of_day(told) if told is not None else ())]:
            desk.tell(line)
    return 1 if any(one.severity == WRONG for one in found) else 0


def hours(desk: Desk, *, meter: str, as_json: bool) -> int:
    """Say which hours of a meter are marked as bad data, and which are the oddest."""
    from jieneng.ledger.hours_judged import as_dict, judged_hours, lines

    judged = judged_hours(desk.stores, meter)
    if as_json:
        desk.say(json.dumps(as_dict(judged), ensure_ascii=False))
    else:
        for line in lines(judged):
            desk.tell(line)
    return 0


def _line(part: Text, sentence: Text, *, is_well: bool) -> Text:
    from rich.cells import set_cell_size  # a Chinese character is two cells wide

    mark = Text("正常", "ok ") if is_well else Text("异常", "BAD")
    return Text(
        f"{mark.zh} {set_cell_size(part.zh, 8)} {sentence.zh}",
        f"{mark.en} {part.en:10} {sentence.en}",
    )


_METER_TOO = Text(
    "--hours 须指明计量点：jieneng check METER --hours。",
    "--hours needs a meter: jieneng check METER --hours.",
)


def call(
    context: typer.Context,
    meter: Annotated[str, typer.Argument(help="Which checks failed on its readings.")] = "",
    day: Annotated[str, typer.Option(help="Only of this day, such as 2026-03-01.")] = "",
    of_readings: Annotated[
        bool, typer.Option("--readings", help="Which checks failed on readings of all meters.")
    ] = False,
    of_hours: Annotated[
        bool, typer.Option("--hours", help="Which hours of the meter are bad data, or odd.")
    ] = False,
    registry: Annotated[
        Path | None, typer.Option(help="Folder of registry files to check without importing.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was found as one JSON.")] = False,
) -> None:
    """Check settings, broker, stores, registry files; or show failed checks of readings.

    A line each; exit 1 if one is wrong.

    Example: jieneng check --registry examples/district

    Example: jieneng check school_main --day 2026-03-01

    Example: jieneng check school_main --hours
    """
    if of_hours and not meter:
        raise ConfigError(_METER_TOO)
    if of_hours and meter:
        at_the_desk(context, "check", "hours", meter=meter, as_json=as_json)
    if meter or day or of_readings or as_json:
        at_the_desk(context, "check", "readings", meter=meter, day=day, as_json=as_json)
    at_the_desk(context, "check", "check", registry=str(registry or ""))


COMMAND = Command(call=call, works={"check": work, "readings": readings, "hours": hours}, rank=21)
