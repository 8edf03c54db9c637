"""The change against the year before rests on the full cost of both months, by whichever meter.

July 2025: 40 kW throughout, 29,760 kWh at 0.50 yuan and 40 kW at 30 yuan: 14,880 + 1,200 yuan.
July 2026: 50 kW throughout, 37,200 kWh at 0.60 yuan and 50 kW at 40 yuan: 22,320 + 2,000 yuan.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from energy.meter import SETTLEMENT, Meter
from energy.reading import Reading
from energy.span import midnight
from jieneng.ledger.statements import sheet_to_hand_out
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from storage.records import touched
from tests.builders import NORTH, registry_of
from tests.jieneng.bills.test_bill_commands import CELLS, done
from tests.jieneng.bills.test_tariff_command import METER, QUARTER_MS
from tests.jieneng.ledger.test_ledger_commands import ask
from tests.record_promises import stored

JULYS = (date(2025, 7, 1), date(2026, 7, 1))
AUGUST_2 = midnight(date(2026, 8, 2), NORTH.zone)
QUARTERS = 31 * 96
COUNTS = {2025: 1000, 2026: 1250}
"""0.01 kWh a quarter of an hour: 40 kW and 50 kW."""
TARIFF = """
format = 2
tariff = "office"
version = "{year}"
kind = "electricity"
unit = "yuan/kWh"
region = "110000"
user_class = "offices"
phase = "two-part"
valid_from = {year}-01-01
valid_to = {next}-01-01
source = "made up"
source_date = 2025-01-01
confidence = "example"
[[components]]
name = "energy"
zh = "电度电费"
en = "energy"
price = {price}
[demand]
per_kw = {per_kw}
per_kva = 20
"""
POWER_FACTOR = """
[power_factor]
target = 0.90
steps = [[0.90, 0], [0, 10]]
"""
MICRO = 1_000_000
BEFORE, NOW = 16_080 * MICRO, 24_320 * MICRO
MAIN = replace(METER, tariff="office")
BOUNDARY = replace(MAIN, meter="boundary", channel="boundary", role=SETTLEMENT)
Json = dict[str, Any]


def opened(tmp_path: Path, *meters: Meter, more: str = "") -> House:
    """Return a town whose meters were read in two Julys and stood still between them.

    Args:
        tmp_path: For its files.
        meters: All count the same.
        more: What their tariff asks besides.
    """
    folder = tmp_path / "reference"
    shutil.copytree(shipped("reference"), folder)
    for year, price, per_kw in ((2025, "0.50", 30), (2026, "0.60", 40)):
        text = TARIFF.format(year=year, next=year + 1, price=price, per_kw=per_kw) + more
        (folder / "tariffs" / f"office.{year}.toml").write_text(text, encoding="utf-8")
    held = open_house(
        Settings(state_dir=tmp_path / "s", store_url="memory:", broker_url="mqtt://127.0.0.1:1"),
        clock=lambda: AUGUST_2,
    )
    take_reference(held.records, folder)
    stored(held.records, registry_of(*meters))
    begin = 0
    for july in JULYS:
        each = COUNTS[july.year]
        start = midnight(july, NORTH.zone)
        held.store.write(
            [
                Reading(one.meter, "register", start + place * QUARTER_MS, begin + place * each)
                for one in meters
                for place in range(QUARTERS + 1)
            ]
        )
        begin += QUARTERS * each
    with held.records.session() as session:
        start = midnight(JULYS[0], NORTH.zone)
        touched.publish(session, dict.fromkeys((one.meter for one in meters), start))
    held.round_once()
    return held


def explained(house: House) -> Json:
    code, said = ask(
        house, "explain", "explain",
        institution="town", period="2026-07", kind="electricity", as_json=True,
    )  # fmt: skip
    assert code == 0, said
    found: Json = json.loads(said[0])["kinds"]["electricity"]
    return found


def line_of(house: House, year: int) -> Json:
    handed = sheet_to_hand_out(house, "town", f"{year}-07", language="en")
    found: Json = json.loads(handed.content)["lines"][f"electricity/{year}-07-01"]
    return found


def chosen(house: House, basis: str, month: str = "2025-07") -> None:
    cells = {
        "institution": "town", "kind": "electricity", "basis": basis, "from": month,
        "reason": "as agreed",
    }  # fmt: skip
    assert done(house, "basis", "set", cells=cells, by="Li")[1] == ""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = opened(tmp_path_factory.mktemp("own"), MAIN)
    yield held
    held.close()


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same by the meter of the supplier, which is signed."""
    held = opened(tmp_path_factory.mktemp("settled"), MAIN, BOUNDARY)
    chosen(held, "settlement")
    yield held
    held.close()


