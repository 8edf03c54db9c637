"""A district with a row in every registry file, whose town has closed May, and other rows."""

from dataclasses import fields, replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from energy.bills.account import AccountMeter
from energy.binding import Binding
from energy.counting.virtual import MINUS, PLUS, VirtualPart
from energy.meter import MeterEvent
from energy.registry import Registry
from energy.sizes import HEATED_AREA, Size
from energy.span import midnight
from energy.uses import DATA_CENTRE
from jieneng.wiring import House
from tests.amount_house import BOILER, DISTRICT, MAIN, SCHOOL_MAIN, opened, tell
from tests.builders import INSTRUMENT, NORTH, PANEL, POINT
from tests.formats.mappings import PLAIN_ROW
from tests.jieneng.ledger.test_ledger_commands import person, step

JUNE_15 = midnight(date(2026, 6, 15), NORTH.zone)
MAY_10 = midnight(date(2026, 5, 10), NORTH.zone)
MAY_20 = date(2026, 5, 20)
EVER = (date(2020, 1, 1), date(2030, 1, 1))
SOUTH = replace(NORTH, site="south", name_en="South campus")
REST = replace(
    MAIN, meter="rest", role="sub", parent="hall_main", table="interval", device="", channel="",
    use=DATA_CENTRE, name_zh="其余", name_en="Rest",
)  # fmt: skip
FULL = replace(
    DISTRICT,
    sites=(NORTH, SOUTH),
    devices=(PANEL, replace(PANEL, device="old_panel")),
    meters=(MAIN, BOILER, SCHOOL_MAIN, REST),
    mappings=(PLAIN_ROW,),
    events=(
        MeterEvent("hall_main", MAY_10, "ratio", None, None, None, "li", "new CT", "", Fraction(1)),
    ),
    bindings=(Binding("hall_main", "old_panel", "ep", None, JUNE_15),),
    sizes=(Size("hall", HEATED_AREA, date(2026, 1, 1), 800, "survey"),),
    points=(replace(POINT, meter="boiler"),),
    instruments=(
        replace(INSTRUMENT, due=date(2026, 5, 10)),
        replace(INSTRUMENT, meter="boiler", serial="E-4712", verified=MAY_20.replace(year=2020)),
    ),
    virtual=(
        VirtualPart("rest", "hall_main", PLUS, Fraction(1), *EVER),
        VirtualPart("rest", "boiler", MINUS, Fraction(1), *EVER),
    ),
    accounts=(AccountMeter(account="A-1", meter="hall_main", supplier="grid", contract_w=9000),),
)

Cell = tuple[str, object]
"""Name of a column and what stands in it."""

NAMED = {
    "site": ("south", "north"),
    "institution": ("school", "town"),
    "building": ("classes", "hall"),
    "meter": ("school_main", "boiler"),
    "source": ("school_main", "boiler"),
    "device": ("panel", "old_panel"),
    "reports_to": ("ministry", "county"),
    "also_in": ("county", "ministry"),
    "parent": ("", "hall_main"),
    "timezone": ("Asia/Tokyo",),
    "sign": (MINUS, PLUS),
    "role": ("check", "sub"),
    "use": ("heating", "data_centre"),
    "measure": ("people", "area_m2"),
    "kind": ("water", "gas"),
    "table": ("interval", "register"),
    "event": ("reset", "removed"),
    "line": ("department", "region"),
    "item": ("B1F", "A"),
}
"""Another word for a column that names something; of the rest any word will do."""

KEYS = {
    "sites": "site", "institutions": "institution", "buildings": "building", "devices": "device",
    "meters": "meter", "bodies": "body",
}  # fmt: skip
"""The column by which other files refer to a row: it is its name, not a setting of it."""


def closed_house(folder: Path) -> House:
    """Return a house with all of that, in which May is closed."""
    held = opened(folder, FULL)
    tell(held, (MAIN, BOILER, SCHOOL_MAIN), date(2026, 5, 1), date(2026, 6, 2))
    head = person(held, "filler", "statistics_head", "unit_head")
    assert step(held, "submit", head)[-1] == "0"
    assert step(held, "close", head)[-1] == "0"
    held.round_once()
    return held


def others(table: str) -> dict[int, list[Cell]]:
    """Return what might stand in each cell instead, by the place of the row in its table."""
    found = {}
    for place, row in enumerate(getattr(FULL, table)):
        own = [one.name for one in fields(row) if one.name not in passed_over(table)]
        cells = [(name, other(name, getattr(row, name))) for name in own]
        found[place] = [cell for cell in cells if cell[1] != getattr(row, cell[0])]
    return found


def passed_over(table: str) -> set[str]:
    """Return the columns that are no setting: the name itself, and what follows from buildings."""
    return {KEYS.get(table, ""), *(("institution", "site") if table == "meters" else ())}


def with_cells(table: str, place: int, *cells: Cell) -> Registry:
    """Return the registry with other cells in one row of a table."""
    rows = list(getattr(FULL, table))
    rows[place] = replace(rows[place], **dict(cells))
    return with_rows(table, *rows)


def with_rows(table: str, *rows: object) -> Registry:
    """Return the registry with other rows in a table."""
    changed: dict[str, Any] = {table: rows}
    return replace(FULL, **changed)


def other(name: str, cell: object) -> object:
    """Return what might stand in a cell instead; the same where nothing is known to."""
    if name in NAMED:
        return next(word for word in NAMED[name] if word != cell)
    if isinstance(cell, date):
        return cell + timedelta(days=1) if cell.year == MAY_20.year else MAY_20
    if isinstance(cell, bool):
        return not cell
    if isinstance(cell, int | Fraction):
        return cell + 1
    return f"{cell}x" if isinstance(cell, str) else cell
