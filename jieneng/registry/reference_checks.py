"""Whether reference data is plausible, and holds what the registry in force names."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from energy.errors import Mistake
from energy.factors import Factor
from energy.kinds import KINDS
from energy.provenance import SourceRow
from energy.reference import Reference
from energy.registry import Registry
from energy.text import Text
from storage.csv_cells import exact_text

WITHIN = 3
"""How many times the greatest shipped factor of a kind, and what part of the least, is plausible.
Chosen: sets of authorities differ by less (electricity as final or as primary energy, which are
all shipped), a unit that was mistaken differs by 10 or 1000."""

_Bounds = Mapping[tuple[str, str], tuple[Fraction, Fraction]]
"""File and kind to the least and the greatest shipped factor [kgce or kgCO2 per display unit]."""


def implausible(
    reference: Reference, shipped: Reference, confirmed: Mapping[str, SourceRow]
) -> Iterator[Mistake]:
    """Yield each factor that lies far beyond the shipped ones of its kind.

    Rows that somebody confirmed as they read are right however odd they look, and 0 is no mistaken
    unit: what is certified emits nothing.

    Args:
        reference: What shall be imported.
        shipped: What comes with the platform.
        confirmed: Rows in force with their confirmations, by id.
    """
    bounds = _bounds(shipped)
    for row in (row for rows in reference.factors.values() for row in rows):
        source = reference.sources.get(row.id)
        if source is None or _is_confirmed(source, confirmed) or not row.per_display:
            continue
        least, greatest = bounds.get((source.file, row.kind), (row.per_display, row.per_display))
        if not least / WITHIN <= row.per_display <= greatest * WITHIN:
            yield Mistake(source.file, 0, "value", _too_far(row, source.file, least, greatest))


def unheld(reference: Reference, registry: Registry) -> Iterator[Mistake]:
    """Yield each tariff and calendar that the registry in force names and reference data lacks."""
    for folder, lacking in (
        ("tariffs", _named_by(registry.meters, "tariff", "meter", reference.tariffs)),
        ("calendars", _named_by(registry.sites, "calendar", "site", reference.calendars)),
    ):
        for name, users in lacking.items():
            zh, en = "、".join(users), ", ".join(users)
            yield Mistake(
                folder,
                0,
                "",
                Text(
                    f"缺 {name!r}，而登记表中的 {zh} 在用。请补上，或先改登记表再导入；"
                    "确要不带它导入：jieneng import reference FOLDER --anyway。",
                    f"{name!r} is not there, and {en} of the registry in force needs it. Add it, "
                    "or change the registry first; to import without it: "
                    "jieneng import reference FOLDER --anyway.",
                ),
            )


def _named_by(
    rows: tuple[object, ...], column: str, key: str, known: Mapping[str, object]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        name = getattr(row, column)
        if name and name not in known:
            found.setdefault(name, []).append(getattr(row, key))
    return found


def _bounds(shipped: Reference) -> _Bounds:
    found: dict[tuple[str, str], tuple[Fraction, Fraction]] = {}
    for row in (row for rows in shipped.factors.values() for row in rows if row.per_display):
        key, value = (shipped.sources[row.id].file, row.kind), row.per_display
        least, greatest = found.get(key, (value, value))
        found[key] = min(least, value), max(greatest, value)
    return found


def _is_confirmed(source: SourceRow, confirmed: Mapping[str, SourceRow]) -> bool:
    held = confirmed.get(source.id)
    same = held is not None and held.content == source.content and bool(held.confirmed_by)
    return same or bool(source.confirmed_by)


def _too_far(row: Factor, file: str, least: Fraction, greatest: Fraction) -> Text:
    unit = KINDS[row.kind].display_unit
    of = "kgCO2" if file.startswith("emission") else "kgce"
    said, low, high, smallest, largest = (
        f"{float(number):.4g}"
        for number in (row.per_display, least / WITHIN, greatest * WITHIN, least, greatest)
    )
    kind = KINDS[row.kind]
    ours = exact_text(least) if least == greatest else f"{smallest} – {largest}"
    return Text(
        f"{row.id}：{kind.zh}为 {said} {of}/{unit}，合理范围为 {low} – {high}（随平台提供的为 "
        f"{ours}）。请核对数值和单位；如确属实，请在该行写明 confirmed_by，或运行 "
        "jieneng import reference FOLDER --anyway。",
        f"{row.id}: {said} {of}/{unit} for {kind.en}; plausible is {low} to {high} (shipped: "
        f"{ours}). Look at value and unit; if it is true, name who confirmed the row in "
        "confirmed_by, or: jieneng import reference FOLDER --anyway.",
    )
