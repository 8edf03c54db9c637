"""What is known of a period is shown where the rest of it is not."""

from datetime import date
from fractions import Fraction

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analytics.statements.own import Asked, own_figures
from analytics.statements.weights import half_up, weigh
from energy.period import Stretch
from energy.reading import Reading
from energy.span import HOUR_MS, midnight
from storage.tables import METER_DAY, METER_HOUR, METER_MONTH
from tests.analytics.ledger.test_ledger_sums import BEIJING, MAIN, START, hourly, year_of
from tests.analytics.ledgers import ledger_of, points
from tests.builders import registry_of


def test_a_day_with_an_unresolved_hour_shows_its_other_hours_and_the_time_it_lacks() -> None:
    before, after = hourly(MAIN, [100] * 5), hourly(MAIN, [100] * 5, start=START + 6 * HOUR_MS)
    told = [*before, *(one._replace(value=int(one.value) + 900_000) for one in after)]
    store = ledger_of(registry_of(MAIN), told, now_ms=START + 12 * HOUR_MS)

    hours = points(store, METER_HOUR)
    day = points(store, METER_DAY).iloc[0]
    month = points(store, METER_MONTH).iloc[0]
    assert hours["amount"].isna().tolist() == [False] * 5 + [True] + [False] * 5
    for period in (day, month):
        assert (period["amount"], period["unresolved_s"]) == (10 * 1000, 3600)


def test_a_month_is_no_saving_against_one_of_which_days_are_missing() -> None:
    before, now = (midnight(date(year, 5, 1), BEIJING) for year in (2025, 2026))
    told = [
        *hourly(MAIN, [100] * 24 * 4, start=before),
        *hourly(MAIN, [50] * 24 * 10, start=now, first=9_600),
    ]
    store = ledger_of(registry_of(MAIN), told, now_ms=now + 10 * 24 * HOUR_MS + 1)

    month = year_of(store, "month")
    assert month["covered"] == 1.0
    assert pd.isna(month["change"])


def test_a_month_of_which_nothing_is_known_has_no_amount_in_a_statement() -> None:
    begin, end = (midnight(date(2026, 5, day), BEIJING) for day in (1, 31))
    fell = [
        Reading(MAIN.meter, "register", time, value) for time, value in ((begin, 50_000), (end, 10))
    ]
    store = ledger_of(registry_of(MAIN), fell, now_ms=end)
    may = Stretch(date(2026, 5, 1), date(2026, 6, 1))

    found = own_figures(store, [MAIN], [may], Asked(BEIJING, end, {MAIN.meter: begin}))[may]

    assert (found.amount, found.cost) == (None, None)
    assert found.unresolved_s == 30 * 24 * 3600


@given(st.fractions(0, 10**6, max_denominator=10**4))
def test_grams_of_a_statement_are_the_nearest_and_half_of_one_is_rounded_up(
    grams: Fraction,
) -> None:
    found = half_up(grams)

    assert Fraction(-1, 2) < found - grams <= Fraction(1, 2)


def test_five_watt_hours_weigh_a_gram_of_coal() -> None:
    assert weigh(5, kind="electricity", per_display=Fraction("0.1229")) == 1  # 0.6145 g
