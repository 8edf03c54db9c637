"""What changes truly saved or added, for whoever measures savings to be held against.

``changes.parquet``  a row a change, meter and hour: meter, time, change, saved
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from energy.span import from_ms
from simulators.scenario import MEASURES
from simulators.trees.ground_truth import District
from simulators.truth.parquet import table_of
from simulators.truth.totals import YEAR, amounts_by_period

CHANGES = "changes.parquet"


def hours_of_changes(district: District) -> Iterator[pa.Table]:
    """Yield what each meter counted less in each hour from the begin of the works on [base units].

    Hours before are in no row: nothing was changed. The number of the change is its place in the
    scenario, from 1 on.
    """
    grid = district.grid
    for entry in district.changes:
        for name, saved in entry.saved.items():
            hourly = saved.reshape(-1, grid.an_hour).sum(axis=1)
            times = grid.starts[:: grid.an_hour]
            rows = times + (grid.an_hour - 1) * grid.slot_ms >= entry.start
            columns = {
                "time": times[rows],
                "change": np.full(np.count_nonzero(rows), entry.number, np.int64),
                "saved": hourly[rows],
            }
            yield table_of(name, columns)


def facts_of_changes(district: District) -> Iterator[dict[str, Any]]:
    """Yield what truth.json says of each change; amounts are those at its own meter."""
    for entry in district.changes:
        meter = district.registry.meter[entry.change.meter]
        zone = district.registry.site[meter.site].zone
        nothing = np.zeros(district.grid.count, np.int64)
        saved = entry.saved.get(meter.meter, nothing)
        yield {
            "number": entry.number,
            "kind": entry.change.kind,
            "routine": entry.change.kind in MEASURES,
            "meter": meter.meter,
            "strength": entry.change.strength,
            "seen_at": sorted(entry.saved),
            "start": entry.start,
            "done": entry.done,
            "saved": int(saved.sum()),
            "saved_by_year": {
                str(from_ms(time).astimezone(zone).year): amount
                for (period, time), amount in amounts_by_period(saved, district.grid, zone)
                if period == YEAR
            },
        }
