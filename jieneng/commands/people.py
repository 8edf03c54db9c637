"""Who fills in, checks and signs the ledger: names apart from everything else, to be erased."""

from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk

SHORT = 12
"""Digits of a hash that lines show, as those of steps do."""


def add_person(desk: Desk, *, called: str, roles: list[str]) -> int:
    """Keep a person and say the id."""
    from analytics.closing.roles import see_roles
    from energy.errors import ClosingError
    from jieneng.registry.intake import author
    from storage.records import people

    see_roles(roles)
    if not called.strip():
        raise ClosingError(Text("请写明姓名。", "Give the person a name."))
    with desk.stores.records.session() as session:
        person = people.add(session, name=called.strip(), roles=roles, by=author())
    desk.say(person)
    return 0


def list_people(desk: Desk) -> int:
    """Say who there is."""
    from jieneng.ledger.closing import people_lines

    for line in people_lines(desk.stores):
        desk.tell(line)
    return 0


def erase_person(desk: Desk, *, person: str) -> int:
    """Forget the name of a person."""
    from energy.errors import ClosingError
    from jieneng.ledger.named_exports import exports_with
    from jieneng.registry.intake import author
    from storage.records import people

    with desk.stores.records.session() as session:
        known = people.get(session, person)
        still = exports_with(session, known.name) if known and known.name else []
        if not people.erase(session, person, by=author()):
            raise ClosingError(
                Text(
                    f"编号 {person!r} 没有姓名可删。请查看 jieneng people list。",
                    f"There is no name at {person!r} to erase. Look at: jieneng people list.",
                )
            )
    desk.tell(
        Text(
            f"{person}   姓名已删除；其办理的事项仍以编号保留。备份中可能仍有姓名。",
            f"{person}   the name is erased; what was done stays, under the id. "
            "Backups may still have the name.",
        )
    )
    for one in still:
        desk.tell(
            Text(
                f"{one.day} 交出的 {one.name} 仍印有姓名，原样封存（{one.sha256[:SHORT]}）。",
                f"{one.name}, handed out on {one.day}, still prints the name, and is kept as it "
                f"was ({one.sha256[:SHORT]}).",
            )
        )
    return 0


app = typer.Typer(
    help="Who signs the ledger. Example: jieneng people add 王小明 --role filler",
    no_args_is_help=True,
)


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name as it is printed.")],
    role: Annotated[
        list[str], typer.Option(help="filler, statistics_head or unit_head; may be repeated.")
    ],
) -> None:
    """Add a person and print the id, which everything else refers to.

    Example: jieneng people add 王小明 --role filler --role statistics_head
    """
    at_the_desk(context, "people", "add", called=name, roles=role)


@app.command("list")
def list_(context: typer.Context) -> None:
    """List ids, names and roles.

    Example: jieneng people list
    """
    at_the_desk(context, "people", "list")


@app.command("erase")
def erase(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="Id of the person.")],
) -> None:
    """Erase a name for good; the person signs no more.

    Example: jieneng people erase 3f9a12cd
    """
    at_the_desk(context, "people", "erase", person=person)


COMMAND = Command(
    group=app, works={"add": add_person, "list": list_people, "erase": erase_person}, rank=35
)
