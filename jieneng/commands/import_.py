"""Read registry, reference data, readings or weather from files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk, settings_of
from jieneng.desk import Desk
from jieneng.registry.options import Anyway, DropAdopted, Restating


def import_registry(
    desk: Desk, *, folder: str, reason: str, drop_adopted: bool = False, restating: bool = False
) -> int:
    """Replace the registry by the files of a folder; nothing changes if one holds a mistake."""
    from jieneng.registry.intake import take_registry

    house = desk.stores
    heard = house.store.newest()
    taken = take_registry(
        house.records,
        desk.path(folder),
        heard=heard,
        reason=reason,
        drop_adopted=drop_adopted,
        restating=restating,
        store=house.store,
    )
    desk.tell(taken)
    return 0


def import_reference(
    desk: Desk, *, folder: str, anyway: bool = False, restating: bool = False
) -> int:
    """Replace tariffs, factors and calendars."""
    from jieneng.registry.intake import take_reference

    records = desk.stores.records
    desk.tell(take_reference(records, desk.path(folder), anyway=anyway, restating=restating))
    return 0


def keep(desk: Desk, **arguments: Any) -> int:  # noqa: ANN401 - JSON values
    """Compare readings of a file with the store, and leave the others for the collector."""
    from jieneng.imports.handing_on import keep_sorted

    return keep_sorted(desk, **arguments)


def import_bills(desk: Desk, *, file: str, by: str, is_dry: bool) -> int:
    """Keep the bills of a file; nothing is kept if it holds a mistake."""
    from jieneng.bills.keeping import take_bills

    take_bills(desk, file, by=by, is_dry=is_dry)
    return 0


def import_earlier(desk: Desk, *, file: str, by: str, is_dry: bool) -> int:
    """Keep monthly totals of earlier ledgers; nothing is kept if the file holds a mistake."""
    from jieneng.bills.keeping import take_earlier

    take_earlier(desk, file, by=by, is_dry=is_dry)
    return 0


def list_imports(desk: Desk, *, limit: int) -> int:
    """Say what was imported, and how much of it the collector has."""
    from jieneng.imports.balance import import_lines
    from storage.records import imports

    with desk.stores.records.reading() as session:
        found = imports.recent(session, limit)
    for one in found:
        for line in import_lines(one):
            desk.tell(line)
    if not found:
        desk.tell(Text("还没有导入过文件。", "No file was imported yet."))
    if any(one.taken < one.sent for one in found):
        _say_who_takes_them(desk)
    return 0


def import_weather(desk: Desk, *, file: str, meter: str, year: int) -> int:
    """Put outdoor temperatures of a CSV or EPW file into the inbox."""
    from jieneng.weather_files import take_weather

    desk.tell(take_weather(desk.stores.records, desk.path(file), meter=meter, year=year))
    _say_who_takes_them(desk)
    return 0


def _say_who_takes_them(desk: Desk) -> None:
    if desk.house is None or desk.house.collector is None:
        waits = Text(
            "读数在待收区等待，直到采集程序运行：jieneng run（或 collect）。",
            "They wait in the inbox until a collector runs: jieneng run (or collect).",
        )
        desk.tell(waits)


app = typer.Typer(
    help="Read files in. Example: jieneng import registry examples/district", no_args_is_help=True
)
Reason = Annotated[str, typer.Option(help="Why, for the audit.")]


@app.command("registry")
def registry(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder of CSV files.")],
    reason: Reason = "import",
    drop_adopted: DropAdopted = False,
    restating: Restating = False,
) -> None:
    """Replace the registry; all mistakes are told at once, and then nothing changes.

    Example: jieneng import registry my-district --reason "new gas meter at the canteen"
    """
    at_the_desk(
        context,
        "import_",
        "registry",
        folder=str(folder),
        reason=reason,
        drop_adopted=drop_adopted,
        restating=restating,
    )


@app.command("reference")
def reference(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder of reference data.")],
    anyway: Anyway = False,
    restating: Restating = False,
) -> None:
    """Replace tariffs, coefficients, emission factors and calendars.

    Example: jieneng import reference reference
    """
    at_the_desk(
        context,
        "import_",
        "reference",
        folder=str(folder),
        anyway=anyway,
        restating=restating,
    )


@app.command("readings")
def readings(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV, Parquet or Excel (.xlsx), long or wide.")],
    reason: Reason = "import",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say all, keep nothing.")] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Take the good values of a file with bad ones.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="CSV file that every complaint is written to.")
    ] = None,
    show: Annotated[int, typer.Option(min=0, help="Most complaints to print.")] = 20,
    columns: Annotated[
        list[str] | None,
        typer.Option(help="NAME=COLUMN: meter, device, channel, time, value, unit, or a meter."),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="A column to pass over.")] = None,
    time: Annotated[
        str, typer.Option(help="What bare numbers as times count: s, ms or excel.")
    ] = "text",
    zone: Annotated[
        str, typer.Option(help="Zone of local times; else the wall clock of the meter's site.")
    ] = "",
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook that has several.")] = "",
    encoding: Annotated[str, typer.Option(help="Of a CSV file; else UTF-8 or GB18030.")] = "",
    heading_row: Annotated[int, typer.Option(min=1, help="Row with the names of columns.")] = 1,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="Read by people: overrules imported readings.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also a file that was imported already.")
    ] = False,
) -> None:
    """Import readings in the meters' units; what is understood is printed first.

    Example: jieneng import readings history.csv --dry-run
    """
    from jieneng.imports.sheet import How
    from jieneng.imports.start import start_import
    from jieneng.imports.wish import Wish

    wish = Wish(
        columns=tuple(columns or ()),
        ignore=tuple(ignore or ()),
        how=How(encoding=encoding, sheet=sheet, heading_row=heading_row),
        time=time,
        zone=zone,
        by_hand=by_hand,
        skip_bad=skip_bad,
        dry_run=dry_run,
        again=again,
        report=report,
        show=show,
        reason=reason,
    )
    raise typer.Exit(start_import(settings_of(context), file, wish))


@app.command("list")
def list_(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 10,
) -> None:
    """Say which files of readings were imported, and how much of each the collector has.

    Example: jieneng import list
    """
    at_the_desk(context, "import_", "list", limit=limit)


@app.command("weather")
def weather(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with time,temperature or an EPW file.")],
    meter: Annotated[str, typer.Option(help="The gauge of the registry it belongs to.")],
    year: Annotated[int, typer.Option(help="EPW only: the year its typical year is laid on.")] = 0,
) -> None:
    """Import outdoor temperature [degC] for a site's gauge.

    Example: jieneng import weather station.csv --meter weather-beijing
    """
    at_the_desk(context, "import_", "weather", file=str(file), meter=meter, year=year)


Dry = Annotated[bool, typer.Option("--dry-run", help="Say all, keep nothing.")]
By = Annotated[str, typer.Option(help="Who enters them; else who is logged in here.")]
Table = Annotated[Path, typer.Argument(help="CSV or Excel (.xlsx), headings in either language.")]


@app.command("bills")
def bills(context: typer.Context, file: Table, by: By = "", dry_run: Dry = False) -> None:
    """Import bills of suppliers; all mistakes are told at once, and then nothing is kept.

    Example: jieneng import bills bills-2026.xlsx --dry-run
    """
    from jieneng.registry.intake import author

    at_the_desk(context, "import_", "bills", file=str(file), by=by or author(), is_dry=dry_run)


@app.command("earlier")
def earlier(context: typer.Context, file: Table, by: By = "", dry_run: Dry = False) -> None:
    """Import monthly totals of the years before the platform.

    Example: jieneng import earlier ledger-2024.csv
    """
    from jieneng.registry.intake import author

    at_the_desk(context, "import_", "earlier", file=str(file), by=by or author(), is_dry=dry_run)


COMMAND = Command(
    group=app,
    works={
        "registry": import_registry,
        "reference": import_reference,
        "keep": keep,
        "list": list_imports,
        "weather": import_weather,
        "bills": import_bills,
        "earlier": import_earlier,
    },
    rank=30,
)
