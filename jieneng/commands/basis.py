"""Which figure an institution signs: its own meters, the bill, the supplier's meter."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk

if TYPE_CHECKING:
    from energy.registry import Registry
    from energy.signing import Basis


def set_basis(desk: Desk, *, cells: Mapping[str, str], by: str) -> int:
    """Keep a choice."""
    from analytics.closing.closed_notes import closed_notes
    from jieneng.bills import keeping as billing
    from storage.records import registry

    chosen = billing.set_basis(desk, cells, by=by)
    with desk.stores.records.reading() as session:
        what = _what(chosen, registry.load(session))
        closed = list(closed_notes(session, chosen.institution, chosen.valid_from, date.max))
    desk.tell(
        Text(
            f"{what.zh}，自 {chosen.valid_from:%Y-%m} 起",
            f"{what.en} from {chosen.valid_from:%Y-%m}",
        )
    )
    for note in closed:
        desk.tell(note)
    return 0


def _what(chosen: "Basis", known: "Registry") -> Text:
    """Return whose figure of which kind is signed on which basis."""
    from analytics.statements.printed.entries import BASIS_LABELS
    from api.task import institution_called
    from jieneng.bills.keeping import kind_called

    gap = Text("  ", "  ")
    whose = institution_called(known, chosen.institution)
    return whose + gap + kind_called(chosen.kind) + gap + BASIS_LABELS[chosen.basis]


def list_bases(desk: Desk, *, institution: str) -> int:
    """List the choices."""
    from jieneng.printing import printable
    from storage.records import bases, registry

    with desk.stores.records.reading() as session:
        found = bases.every(session, institution)
        known = registry.load(session)
    for one in found:
        month, what = f"{one.valid_from:%Y-%m}  ", _what(one, known)
        author, reason = printable(one.author), printable(one.reason)
        desk.tell(
            Text(
                f"{month}{printable(what.zh)}  {author}：{reason}",
                f"{month}{printable(what.en)}  {author}: {reason}",
            )
        )
    if not found:
        default = Text(
            "没有选择：有总表的用自有计量，否则用账单。",
            "Nothing is chosen: own meters where a main meter stands, else the bill.",
        )
        desk.tell(default)
    return 0


app = typer.Typer(
    help="Which figure an institution signs. Example: jieneng basis list", no_args_is_help=True
)


@app.command("set")
def set_(
    context: typer.Context,
    institution: Annotated[str, typer.Argument(help="Whose figure.")],
    kind: Annotated[str, typer.Argument(help="Kind of energy, such as electricity or 电.")],
    basis: Annotated[str, typer.Argument(help="bill, settlement, own or earlier.")],
    start: Annotated[str, typer.Option("--from", help="First month, such as 2026-01.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: Annotated[str, typer.Option(help="Who chooses; else who is logged in here.")] = "",
) -> None:
    """Choose which figure is signed from a month on; earlier choices are kept.

    Example: jieneng basis set town_hall electricity bill --from 2026-01 --reason "as audited"
    """
    from jieneng.registry.intake import author

    cells = {
        "institution": institution, "kind": kind, "basis": basis, "from": start, "reason": reason,
    }  # fmt: skip
    at_the_desk(context, "basis", "set", cells=cells, by=by or author())


@app.command("list")
def list_(
    context: typer.Context,
    institution: Annotated[str, typer.Argument(help="Only its choices.")] = "",
) -> None:
    """List the choices, in the order in which they were made.

    Example: jieneng basis list town_hall
    """
    at_the_desk(context, "basis", "list", institution=institution)


COMMAND = Command(group=app, works={"set": set_basis, "list": list_bases}, rank=38)
