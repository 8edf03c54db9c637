"""Options of the commands that make reports: by what amounts are weighed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from energy.text import Text

if TYPE_CHECKING:
    from analytics.closing.choices import Choices
    from energy.reference import Reference

Coefficients = Annotated[
    str, typer.Option(help="Set of coal coefficients, such as GBT2589; else NGOA-stat.")
]
Co2Set = Annotated[
    str, typer.Option(help="Series of emission factors, or own-factors; else MEE-average.")
]
Region = Annotated[
    str,
    typer.Option(
        help="Take the emission factors of the year of this division, or own; else of CN."
    ),
]
Method = Annotated[str, typer.Option(help="Show CO2 by location or market; else location.")]


def asked_choices(
    coefficients: str, co2_set: str, region: str, method: str
) -> dict[str, dict[str, str]]:
    """Return what was asked for as an argument of a piece of work, only what was given."""
    asked = {
        "coefficients": coefficients,
        "co2_set": co2_set,
        "region": region,
        "method": method,
    }
    return {"choices": {name: word for name, word in asked.items() if word}}


def choices_of(reference: "Reference", asked: Mapping[str, str] | None) -> "Choices":
    """Return what a report weighs by.

    Raises:
        ConfigError: If a name is not known, with those that are.
    """
    from analytics.closing.choices import chosen

    return chosen(reference, **(asked or {}))


def sets_said(words: Mapping[str, str]) -> list[Text]:
    """Return the line that names what weighs a report; none for the statistics system's own.

    Args:
        words: As ``Choices.words`` or the terms of a sheet have them.
    """
    from analytics.closing.choices import STATISTICS
    from analytics.statements.weights import MARKET

    taken = STATISTICS.words | {name: words[name] for name in STATISTICS.words if name in words}
    if taken == STATISTICS.words:
        return []
    how = Text("市场", "market") if taken["method"] == MARKET else Text("地域", "location")
    coal_set, series = taken["coal_set"], f"{taken['co2_set']} {taken['co2_region']}".strip()
    return [
        Text(
            f"折标系数组 {coal_set}   排放因子组 {series}   CO2 按{how.zh}",
            f"coal coefficients {coal_set}   emission factors {series}   CO2 by {how.en}",
        )
    ]
