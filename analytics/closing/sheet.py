"""The bytes of a sheet: what an institution used in a period, by kind, out of the months."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analytics.closing.period import span_of
from energy.canonical import canonical
from energy.registry import Registry
from storage.readings import ReadingStore
from storage.records.sheets import SheetStep
from storage.tables import INSTITUTION, PLACE_DAY, PLACE_MONTH

FORMAT = 1
_HEATING = "heating"
_FIGURES = ("amount", "cost", "coal", "co2", "measured_s", "estimated_s", "unresolved_s")


def sheet_of(
    store: ReadingStore,
    registry: Registry,
    institution: str,
    period: str,
    adjustments: Sequence[SheetStep],
) -> bytes:
    """Return the sheet of an institution for a period as canonical bytes.

    Args:
        store: Where the derived tables are.
        registry: The registry in force; it knows the institution.
        institution: Whose sheet.
        period: Key of the period.
        adjustments: What is booked in this period for closed ones before it.

    Returns:
        Lines by kind and figure, in the units of storage/tables.py; a figure that a part of the
        period lacks is missing, not 0.

    Raises:
        ClosingError: If the key is that of no period.
    """
    site = registry.site[registry.institution[institution].site]
    # A heating season begins and ends within months.
    table = PLACE_DAY if period.startswith(_HEATING) else PLACE_MONTH
    points = store.points(
        table,
        where=(("level", (INSTITUTION,)), ("place", (institution,))),
        span=span_of(period, site.zone),
    )
    kinds = {str(kind): _figures(rows) for kind, rows in points.groupby("kind")}
    content = {
        "format": FORMAT,
        "institution": institution,
        "period": period,
        "lines": {**kinds, **_booked(adjustments)},
    }
    return canonical(content)


def _figures(rows: pd.DataFrame) -> dict[str, int]:
    whole = (name for name in _FIGURES if not rows[name].isna().any())
    return {name: int(rows[name].sum()) for name in whole}


def _booked(adjustments: Sequence[SheetStep]) -> dict[str, Any]:
    """Return a line for each line of each adjustment, apart from what was used in the period."""
    return {
        f"adjustment {step.period} {step.number}": {
            key: change["difference"] for key, change in step.difference.items()
        }
        for step in adjustments
    }
