"""The registry as files for a spreadsheet: read, telling every mistake at once, and written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from energy.errors import Mistake, RegistryError
from energy.items import Items
from energy.messages.message import Format
from energy.registry import Registry
from storage.csv_cells import Cells
from storage.csv_files import names_of, read_rows, write_rows
from storage.reference.items import ITEM_COLUMNS, items_in
from storage.registry.accounts import (
    ACCOUNT_COLUMNS,
    ACCOUNT_COLUMNS_LATER,
    account_cells,
    read_accounts,
)
from storage.registry.bindings import BINDING_COLUMNS, binding_cells, read_bindings
from storage.registry.devices import DEVICE_COLUMNS, Spoken, read_devices
from storage.registry.events import EVENT_COLUMNS, EVENT_COLUMNS_LATER, event_cells, read_events
from storage.registry.generation import check_generation
from storage.registry.instruments import (
    INSTRUMENT_COLUMNS,
    POINT_COLUMNS,
    instrument_cells,
    point_cells,
    read_instruments,
    read_points,
)
from storage.registry.mappings import MAPPING_COLUMNS, mapping_cells, read_mappings
from storage.registry.meters import (
    METER_COLUMNS,
    METER_COLUMNS_LATER,
    Known,
    meter_cells,
    read_meters,
)
from storage.registry.names import FORMAT, NAMES_FILE, read_names
from storage.registry.places import (
    BODY_COLUMNS,
    BUILDING_COLUMNS,
    INSTITUTION_COLUMNS,
    SITE_COLUMNS,
    body_cells,
    building_cells,
    read_places,
)
from storage.registry.sizes import SIZE_COLUMNS, size_cells
from storage.registry.virtual import VIRTUAL_COLUMNS, read_virtual, virtual_cells

FILES = (
    NAMES_FILE, "sites.csv", "institutions.csv", "buildings.csv", "mappings.csv", "devices.csv",
    "meters.csv", "events.csv", "bindings.csv", "bodies.csv", "sizes.csv", "points.csv",
    "instruments.csv", "virtual.csv", "bill_accounts.csv",
)  # fmt: skip
"""What write_registry writes."""

ITEMS_FILE = "items.csv"
"""Further dictionaries of sub-items: read with the others, never written: codes are ours then."""


def read_registry(
    folder: Path,
    formats: Mapping[str, Format] | None = None,
    *,
    now_ms: int | None = None,
    items: Items | None = None,
) -> Registry:
    """Read a folder of registry files.

    Args:
        folder: Holds registry.toml and the CSV files; mappings.csv, events.csv, bindings.csv,
            bodies.csv, sizes.csv, points.csv, instruments.csv, virtual.csv, bill_accounts.csv and
            items.csv may be missing.
        formats: The payload formats there are; None leaves unchecked what devices say of them.
        now_ms: The time now [ms since 1970 UTC]; None leaves unchecked whether an event is still
            to come.
        items: Dictionaries of sub-items; None leaves unchecked whether there is such an item.

    Returns:
        The registry with number 0: the records number it.

    Raises:
        RegistryError: All mistakes of all files at once.
        FormatTooNewError: If a newer program wrote the files.
    """
    mistakes: list[Mistake] = []
    names = read_names(folder / NAMES_FILE, mistakes)

    def rows_of(
        file: str, columns: Sequence[str], later: Sequence[str] = ()
    ) -> tuple[list[Cells], frozenset[str] | None]:
        rows = read_rows(folder / file, columns, mistakes, later=later)
        return rows, names_of(file, rows, columns[0], mistakes)

    def optional_rows_of(
        file: str, columns: Sequence[str], later: Sequence[str] = ()
    ) -> tuple[list[Cells], frozenset[str] | None]:
        return rows_of(file, columns, later) if (folder / file).exists() else ([], frozenset())

    rows, _ = optional_rows_of(ITEMS_FILE, ITEM_COLUMNS)
    known = Known(items=items_in(rows, items) if rows else items)
    places = read_places(rows_of, optional_rows_of, known)
    rows, names_known = optional_rows_of("mappings.csv", MAPPING_COLUMNS)
    mappings = read_mappings(rows, formats or ())
    rows, known.devices = rows_of("devices.csv", DEVICE_COLUMNS)
    devices = read_devices(rows, Spoken(formats, mappings, are_known=names_known is not None))
    meter_rows, named = rows_of("meters.csv", METER_COLUMNS, METER_COLUMNS_LATER)
    meters = read_meters(meter_rows, known)
    rows, _ = optional_rows_of("events.csv", EVENT_COLUMNS, EVENT_COLUMNS_LATER)
    events = read_events(rows, meters, named, now_ms=now_ms)
    rows, _ = optional_rows_of("bindings.csv", BINDING_COLUMNS)
    bindings = read_bindings(rows, meters.named, names=named, devices=known.devices)
    rows, _ = optional_rows_of("points.csv", POINT_COLUMNS)
    points = read_points(rows, known, meters.named, named)
    rows, _ = optional_rows_of("instruments.csv", INSTRUMENT_COLUMNS)
    instruments = read_instruments(rows, named, now_ms=now_ms)
    rows, _ = optional_rows_of("virtual.csv", VIRTUAL_COLUMNS)
    virtual = read_virtual(rows, meters.named, named)
    account_rows, _ = optional_rows_of("bill_accounts.csv", ACCOUNT_COLUMNS, ACCOUNT_COLUMNS_LATER)
    accounts = read_accounts(account_rows, meters.named, named)
    check_generation(meter_rows, rows, meters.named, virtual, accounts)
    if mistakes:
        raise RegistryError(mistakes)
    return replace(
        places,
        devices=devices,
        meters=tuple(meters.good),
        events=events,
        mappings=mappings,
        bindings=bindings,
        points=points,
        instruments=instruments,
        virtual=virtual,
        accounts=accounts,
        name_zh=names.get("name_zh", ""),
        name_en=names.get("name_en", ""),
    )


def write_registry(
    registry: Registry, folder: Path, items: Items | None = None, dialect: str = ""
) -> None:
    """Write a registry as files; reading them gives the same registry, with number 0.

    Files of the same names are replaced; the folder is made if it is missing.

    Args:
        registry: What to write.
        folder: Where to.
        items: Dictionaries of sub-items.
        dialect: The one to write sub-items in; "" for ours.
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
        ("buildings", BUILDING_COLUMNS, [building_cells(b, home) for b in registry.buildings]),
        ("mappings", MAPPING_COLUMNS, [mapping_cells(row) for row in registry.mappings]),
        (
            "devices",
            DEVICE_COLUMNS,
            [_same_cells(device, DEVICE_COLUMNS) for device in registry.devices],
        ),
        (
            "meters",
            METER_COLUMNS,
            [meter_cells(meter, items, dialect) for meter in registry.meters],
        ),
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
        ("bodies", BODY_COLUMNS, [body_cells(body) for body in registry.bodies]),
        ("sizes", SIZE_COLUMNS, [size_cells(size) for size in registry.sizes]),
        ("points", POINT_COLUMNS, [point_cells(point) for point in registry.points]),
        (
            "instruments",
            INSTRUMENT_COLUMNS,
            [instrument_cells(instrument) for instrument in registry.instruments],
        ),
        ("virtual", VIRTUAL_COLUMNS, [virtual_cells(part) for part in registry.virtual]),
        (
            "bill_accounts",
            ACCOUNT_COLUMNS,
            [account_cells(entry, registry.meter) for entry in registry.accounts],
        ),
    )
    for name, columns, rows in files:
        write_rows(folder / f"{name}.csv", columns, rows)


def _same_cells(entry: object, columns: Sequence[str]) -> Sequence[str]:
    return [str(getattr(entry, column)) for column in columns]
