"""A local day is the same whatever zone the process, and so the database connection, is in."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from energy.query import Aggregate, Column, Query
from energy.reading import Reading
from energy.span import HOUR_MS, Span, local_days, midnight
from storage.opening import open_store
from tests.analytics.ledger.test_year_of_hours import process_in
from tests.analytics.ledgers import everything, run_round
from tests.builders import MAIN_METER, NORTH, registry_of

BERLIN = ZoneInfo("Europe/Berlin")
SPAN = Span(midnight(date(2026, 3, 28), BERLIN), midnight(date(2026, 3, 31), BERLIN))
"""Three days, of which the second has 23 hours."""
ASKED = Query(
    "meter_hour",
    (Column("amount", Aggregate.SUM, "amount"), Column("amount", Aggregate.COUNT, "hours")),
    every="day",
    timezone="Europe/Berlin",
)


def told(folder: Path, zone: str) -> tuple[str, dict[str, str], list[int]]:
    """Return the days that a store answers, all its tables, and the hours of each day."""
    site = replace(NORTH, timezone="Europe/Berlin")
    address = f"duckdb:{folder / zone.replace('/', '-')}"
    places = registry_of(MAIN_METER, sites=[site])
    with (
        process_in(zone),
        closing(open_store(address)) as store,
    ):
        hours = range(SPAN.start, SPAN.end + 1, HOUR_MS)
        store.write(
            [Reading("hall_main", "register", time, place) for place, time in enumerate(hours)]
        )
        run_round(store, places, {"hall_main": 0}, now_ms=SPAN.end + HOUR_MS)
        found = store.query(ASKED, SPAN)
        return found.to_csv(), everything(store), found["hours"].astype(int).tolist()


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_days_and_hours_are_the_same_whatever_zone_the_database_is_connected_from(
    tmp_path: Path, zone: str
) -> None:
    """Invariant 12, clock changes."""
    here, there = told(tmp_path, "UTC"), told(tmp_path, zone)

    assert here[2] == [24, 23, 24]
    assert len(list(local_days(SPAN, BERLIN))) == 3
    assert there == here
