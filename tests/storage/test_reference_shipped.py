from collections import Counter
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from energy.calendars import Calendar, DayType
from energy.factors import factor_at
from energy.kinds import KINDS
from energy.provenance import CONFIDENCES
from energy.reference import Reference
from energy.span import HOUR_MS, midnight
from energy.tariffs.tariff import hour_prices, row_at
from storage.reference.files import read_reference
from tests.example_district import example_registry

SHIPPED = Path(__file__).parents[2] / "reference"
BEIJING = ZoneInfo("Asia/Shanghai")

# Physical amounts and published 10^4 tce of the public institutions of Chongqing in 2015.
CHONGQING = {
    "electricity": (Fraction(6_381_000_000), "78.41"),
    "coal": (Fraction(54_700), "3.91"),
    "gas": (Fraction(144_824_100), "19.26"),
    "gasoline": (Fraction(79_279_900), "8.52"),
    "diesel": (Fraction(5_068_100), "0.63"),
}
CHONGQING_OTHER_TCE = Fraction("176.32")

# One office of 10 000 m2 in its display units, and its kgce by three sets.
OFFICE = {"electricity": 650_000, "gas": 12_000, "heat": 2_600, "gasoline": 3_000}
OFFICE_KGCE = {
    "NGOA-stat": ("79885.0", "15960.0", "88712.0", "3222.4", "187779.4"),
    "GBT2589": ("79885.0", "14571.6", "88712.0", "3222.4", "186391.0"),
    "Shandong-quota": ("201500.0", "14571.6", "88712.0", "3222.4", "308006.0"),
}

MAKEUP_DAYS = {
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}
HOLIDAYS = {
    2025: "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
    2026: "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
}


@pytest.fixture(scope="module")
def shipped() -> Reference:
    return read_reference(SHIPPED)


def weight(reference: Reference, factor_set: str, kind: str, day: date) -> Fraction:
    """Return kgce or kgCO2 per display unit."""
    factor = factor_at(reference.factors[factor_set], kind=kind, region="", day=day)
    assert factor is not None
    return factor.per_display


def test_the_published_total_of_chongqing_2015_comes_out(shipped: Reference) -> None:
    day = date(2015, 6, 30)
    tce = {
        kind: amount * weight(shipped, "NGOA-stat", kind, day) / 1000
        for kind, (amount, _) in CHONGQING.items()
    }
    for kind, (_, published) in CHONGQING.items():
        # The published amounts have 4 digits; 0.013 x 10^4 tce is what that leaves open.
        assert abs(tce[kind] / 10_000 - Fraction(published)) < Fraction("0.013"), kind
    total = (sum(tce.values()) + CHONGQING_OTHER_TCE) / 10_000
    assert abs(total - Fraction("110.75")) < Fraction("0.013")


@pytest.mark.parametrize("factor_set", OFFICE_KGCE)
def test_the_worked_office_weighs_what_each_set_says(factor_set: str, shipped: Reference) -> None:
    day = date(2025, 1, 1)
    kgce = [amount * weight(shipped, factor_set, kind, day) for kind, amount in OFFICE.items()]
    *parts, total = (Fraction(text) for text in OFFICE_KGCE[factor_set])
    assert [round(part, 1) for part in kgce] == parts
    assert round(sum(kgce), 1) == total


@pytest.mark.parametrize(("year", "tonnes"), [(2024, "361.9"), (2025, "348.8"), (2026, "344.9")])
def test_the_electricity_of_the_worked_office_emits_what_the_year_says(
    year: int, tonnes: str, shipped: Reference
) -> None:
    factor = weight(shipped, "MEE-average", "electricity", date(year, 7, 1))
    assert round(650_000 * factor / 1000, 1) == Fraction(tonnes)


def test_the_fuel_and_heat_of_the_worked_office_emit_what_is_known(shipped: Reference) -> None:
    day = date(2025, 1, 1)
    tonnes = {
        kind: OFFICE[kind] * weight(shipped, "MEE-average", kind, day) / 1000
        for kind in ("gas", "heat", "gasoline")
    }
    assert round(tonnes["gas"], 2) == Fraction("25.95")
    assert round(tonnes["heat"], 1) == 286
    assert round(tonnes["gasoline"], 2) == Fraction("6.41")


def test_water_and_cold_weigh_nothing_in_any_set(shipped: Reference) -> None:
    kinds = {row.kind for rows in shipped.factors.values() for row in rows}
    assert kinds == set(KINDS) - {"water", "cold"}


