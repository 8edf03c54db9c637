"""Sites, bodies, institutions, buildings and their sizes in the registry files."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from energy.body import LINES, Body, is_above_itself
from energy.meter import Building, Institution, Site
from energy.period import NO_FIRST_DAY, NO_LAST_DAY, day_named
from energy.registry import Registry
from energy.text import Text
from storage.csv_cells import Cells
from storage.csv_files import check_unique
from storage.registry.heated import check_heated
from storage.registry.meters import Known
from storage.registry.sizes import SIZE_COLUMNS, denominator, read_sizes, size_text
from storage.tables import DISTRICT

SITE_COLUMNS = ("site", "name_zh", "name_en", "timezone", "calendar", "region")
INSTITUTION_COLUMNS = (
    "institution", "name_zh", "name_en", "category", "site", "reports_to", "also_in",
)  # fmt: skip
INSTITUTION_COLUMNS_LATER = INSTITUTION_COLUMNS[5:]
BUILDING_COLUMNS = (
    "building", "institution", "site", "name_zh", "name_en", "class", "area_m2", "people",
    "serial", "valid_from", "valid_to",
)  # fmt: skip
BUILDING_COLUMNS_LATER = BUILDING_COLUMNS[8:]
"""Columns that files of before do not have."""
BODY_COLUMNS = ("body", "line", "parent", "name_zh", "name_en")
BODIES_FILE = "bodies.csv"

_CLASSES = tuple("ABCDEFGH")


Entry = TypeVar("Entry")


class RowsOf(Protocol):
    """Reads a file."""

    def __call__(
        self, file: str, columns: Sequence[str], later: Sequence[str] = ()
    ) -> tuple[list[Cells], frozenset[str] | None]:
        """Return its rows, and the names it defines; None if it cannot be read."""


def read_places(rows_of: RowsOf, optional_rows_of: RowsOf, known: Known) -> Registry:
    """Return a registry of places alone; mistakes stay with the rows.

    Args:
        rows_of: Reads a file.
        optional_rows_of: Reads a file that may be missing.
        known: Is told what the files define.
    """
    rows, known.sites = rows_of("sites.csv", SITE_COLUMNS)
    sites = _read(rows, _site, "site")
    rows, named = optional_rows_of(BODIES_FILE, BODY_COLUMNS)
    bodies = read_bodies(rows)
    known.bodies = None if named is None else {body.body: body for body in bodies}
    rows, known.institutions = rows_of(
        "institutions.csv", INSTITUTION_COLUMNS, INSTITUTION_COLUMNS_LATER
    )
    institutions = _read(rows, lambda cells: _institution(cells, known), "institution")
    rows, known.buildings = rows_of("buildings.csv", BUILDING_COLUMNS, BUILDING_COLUMNS_LATER)
    buildings = _read(rows, lambda cells: _building(cells, known), "building")
    check_serials(rows, buildings, sites)
    rows, _ = optional_rows_of("sizes.csv", SIZE_COLUMNS)
    sizes = read_sizes(rows, known.buildings)
    check_heated(rows, sizes, buildings)
    return Registry(
        sites=sites,
        institutions=institutions,
        buildings=buildings,
        bodies=bodies,
        sizes=sizes,
    )


def read_bodies(rows: list[Cells]) -> tuple[Body, ...]:
    """Return the bodies of a file; mistakes stay with its rows."""
    check_unique(rows, "body")
    bodies = [
        Body(
            body=cells.name("body"),
            line=cells.one_of("line", LINES),
            parent=cells.cell("parent"),
            name_zh=cells.text("name_zh", needed=True),
            name_en=cells.text("name_en", needed=True),
        )
        for cells in rows
    ]
    named = {body.body: body for body in bodies}
    for cells, body in zip(rows, bodies, strict=True):
        _check_body(cells, body, named)
    return tuple(bodies)


def _check_body(cells: Cells, body: Body, named: Mapping[str, Body]) -> None:
    cells.known("parent", named, where=BODIES_FILE)
    if body.body == DISTRICT:
        problem = Text(
            f"{DISTRICT} 指全区所有机构，请换一个名称。",
            f"{DISTRICT} means all institutions; name it otherwise.",
        )
        cells.mistake("body", problem)
    above = named.get(body.parent)
    if above is None:
        return
    if above.line != body.line:
        problem = Text(
            f"{above.body} 在 {above.line} 线上，不在 {body.line} 线上；上级必须在同一条线上。",
            f"{above.body} is on the line {above.line}, not {body.line}; a parent is on the same.",
        )
        cells.mistake("parent", problem)
    if is_above_itself(body, named):
        problem = Text(
            f"{body.body} 成了自己的上级；请更正其中一个 parent。",
            f"{body.body} is above itself; correct one of the parents.",
        )
        cells.mistake("parent", problem)


def read_lines(cells: Cells, bodies: Mapping[str, Body] | None) -> tuple[str, str]:
    """Return the body an institution reports to, and the one of the other line; "" for none.

    Args:
        cells: Its row.
        bodies: Bodies by name; None if their file cannot be read, when nobody can tell.
    """
    reports_to = cells.known("reports_to", bodies, where=BODIES_FILE)
    also_in = cells.known("also_in", bodies, where=BODIES_FILE)
    if also_in and not reports_to:
        problem = Text(
            "填写了 also_in 而没有 reports_to；also_in 只是另一条线上的视图，请先写明向谁上报。",
            "also_in is filled and reports_to is not: also_in is but a view on the other line; "
            "say to whom it reports.",
        )
        cells.mistake("also_in", problem)
    first, other = (bodies or {}).get(reports_to), (bodies or {}).get(also_in)
    if first is not None and other is not None and first.line == other.line:
        problem = Text(
            f"{also_in} 与 {reports_to} 同在 {first.line} 线上，机构会被计入两次；"
            "请填写另一条线上的单位，或留空。",
            f"{also_in} is on the line {first.line} as {reports_to} is, and the institution would "
            "count twice; name a body of the other line, or leave it empty.",
        )
        cells.mistake("also_in", problem)
    return reports_to, also_in


def read_serial(cells: Cells) -> int:
    """Return the serial of a building in the 15-character code; 0 where it has none."""
    return cells.whole("serial", least=1, most=999, default=0)


def check_serials(
    rows: Sequence[Cells], buildings: Sequence[Building], sites: Sequence[Site]
) -> None:
    """Call a mistake a serial that another building of its division and class has."""
    region = {site.site: site.region for site in sites}
    first: dict[tuple[str, str, int], int] = {}
    for cells, building in zip(rows, buildings, strict=True):
        key = region.get(building.site, ""), building.building_class, building.serial
        if building.serial and key in first:
            problem = Text(
                f"第 {first[key]} 行同区域同类别的建筑已用 {building.serial:03d}。",
                f"the building of row {first[key]}, of the same division and class, has "
                f"{building.serial:03d} already.",
            )
            cells.mistake("serial", problem)
        first.setdefault(key, cells.row)


def serial_text(serial: int) -> str:
    """Return the cell of a serial."""
    return f"{serial:03d}" if serial else ""


def body_cells(body: Body) -> Sequence[str]:
    """Return the cells of a body's row."""
    return body.body, body.line, body.parent, body.name_zh, body.name_en


