"""What is shown as more or less than before follows a planted change, to the unit."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy.finding import Finding
from energy.span import HOUR_MS, midnight
from tests.analytics.findings.test_rules_waste import found_by
from tests.analytics.ledger.test_ledger_sums import BEIJING, MAIN, hourly, year_of
from tests.analytics.ledgers import ledger_of
from tests.builders import registry_of
from tests.evidence import evidence, office, since_days_ago

BEFORE = midnight(date(2025, 5, 1), BEIJING)
NOW = midnight(date(2026, 5, 1), BEIJING)
HOURS = 240
WH_A_STEP = 10


def compared(before: list[int], now: list[int]) -> tuple[int, int, float]:
    """Return this month's Wh, as many hours' a year before, and their change."""
    readings = [
        *hourly(MAIN, before, start=BEFORE),
        *hourly(MAIN, now, start=NOW, first=sum(before)),
    ]
    store = ledger_of(registry_of(MAIN), readings, now_ms=NOW + HOURS * HOUR_MS + 1)
    month = year_of(store, "month")
    return int(month["amount"]), int(month["amount_before"]), float(month["change"])


@given(
    st.lists(st.integers(1, 4000), min_size=24, max_size=24),
    st.integers(1, 1000),
    st.integers(0, HOURS),
)
@settings(max_examples=4)
def test_a_constant_load_lowers_a_saving_by_exactly_its_energy_and_without_it_nothing_is_saved(
    day: list[int], load: int, hours: int
) -> None:
    """Invariant 18, savings."""
    month = day * (HOURS // 24)
    loaded = [rise + load * (place >= HOURS - hours) for place, rise in enumerate(month)]

    same, same_before, unchanged = compared(month, month)
    amount, before, _ = compared(month, loaded)

    assert (same - same_before, unchanged) == (0, 0.0)
    assert before == same_before == WH_A_STEP * sum(month)
    assert before - amount == -WH_A_STEP * load * hours


def pump_of(kw: int, *, seed: int, days: int) -> Finding | None:
    amount = office(seed) + np.where(since_days_ago(days), kw * 1000, 0)
    return next(iter(found_by("level_shift", evidence(amount))), None)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("days", [40, 200])
def test_a_pump_that_is_so_much_larger_wastes_exactly_so_much_more(seed: int, days: int) -> None:
    """Invariant 18, savings."""
    smaller, larger = (pump_of(kw, seed=seed, days=days) for kw in (10, 40))

    assert smaller is not None
    assert larger is not None
    assert larger.base_per_year is not None
    assert smaller.base_per_year is not None
    more_wh = larger.base_per_year - smaller.base_per_year
    assert more_wh == pytest.approx(30_000 * 8760, rel=1e-9)
