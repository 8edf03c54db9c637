"""Whether a registry from files fits what is stored: reference data, and readings there are."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from energy.errors import Mistake, RegistryError
from energy.reference import Reference
from energy.registry import Registry
from energy.text import Text
from storage.csv_files import read_rows
from storage.registry.meters import METER_COLUMNS, METER_COLUMNS_LATER
from storage.registry.places import SITE_COLUMNS

_Found = tuple[str, Mistake]
"""The site or meter that a mistake is about, and the mistake, its row still unknown."""


def judge(
    registry: Registry,
    folder: Path,
    before: Registry,
    reference: Reference,
    *,
    heard: Collection[str],
) -> None:
    """See whether a registry fits what is stored.

    Args:
        registry: What the files hold.
        folder: The files; the mistakes name their rows.
        before: The registry in force.
        reference: The reference data it will be used with.
        heard: Meters that have readings in the store.

    Raises:
        RegistryError: All mistakes at once.
    """
    mistakes = [
        *reinterpreted(before, registry, heard=heard),
        *unknown_references(registry, reference),
        *_emptied(before, registry),
    ]
    if mistakes:
        raise RegistryError(_with_rows(mistakes, folder))


def _with_rows(found: Sequence[_Found], folder: Path) -> list[Mistake]:
    """Return mistakes with the rows that define the names they are about."""
    rows = {
        (file, cells.cell(columns[0])): cells.row
        for file, columns in (("sites.csv", SITE_COLUMNS), ("meters.csv", METER_COLUMNS))
        for cells in read_rows(folder / file, columns, [], later=METER_COLUMNS_LATER)
    }
    return [replace(mistake, row=rows.get((mistake.file, name), 0)) for name, mistake in found]


def _emptied(before: Registry, after: Registry) -> list[_Found]:
    """Return the mistake of a registry without a meter; none where institutions live on bills.

    One that had meters keeps them: what was measured would belong to nobody.
    """
    if after.meters:
        return []
    if before.meters:
        count = len(before.meters)
        empty = Text(
            f"没有计量点，而现行登记表有 {count} 个；请保留它们的行。",
            f"it holds no meter, and the registry in force has {count}; keep their rows.",
        )
    elif not after.institutions:
        empty = Text(
            "既没有计量点也没有机构；这样的登记表没有用处。",
            "it holds neither a meter nor an institution; such a registry is of no use.",
        )
    else:
        return []
    return [("", Mistake("meters.csv", 0, "", empty))]


def reinterpreted(before: Registry, after: Registry, *, heard: Collection[str]) -> list[_Found]:
    """Return a mistake, with its meter, for each change that gives stored readings another meaning.

    Readings are stored as whole steps of the register. A registry that changes step, unit, kind or
    table of a meter with readings would silently divide or multiply its whole history.
    """
    return [
        (
            name,
            Mistake(
                "meters.csv",
                0,
                column,
                _stored_otherwise(
                    name, column, getattr(before.meter[name], column), getattr(meter, column)
                ),
            ),
        )
        for name, meter in after.meter.items()
        if name in before.meter and name in heard
        for column in ("kind", "table", "unit", "step")
        if getattr(before.meter[name], column) != getattr(meter, column)
    ]


def _stored_otherwise(name: str, column: str, stored: object, wanted: object) -> Text:
    return Text(
        f"{name} 已有按 {column} {stored} 存储的读数，不能改为 {wanted}。"
        "请给这块表新的计量点名称。",
        f"{name} has readings stored with {column} {stored}; it cannot become {wanted}. "
        "Give the register a new meter name.",
    )


def unknown_references(registry: Registry, reference: Reference) -> list[_Found]:
    """Return a mistake, beside the name it is about, for each calendar, tariff and type not there.

    Types of instruments are asked for only where reference data tell of any.
    """
    calendars, tariffs = reference.calendars, reference.tariffs
    types = dict.fromkeys(row.type for row in reference.instruments.types)
    found = [
        _missing("sites.csv", "calendar", site.site, site.calendar, calendars)
        for site in registry.sites
        if site.calendar not in calendars
    ]
    found += [
        _missing("meters.csv", "tariff", meter.meter, meter.tariff, tariffs)
        for meter in registry.meters
        if meter.tariff and meter.tariff not in tariffs
    ]
    found += [
        _missing("instruments.csv", "type", f"{one.meter} {one.serial}", one.type, types)
        for one in registry.instruments
        if types and one.type not in types
    ]
    return found


def _missing(file: str, column: str, name: str, wanted: str, known: Collection[str]) -> _Found:
    return name, Mistake(file, 0, column, _not_there(name, wanted, known))


def _not_there(name: str, wanted: str, known: Collection[str]) -> Text:
    return Text(
        f"{name} 引用的 {wanted!r} 不在参考数据中；已有：{'、'.join(known) or '（无）'}。",
        f"{name} names {wanted!r}, which is not in the reference data: "
        f"{', '.join(known) or '(none)'}.",
    )
