from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.calendars import Calendar, DayType
from energy.tariffs.faults import faults_of
from energy.tariffs.rows import rows_of
from energy.tariffs.tariff import DAY_TYPES, TariffRow, day_type_of
from energy.tariffs.terms import Component, DatedPrice, Period
from storage.reference.files import read_reference
from tests.storage.test_tariff_toml import OFFICE, reference_of

SHIPPED = read_reference(Path("reference"))
RATIOS = {
    "beijing_single_below_1kv": ("1368000", "800000", "288000"),
    "beijing_single_1kv": ("1440000", "800000", "240000", "1728000"),
    "beijing_two_part": ("1280000", "800000", "320000", "1536000"),
}


@pytest.mark.parametrize("name", list(RATIOS))
def test_beijing_prices_stand_in_the_published_ratios(name: str) -> None:
    """The floating parts add up to 0.80 yuan at the flat price."""
    version = SHIPPED.full_tariffs[name][-1]
    floating = {component.name for component in version.components if component.floats}
    found = {
        row.period: sum(micro for part, micro in row.parts if part in floating)
        for row in rows_of(version)
    }
    periods = ("peak", "flat", "valley", "critical")
    assert found == dict(zip(periods, map(int, RATIOS[name]), strict=False))


def rows_at(rows: tuple[TariffRow, ...], day: date, minute: int, day_type: str) -> list[TariffRow]:
    """Ask every row, one minute at a time; of those that hold, the ones of greatest priority."""
    held = [
        row
        for row in rows
        if row.from_minute <= minute < row.to_minute and row.holds_on(day, day_type)
    ]
    most = max((row.priority for row in held), default=0)
    return [row for row in held if row.priority == most]


CHINA = SHIPPED.calendars["cn"]


@pytest.mark.parametrize("name", list(SHIPPED.full_tariffs))
@pytest.mark.parametrize("first", [date(2022, 12, 28), date(2026, 7, 1), date(2028, 2, 29)])
def test_every_minute_of_a_shipped_tariff_is_priced_by_exactly_one_row(
    name: str, first: date
) -> None:
    rows = SHIPPED.tariffs[name]
    for number in range(8):
        day = date.fromordinal(first.toordinal() + number)
        day_type = day_type_of(day, CHINA)
        is_valid = SHIPPED.full_tariffs[name][0].valid_from <= day
        found = {len(rows_at(rows, day, minute, day_type)) for minute in range(1440)}
        assert found == {int(is_valid)}


def test_a_critical_peak_outside_the_peak_outranks_what_it_lies_in() -> None:
    rows = SHIPPED.tariffs["beijing_single_1kv"]
    at_half_past_four = rows_at(rows, date(2026, 7, 15), 16 * 60 + 30, "workday")
    a_month_before = rows_at(rows, date(2026, 6, 15), 16 * 60 + 30, "workday")
    assert [row.period for row in at_half_past_four] == ["critical"]
    assert [row.period for row in a_month_before] == ["flat"]


PERIOD = st.builds(
    lambda first, length, types, priority: Period(
        "all", first * 60, min(1440, (first + length) * 60), "", tuple(sorted(types)), priority
    ),
    st.integers(0, 23),
    st.integers(1, 24),
    st.sets(st.sampled_from(DAY_TYPES)),
    st.integers(0, 1),
)


@given(st.lists(PERIOD, min_size=1, max_size=5))
def test_what_is_not_refused_prices_every_minute_once(periods: list[Period]) -> None:
    version = replace(
        SHIPPED.full_tariffs["beijing_heat_by_gigajoule"][0],
        valid_to=date(2009, 1, 8),
        periods=tuple(periods),
        components=(
            Component(
                "heat", "", "", floats=False, is_adjusted=False,
                prices=(DatedPrice(date(2009, 1, 1), date(2009, 1, 8), (("all", 1),)),),
            ),
        ),
    )  # fmt: skip
    rows = rows_of(version)
    priced = all(
        len(rows_at(rows, date(2009, 1, 1), minute, day_type)) == 1
        for minute in range(0, 1440, 60)
        for day_type in DAY_TYPES
    )
    assert priced or faults_of(version)
    overlaps = any(
        len(held) > 1
        for minute in range(0, 1440, 60)
        for day_type in DAY_TYPES
        for held in [_all_at(rows, minute, day_type)]
    )
    assert bool(faults_of(version)) == (overlaps or not priced)


def _all_at(rows: tuple[TariffRow, ...], minute: int, day_type: str) -> list[TariffRow]:
    """Return rows that share their priority with another at a minute."""
    held = [
        row
        for row in rows
        if row.from_minute <= minute < row.to_minute and row.holds_on(date(2009, 1, 1), day_type)
    ]
    ranks = [row.priority for row in held]
    return [row for row in held if ranks.count(row.priority) > 1]


def test_prices_of_a_tariff_reach_the_day_types_of_the_calendar(tmp_path: Path) -> None:
    rows = reference_of(tmp_path, OFFICE).tariffs["office"]
    calendar = Calendar("x", {date(2026, 3, 4): DayType.HOLIDAY}, date(2027, 1, 1))
    found = [
        rows_at(rows, day, 600, day_type_of(day, calendar))[0].period
        for day in (date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 7))
    ]
    assert found == ["peak", "flat", "flat"]


@pytest.mark.parametrize(
    ("month", "day", "price"),
    [(11, 14, 3), (11, 15, 3.3), (12, 31, 3.3), (1, 1, 3.3), (3, 15, 3.3), (3, 16, 3)],
)
def test_gas_costs_more_from_mid_november_to_mid_march(month: int, day: int, price: float) -> None:
    (row,) = rows_at(SHIPPED.tariffs["beijing_gas_seasonal"], date(2026, month, day), 600, "")
    assert row.price_micro == price * 1_000_000
