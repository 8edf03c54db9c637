"""What people call the lines of a sheet, and the institutions of a sum."""

from collections.abc import Iterable, Mapping
from typing import Any

from analytics.statements.printed.entries import USE_LABELS
from analytics.statements.weights import METHODS
from energy.kinds import KINDS
from energy.text import Text


def place_of(key: str) -> tuple[str, str, Text]:
    """Return line, field and what people call the line of a key of a sheet.

    Args:
        key: kind/from or kind/use/from, and behind it the field, such as
            electricity/2026-05-01/amount; the name of a field alone has no line.
    """
    parts = key.split("/")
    has_use = len(parts) > 1 and parts[1] in USE_LABELS
    head = 3 if has_use else 2
    if parts[0] not in KINDS or len(parts) < head:
        return "", key, Text("", "")
    kind = KINDS[parts[0]]
    name = Text(f"{parts[head - 1][:7]} {kind.zh}", f"{parts[head - 1][:7]} {kind.en}")
    if has_use and USE_LABELS[parts[1]].en:
        name += Text(" 其中", ", of which ") + USE_LABELS[parts[1]]
    return "/".join(parts[:head]), "/".join(parts[head:]), name


def method_of_grams(field: str) -> str:
    """Return the method by which a field says CO2, such as co2/1/grams; "" for other fields."""
    name, _, rest = field.partition("/")
    place, _, what = rest.partition("/")
    return METHODS[int(place)] if (name, what) == ("co2", "grams") else ""


def institutions_called(sheet: Mapping[str, Any], names: Iterable[str], language: str) -> str:
    """Return what people call some institutions of a sum, in a row; the name where none is known.

    Args:
        sheet: The sum.
        names: Names of institutions as the registry has them.
        language: zh or en.
    """
    known = sheet.get("names", {})
    said = (known[name][language] if name in known else name for name in names)
    return Text("、", ", ").get(language).join(said)


def members_said(sheet: Mapping[str, Any], language: str) -> list[str]:
    """Return who is in a sum with the state of each sheet, and of whom nothing is known."""
    if "members" not in sheet:
        return []
    opening, closing = Text("（", " (").get(language), Text("）", ")").get(language)
    told = [
        f"{institutions_called(sheet, [name], language)}{opening}{one['state'][language]}{closing}"
        for name, one in sheet["members"].items()
    ]
    between = Text("、", ", ").get(language)
    said = [Text("机构：", "institutions: ").get(language) + between.join(told)]
    if sheet["silent"]:
        silent = Text("毫无数据：", "nothing is known of: ").get(language)
        said.append(silent + institutions_called(sheet, sheet["silent"], language))
    return said
