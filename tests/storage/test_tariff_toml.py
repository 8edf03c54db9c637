import json
from datetime import date
from pathlib import Path

import pytest

from energy.errors import RegistryError
from energy.reference import Reference
from storage.records.tariff_versions import content_of, tariff_of
from storage.reference.files import read_reference

SHIPPED = read_reference(Path("reference"))
OFFICE = """
format = 2
tariff = "office"
version = "2026"
kind = "electricity"
unit = "yuan/kWh"
region = "110000"
user_class = "offices"
phase = "two-part"
valid_from = 2026-01-01
valid_to = 2027-01-01
source = "printed"
source_date = 2025-12-20
confidence = "verified"
[ratios]
flat = 1
peak = 1.8
[[periods]]
period = "flat"
times = ["18:30-09:30"]
[[periods]]
period = "peak"
times = ["09:30-18:30"]
day_types = ["workday"]
priority = 1
[[periods]]
period = "flat"
times = ["09:30-18:30"]
[[components]]
name = "purchase"
tou_applies = true
prices = [{ month = "2026-01", price = 0.5 }, { from = 2026-02-01, price = 0.6 }]
[[components]]
name = "funds"
price = 0.03
[demand]
per_kw = 51
per_kva = 32
[power_factor]
target = 0.90
steps = [[0.95, -0.75], [0.90, 0], [0, 5]]
[tiers]
of = "year_amount"
[[tiers.steps]]
above = 1000
add = 0.05
[[tiers.steps]]
above = 2000
add = 0.30
"""


def reference_of(folder: Path, *texts: str) -> Reference:
    for name in ("tariffs", "calendars"):
        (folder / name).mkdir()
    for path in Path("reference").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    for number, text in enumerate(texts):
        (folder / "tariffs" / f"office{number}.toml").write_text(text, encoding="utf-8")
    return read_reference(folder)


def mistakes(folder: Path, *texts: str) -> list[str]:
    with pytest.raises(RegistryError) as caught:
        reference_of(folder, *texts)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_price_that_floats_follows_its_period_and_its_month(tmp_path: Path) -> None:
    rows = reference_of(tmp_path, OFFICE).tariffs["office"]
    prices = {(row.period, row.valid_from): row.price_micro for row in rows}
    assert prices == {
        ("peak", date(2026, 1, 1)): 930_000,
        ("flat", date(2026, 1, 1)): 530_000,
        ("peak", date(2026, 2, 1)): 1_110_000,
        ("flat", date(2026, 2, 1)): 630_000,
    }
    assert {row.parts for row in rows if row.price_micro == 930_000} == {
        (("purchase", 900_000), ("funds", 30_000))
    }


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"09:30-18:30"]\nday', '"09:30-18:30"]\npriority = 0\nday', "not TOML"),
        ("priority = 1", "priority = 0", "overlap with the same priority"),
        ('"18:30-09:30"', '"18:30-09:00"', "09:00-09:30 has no period"),
        ("flat = 1\n", "", "write flat = 1"),
        ("flat = 1\n", "flat = 2\n", "write flat = 1"),
        ("peak = 1.8\n", "", "period peak has no ratio"),
        ("above = 2000", "above = 900", "bounds 'above' do not increase"),
        ('"two-part"', '"single"', 'write phase = "two-part" or delete it'),
        ("yuan/kWh", "yuan/m3", "write yuan/kWh"),
        ("2026-02-01, price", "2026-03-01, price", "from 2026-02-01 to 2026-03-01 there is no"),
        ("2026-02-01, price", "2026-01-15, price", "two prices from 2026-01-15 on"),
        ("[0.90, 0], [0, 5]", "[0.96, 0], [0, 5]", "factors do not fall to 0"),
        ("format = 2", "format = 3", "write format = 2"),
        ("price = 0.03", "price = 0.03\nprise = 1", "prise: it is not known here"),
        ("price = 0.03", 'price = "0.03"', "write a number"),
        ("price = 0.03", "price = 0.00000003", "finer than a millionth"),
        ('"09:30-18:30"]\n[[comp', '"09:30-19:70"]\n[[comp', "is not a stretch of the day"),
        ('["workday"]', '["sunday"]', "write a list [...] of workday, weekend, holiday"),
        ("priority = 1", 'priority = 1\nseason = "summer"', "'summer' is not in [[seasons]]"),
        ("valid_to = 2027-01-01", "valid_to = 2026-01-01", "is not after valid_from"),
        ('"verified"', '"sure"', "verified, secondary, general, example"),
        ("per_kva = 32", "per_kva = -32", "not below 0"),
        ("per_kva = 32", "per_kva = 32\nwindow_minutes = 7", "write 15, 30 or 60"),
        ("format = 2", 'format = 2\ncurrency = "USD"', "write the prices in yuan"),
        ("format = 2", "format = 2\ntax_included = false", "write every price with it"),
    ],
)
def test_a_slip_in_a_tariff_is_told_with_its_place(
    old: str, new: str, sentence: str, tmp_path: Path
) -> None:
    assert old in OFFICE
    found = mistakes(tmp_path, OFFICE.replace(old, new))
    assert found[0].startswith("office0.toml")
    assert any(sentence in one for one in found), found


