"""20 meters x a year of hours in an InfluxDB server, asked for their days."""

import tempfile
import time
from pathlib import Path

import numpy as np

from analytics.ledger.meters import tags_of
from analytics.ledger.rows import FIELDS, Rows, frame_of
from benchmarks.ledger.faulty import SEED
from benchmarks.ledger.house import START_MS, district
from energy.query import Aggregate, Column, Query
from energy.span import HOUR_MS, Span
from storage.opening import open_store
from storage.tables import METER_HOUR
from tests.server_programs import TOKEN, influx_2, new_buckets

METERS = 20
HOURS = 365 * 24
DAYS = 365
RUNS = 5


def year_by_day() -> list[float]:
    """Return the seconds of each question: amounts by meter and local day, from hours."""
    chance = np.random.default_rng(SEED)
    start = START_MS + np.arange(HOURS, dtype=np.int64) * HOUR_MS
    known = np.ones((len(FIELDS), HOURS), dtype=bool)
    parts = [
        (Rows(start, chance.integers(0, 10**6, known.shape), known), tags_of(meter))
        for meter in district(METERS).meters
    ]
    span = Span(START_MS, START_MS + HOURS * HOUR_MS)
    query = Query(
        METER_HOUR.name,
        (Column("amount", Aggregate.SUM, "amount"),),
        group_by=("meter",),
        every="day",
        timezone="Asia/Shanghai",
    )
    with tempfile.TemporaryDirectory() as folder, influx_2(Path(folder)) as address:
        store = open_store(new_buckets(address, "year"), TOKEN)
        store.replace(METER_HOUR, frame_of(METER_HOUR, parts), tags={}, span=span)
        found = []
        for _ in range(RUNS):
            began = time.perf_counter()
            answer = store.query(query, span)
            found.append(time.perf_counter() - began)
            assert len(answer) == METERS * DAYS  # noqa: S101
        store.close()
    return found
