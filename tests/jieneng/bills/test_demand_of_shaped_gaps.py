"""The greatest demand where a long gap was laid like the days before it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from energy.reading import Reading
from energy.span import HOUR_MS, Span, midnight
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from tests.analytics.ledgers import run_round
from tests.builders import NORTH, registry_of
from tests.jieneng.bills.test_tariff_command import METER, QUARTER_MS, bill
from tests.record_promises import stored

APRIL, MAY, JUNE, JULY = (
    midnight(date(2026, month, 1), NORTH.zone) for month in (4, 5, 6, 7)
)  # fmt: skip
DAY_MS = 24 * HOUR_MS
EVEN = Span(MAY + 23 * DAY_MS + 8 * HOUR_MS, MAY + 23 * DAY_MS + 12 * HOUR_MS)
"""Four hours with a total of 248 kWh: 62 kW all the time."""
OVER_THE_END = Span(JUNE - 12 * HOUR_MS, JUNE + 2 * HOUR_MS)
"""In its first six hours 400 kW, in the others 8."""


def readings() -> Iterator[Reading]:
    """Yield a register: 100 kW from nine to ten until June, 8 kW at other times."""
    count = 0
    for time in range(APRIL, JULY + 1, QUARTER_MS):
        if not any(gap.start < time < gap.end for gap in (EVEN, OVER_THE_END)):
            yield Reading("hall_main", "register", time, count)
        hour = (time - APRIL) % DAY_MS // HOUR_MS
        if EVEN.start <= time < EVEN.end:
            count += 1550
        elif OVER_THE_END.start <= time < OVER_THE_END.start + 6 * HOUR_MS:
            count += 10_000
        else:
            count += 2500 if hour == 9 and time < JUNE else 200


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    take_reference(held.records, shipped("reference"))
    registry = registry_of(METER)
    stored(held.records, registry)
    held.store.write(list(readings()))
    run_round(held.store, registry, {"hall_main": 0}, now_ms=JULY)
    yield held
    held.close()


def test_the_shape_of_a_gap_is_no_demand_that_anybody_is_billed(house: House) -> None:
    said, _ = bill(house, "hall_main", month="2026-05")
    # Laid like the days before, 09-10 of the gap would have had 200 kW.
    assert json.loads(said[0])["demand_w"] == 100_000


def test_of_a_gap_over_the_end_of_a_month_no_part_is_the_demand_of_either(house: House) -> None:
    said, _ = bill(house, "hall_main", month="2026-06")
    assert json.loads(said[0])["demand_w"] == 8_000