def test_all_slips_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one = OFFICE.replace("flat = 1\n", "").replace("above = 2000", "above = 900")
    other = OFFICE.replace("yuan/kWh", "yuan/GWh").replace('tariff = "office"', 'tariff = "o"')
    found = mistakes(tmp_path, one, other)
    assert [text.split(":")[0] for text in found] == [
        "office0.toml column ratios",
        "office0.toml column tiers.steps",
        "office1.toml column unit",
    ]


@pytest.mark.parametrize("begin", ["2027-01-02", "2026-12-31"])
def test_between_versions_is_no_hole_and_no_overlap(begin: str, tmp_path: Path) -> None:
    next_year = OFFICE.replace('"2026"', '"2027"').replace("valid_to = 2027-01-01\n", "")
    next_year = next_year.replace('{ month = "2026-01", price = 0.5 }, ', "")
    next_year = next_year.replace("valid_from = 2026-01-01", f"valid_from = {begin}")
    next_year = next_year.replace("from = 2026-02-01", f"from = {begin}")
    (found,) = mistakes(tmp_path, OFFICE, next_year)
    assert "office1.toml column valid_from" in found
    assert "version 2026 ends on 2027-01-01" in found


def test_a_month_without_its_price_is_a_hole(tmp_path: Path) -> None:
    monthly = ", ".join(f'{{ month = "2026-{month:02d}", price = 0.5 }}' for month in range(1, 12))
    text = OFFICE.replace(
        '{ month = "2026-01", price = 0.5 }, { from = 2026-02-01, price = 0.6 }', monthly
    )
    (found,) = mistakes(tmp_path, text)
    assert "from 2026-12-01 to 2027-01-01 there is no price" in found


@pytest.mark.parametrize("name", list(SHIPPED.full_tariffs))
def test_a_version_comes_back_from_its_text_as_it_was(name: str) -> None:
    for version in SHIPPED.full_tariffs[name]:
        assert tariff_of(content_of(version)) == version


def test_a_price_after_its_ratio_is_rounded_half_up_to_the_decimals_of_the_tariff(
    tmp_path: Path,
) -> None:
    text = OFFICE.replace("price = 0.6 }", "price = 0.56125 }") + "[rounding]\nprice_decimals = 4\n"
    rows = reference_of(tmp_path, text).tariffs["office"]
    prices = {
        (row.period, dict(row.parts)["purchase"])
        for row in rows
        if row.valid_from == date(2026, 2, 1)
    }
    assert prices == {("flat", 561_300), ("peak", 1_010_300)}


def test_an_overlap_of_one_minute_is_refused(tmp_path: Path) -> None:
    (found,) = mistakes(
        tmp_path, OFFICE.replace('["09:30-18:30"]\n[[comp', '["09:30-18:31"]\n[[comp')
    )
    assert "flat 09:30-18:31 and flat 18:30-24:00 overlap with the same priority" in found


def test_prices_and_bounds_stand_in_the_unit_that_is_written(tmp_path: Path) -> None:
    (office,) = reference_of(
        tmp_path, OFFICE.replace("yuan/kWh", "yuan/MWh").replace("per_kw = 51", "per_kw = 52")
    ).full_tariffs["office"]
    assert office.components[1].prices[0].micro == (("all", 30),)
    assert office.tiers is not None
    assert office.tiers.steps == ((1_000_000_000, 50), (2_000_000_000, 300))
    assert office.demand is not None
    assert office.demand.per_kw == 52_000_000


@pytest.mark.parametrize(
    ("of", "per"),
    [
        ("year_amount", ""),
        ("year_amount_per_household", "household"),
        ("year_amount_per_person", "person"),
    ],
)
def test_bounds_of_a_year_may_be_those_of_each_household_or_person(
    of: str, per: str, tmp_path: Path
) -> None:
    text = OFFICE.replace('of = "year_amount"', f'of = "{of}"')
    (office,) = reference_of(tmp_path, text).full_tariffs["office"]
    assert office.tiers is not None
    assert (office.tiers.of_quota, office.tiers.per) == (False, per)
    assert tariff_of(content_of(office)) == office
    old = content_of(office).replace(f',"per":"{per}"', "")
    assert "per" not in json.loads(old)["tiers"]
    kept = tariff_of(old).tiers
    assert kept is not None
    assert kept.per == ""  # versions that were kept before tiers had it
