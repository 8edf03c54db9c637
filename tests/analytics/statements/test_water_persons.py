"""Water of schools and hospitals per person of the water quota, by the rule of the category."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from analytics.statements.intensities import ratios_of, summed
from analytics.statements.place_sizes import sizes_of
from analytics.statements.statement import Sources, own_basis
from energy.period import Stretch
from energy.registry import Registry
from energy.sizes import WATER_PERSONS, Size
from energy.water_persons import water_persons
from storage.engines.memory import MemoryStore
from tests.builders import HALL, NORTH, TOWN

JUNE = Stretch(date(2026, 6, 1), date(2026, 7, 1))
LONG_AGO = date(2020, 1, 1)


def test_the_hospital_of_the_annex_has_7874_9_persons() -> None:
    known = {
        "staff": Fraction(1800),
        "contract_staff": Fraction(2500),
        "intern_months": Fraction(600 * 11),
        "occupied_beds": Fraction(2600) * Fraction(95, 100),
        "outpatient_visits": Fraction(202530),
    }
    found = water_persons("hospital", known)
    assert found is not None
    assert float(found) == pytest.approx(7874.877, abs=0.001)


def persons(
    category: str, *rows: tuple[str, date, int], stretch: Stretch = JUNE
) -> Fraction | None:
    whose = replace(TOWN, category=category)
    sizes = tuple(Size("hall", measure, day, value, "survey") for measure, day, value in rows)
    registry = Registry(number=1, sites=(NORTH,), institutions=(whose,), buildings=(HALL,),
                        sizes=sizes)  # fmt: skip
    sources = Sources(MemoryStore(), registry, sizes, {}, own_basis, 0)
    return sizes_of(sources, whose, stretch)[WATER_PERSONS]


def test_a_school_counts_boarders_twice_and_a_university_staff_by_half() -> None:
    staff = ("staff", LONG_AGO, 50)
    assert (
        persons("school", staff, ("day_pupils", LONG_AGO, 400), ("boarders", LONG_AGO, 100)) == 650
    )
    assert persons("university", staff, ("students", LONG_AGO, 900)) == 925


def test_persons_that_change_amid_a_month_are_those_of_its_days() -> None:
    rows = (
        ("staff", LONG_AGO, 50),
        ("day_pupils", LONG_AGO, 400),
        ("day_pupils", date(2026, 6, 16), 460),
    )
    assert persons("school", *rows) == 50 + 430


def test_what_is_not_known_is_no_zero() -> None:
    pupils = ("day_pupils", LONG_AGO, 400)
    assert persons("school", pupils) is None
    assert persons("school", ("staff", LONG_AGO, 50)) is None
    late = ("boarders", date(2026, 6, 16), 100)  # given, but nobody knows of the days before
    assert persons("school", ("staff", LONG_AGO, 50), pupils, late) is None


def test_a_library_has_no_such_line_and_a_school_has_its_own() -> None:
    registry = Registry(number=1, sites=(NORTH,), institutions=(TOWN,), buildings=(HALL,))
    sources = Sources(MemoryStore(), registry, (), {}, own_basis, 0)
    without = sizes_of(sources, TOWN, JUNE)
    assert WATER_PERSONS not in without
    assert "water_per_quota_person" not in ratios_of("town", (), without)
    school = ratios_of("school", (), {**without, WATER_PERSONS: Fraction(650)})
    assert school["water_per_quota_person"].denominator == 650
    assert summed([school["water_per_quota_person"]]).not_covered == ("school",)
