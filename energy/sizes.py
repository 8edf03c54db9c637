"""How large a building is over time: floor area, heated area, people who use it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from energy.period import Stretch

AREA, HEATED_AREA, PEOPLE = "area_m2", "heated_area_m2", "people"
WATER_PERSONS = "water_persons"
"""Made of several measures by the category of the institution; energy/water_persons.py."""
MEASURES = (AREA, HEATED_AREA, PEOPLE)
"""Denominators of intensities (facts of the statistics system: 建筑面积, 采暖面积, 用能人数)."""


@dataclass(frozen=True, slots=True)
class Size:
    """What a building measures from a day on.

    Attributes:
        building: Whose.
        measure: A word of MEASURES, or of energy.water_persons.PARTS.
        valid_from: First local date it holds; it does so until the next row of its measure.
        value: Square metres, people, months, beds or visits; 0 says that it is not known from then
            on.
        source: Where it comes from, such as a survey or a decree.
    """

    building: str
    measure: str
    valid_from: date
    value: int
    source: str


def mean_size(
    rows: Sequence[Size], stretch: Stretch, *, measure: str, before: int = 0
) -> Fraction | None:
    """Return the mean of a measure over local days, each day counted once, exactly.

    Args:
        rows: Sizes of one building.
        stretch: The days; at least one.
        measure: Which of its measures.
        before: What it was before the first row; 0 if nobody knows.

    Returns:
        Square metres or people; None if it is not known on one of the days.
    """
    own = sorted((row for row in rows if row.measure == measure), key=lambda row: row.valid_from)
    bounds = [stretch.first]
    bounds += [row.valid_from for row in own if stretch.first < row.valid_from < stretch.until]
    total = 0
    for start, end in zip(bounds, [*bounds[1:], stretch.until], strict=True):
        value = size_on(own, start, measure=measure, before=before)
        if value == 0:
            return None
        total += value * (end - start).days
    return Fraction(total, stretch.days)


def size_on(rows: Sequence[Size], day: date, *, measure: str, before: int = 0) -> int:
    """Return what a building measures on a local date; 0 if it is not known."""
    holding = [row for row in rows if row.measure == measure and row.valid_from <= day]
    return max(holding, key=lambda row: row.valid_from).value if holding else before
