"""``jieneng bill check`` where the tariff is in full: demand, power factor and capacity, too."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from energy.reading import Reading
from energy.span import midnight
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from tests.analytics.ledgers import run_round
from tests.builders import NORTH, registry_of
from tests.jieneng.bills.test_bill_commands import CELLS, done
from tests.jieneng.bills.test_tariff_command import CENTI_KWH, JULY, METER, QUARTER_MS
from tests.record_promises import stored

AUGUST = midnight(date(2026, 8, 1), NORTH.zone)
ASKED = {
    **CELLS, "first": "2026-07-01", "last": "2026-07-31", "amount": "29770", "demand": "80",
    "power_factor": "0.95", "capacity": "630",
}  # fmt: skip
"""The main counts 10 kWh a quarter of an hour, once 20: 29,770 kWh and 80 kW."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    take_reference(held.records, shipped("reference"))
    registry = registry_of(METER)
    stored(held.records, registry)
    counts = [CENTI_KWH * (number + (number > 100)) for number in range(31 * 96 + 1)]
    held.store.write(
        [Reading("hall_main", "register", JULY + place * QUARTER_MS, count)
         for place, count in enumerate(counts)]
    )  # fmt: skip
    run_round(held.store, registry, {"hall_main": 0}, now_ms=AUGUST)
    yield held
    held.close()


def checked(house: House, cells: dict[str, str], **terms: str) -> dict[str, float]:
    """Enter a bill, check it; return the effects by name, the difference among them."""
    _, wrong = done(house, "bill", "add", cells=cells, by="Li", reason="again")
    assert wrong == ""
    said, wrong = done(house, "bill", "check", institution="town", period="", terms=terms)
    assert wrong == ""
    place = max(number for number, line in enumerate(said) if line.endswith("of which:"))
    found = {"difference": float(said[place].split()[3].replace(",", ""))}
    for line in map(str.split, said[place + 1 :]):
        found[" ".join(line[:-2])] = float(line[-2].replace(",", ""))
    return found


def right(house: House) -> float:
    """Return what the tariff asks [yuan]: the difference of a bill over nothing."""
    return -checked(house, {**ASKED, "cost": "0"})["difference"]


def test_each_cause_of_a_difference_has_its_own_line(house: House) -> None:
    cost = right(house)
    more = cost + 20 * 51 * 0.9925  # 20 kW more, of which the power factor takes 0.75 % off
    found = checked(house, {**ASKED, "cost": f"{more:.2f}", "demand": "100"})
    assert found == {
        "difference": pytest.approx(20 * 51 * 0.9925, abs=0.011),
        "amount": 0.0,
        "demand": pytest.approx(20 * 51 * 0.9925, abs=0.011),
        "capacity": 0.0,
        "power factor": 0.0,
        "price": pytest.approx(0, abs=0.011),
        "rest": pytest.approx(0, abs=0.011),
    }


def test_reactive_energy_that_was_read_tells_another_power_factor(house: House) -> None:
    cost = right(house)
    found = checked(house, {**ASKED, "cost": f"{cost:.2f}"}, reactive="29770")  # as much: 0.71
    assert found["power factor"] < -1000
    assert sum(cost for name, cost in found.items() if name != "difference") == pytest.approx(
        found["difference"], abs=0.03
    )


def test_capacity_is_held_against_the_bill_before(house: House) -> None:
    without = {key: cell for key, cell in ASKED.items() if key != "demand"}
    june = {**without, "bill": "A-0", "first": "2026-06-01", "last": "2026-06-30", "cost": "1"}
    done(house, "bill", "add", cells=june, by="Li", reason="")
    found = checked(house, {**without, "capacity": "800", "cost": "1"})
    assert found["capacity"] == pytest.approx(170 * 32 * 0.9925, abs=0.011)


def test_what_was_compared_is_said(house: House) -> None:
    done(house, "bill", "add", cells=ASKED, by="Li", reason="")
    said, _ = done(house, "bill", "check", institution="town", period="", terms={})
    assert said[1:5] == [
        "  meters 29,770.000 kWh",
        "  greatest demand: meters 80.000 kW, bill 80.000 kW",
        "  capacity: meters -, bill 630.000 kVA",
        "  power factor: meters -, bill 0.950",
    ]


def test_a_number_that_is_none_is_refused(house: House) -> None:
    _, wrong = done(house, "bill", "check", institution="", period="", terms={"capacity": "much"})
    assert "--capacity 'much' is no number" in wrong
