"""The registry as files for a spreadsheet: read, telling every mistake at once, and written."""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from energy.errors import FormatTooNewError, Mistake, RegistryError
from energy.message import Format
from energy.meter import Building, Institution, Site
from energy.registry import Registry
from energy.text import Text
from storage.csv_cells import Cells
from storage.csv_files import check_unique, names_of, read_rows, write_rows
from storage.registry_bindings import BINDING_COLUMNS, binding_cells, read_bindings
from storage.registry_devices import DEVICE_COLUMNS, Spoken, read_devices
from storage.registry_events import EVENT_COLUMNS, EVENT_COLUMNS_LATER, event_cells, read_events
from storage.registry_mappings import MAPPING_COLUMNS, mapping_cells, read_mappings
from storage.registry_meters import METER_COLUMNS, Known, meter_cells, read_meters
from storage.registry_virtual import VIRTUAL_COLUMNS, read_virtual, virtual_cells

NAMES_FILE = "registry.toml"
FILES = (
    NAMES_FILE, "sites.csv", "institutions.csv", "buildings.csv", "mappings.csv", "devices.csv",
    "meters.csv", "events.csv", "bindings.csv", "virtual.csv",
)  # fmt: skip
"""What write_registry writes."""

FORMAT = 1
"""Form of the files; raised when a column changes its meaning."""

SITE_COLUMNS = ("site", "name_zh", "name_en", "timezone", "calendar", "region")
INSTITUTION_COLUMNS = ("institution", "name_zh", "name_en", "category", "site")
BUILDING_COLUMNS = (
    "building", "institution", "site", "name_zh", "name_en", "class", "area_m2", "people",
)  # fmt: skip

_CLASSES = tuple("ABCDEFGH")
_MOST = 10**9
"""More square metres or people than any building has: chosen to catch a slip of the keyboard."""

Entry = TypeVar("Entry")


def read_registry(
    folder: Path, formats: Mapping[str, Format] | None = None, *, now_ms: int | None = None
) -> Registry:
    """Read a folder of registry files.

    Args:
        folder: Holds registry.toml and the CSV files; mappings.csv, events.csv, bindings.csv
            and virtual.csv may be missing.
        formats: The payload formats there are; None leaves unchecked what devices say of them.
        now_ms: The time now [ms since 1970 UTC]; None leaves unchecked whether an event is still
            to come.

    Returns:
        The registry with number 0: the records number it.

    Raises:
        RegistryError: All mistakes of all files at once.
        FormatTooNewError: If a newer program wrote the files.
    """
    mistakes: list[Mistake] = []
    names = _read_names(folder / NAMES_FILE, mistakes)
    known = Known()

    def rows_of(
        file: str, columns: Sequence[str], later: Sequence[str] = ()
    ) -> tuple[list[Cells], frozenset[str] | None]:
        rows = read_rows(folder / file, columns, mistakes, later=later)
        return rows, names_of(file, rows, columns[0], mistakes)

    def optional_rows_of(
        file: str, columns: Sequence[str], later: Sequence[str] = ()
    ) -> tuple[list[Cells], frozenset[str] | None]:
        return rows_of(file, columns, later) if (folder / file).exists() else ([], frozenset())

    rows, known.sites = rows_of("sites.csv", SITE_COLUMNS)
    sites = _read(rows, _site, "site")
    rows, known.institutions = rows_of("institutions.csv", INSTITUTION_COLUMNS)
    institutions = _read(rows, lambda cells: _institution(cells, known), "institution")
    rows, known.buildings = rows_of("buildings.csv", BUILDING_COLUMNS)
    buildings = _read(rows, lambda cells: _building(cells, known), "building")
    rows, names_known = optional_rows_of("mappings.csv", MAPPING_COLUMNS)
    mappings = read_mappings(rows, formats or ())
    rows, known.devices = rows_of("devices.csv", DEVICE_COLUMNS)
    devices = read_devices(rows, Spoken(formats, mappings, are_known=names_known is not None))
    rows, named = rows_of("meters.csv", METER_COLUMNS)
    meters = read_meters(rows, known)
    rows, _ = optional_rows_of("events.csv", EVENT_COLUMNS, EVENT_COLUMNS_LATER)
    events = read_events(rows, meters, named, now_ms=now_ms)
    rows, _ = optional_rows_of("bindings.csv", BINDING_COLUMNS)
    bindings = read_bindings(rows, meters.named, names=named, devices=known.devices)
    rows, _ = optional_rows_of("virtual.csv", VIRTUAL_COLUMNS)
    virtual = read_virtual(rows, meters.named, named)
    if mistakes:
        raise RegistryError(mistakes)
    return Registry(
        sites=sites,
        institutions=institutions,
        buildings=buildings,
        devices=devices,
        meters=tuple(meters.good),
        events=events,
        mappings=mappings,
        bindings=bindings,
        virtual=virtual,
        name_zh=names.get("name_zh", ""),
        name_en=names.get("name_en", ""),
    )


