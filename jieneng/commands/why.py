"""Why a figure is what it is: what it stands on, and the figure worked out again from that."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk
from jieneng.ledger.choices import Co2Set, Coefficients, Method, Region, asked_choices


def explain(
    desk: Desk,
    *,
    subject: str,
    when: str,
    words: Sequence[str],
    of: str,
    readings: int,
    deep: bool,
    as_json: bool,
    choices: Mapping[str, str] | None = None,
) -> int:
    """Say why a figure is what it is; 1 if it differs from what comes out again."""
    from jieneng.ledger.reasoning import answer_of, lines_of
    from jieneng.printing import printable

    answer = answer_of(
        desk.stores, subject, when, words, of=of, readings=readings, deep=deep, choices=choices
    )
    if as_json:
        desk.say(json.dumps(answer, ensure_ascii=False))
    else:
        for line in lines_of(answer):
            desk.tell(Text(printable(line.zh), printable(line.en)))
    return int(answer["verdict"] == "differs")


def call(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help="A meter, an institution, a building, a body, or district.")
    ],
    when: Annotated[
        str,
        typer.Argument(help="2026-05, 2026-Q2, 2026; of a meter also 2026-05-03, 2026-05-03T14."),
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="Of a meter: amount, cost, coal or co2. Of an institution: a kind, a figure."
        ),
    ] = None,
    of: Annotated[
        str, typer.Option(help="meter, statement, building or sum, where two have one name.")
    ] = "",
    readings: Annotated[int, typer.Option(help="How many readings are listed.", min=0)] = 12,
    deep: Annotated[
        bool, typer.Option("--deep", help="A statement from the readings of its meters, too.")
    ] = False,
    coefficients: Coefficients = "",
    co2_set: Co2Set = "",
    region: Region = "",
    method: Method = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show what a figure stands on, and work it out again from that; code 1 if it differs.

    Example: jieneng why gov-a-main 2026-05-03
    """
    at_the_desk(
        context,
        "why",
        "explain",
        subject=name,
        when=when,
        words=words or [],
        of=of,
        readings=readings,
        deep=deep,
        as_json=as_json,
        **asked_choices(coefficients, co2_set, region, method),
    )


COMMAND = Command(call=call, works={"explain": explain}, rank=39)