def test_the_line_of_the_suppliers_meter_costs_the_tariff_in_full(settled: House) -> None:
    for year, cost, demand in ((2025, BEFORE, 1_200), (2026, NOW, 2_000)):
        line = line_of(settled, year)
        assert line["basis"] == "settlement"
        assert line["cost"] == cost
        assert line["charges"] == [{"component": "demand", "micro": demand * MICRO}]
        assert "Cost by the tariff in full (yuan): energy" in line["notes"][-1]["en"]
        (beside,) = line["beside"]
        assert beside["cost"] == cost  # the own main counts the same


@pytest.mark.parametrize("basis", ["own", "settled"])
def test_the_change_of_the_cost_is_the_difference_of_both_statements(
    basis: str, request: pytest.FixtureRequest
) -> None:
    house: House = request.getfixturevalue(basis)
    found = explained(house)
    said = [line_of(house, year)["cost"] for year in (2025, 2026)]

    assert said == [BEFORE, NOW]
    assert found["cost"] == {"before": BEFORE, "now": NOW, "change": NOW - BEFORE}
    effects = {name: effect["cost"] for name, effect in found["effects"].items()}
    assert sum(effects.values()) == 8_240 * MICRO


def test_the_demand_is_price_and_no_amount_takes_part_of_it(own: House) -> None:
    found = explained(own)
    effects = {name: effect["cost"] for name, effect in found["effects"].items()}
    # 37,200 kWh at 0.10 yuan more, and 800 yuan more for the demand.
    assert effects["price"] == (3_720 + 800) * MICRO
    # 7,440 kWh more at the 0.50 yuan of the year before.
    assert sum(effects.values()) - effects["price"] == 3_720 * MICRO
    how = found["months"][0]["effects"]["price"]["how"]
    assert "Mean price 0.5000 yuan/kWh, now 0.6000 yuan/kWh" in how["en"]
    assert (
        "What is asked by the month (demand charge) went from 1,200.00 to 2,000.00 yuan, and its "
        "change is here." in how["en"]
    )
    assert "按月计的费用（容（需）量电费）由 1,200.00 元变为 2,000.00 元" in how["zh"]


def test_a_charge_that_one_year_alone_knows_is_said_to_be_in_the_price(tmp_path: Path) -> None:
    house = opened(tmp_path, MAIN, more=POWER_FACTOR)
    cells = {
        **CELLS, "bill": "E-2", "first": "2026-07-01", "last": "2026-07-31", "amount": "37200",
        "cost": "26752", "reactive": "37200",
    }  # fmt: skip
    assert done(house, "bill", "add", cells=cells, by="Li", reason="")[1] == ""
    found = explained(house)
    house.close()
    # As much reactive energy: 0.71, and a tenth more of 24,320 yuan. Of 2025 nobody knows it.
    assert found["cost"] == {"before": BEFORE, "now": 26_752 * MICRO, "change": 10_672 * MICRO}
    effects = {name: effect["cost"] for name, effect in found["effects"].items()}
    assert effects["price"] == (3_720 + 800 + 2_432) * MICRO
    assert sum(effects.values()) == 10_672 * MICRO
    how = found["months"][0]["effects"]["price"]["how"]["en"]
    assert how.endswith("Of one side alone is known: power-factor adjustment; all of it is here.")
    notes = "\n".join(note["en"] for note in found["months"][0]["notes"])
    assert "2025-07: The cost is without: the reactive energy is not known" in notes


def test_a_bill_is_compared_with_a_full_cost_by_its_mean_price(tmp_path: Path) -> None:
    house = opened(tmp_path, MAIN)
    cells = {
        **CELLS, "bill": "E-1", "first": "2025-07-01", "last": "2025-07-31", "amount": "29760",
        "cost": "16080",
    }  # fmt: skip
    assert done(house, "bill", "add", cells=cells, by="Li", reason="")[1] == ""
    chosen(house, "bill")
    chosen(house, "own", "2025-08")
    found = explained(house)
    house.close()
    assert found["cost"] == {"before": BEFORE, "now": NOW, "change": NOW - BEFORE}
    effects = {name: effect["cost"] for name, effect in found["effects"].items()}
    # A bill does not tell its charges apart: 37,200 kWh at 16,080 / 29,760 yuan are 20,100 yuan.
    assert effects["price"] == (24_320 - 20_100) * MICRO
    assert sum(effects.values()) == NOW - BEFORE