def test_every_shipped_row_says_where_it_comes_from_and_how_sure_it_is(shipped: Reference) -> None:
    rows = [row for rows in shipped.factors.values() for row in rows]
    prices = [row for rows in shipped.tariffs.values() for row in rows]
    assert all(row.source for row in rows)
    assert all(row.source for row in prices)
    assert {row.confidence for row in rows} <= set(CONFIDENCES)
    assert {row.confidence for row in prices} == {"example"}


def test_every_hour_of_every_shipped_tariff_has_one_price(shipped: Reference) -> None:
    for rows in shipped.tariffs.values():
        for month in range(1, 13):
            start = midnight(date(2026, month, 1), BEIJING)
            starts = range(start, start + 24 * HOUR_MS, HOUR_MS)
            assert None not in hour_prices(rows, starts=starts, timezone="Asia/Shanghai")


def test_peak_flat_and_valley_have_8_hours_each_and_critical_takes_3(shipped: Reference) -> None:
    rows = shipped.tariffs["beijing_general"]

    def hours_of(month: int) -> Counter[str]:
        walls = [datetime(2026, month, 1, hour, tzinfo=BEIJING) for hour in range(24)]
        return Counter(row.period for wall in walls if (row := row_at(rows, wall=wall)))

    assert hours_of(4) == {"peak": 8, "flat": 8, "valley": 8}
    assert hours_of(12)["critical"] == 3
    assert hours_of(7)["critical"] == 3


def test_prices_stand_in_the_ratio_of_their_voltage(shipped: Reference) -> None:
    rows = [row for row in shipped.tariffs["beijing_general"] if row.valid_to == date.max]
    price = {row.period: row.price_micro for row in rows}
    assert price == {"flat": 800_000, "peak": 1_440_000, "valley": 240_000, "critical": 1_728_000}


def test_each_kind_with_a_price_is_priced_in_its_display_unit(shipped: Reference) -> None:
    assert {rows[0].kind for rows in shipped.tariffs.values()} <= set(KINDS)
    assert shipped.tariffs["beijing_water"][0].price_micro == 9_500_000


def spans(year: int, text: str) -> set[date]:
    """Return the days of a list such as 01-01 05-01/05-05."""
    days: set[date] = set()
    for part in text.split():
        first, _, last = part.partition("/")
        start = date.fromisoformat(f"{year}-{first}").toordinal()
        end = date.fromisoformat(f"{year}-{last or first}").toordinal()
        days |= {date.fromordinal(day) for day in range(start, end + 1)}
    return days


def days_of(calendar: Calendar, day_type: DayType, year: int) -> set[date]:
    return {
        day for day, found in calendar.exceptions.items() if found is day_type and day.year == year
    }


@pytest.mark.parametrize("year", [2025, 2026])
def test_holidays_and_make_up_days_are_those_of_the_published_schedule(
    year: int, shipped: Reference
) -> None:
    china = shipped.calendars["cn"]
    assert days_of(china, DayType.MAKEUP, year) == spans(year, MAKEUP_DAYS[year])
    assert days_of(china, DayType.HOLIDAY, year) == spans(year, HOLIDAYS[year])


def test_every_make_up_day_falls_on_a_weekend(shipped: Reference) -> None:
    exceptions = shipped.calendars["cn"].exceptions
    makeup = [day for day, day_type in exceptions.items() if day_type is DayType.MAKEUP]
    assert {day.year for day in makeup} == {2023, 2024, 2025, 2026}
    assert all(day.weekday() >= 5 for day in makeup)


def test_days_after_the_last_published_schedule_are_provisional(shipped: Reference) -> None:
    china = shipped.calendars["cn"]
    assert not china.is_provisional(date(2026, 12, 31))
    assert china.is_provisional(date(2027, 1, 1))
    assert china.day_type(date(2027, 1, 1)) is DayType.WORKDAY


def test_the_meters_of_the_example_district_have_prices_and_one_a_two_part_tariff(
    shipped: Reference,
) -> None:
    meters = [meter for meter in example_registry().meters if meter.tariff]
    assert [one.meter for one in meters if not shipped.price_book(one.tariff, one.kind).rows] == []
    in_full = {
        one.meter: shipped.full_tariffs[one.tariff][-1].phase
        for one in meters
        if one.tariff in shipped.full_tariffs
    }
    assert in_full == {"hospital_ward_main": "two-part"}


def test_every_row_and_every_version_but_of_dictionaries_has_a_source_of_its_own(
    shipped: Reference,
) -> None:
    lines = sum(
        len(path.read_text(encoding="utf-8").splitlines()) - 1
        for path in SHIPPED.rglob("*.csv")
        if path.parent.name != "items"
    )
    lines += len(list(SHIPPED.rglob("*.toml")))
    assert len(shipped.sources) == lines
    used = {row_id for rows in shipped.factors.values() for row in rows for row_id in row.used}
    assert used <= set(shipped.sources)
