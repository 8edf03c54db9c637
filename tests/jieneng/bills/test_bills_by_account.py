"""``jieneng bill check`` where an institution has several accounts, tariffs or uses."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from energy.bills.account import AccountMeter
from energy.reading import Reading
from energy.span import HOUR_MS, midnight
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from storage.records import touched
from tests.builders import NORTH, registry_of
from tests.jieneng.bills.test_bill_commands import CELLS, done
from tests.jieneng.bills.test_tariff_command import METER
from tests.record_promises import stored

JULY, SEPTEMBER = (midnight(date(2026, month, 1), NORTH.zone) for month in (7, 9))
QUARTER_MS = HOUR_MS // 4
ANNEX = replace(METER, meter="annex", channel="annex", tariff="beijing_general")
HEAT = replace(
    METER, meter="heat", channel="heat", kind="heat", unit="GJ", use="heating",
    tariff="beijing_heat_by_gigajoule", max_rate=Fraction(50),
)  # fmt: skip
HALL_KWH, ANNEX_KWH = 40 * 24, 8 * 24
"""A day: 10 kWh a quarter of an hour, and 2."""
FIRST = {
    **CELLS, "bill": "B1", "account": "1", "first": "2026-07-01", "last": "2026-07-31",
    "amount": str(31 * HALL_KWH), "cost": "20000", "demand": "40", "power_factor": "0.95",
}  # fmt: skip
SECOND = {
    **CELLS, "bill": "B2", "account": "2", "first": "2026-07-21", "last": "2026-08-20",
    "amount": str(31 * ANNEX_KWH), "cost": "4000",
}  # fmt: skip


def opened(tmp_path: Path, accounts: Sequence[AccountMeter] = ()) -> House:
    held = open_house(
        Settings(
            state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1"
        ),
        clock=lambda: SEPTEMBER,
    )
    take_reference(held.records, shipped("reference"))
    registry = replace(registry_of(METER, ANNEX, HEAT), accounts=tuple(accounts))
    stored(held.records, registry)
    for meter, each in ((METER, 1000), (ANNEX, 200), (HEAT, 1)):
        times = range(JULY, SEPTEMBER + 1, QUARTER_MS)
        held.store.write(
            [Reading(meter.meter, "register", time, place * each)
             for place, time in enumerate(times)]
        )  # fmt: skip
    with held.records.session() as session:
        touched.publish(session, dict.fromkeys(registry.meter, JULY))
    held.round_once()
    return held


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house of which nobody said whose meters are whose."""
    held = opened(tmp_path)
    yield held
    held.close()


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[House]:
    """The same with each main on its account."""
    held = opened(
        tmp_path,
        [
            AccountMeter(account="1", meter="hall_main", capacity_va=100_000, contract_w=30_000),
            AccountMeter(account="2", meter="annex"),
        ],
    )
    yield held
    held.close()


def checked(house: House, *bills: dict[str, str], period: str = "", **terms: str) -> list[str]:
    """Enter bills and return what the check says of the first."""
    for cells in bills:
        _, wrong = done(house, "bill", "add", cells=cells, by="Li", reason="again")
        assert wrong == ""
    said, wrong = done(house, "bill", "check", institution="town", period=period, terms=terms)
    assert wrong == ""
    begins = [place for place, line in enumerate(said) if not line.startswith("  ")]
    return said[: begins[1]] if len(begins) > 1 else said


def test_one_account_without_a_row_is_compared_with_all_mains(house: House) -> None:
    said = checked(house, FIRST)
    assert said[1] == f"  meters {31 * (HALL_KWH + ANNEX_KWH):,}.000 kWh"


