"""Write derived tables, raw readings or the registry out of the stores."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from energy.errors import ConfigError
from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def write_table(
    desk: Desk, *, table: str, first: str, last: str, where: list[str], out: str, keep: str = ""
) -> int:
    """Write one derived table as CSV; under a name what is written is kept for good.

    Of a file that is not, hash and head of the chain are said.
    """
    from jieneng.extract import table_csv

    _see_writable(desk, out)
    text = table_csv(
        desk.stores,
        table=table,
        first=_day("--from", first),
        last=_day("--to", last),
        where=where,
    )
    _put(desk, text, out)
    heading, _, rows = text.partition("\n")
    if rows and "cost" in heading.split(","):
        from analytics.statements.cost.energy_alone import ENERGY_ALONE

        desk.warn(ENERGY_ALONE)
    _keep(desk, text, out, keep)
    return 0


def write_registry_files(desk: Desk, *, folder: str, force: bool = False, dialect: str = "") -> int:
    """Write the registry in force as CSV files.

    Raises:
        ConfigError: If the folder holds registry files, which a person may have edited, and it is
            not forced; or the dialect is not known.
    """
    from jieneng.counting import counted
    from jieneng.shipped import shipped_items
    from storage.records import chain
    from storage.records import registry as registry_records
    from storage.registry.files import FILES, write_registry

    items = shipped_items()
    if dialect and dialect not in items.dialects:
        known = ", ".join(items.dialects)
        raise ConfigError(
            Text(
                f"没有字典 {dialect!r}；已知：{known}。",
                f"There is no dictionary {dialect!r}. Known: {known}.",
            )
        )
    with desk.stores.records.reading() as session:
        registry, link = registry_records.load(session), chain.head(session)
    target = desk.path(folder)
    there = [name for name in FILES if (target / name).exists()]
    if there and not force:
        raise ConfigError(
            Text(
                f"{target} 中已有登记表文件（{'、'.join(there)}）。请另选文件夹，"
                "或用 --force 覆盖它们。",
                f"{target} already holds registry files ({', '.join(there)}). "
                "Choose another folder, or replace them with --force.",
            )
        )
    target.mkdir(parents=True, exist_ok=True)
    write_registry(registry, target, items, dialect)
    count, number, head = len(registry.meters), registry.number, link.hash if link else "—"
    desk.tell(
        Text(
            f"{target}   {count} 个计量点，登记表第 {number} 版   链首 {head}",
            f"{target}   {counted(count, 'meter')}, registry number {number}   head {head}",
        )
    )
    return 0


def write_readings(
    desk: Desk,
    *,
    meter: str,
    first: str,
    last: str,
    out: str,
    versions: bool = False,
    keep: str = "",
) -> int:
    """Write the raw readings of one meter as CSV; what is kept as of ``write_table``."""
    from jieneng.extract import readings_csv

    _see_writable(desk, out)
    text = readings_csv(
        desk.stores,
        meter=meter,
        first=_day("--from", first),
        last=_day("--to", last),
        versions=versions,
    )
    _put(desk, text, out)
    _keep(desk, text, out, keep)
    return 0


def _day(option: str, text: str) -> date | None:
    """Return the day that an option names; None where it names none.

    Raises:
        ConfigError: If it is no day.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(
            Text(
                f"{option} {text!r} 不是 2026-01-31 这样的日期。",
                f"{option} {text!r} is not a day such as 2026-01-31.",
            )
        ) from error


def _see_writable(desk: Desk, out: str) -> None:
    from jieneng.file_words import see_writable

    if out:
        see_writable(desk.path(out))


def _put(desk: Desk, text: str, out: str) -> None:
    from jieneng.counting import counted

    rows = text.count("\n") - 1
    if not rows:
        desk.warn(
            Text(
                "没有符合条件的数据；请检查 --where、--from 和 --to。",
                "No row matched; look at --where, --from and --to.",
            )
        )
    if out:
        path = desk.path(out)
        path.write_bytes(_bytes_of(text, out))
        desk.tell(Text(f"{path}   {rows} 行", f"{path}   {counted(rows, 'row')}"))
    else:
        desk.say(text.rstrip("\n"))


def _keep(desk: Desk, text: str, out: str, keep: str) -> None:
    """Keep what was written under a name; of a file without one, say hash and head."""
    from jieneng.ledger.closing import keep_handed_out, not_kept

    if keep:
        desk.warn(keep_handed_out(desk.stores, _bytes_of(text, out), keep))
    elif out:
        desk.warn(not_kept(desk.stores, _bytes_of(text, out), Path(out).name))


def _bytes_of(text: str, out: str) -> bytes:
    """Return a text as it is written to a file, or printed where there is none."""
    printed = text.rstrip("\n")
    # With a mark at the beginning spreadsheets see the Chinese.
    return text.encode("utf-8-sig") if out else f"{printed}\n".encode()


app = typer.Typer(
    help="Write tables, readings or the registry as CSV. Example: jieneng export table place_month",
    no_args_is_help=True,
)

First = Annotated[str, typer.Option("--from", help="First local day, such as 2026-01-01.")]
Last = Annotated[str, typer.Option("--to", help="Last local day, included.")]
Keep = Annotated[
    str, typer.Option(help="Keep what is written under this name; a file under its own.")
]
NoKeep = Annotated[
    bool, typer.Option("--no-keep", help="Do not keep the file, and only say its hash.")
]
Out = Annotated[Path | None, typer.Option(help="File to write; without it the text is printed.")]


@app.command("table")
def table(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Derived table, such as place_month; see docs.")],
    first: First = "",
    last: Last = "",
    where: Annotated[list[str] | None, typer.Option(help="tag=value; may be repeated.")] = None,
    out: Out = None,
    keep: Keep = "",
    no_keep: NoKeep = False,
) -> None:
    """Write a derived table; a file is kept: jieneng ledger handed FILE gives the same bytes again.

    Example: jieneng export table place_month --where level=district --where kind=electricity
    """
    at_the_desk(
        context,
        "export",
        "table",
        table=name,
        first=first,
        last=last,
        where=where or [],
        out=str(out or ""),
        keep="" if no_keep else keep or (out.name if out else ""),
    )


@app.command("readings")
def readings(
    context: typer.Context,
    meter: Annotated[str, typer.Argument(help="Name of the meter.")],
    first: First = "",
    last: Last = "",
    out: Out = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="Also what another value has overruled.")
    ] = False,
    keep: Keep = "",
    no_keep: NoKeep = False,
) -> None:
    """Write the raw readings of a meter; a file is kept, as one of a table.

    Example: jieneng export readings gov-a-main --from 2026-11-01
    """
    at_the_desk(
        context,
        "export",
        "readings",
        meter=meter,
        first=first,
        last=last,
        out=str(out or ""),
        versions=versions,
        keep="" if no_keep else keep or (out.name if out else ""),
    )


@app.command("registry")
def registry(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder to write the CSV files to.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace registry files that are there.")
    ] = False,
    dialect: Annotated[
        str, typer.Option(help="Dictionary to write sub-items in; see reference/items.")
    ] = "",
) -> None:
    """Write the registry in force as CSV files.

    Example: jieneng export registry my-district
    """
    at_the_desk(context, "export", "registry", folder=str(folder), force=force, dialect=dialect)


COMMAND = Command(
    group=app,
    works={
        "table": write_table,
        "readings": write_readings,
        "registry": write_registry_files,
    },
    rank=31,
)