def write_registry(registry: Registry, folder: Path) -> None:
    """Write a registry as files; reading them gives the same registry, with number 0.

    Files of the same names are replaced; the folder is made if it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = {"name_zh": registry.name_zh, "name_en": registry.name_en}
    lines = [f"format = {FORMAT}"]
    lines += [f"{key} = {json.dumps(name, ensure_ascii=False)}" for key, name in names.items()]
    (folder / NAMES_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    home = {entry.institution: entry.site for entry in registry.institutions}
    files: tuple[tuple[str, Sequence[str], list[Sequence[str]]], ...] = (
        ("sites", SITE_COLUMNS, [_same_cells(site, SITE_COLUMNS) for site in registry.sites]),
        (
            "institutions",
            INSTITUTION_COLUMNS,
            [_same_cells(entry, INSTITUTION_COLUMNS) for entry in registry.institutions],
        ),
        ("buildings", BUILDING_COLUMNS, [_building_cells(b, home) for b in registry.buildings]),
        ("mappings", MAPPING_COLUMNS, [mapping_cells(row) for row in registry.mappings]),
        (
            "devices",
            DEVICE_COLUMNS,
            [_same_cells(device, DEVICE_COLUMNS) for device in registry.devices],
        ),
        ("meters", METER_COLUMNS, [meter_cells(meter) for meter in registry.meters]),
        (
            "events",
            EVENT_COLUMNS,
            [event_cells(event, registry) for event in registry.events],
        ),
        (
            "bindings",
            BINDING_COLUMNS,
            [binding_cells(binding, registry) for binding in registry.bindings],
        ),
    )
    virtual = [virtual_cells(part) for part in registry.virtual]
    for name, columns, rows in (*files, ("virtual", VIRTUAL_COLUMNS, virtual)):
        write_rows(folder / f"{name}.csv", columns, rows)


def _read_names(path: Path, mistakes: list[Mistake]) -> dict[str, str]:
    right = Text(
        f"它要写明：format = {FORMAT}、name_zh、name_en。",
        f" It says: format = {FORMAT}, name_zh, name_en.",
    )
    try:
        found: dict[str, Any] = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        missing = Text(f"{path.parent} 中没有这个文件。", f"it is missing from {path.parent}.")
        problem = missing + right
    except OSError as error:
        problem = Text(f"无法读取：{error.strerror}。", f"it cannot be read: {error.strerror}.")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        broken = Text(f"不是 UTF-8 编码的 TOML（{error}）。", f"it is not TOML in UTF-8 ({error}).")
        problem = broken + right
    else:
        _check_names(path.name, found, mistakes)
        return {key: text for key, text in found.items() if isinstance(text, str)}
    mistakes.append(Mistake(path.name, 0, "", problem))
    return {}


def _check_names(file: str, found: dict[str, Any], mistakes: list[Mistake]) -> None:
    number = found.get("format")
    if type(number) is int and number > FORMAT:
        newer = Text(
            f"{file} 的 format 为 {number}，由更新版本的程序写成；本程序最高支持 {FORMAT}。"
            "请使用更新版本的程序。",
            f"{file} has format {number}, which a newer program wrote; this one knows up to "
            f"{FORMAT}. Use the newer program.",
        )
        raise FormatTooNewError(newer)
    if number != FORMAT or type(number) is not int:
        wanted = Text(f"必须写 format = {FORMAT}。", f"it must say format = {FORMAT}.")
        mistakes.append(Mistake(file, 0, "format", wanted))
    for key in ("name_zh", "name_en"):
        name = found.get(key, "")
        if not isinstance(name, str):
            quoted = Text('必须是引号 "..." 中的文字。', 'it must be a text in quotes "...".')
            mistakes.append(Mistake(file, 0, key, quoted))
        elif not name.strip():
            nameless = Text(
                f'没有填写；请写上区域的名称：{key} = "..."。',
                f'it is missing; write the name of the district: {key} = "...".',
            )
            mistakes.append(Mistake(file, 0, key, nameless))
    for key in sorted(found.keys() - {"format", "name_zh", "name_en"}):
        problem = Text(
            f"{key!r} 无法识别；只能写 format、name_zh、name_en。",
            f"{key!r} is not known. It may say format, name_zh, name_en.",
        )
        mistakes.append(Mistake(file, 0, key, problem))


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
    institution = Institution(
        institution=cells.name("institution"),
        name_zh=cells.text("name_zh", needed=True),
        name_en=cells.text("name_en", needed=True),
        category=cells.name("category"),
        site=cells.known("site", known.sites, where="sites.csv", needed=True),
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
        area_m2=cells.whole("area_m2", least=0, most=_MOST, default=0),
        people=cells.whole("people", least=0, most=_MOST, default=0),
    )
    known.whose[building.building] = (institution, building.site)
    return building


def _building_cells(building: Building, home: dict[str, str]) -> Sequence[str]:
    own_site = "" if home.get(building.institution) == building.site else building.site
    return (
        building.building,
        building.institution,
        own_site,
        building.name_zh,
        building.name_en,
        building.building_class,
        str(building.area_m2),
        str(building.people),
    )


def _same_cells(entry: object, columns: Sequence[str]) -> Sequence[str]:
    return [str(getattr(entry, column)) for column in columns]
