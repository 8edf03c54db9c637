"""Rows of reference data: where each comes from, and who confirmed it."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from energy.provenance import confidence_text
from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk

if TYPE_CHECKING:
    from energy.provenance import SourceRow


def list_rows(desk: Desk, *, unconfirmed: bool) -> int:
    """Say of each row what it is for, until when, and how sure it is."""
    from storage.records import reference_sources

    with desk.stores.records.reading() as session:
        rows = list(reference_sources.load(session).values())
    if not rows:
        desk.tell(
            Text(
                "参考数据的各行还没有 id；请重新导入：jieneng import reference FOLDER",
                "No row of the reference data has an id; import it again: "
                "jieneng import reference FOLDER",
            )
        )
        return 0
    waiting = sum(row.is_unconfirmed for row in rows)
    shown = [row for row in rows if row.is_unconfirmed or not unconfirmed]
    width = max((len(row.id) for row in shown), default=0)
    for row in sorted(shown, key=lambda row: (row.file, row.id)):
        desk.tell(_line(row, width))
    desk.tell(
        Text(
            f"{len(rows)} 行，其中 {waiting} 行未确认。与来源核对后："
            "jieneng reference confirm ID --by 姓名",
            f"{len(rows)} rows, {waiting} unconfirmed. After comparing one with its source: "
            "jieneng reference confirm ID --by NAME",
        )
    )
    return 0


def confirm_rows(desk: Desk, *, row_ids: list[str], by: str) -> int:
    """Keep that somebody compared rows with their source; all of them or none."""
    from jieneng.registry.intake import author
    from storage.records import reference_sources

    with desk.stores.records.session() as session:
        rows = reference_sources.confirm(session, *row_ids, by=by, author=author())
    width = max(len(row.id) for row in rows)
    for row in rows:
        desk.tell(_line(row, width))
    return 0


def _line(row: "SourceRow", width: int) -> Text:
    until = "" if row.valid_to == date.max else str(row.valid_to)
    head = f"{row.id:{width}}   {row.subject}   {row.valid_from}/{until}   "
    sure = confidence_text(row.confidence)
    if row.confirmed_by:
        on = Text(f" 于 {row.confirmed_at}", f" on {row.confirmed_at}")
        state = Text(f"{row.confirmed_by}", f"confirmed by {row.confirmed_by}")
        state = state + (on if row.confirmed_at else Text("", "")) + Text(" 确认", "")
    elif row.is_unconfirmed:
        state = Text(f"未确认（{sure.zh}）", f"unconfirmed, {sure.en}")
    else:
        state = sure
    return Text(head, head) + state + Text(f"   {row.source}", f"   {row.source}")


app = typer.Typer(
    help="Where reference data comes from. Example: jieneng reference list --unconfirmed",
    no_args_is_help=True,
)


@app.command("list")
def list_(
    context: typer.Context,
    unconfirmed: Annotated[
        bool, typer.Option("--unconfirmed", help="Only rows that a report has to name.")
    ] = False,
) -> None:
    """List the rows with their source, and who confirmed them.

    Example: jieneng reference list --unconfirmed
    """
    at_the_desk(context, "reference", "list", unconfirmed=unconfirmed)


@app.command("confirm")
def confirm(
    context: typer.Context,
    row_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The rows.")],
    by: Annotated[str, typer.Option(help="Who compared it with its source.")],
) -> None:
    """Keep that somebody compared rows with their source; it holds until the row changes.

    Example: jieneng reference confirm co2-MEE-average-gas --by "Li Na"
    """
    at_the_desk(context, "reference", "confirm", row_ids=row_ids, by=by)


COMMAND = Command(group=app, works={"list": list_rows, "confirm": confirm_rows}, rank=31)
