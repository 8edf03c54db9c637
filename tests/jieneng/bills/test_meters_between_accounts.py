"""What mains cost where rows of bill_accounts.csv change, and where one goes to another account.

The main counts 6 m³ a day from New Year, 186 m³ in July and 1,086 m³ before; the annex the double.
A household has 180 m³ a year at 5 yuan, then 2 yuan more.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from energy.bills.account import AccountMeter
from energy.span import midnight
from energy.uses import OWN_GENERATION
from jieneng.wiring import House
from tests.builders import NORTH
from tests.jieneng.bills.test_change_of_full_costs import MAIN, MICRO, line_of
from tests.jieneng.bills.test_change_of_full_costs import opened as opened_in_julys
from tests.jieneng.bills.test_tariff_command import bill
from tests.tier_house import (
    LITRES_AN_HOUR,
    PER_HOUSEHOLD,
    WATER,
    asked,
    line_of_july,
    notes_of_july,
    opened,
)

ANNEX = replace(WATER, meter="annex", channel="annex")
NEW_YEAR = midnight(date(2026, 1, 1), NORTH.zone)
MID_JULY = date(2026, 7, 16)
JULY_1 = date(2026, 7, 1)
MAIN_ON_88 = AccountMeter(account="88", meter="water", households=7)
ANNEX_ON_88 = replace(MAIN_ON_88, meter="annex")
ANNEX_ON_90 = AccountMeter(account="90", meter="annex")


def town(tmp_path: Path, accounts: Sequence[AccountMeter]) -> House:
    read = {"water": LITRES_AN_HOUR, "annex": 2 * LITRES_AN_HOUR}
    return opened(tmp_path, PER_HOUSEHOLD, accounts, others=[ANNEX], since=NEW_YEAR, read=read)


def test_households_that_change_within_a_month_are_those_of_their_own_account_alone(
    tmp_path: Path,
) -> None:
    changed = [
        replace(MAIN_ON_88, households=6, valid_to=MID_JULY),
        replace(MAIN_ON_88, valid_from=MID_JULY),
    ]
    house = town(tmp_path, changed)
    # 1,086 + 186 m³ are 12 above 7 x 180; of the annex nobody knows the households.
    assert line_of_july(house)["cost"] == (186 * 5 + 12 * 2 + 372 * 5) * MICRO
    assert any("households is not known" in note for note in notes_of_july(house))
    house.close()


def test_accounts_whose_rows_change_on_one_day_are_told_apart(tmp_path: Path) -> None:
    rows = [
        changed
        for row, households in ((MAIN_ON_88, 6), (ANNEX_ON_90, 12))
        for changed in (
            replace(row, households=households, valid_to=MID_JULY),
            replace(row, households=households + 1, valid_from=MID_JULY),
        )
    ]
    house = town(tmp_path, rows)
    # The annex: 2,172 + 372 m³ are 204 above 13 x 180.
    assert line_of_july(house)["cost"] == (558 * 5 + (12 + 204) * 2) * MICRO
    house.close()


@pytest.mark.parametrize("before", [(), (replace(ANNEX_ON_90, valid_to=JULY_1),)])
def test_tiers_leave_out_what_a_meter_used_before_it_came_to_the_account(
    before: Sequence[AccountMeter], tmp_path: Path
) -> None:
    house = town(tmp_path, [MAIN_ON_88, *before, replace(ANNEX_ON_88, valid_from=JULY_1)])
    # 1,086 + 558 m³ are 384 above 7 x 180, and nobody used the other 2,172 on this account.
    assert line_of_july(house)["cost"] == (558 * 5 + 384 * 2) * MICRO
    house.close()


def test_tiers_count_what_a_meter_used_before_it_left_the_account(tmp_path: Path) -> None:
    june = date(2026, 6, 1)
    left = [replace(ANNEX_ON_88, valid_to=june), replace(ANNEX_ON_90, valid_from=june)]
    house = town(tmp_path, [MAIN_ON_88, *left])
    assert asked(house)["used_before"] == (181 * 6 + 151 * 12) * 1000
    said, wrong = bill(house, "water", "annex")
    assert (wrong, bool(said)) == ("", True)
    house.close()


def test_panels_with_the_same_tariff_stand_on_no_bill_of_what_is_bought(tmp_path: Path) -> None:
    panels = replace(MAIN, meter="panels", channel="panels", use=OWN_GENERATION)
    house = opened_in_julys(tmp_path, MAIN, panels)
    # 40 kW were bought at 30 yuan; the panels' own 40 kW are no demand.
    assert line_of(house, 2025)["charges"] == [{"component": "demand", "micro": 1_200 * MICRO}]
    house.close()
