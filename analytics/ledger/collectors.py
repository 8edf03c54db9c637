"""The health of each collector as a point: what it last said of itself."""

from collections.abc import Sequence

import pandas as pd

from energy.span import Span
from storage.readings import ReadingStore
from storage.records.health import Health
from storage.tables import COLLECTOR


def write_collectors(store: ReadingStore, said: Sequence[Health]) -> None:
    """Add the newest word of each collector to the derived table, at the time it was said."""
    for health in said:
        row: dict[str, object] = {"time": health.at, "collector": health.collector}
        counters = {**health.counters, "stored": health.counters.get("shipped")}
        row |= {field: counters.get(field) for field in COLLECTOR.field}
        frame = pd.DataFrame([row]).astype(dict.fromkeys(COLLECTOR.field, "Int64"))
        tags = {"collector": health.collector}
        store.replace(COLLECTOR, frame, tags=tags, span=Span(health.at, health.at + 1))
