"""What any place used in any period, with how it is known, what it cost, weighs and emits."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk
from jieneng.ledger.choices import Co2Set, Coefficients, Method, Region, asked_choices


def work(
    desk: Desk,
    *,
    place: str,
    period: str,
    item: str,
    view: bool,
    as_json: bool,
    choices: Mapping[str, str] | None = None,
) -> int:
    """Say what a place used."""
    from analytics.closing.sheet import Drafter
    from analytics.place_amounts import Teller
    from analytics.place_named import told_of
    from api.amount_rows import json_of
    from api.times import zone_of
    from energy.span import local_date
    from jieneng.ledger.amounts_said import lines_of
    from jieneng.ledger.choices import choices_of
    from jieneng.printing import printable
    from jieneng.shipped import shipped_items
    from storage.records import reference as reference_records
    from storage.records import registry as registry_records

    house = desk.stores
    with house.records.reading() as session:
        registry = registry_records.load(session)
        reference = reference_records.load(session)
        weighing = choices_of(reference, choices)
        drafter = Drafter(session, house.store, registry, reference, house.clock(), weighing)
        told = told_of(Teller(drafter, period), registry, place, item=item, view=view)
    if as_json:
        desk.say(json.dumps(json_of(told, period, weighing), ensure_ascii=False))
        return 0
    language = desk.settings.cli_language
    today = local_date(house.clock(), zone_of(registry))
    for line in lines_of(
        told, period, shipped_items(), language, weighing, registry=registry, today=today
    ):
        desk.say(printable(line))
    return 0


def call(
    context: typer.Context,
    place: Annotated[
        str,
        typer.Argument(
            help="Meter, building, institution or body, or district; building:NAME if several "
            "have the name; or a 15-character code."
        ),
    ],
    period: Annotated[str, typer.Argument(help="2026-05, 2026-Q2, 2026, or 2025-2026 (heating).")],
    item: Annotated[
        str, typer.Option(help="Only this sub-item and its children, such as B1.")
    ] = "",
    view: Annotated[
        bool, typer.Option("--view", help="Of a body: who reports on the other line.")
    ] = False,
    coefficients: Coefficients = "",
    co2_set: Co2Set = "",
    region: Region = "",
    method: Method = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, base units.")] = False,
) -> None:
    """Show what a place used in a period: amount, how it is known, cost, coal and CO2.

    Example: jieneng amounts government 2026-Q2
    """
    asked: dict[str, object] = {"place": place, "period": period, "item": item}
    weighing = asked_choices(coefficients, co2_set, region, method)
    at_the_desk(context, "amounts", "amounts", **asked, **weighing, view=view, as_json=as_json)


COMMAND = Command(call=call, works={"amounts": work}, rank=33)
