"""The line of a whole month has the cost of the tariff in full, and names what is not in it."""

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from energy.reading import Reading
from energy.span import midnight
from jieneng.holder import Request
from jieneng.ledger.statements import PRINTERS, lines_to_say, sheet_to_hand_out
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import touched
from tests.amount_house import amounts
from tests.builders import NORTH, registry_of
from tests.jieneng.bills.test_bill_commands import CELLS, done
from tests.jieneng.bills.test_tariff_command import CENTI_KWH, JULY, METER, QUARTER_MS, bill
from tests.jieneng.ledger.test_ledger_commands import ask
from tests.record_promises import stored

AUGUST_2 = midnight(date(2026, 8, 2), NORTH.zone)
PRINTED = {
    **CELLS, "first": "2026-07-01", "last": "2026-07-31", "amount": "29770", "cost": "31588.37",
    "demand": "80", "power_factor": "0.95", "capacity": "630", "reactive": "9100",
}  # fmt: skip
KEY = "electricity/2026-07-01"


def opened(state: Path) -> House:
    """Return a town whose main counts 10 kWh a quarter of an hour, once 20, until 2 August."""
    held = open_house(
        Settings(state_dir=state, store_url="memory:", broker_url="mqtt://127.0.0.1:1"),
        clock=lambda: AUGUST_2,
    )
    take_reference(held.records, shipped("reference"))
    stored(held.records, registry_of(METER))
    counts = [CENTI_KWH * (number + (number > 100)) for number in range(32 * 96 + 1)]
    held.store.write(
        [Reading("hall_main", "register", JULY + place * QUARTER_MS, count)
         for place, count in enumerate(counts)]
    )  # fmt: skip
    with held.records.session() as session:
        touched.publish(session, {"hall_main": JULY})
    held.round_once()
    return held


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = opened(tmp_path_factory.mktemp("bare"))
    yield held
    held.close()


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same with the supplier's bill, which tells the reactive energy and the capacity."""
    held = opened(tmp_path_factory.mktemp("billed"))
    assert done(held, "bill", "add", cells=PRINTED, by="Li", reason="")[1] == ""
    yield held
    held.close()


def line_of(house: House, period: str = "2026-07", key: str = KEY) -> dict[str, Any]:
    handed = sheet_to_hand_out(house, "town", period, language="en")
    found: dict[str, Any] = json.loads(handed.content)["lines"][key]
    return found


def noted(line: dict[str, Any]) -> str:
    return "\n".join(note["en"] for note in line["notes"])


def asked_of(house: House, **terms: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bill(house, "hall_main", **terms)[0][0])
    return found


def test_a_month_costs_what_the_tariff_bill_asks_to_the_cent(billed: House) -> None:
    line, asked = line_of(billed), asked_of(billed, capacity="630", reactive="9100")

    assert asked["missing"] == []
    assert line["cost"] == asked["total_micro"]
    assert "The cost is without" not in noted(line)
    assert "Cost by the tariff in full (yuan): energy" in noted(line)


def test_the_charges_of_the_month_are_told_apart_from_the_energy_of_its_days(
    billed: House,
) -> None:
    line, asked = line_of(billed), asked_of(billed, capacity="630", reactive="9100")
    (days, *_) = amounts(billed, "hall_main", "2026-07")["amounts"]
    charges = {one["component"]: one["micro"] for one in line["charges"]}
    exact = {one["component"]: Fraction(one["micro"]) for one in asked["charges"]}

    assert line["cost"] == days["cost"] + sum(charges.values())
    assert charges["demand"] == exact["demand"] == 80 * 51_000_000
    assert charges["power_factor"] == round(exact["power_factor"])
    assert abs(charges["rounding"]) < 100_000


def test_what_nobody_knows_is_not_in_the_cost_and_is_named(house: House) -> None:
    line, asked = line_of(house), asked_of(house)

    assert line["cost"] == asked["total_micro"]
    assert {one["component"] for one in line["charges"]} - {"rounding"} == {"demand"}
    for lacking in asked["missing"]:
        assert f"The cost is without: {lacking}" in noted(line)
    assert "so the power-factor adjustment is left out" in noted(line)


def test_a_month_that_has_not_ended_has_the_energy_alone_and_says_so(house: House) -> None:
    line = line_of(house, "2026-08", "electricity/2026-08-01")

    assert "charges" not in line
    assert noted(line).endswith(
        "The cost is without: demand charge, power-factor adjustment (the month has not ended)"
    )


def test_the_cost_of_a_meter_and_of_a_building_says_that_it_is_of_energy_alone(
    house: House,
) -> None:
    for place in ("hall_main", "hall"):
        (row, *_) = amounts(house, place, "2026-07")["amounts"]
        said = [note["en"] for note in row["notes"]]
        assert any("without: demand charge, power-factor adjustment" in one for one in said)
        assert row["cost"] < line_of(house)["cost"]


def test_every_form_says_what_the_cost_is_made_of(house: House) -> None:
    for language, words in (("en", "demand charge 4,080.00"), ("zh", "容（需）量电费 4,080.00")):
        handed = sheet_to_hand_out(house, "town", "2026-07", language=language)
        assert words in "\n".join(lines_to_say(handed))
        assert words in PRINTERS["html"](handed).decode()


def test_why_works_out_the_charges_of_a_month_again(billed: House) -> None:
    asked = {"of": "", "readings": 0, "deep": False, "as_json": False}
    code, said = ask(
        billed, "why", "explain", subject="town", when="2026-07",
        words=["electricity", "cost"], **asked,
    )  # fmt: skip

    assert code == 0
    assert any(line.startswith("    demand charge") and "   4,080" in line for line in said)


def test_a_bill_beside_a_period_is_held_against_the_full_cost_of_the_period(
    billed: House,
) -> None:
    said: list[str] = []
    arguments = {"institution": "town", "period": "2026-07", "terms": {}}
    answer_for(billed)(Request("bill", "check", arguments, "/", "en"), said.append, said.append)
    effects = dict(line.strip().rsplit(" ", 2)[:2] for line in said if line.startswith("    "))

    difference = Fraction(31_588_370_000) - line_of(billed)["cost"]
    (total,) = [line for line in said if "difference in cost" in line]
    assert f"{float(difference) / 1e6:+,.2f} yuan" in total
    assert effects["demand"] == "+0.00"
