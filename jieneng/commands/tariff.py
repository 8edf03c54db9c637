"""Tariffs: what a month costs by them."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def bill(
    desk: Desk,
    *,
    meters: Sequence[str],
    month: str,
    terms: Mapping[str, str],
    by_capacity: bool,
    as_json: bool,
) -> int:
    """Compute a bill and print its lines."""
    from jieneng.bills.tariffs import computed, json_of, lines_of
    from jieneng.printing import printable

    found = computed(desk.stores, meters, month, terms, by_capacity=by_capacity)
    if as_json:
        desk.say(json.dumps(json_of(found), ensure_ascii=False))
        return 0
    for line in lines_of(found):
        desk.tell(Text(printable(line.zh), printable(line.en)))
    return 0


app = typer.Typer(
    help="What a month costs by its tariff. Example: jieneng tariff bill 2026-07 school_main",
    no_args_is_help=True,
)


@app.command("bill")
def bill_command(
    context: typer.Context,
    month: Annotated[str, typer.Argument(help="Such as 2026-07.")],
    meters: Annotated[list[str], typer.Argument(help="Meters that stand on one bill.")],
    contract: Annotated[str, typer.Option(help="Contracted demand [kW].")] = "",
    capacity: Annotated[str, typer.Option(help="Transformer capacity [kVA].")] = "",
    reactive: Annotated[str, typer.Option(help="Reactive energy of the month [kvarh].")] = "",
    quota: Annotated[str, typer.Option(help="Quota of the year, as people read it.")] = "",
    households: Annotated[str, typer.Option(help="Households behind the account.")] = "",
    persons: Annotated[str, typer.Option(help="Persons behind the account.")] = "",
    used_before: Annotated[
        str, typer.Option(help="What was used this year before the month, as people read it.")
    ] = "",
    by_capacity: Annotated[
        bool, typer.Option("--by-capacity", help="Capacity is paid, not demand.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Compute what a supplier would ask for a month, line by line.

    Example: jieneng tariff bill 2026-07 school_main --capacity 630 --reactive 12000
    """
    terms = {
        "contract": contract,
        "capacity": capacity,
        "reactive": reactive,
        "quota": quota,
        "households": households,
        "persons": persons,
        "used-before": used_before,
    }
    at_the_desk(
        context,
        "tariff",
        "bill",
        meters=meters,
        month=month,
        terms=terms,
        by_capacity=by_capacity,
        as_json=as_json,
    )


COMMAND = Command(group=app, works={"bill": bill}, rank=38)
