"""Files that prove what people said: a photo of a register, a bill."""

from pathlib import Path
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def add_file(desk: Desk, *, file: str, by: str) -> int:
    """Keep a file, once."""
    from jieneng.edits.asked import kept_evidence

    kept = kept_evidence(desk, file, by=by)
    line = f"{kept.sha256}   {kept.name}   {kept.media_type}   {kept.size:,} B"
    desk.tell(Text(line, line))
    return 0


def get_file(desk: Desk, *, sha256: str, out: str) -> int:
    """Write a file that was kept; it is never written over another."""
    from energy.errors import ConfigError
    from jieneng.file_words import see_writable
    from storage.records import evidence

    with desk.stores.records.reading() as session:
        content = evidence.content_of(session, sha256)
        known = evidence.find(session, sha256)
    path = desk.path(out or Path(known.name if known else sha256).name)
    if path.exists():
        problem = Text(
            f"{path} 已存在；请用 --out 另写一个名字。",
            f"{path} is there already; choose another name with --out.",
        )
        raise ConfigError(problem)
    see_writable(path)
    path.write_bytes(content)
    desk.tell(Text(f"{path}   {len(content):,} 字节", f"{path}   {len(content):,} bytes"))
    return 0


def list_files(desk: Desk, *, limit: int) -> int:
    """Say what was kept, the newest first."""
    from api.times import zone_of
    from energy.span import from_ms
    from storage.records import evidence
    from storage.records import registry as registry_records

    with desk.stores.records.reading() as session:
        found = evidence.recent(session, limit)
        zone = zone_of(registry_records.load(session))
    for one in found:
        at = f"{from_ms(one.at).astimezone(zone):%Y-%m-%d %H:%M}"
        line = f"{one.sha256}   {at}   {one.author}   {one.name}   {one.size:,} B"
        desk.tell(Text(line, line))
    if not found:
        desk.tell(Text("还没有凭证。", "There is no evidence yet."))
    return 0


app = typer.Typer(
    help="Files that prove something. Example: jieneng evidence list", no_args_is_help=True
)


@app.command("add")
def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file, of 20 MB at the most.")],
    by: Annotated[str, typer.Option(help="Who gives it; else who is logged in here.")] = "",
) -> None:
    """Keep a file, and say its SHA-256.

    Example: jieneng evidence add register.jpg --by li
    """
    from jieneng.registry.intake import author

    at_the_desk(context, "evidence", "add", file=str(file), by=by or author())


@app.command("get")
def get(
    context: typer.Context,
    sha256: Annotated[str, typer.Argument(help="SHA-256 of the file.")],
    out: Annotated[str, typer.Option(help="Where to; else under its own name here.")] = "",
) -> None:
    """Write a file that was kept.

    Example: jieneng evidence get 9f86d081884c7d65 --out register.jpg
    """
    at_the_desk(context, "evidence", "get", sha256=sha256, out=out)


@app.command("list")
def list_(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
) -> None:
    """Say which files were kept, by whom and when.

    Example: jieneng evidence list
    """
    at_the_desk(context, "evidence", "list", limit=limit)


COMMAND = Command(group=app, works={"add": add_file, "get": get_file, "list": list_files}, rank=34)
