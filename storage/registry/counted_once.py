"""Refuses registry files by which virtual meters count an energy more than once."""

from collections.abc import Mapping, Sequence
from datetime import date

from energy.counting.twice import counted_too_often, shares_of
from energy.counting.virtual import MINUS, VirtualPart
from energy.counting.words import too_often_words
from energy.meter import Meter
from storage.csv_cells import Cells

Row = tuple[Cells, VirtualPart]


def check_counted_once(rows: Sequence[Row], meters: Mapping[str, Meter]) -> None:
    """Call a mistake what mains, or the sub-meters of one, count more than once in all.

    Asked only where every row is good: a cycle has no shares.

    Args:
        rows: Rows of virtual.csv, and what they say.
        meters: What meters.csv says, by name.
    """
    if not all(cells.good for cells, _ in rows):
        return
    parts = [part for _, part in rows]
    for one in counted_too_often(meters, parts):
        cells = _row_of(rows, one.by, one.meter, one.day, above=one.above)
        cells.mistake("input", too_often_words(one, meters))


def _row_of(
    rows: Sequence[Row], tops: Sequence[str], source: str, day: date, above: str = ""
) -> Cells:
    """Return the last row by which virtual meters count a meter on a day, or what is above it."""
    found: dict[str, Cells] = {}
    parts = [part for _, part in rows]
    for cells, part in rows:
        is_theirs = part.meter in tops and part.sign != MINUS
        if is_theirs and part.valid_from <= day < part.valid_to:
            counted = shares_of(parts, [part.source], day)
            found |= dict.fromkeys({source, above}.intersection(counted), cells)
    return found.get(source) or found[above]
