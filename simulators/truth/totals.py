"""What was truly used at every node of a district, by local month and year.

A node is a meter, or a building, an institution or the district: there the mains of one kind are
added. The month and year are those of the site of each meter.
"""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from energy.meter import MAIN, Meter
from energy.span import Span, local_months, local_years
from simulators.grid import Grid
from simulators.trees.ground_truth import District
from simulators.truth.parquet import GrowingFile, arrow_of, texts_of

METER, BUILDING, INSTITUTION, DISTRICT = "meter", "building", "institution", "district"
MONTH, YEAR = "month", "year"

Node = tuple[str, str, str]
Period = tuple[str, int]


class Totals:
    """Adds up true amounts [base units] node by node and period by period."""

    def __init__(self) -> None:
        self._used: dict[Node, dict[Period, int]] = {}

    def add(self, district: District) -> None:
        """Add the meters of a part of a district."""
        for true in district.meters.values():
            site = district.registry.site[true.meter.site]
            amounts = dict(amounts_by_period(true.used, district.grid, site.zone))
            for node in _nodes(true.meter):
                held = self._used.setdefault(node, {})
                for period, used in amounts.items():
                    held[period] = held.get(period, 0) + used

    def rows(self) -> Iterator[tuple[str, str, str, str, int, int]]:
        """Yield level, node, kind, period, start of the period [ms] and amount [base units]."""
        for (level, name, kind), periods in self._used.items():
            for (period, start), used in periods.items():
                yield level, name, kind, period, start, used

    def write(self, path: Path) -> None:
        """Write them as a Parquet file."""
        columns = list(zip(*self.rows(), strict=True)) or [()] * 6
        names = ["level", "node", "kind", "period", "time", "used"]
        texts = [texts_of([str(cell) for cell in column]) for column in columns[:4]]
        numbers = [arrow_of(np.array(column, dtype=np.int64)) for column in columns[4:]]
        with GrowingFile(path) as file:
            file.add(pa.Table.from_arrays([*texts, *numbers], names=names))


def amounts_by_period(used: np.ndarray, grid: Grid, zone: ZoneInfo) -> Iterator[tuple[Period, int]]:
    """Yield the local months and years of a history with the sum of its slots in each."""
    whole = Span(grid.origin, grid.end)
    total = np.concatenate(([0], np.cumsum(used)))
    for name, spans in ((MONTH, local_months(whole, zone)), (YEAR, local_years(whole, zone))):
        for span in spans:
            first, last = (
                min(max((time - grid.origin) // grid.slot_ms, 0), grid.count)
                for time in (span.start, span.end)
            )
            yield (name, span.start), int(total[last] - total[first])


def _nodes(meter: Meter) -> Iterator[Node]:
    yield METER, meter.meter, meter.kind
    if meter.role == MAIN:
        if meter.building:
            yield BUILDING, meter.building, meter.kind
        if meter.institution:
            yield INSTITUTION, meter.institution, meter.kind
        yield DISTRICT, DISTRICT, meter.kind
