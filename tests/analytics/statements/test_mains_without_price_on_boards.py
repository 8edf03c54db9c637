"""Boards beside a cost: how many mains used something that has no price."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from dashboards.boards.district import BOARD
from dashboards.panels import LACKS
from energy.meter import Meter
from energy.span import HOUR_MS, midnight
from energy.uses import OWN_GENERATION
from storage.tables import DISTRICT, PERIOD
from tests.analytics.ledger.test_ledger_sums import ANNEX, BEIJING, MAIN, OTHER, hourly
from tests.analytics.ledgers import ledger_of, points
from tests.builders import HALL, registry_of

START = midnight(date(2026, 5, 1), BEIJING)
BARE = replace(OTHER, tariff="")


def unpriced(*meters: Meter, rises: int = 100) -> dict[str, tuple[int, bool]]:
    """Return of each place how many of its mains have no price, and whether it has a cost."""
    readings = [
        reading
        for meter in meters
        for reading in hourly(meter, [100 if meter is MAIN else rises] * 24, start=START)
    ]
    registry = registry_of(*meters, buildings=(HALL, ANNEX))
    store = ledger_of(registry, readings, now_ms=START + 24 * HOUR_MS)
    rows = points(store, PERIOD, period="month").to_dict("records")
    return {
        str(row["place"]): (int(row["unpriced"]), not pd.isna(row["cost"]) and row["cost"] > 0)
        for row in rows
    }


def test_a_main_without_a_price_is_counted_beside_the_cost_of_the_other() -> None:
    assert unpriced(MAIN, BARE) == {
        "hall": (0, True), "annex": (1, False), "town": (1, True), DISTRICT: (1, True)
    }  # fmt: skip


def test_no_main_is_counted_where_each_has_a_price() -> None:
    assert unpriced(MAIN, OTHER)[DISTRICT] == (0, True)


@pytest.mark.parametrize(("meter", "rises"), [(BARE, 0), (replace(BARE, use=OWN_GENERATION), 100)])
def test_what_used_nothing_or_was_not_bought_needs_no_price(meter: Meter, rises: int) -> None:
    assert unpriced(MAIN, meter, rises=rises)[DISTRICT][0] == 0


def test_each_panel_with_a_cost_of_periods_shows_how_many_mains_it_lacks() -> None:
    with_cost = [
        panel
        for panel in BOARD.panels
        for query in panel.queries
        if query.table == PERIOD.name and any(one.field == "cost" for one in query.columns)
    ]
    assert len(with_cost) >= 2
    for panel in with_cost:
        assert "unpriced" in [shown.column for shown in panel.shown], panel.name
        assert LACKS.en in panel.how.en
