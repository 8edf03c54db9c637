"""Instruments: what stands at meters, which verifications are due, where meters are missing."""

import json
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk

_WITHIN = 90
"""Days ahead that ``due`` looks without being told: those of the first reminder."""


def list_instruments(desk: Desk, *, meter: str, as_json: bool) -> int:
    """Say of each instrument its class against the one it should have, and when it is due."""
    from jieneng.registry.instruments import all_dues, due_values, instrument_line, known
    from jieneng.registry.meter_life import known_meter

    said = known(desk.stores)
    if meter:
        known_meter(said.registry, meter)
    shown = [due for due in all_dues(said) if meter in ("", due.instrument.meter)]
    if as_json:
        values = [due_values(said, due) for due in shown]
        desk.say(json.dumps({"instruments": values}, ensure_ascii=False))
        return 0
    if not shown:
        desk.tell(
            Text(
                "没有登记任何计量器具；请填写登记表的 instruments.csv。",
                "No instrument is registered; write instruments.csv of the registry.",
            )
        )
    for due in shown:
        desk.tell(instrument_line(said, due))
    return 0


def list_due(desk: Desk, *, days: int, as_json: bool) -> int:
    """Say which verifications are overdue, due within some days, or not known."""
    from jieneng.registry.instruments import all_dues, due_line, due_values, known

    said = known(desk.stores)
    shown = [due for due in all_dues(said) if due.days_left is None or due.days_left <= days]
    if as_json:
        values = [due_values(said, due) for due in shown]
        desk.say(json.dumps({"due": values}, ensure_ascii=False))
        return 0
    for due in shown:
        desk.tell(due_line(said, due))
    overdue = sum(due.is_overdue for due in shown)
    unknown = sum(due.due is None for due in shown)
    soon = len(shown) - overdue - unknown
    desk.tell(
        Text(
            f"已过期 {overdue}，{days} 天内到期 {soon}，未知 {unknown}",
            f"{overdue} overdue, {soon} due within {days} days, {unknown} not known",
        )
    )
    return 0


def say_rates(desk: Desk, *, institution: str, building: str, as_json: bool) -> int:
    """Say how many of the points that should be metered are."""
    from jieneng.registry.instruments import known, places, rate_line, rate_values

    said = known(desk.stores)
    found = list(places(said, institution=institution, building=building))
    if as_json:
        rates = [rate for place in found for rate in rate_values(place)]
        desk.say(json.dumps({"rates": rates}, ensure_ascii=False))
        return 0
    for place in found:
        if place.rates:
            desk.tell(_heading(place.level, place.place))
        for rate in place.rates:
            desk.tell(rate_line(rate))
    if not any(place.rates for place in found):
        desk.tell(
            Text(
                "没有登记应计量的点；请填写登记表的 points.csv。",
                "No point that should be metered is registered; write points.csv of the registry.",
            )
        )
    return 0


def _heading(level: str, place: str) -> Text:
    labels = {
        "district": Text("区域", "district"),
        "institution": Text(f"机构 {place}", f"institution {place}"),
        "building": Text(f"建筑 {place}", f"building {place}"),
    }
    return labels[level]


app = typer.Typer(
    help="Instruments at meters. Example: jieneng instruments due", no_args_is_help=True
)

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("list")
def list_(
    context: typer.Context,
    meter: Annotated[str, typer.Argument(help="At this meter only.")] = "",
    as_json: Json = False,
) -> None:
    """List what stands at meters: accuracy class against the needed one, and when it is due.

    Example: jieneng instruments list hall_main
    """
    at_the_desk(context, "instruments", "list", meter=meter, as_json=as_json)


@app.command("due")
def due(
    context: typer.Context,
    days: Annotated[int, typer.Option(help="How many days ahead.")] = _WITHIN,
    as_json: Json = False,
) -> None:
    """List verifications that are overdue, due within some days, or of unknown date.

    Example: jieneng instruments due --days 30
    """
    at_the_desk(context, "instruments", "due", days=days, as_json=as_json)


@app.command("rate")
def rate(
    context: typer.Context,
    institution: Annotated[str, typer.Option(help="Of this institution only.")] = "",
    building: Annotated[str, typer.Option(help="Of this building only.")] = "",
    as_json: Json = False,
) -> None:
    """Say how many of the points that should be metered are, and which are missing.

    Example: jieneng instruments rate --institution town
    """
    at_the_desk(
        context, "instruments", "rate",
        institution=institution, building=building, as_json=as_json,
    )  # fmt: skip


COMMAND = Command(
    group=app,
    works={"list": list_instruments, "due": list_due, "rate": say_rates},
    rank=37,
)
