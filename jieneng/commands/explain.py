"""Why a month is not what it was a year ago: the change split into effects that add up."""

import json
from typing import Annotated

import typer

from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def work(desk: Desk, *, institution: str, period: str, kind: str, as_json: bool) -> int:
    """Say what changed and by what."""
    from analytics.closing.explaining import change_of
    from analytics.closing.sheet import Drafter
    from analytics.statements.year_on_year.as_json import change_json
    from jieneng.ledger.changes_said import change_lines
    from jieneng.printing import printable
    from storage.records import reference as reference_records
    from storage.records import registry as registry_records

    house = desk.stores
    with house.records.reading() as session:
        registry = registry_records.load(session)
        reference = reference_records.load(session)
        drafter = Drafter(session, house.store, registry, reference, house.clock())
        change = change_of(drafter, institution, period, kind)
    if as_json:
        desk.say(json.dumps(change_json(*change), ensure_ascii=False))
        return 0
    for line in change_lines(*change, desk.settings.cli_language):
        desk.say(printable(line))
    return 0


def call(
    context: typer.Context,
    institution: Annotated[str, typer.Argument(help="Name of the institution.")],
    period: Annotated[str, typer.Argument(help="2026-05, 2026-Q2, 2026, or 2025-2026 (heating).")],
    kind: Annotated[
        str, typer.Argument(help="electricity, water, heat ...; without it all of them.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, base units.")] = False,
) -> None:
    """Split the change against the year before into weather, calendar, size, price, data and rest.

    Example: jieneng explain government 2026-01 heat
    """
    asked: dict[str, object] = {"institution": institution, "period": period, "kind": kind}
    at_the_desk(context, "explain", "explain", **asked, as_json=as_json)


COMMAND = Command(call=call, works={"explain": work}, rank=33)
