from datetime import date
from fractions import Fraction

import pytest

from energy.factor_choice import choose_factor
from energy.heating import season_stretch
from energy.period import Stretch
from energy.provenance import leans_on
from energy.reference import Reference
from energy.regions import upwards
from energy.scopes import Scope, scope_of
from storage.reference.files import read_reference
from tests.storage.test_reference_shipped import OFFICE, SHIPPED, weight


@pytest.fixture(scope="module")
def shipped() -> Reference:
    return read_reference(SHIPPED)


@pytest.mark.parametrize(
    ("kind", "lhv", "carbon", "oxidation"),
    [
        ("gas", "0.038931", "15.3", "0.99"),
        ("gasoline", "43.07", "18.9", "0.98"),
        ("diesel", "42.652", "20.2", "0.98"),
        ("coal", "19.57", "26.1", "0.93"),
        ("lpg", "50.179", "17.2", "0.98"),
        ("lng", "51.498", "15.3", "0.98"),
    ],
)
def test_a_fuel_emits_its_heating_value_times_carbon_times_oxidation(
    kind: str, lhv: str, carbon: str, oxidation: str, shipped: Reference
) -> None:
    """GJ/m3 or GJ/t x tC/TJ x share x 44/12 is kg/m3 or kg/t; of liquid fuels times the density."""
    per_unit = Fraction(lhv) * Fraction(carbon) * Fraction(oxidation) * Fraction(44, 12)
    density = {"gasoline": Fraction("0.73"), "diesel": Fraction("0.86")}.get(kind)
    per_kg_or_m3 = per_unit if kind == "gas" else per_unit / 1000
    found = weight(shipped, "MEE-average", kind, date(2025, 1, 1))
    if kind == "coal":
        found /= 1000
    elif density:
        found /= density
    assert round(found, 4) == round(per_kg_or_m3, 4)


@pytest.mark.parametrize(
    ("series", "region", "year", "tonnes"),
    [
        ("MEE-average", "", 2023, "344.9"),
        ("MEE-average", "", 2022, "348.8"),
        ("MEE-average", "", 2021, "361.9"),
        ("MEE-average", "grid-north-china", 2022, "440.4"),
        ("MEE-enterprise", "", 2022, "370.7"),
        ("Beijing-carbon-market", "110102", 2022, "392.6"),
    ],
)
def test_the_electricity_of_the_worked_office_emits_what_series_region_and_year_say(
    series: str, region: str, year: int, tonnes: str, shipped: Reference
) -> None:
    choice = choose_factor(
        shipped.factors[series],
        kind="electricity",
        region=region,
        day=date(year, 6, 30),
        parents=shipped.regions,
    )
    assert choice.factor is not None
    assert round(650_000 * choice.factor.per_display / 1000, 1) == Fraction(tonnes)


def test_scope_1_of_the_worked_office_is_its_gas_and_gasoline(shipped: Reference) -> None:
    day = date(2025, 1, 1)
    tonnes = {
        kind: OFFICE[kind] * weight(shipped, "MEE-average", kind, day) / 1000 for kind in OFFICE
    }
    direct = sum(amount for kind, amount in tonnes.items() if scope_of(kind) is Scope.DIRECT)
    assert round(direct, 2) == Fraction("32.35")


def test_a_site_in_xicheng_gets_the_unconfirmed_figure_of_beijing_and_is_told(
    shipped: Reference,
) -> None:
    choice = choose_factor(
        shipped.factors["MEE-average"],
        kind="electricity",
        region="110102",
        day=date(2022, 6, 30),
        parents=shipped.regions,
    )
    assert choice.factor is not None
    assert choice.factor.per_display == Fraction("0.5580")
    assert len(choice.warnings) == 2
    (row,) = leans_on(shipped.sources, choice.factor.used)
    assert row.id == "co2-MEE-average-110000-2022"


def test_every_province_reaches_the_country_through_its_grid_region(shipped: Reference) -> None:
    provinces = [region for region in shipped.regions if region.isdigit()]
    assert len(provinces) == 31
    for province in provinces:
        chain = upwards(province, shipped.regions)
        assert len(chain) == 3
        assert chain[1].startswith("grid-")


def test_regional_rows_do_not_change_what_the_country_has(shipped: Reference) -> None:
    assert weight(shipped, "MEE-average", "electricity", date(2025, 6, 1)) == Fraction("0.5366")
    regions = {row.region for row in shipped.factors["MEE-average"]}
    assert {"", "grid-north-china", "130000", "110000"} <= regions


@pytest.mark.parametrize("begun", [2025, 2029])
def test_beijing_is_heated_from_15_november_to_15_march(begun: int, shipped: Reference) -> None:
    found = season_stretch(shipped.heating, f"{begun}-{begun + 1}", "110102", shipped.regions)
    assert found == Stretch(date(begun, 11, 15), date(begun + 1, 3, 16))