def _read(rows: list[Cells], build: Callable[[Cells], Entry], name: str) -> tuple[Entry, ...]:
    check_unique(rows, name)
    return tuple(build(cells) for cells in rows)


def _site(cells: Cells) -> Site:
    return Site(
        site=cells.name("site"),
        name_zh=cells.text("name_zh", needed=True),
        name_en=cells.text("name_en", needed=True),
        timezone=cells.timezone("timezone"),
        calendar=cells.name("calendar"),
        region=cells.name("region", needed=False),
    )


def _institution(cells: Cells, known: Known) -> Institution:
    reports_to, also_in = read_lines(cells, known.bodies)
    institution = Institution(
        institution=cells.name("institution"),
        name_zh=cells.text("name_zh", needed=True),
        name_en=cells.text("name_en", needed=True),
        category=cells.name("category"),
        site=cells.known("site", known.sites, where="sites.csv", needed=True),
        reports_to=reports_to,
        also_in=also_in,
    )
    known.home[institution.institution] = institution.site
    return institution


def _building(cells: Cells, known: Known) -> Building:
    institution = cells.known(
        "institution", known.institutions, where="institutions.csv", needed=True
    )
    own_site = cells.known("site", known.sites, where="sites.csv")
    building = Building(
        building=cells.name("building"),
        institution=institution,
        site=own_site or known.home.get(institution, ""),
        name_zh=cells.text("name_zh", needed=True),
        name_en=cells.text("name_en", needed=True),
        building_class=cells.one_of("class", _CLASSES),
        area_m2=denominator(cells, "area_m2"),
        people=denominator(cells, "people"),
        serial=read_serial(cells),
        valid_from=cells.day("valid_from", default=NO_FIRST_DAY),
        valid_to=cells.day("valid_to", default=NO_LAST_DAY),
    )
    if building.valid_to <= building.valid_from:
        begin = building.valid_from.isoformat()
        problem = Text(f"不晚于 valid_from 的 {begin}。", f"it is not after valid_from, {begin}.")
        cells.mistake("valid_to", problem)
    known.whose[building.building] = (institution, building.site)
    return building


def building_cells(building: Building, home: dict[str, str]) -> Sequence[str]:
    """Return the cells of a building's row.

    Args:
        building: The building.
        home: Institution to its site.
    """
    own_site = "" if home.get(building.institution) == building.site else building.site
    return (
        building.building,
        building.institution,
        own_site,
        building.name_zh,
        building.name_en,
        building.building_class,
        size_text(building.area_m2),
        size_text(building.people),
        serial_text(building.serial),
        day_named(building.valid_from),
        day_named(building.valid_to),
    )
