"""Heated areas in the registry files: none is far above the floor area of its building."""

from collections.abc import Sequence

from energy.meter import Building
from energy.sizes import AREA, HEATED_AREA, Size, size_on
from energy.text import Text
from storage.csv_cells import Cells

_MOST_TIMES = 2
"""Of the floor area; chosen: rules that count high storeys for more stay below it, a slip of the
pen does not."""


def check_heated(
    rows: Sequence[Cells], sizes: Sequence[Size], buildings: Sequence[Building]
) -> None:
    """Call a mistake a heated area that is far above the floor area of its day.

    Args:
        rows: Rows of sizes.csv, one for each size.
        sizes: What they say.
        buildings: With their areas from before the first size.
    """
    first = {one.building: one.area_m2 for one in buildings}
    for cells, size in zip(rows, sizes, strict=True):
        if size.measure != HEATED_AREA:
            continue
        own = [one for one in sizes if one.building == size.building]
        area = size_on(own, size.valid_from, measure=AREA, before=first.get(size.building, 0))
        if area and size.value > _MOST_TIMES * area:
            problem = Text(
                f"采暖面积 {size.value:,} m² 是建筑面积 {area:,} m² 的两倍以上；请更正其中之一。",
                f"a heated area of {size.value:,} m² is more than twice the floor area, {area:,} "
                "m²; correct one of them.",
            )
            cells.mistake("value", problem)
