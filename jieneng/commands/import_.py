"""Read registry, reference data, readings or weather from files."""

from pathlib import Path
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def import_registry(desk: Desk, *, folder: str, reason: str) -> int:
    """Replace the registry by the files of a folder; nothing changes if one holds a mistake."""
    from jieneng.intake import take_registry

    house = desk.stores
    heard = house.store.newest()
    desk.tell(take_registry(house.records, desk.path(folder), heard=heard, reason=reason))
    return 0


def import_reference(desk: Desk, *, folder: str) -> int:
    """Replace tariffs, factors and calendars."""
    from jieneng.intake import take_reference

    desk.tell(take_reference(desk.stores.records, desk.path(folder)))
    return 0


def import_readings(desk: Desk, *, file: str, reason: str) -> int:
    """Put readings of a CSV file into the inbox, from where the collector takes them."""
    from jieneng.readings_files import take_readings

    desk.tell(take_readings(desk.stores.records, desk.path(file), reason=reason))
    _say_who_takes_them(desk)
    return 0


def import_weather(desk: Desk, *, file: str, meter: str, year: int) -> int:
    """Put outdoor temperatures of a CSV or EPW file into the inbox."""
    from jieneng.readings_files import take_weather

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
) -> None:
    """Replace the registry; all mistakes are told at once, and then nothing changes.

    Example: jieneng import registry my-district --reason "new gas meter at the canteen"
    """
    at_the_desk(context, "import_", "registry", folder=str(folder), reason=reason)


@app.command("reference")
def reference(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder of reference data.")],
) -> None:
    """Replace tariffs, coefficients, emission factors and calendars.

    Example: jieneng import reference reference
    """
    at_the_desk(context, "import_", "reference", folder=str(folder))


@app.command("readings")
def readings(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with meter,time,value.")],
    reason: Reason = "import",
) -> None:
    """Import readings: columns meter, time (ISO 8601 with zone), value (in the meter's unit).

    Example: jieneng import readings manual-2026-11.csv --reason "read by hand"
    """
    at_the_desk(context, "import_", "readings", file=str(file), reason=reason)


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


COMMAND = Command(
    group=app,
    works={
        "registry": import_registry,
        "reference": import_reference,
        "readings": import_readings,
        "weather": import_weather,
    },
    rank=30,
)