def test_each_account_is_compared_with_its_own_meters(linked: House) -> None:
    assert checked(linked, FIRST, SECOND)[1] == f"  meters {31 * HALL_KWH:,}.000 kWh"
    amount = next(line for line in checked(linked) if line.startswith("    amount"))
    assert amount == "    amount +0.00 yuan"
    said, _ = done(linked, "bill", "check", institution="town", period="", terms={})
    second = said[next(place for place, line in enumerate(said) if line.startswith("B2")) :]
    assert second[1] == f"  meters {31 * ANNEX_KWH:,}.000 kWh"


def test_accounts_that_nobody_tells_apart_are_compared_together(house: House) -> None:
    said = checked(house, FIRST, SECOND)
    together = 11 * (HALL_KWH + ANNEX_KWH)  # 21 to 31 July are on both bills
    assert said[1] == (
        "  bill_accounts.csv does not tell the meters of accounts 1, 2 apart, so they are compared "
        f"together over 2026-07-21 – 2026-07-31: bills {together:,}.000 kWh, "
        f"{20000 * 11 / 31 + 4000 * 11 / 31:,.2f} yuan"
    )
    assert said[2] == f"  meters {together:,}.000 kWh"
    assert said[3].endswith("capacity are not compared: accounts are compared together")
    assert "    amount +0.00 yuan" in said


def test_accounts_that_share_no_day_are_not_compared(house: House) -> None:
    # The second has a bill in June and one in August: in July it is open.
    june = {**SECOND, "bill": "B0", "first": "2026-06-01", "last": "2026-06-30"}
    august = {**SECOND, "first": "2026-08-01", "last": "2026-08-20"}
    for cells in (june, august):
        done(house, "bill", "add", cells=cells, by="Li", reason="")
    checked(house, FIRST)
    said, _ = done(house, "bill", "check", institution="town", period="2026-07", terms={})
    assert said[1].endswith("no day is on bills of all of them: nothing is compared")
    assert len(said) == 2


def test_a_meter_that_moved_to_an_account_counts_from_that_day_on(tmp_path: Path) -> None:
    since = date(2026, 7, 11)
    rows = [
        AccountMeter(account="1", meter="hall_main"),
        AccountMeter(account="1", meter="annex", valid_from=since),
    ]
    held = opened(tmp_path, rows)
    said = checked(held, FIRST)
    held.close()
    assert said[1] == f"  meters {31 * HALL_KWH + 21 * ANNEX_KWH:,}.000 kWh"
    assert said[2].endswith("not compared: the meters of its account changed within its days")


def test_a_bill_for_a_use_is_compared_with_the_mains_of_that_use(house: House) -> None:
    cells = {
        **CELLS, "bill": "H1", "kind": "heat", "use": "heating", "first": "2026-07-01",
        "last": "2026-07-10", "amount": "10", "unit": "GJ", "cost": "800",
    }  # fmt: skip
    assert checked(house, cells)[1] == "  meters 9.600 GJ"  # 0.01 GJ a quarter of an hour


def test_why_demand_is_not_compared_is_said(house: House) -> None:
    said = checked(house, FIRST)
    assert said[2].startswith(
        "  demand, power factor and capacity are not compared: These meters differ"
    )
    assert said[2].endswith("Say in bill_accounts.csv which meters are on which account.")
    half = {**FIRST, "last": "2026-07-15"}
    assert "its 15 days are no month" in checked(house, half)[2]
    silent = {key: cell for key, cell in FIRST.items() if key not in ("demand", "power_factor")}
    assert not any("not compared" in line for line in checked(house, silent))


def test_contract_and_capacity_of_an_account_are_those_of_the_registry(linked: House) -> None:
    said = checked(linked, {**FIRST, "capacity": "100"})
    assert "  greatest demand: meters 40.000 kW, bill 40.000 kW" in said
    assert "  capacity: meters 100.000 kVA, bill 100.000 kVA" in said
    registered = next(line for line in said if line.startswith("  difference"))
    given = checked(linked, contract="40")
    actual = next(line for line in given if line.startswith("  difference"))
    assert registered != actual  # 40 kW above 105 % of 30 costs double
