"""Tiers that depend on a quota, on households or on persons, which the account names by its days.

July has 186 m³ at 5 yuan: 930 yuan, and 2 yuan more for what lies above the first bound of the
year. The bills of January to June are 1,700 m³, so that July ends at 1,886 m³.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from energy.bills.account import AccountMeter
from jieneng.wiring import House
from tests.jieneng.bills.test_bill_commands import done
from tests.jieneng.bills.test_tariff_command import bill
from tests.tier_house import (
    FIRST_HALF,
    OF_JULY,
    OF_QUOTA,
    PER_HOUSEHOLD,
    PER_PERSON,
    TARIFF,
    asked,
    line_of_july,
    notes_of_july,
    opened,
    yuan_of_july,
)

ACCOUNT = AccountMeter(account="88", meter="water")
BILLED = {**FIRST_HALF, "account": "88"}
M3 = 1000


@pytest.mark.parametrize(
    ("tariff", "account"),
    [
        (PER_HOUSEHOLD, replace(ACCOUNT, households=10)),
        (PER_PERSON, replace(ACCOUNT, persons=100)),
        (OF_QUOTA, replace(ACCOUNT, quota=1800 * M3)),
    ],
)
def test_the_bound_of_the_year_is_that_of_the_account(
    tariff: str, account: AccountMeter, tmp_path: Path
) -> None:
    house = opened(tmp_path, tariff, [account], BILLED, {**OF_JULY, "account": "88"})
    # 10 households of 180 m³, 100 persons of 18 m³ and 100 % of 1,800 m³ are 1,800 m³ alike, and
    # 86 m³ of July lie above: 930 + 172 yuan.
    assert yuan_of_july(house) == 1102
    line = line_of_july(house)
    assert line["cost"] == 1_102_000_000
    assert {one["component"]: one["micro"] for one in line["charges"]} == {"tiers": 172_000_000}
    said, wrong = done(house, "bill", "check", institution="town", period="", terms={})
    house.close()
    assert wrong == ""
    july = said[next(place for place, one in enumerate(said) if one.startswith("W-2")) :]
    assert "  difference in cost +0.00 yuan, of which:" in july


def test_what_a_person_says_goes_before_what_the_account_says(tmp_path: Path) -> None:
    house = opened(tmp_path, PER_HOUSEHOLD, [replace(ACCOUNT, households=10)], BILLED)
    # 7 households: 1,260 and 1,820 m³. 120 m³ cost 2 yuan more and 66 m³ 4 yuan more.
    assert yuan_of_july(house, households="7") == 930 + 120 * 2 + 66 * 4
    house.close()


def test_the_number_in_force_at_the_end_of_the_month_holds(tmp_path: Path) -> None:
    rows = [
        replace(ACCOUNT, households=10, valid_to=date(2026, 7, 16)),
        replace(ACCOUNT, households=9, valid_from=date(2026, 7, 16)),
    ]
    house = opened(tmp_path, PER_HOUSEHOLD, rows, BILLED)
    # 9 households: 1,620 m³ were used up before July.
    assert yuan_of_july(house) == 930 + 186 * 2
    house.close()


@pytest.mark.parametrize(
    ("tariff", "words"),
    [
        (PER_HOUSEHOLD, "the number of households is not known"),
        (PER_PERSON, "the number of persons is not known"),
        (OF_QUOTA, "the quota of the year is not known"),
    ],
)
def test_without_it_the_surcharge_is_left_out_and_the_statement_says_so(
    tariff: str, words: str, tmp_path: Path
) -> None:
    house = opened(tmp_path, tariff, [ACCOUNT], BILLED)
    assert yuan_of_july(house) == 930
    assert line_of_july(house)["cost"] == 930_000_000
    (said,) = [note for note in notes_of_july(house) if note.startswith("The cost is without")]
    house.close()
    assert words in said
    assert "in bill_accounts.csv" in said


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = opened(tmp_path_factory.mktemp("house"), PER_HOUSEHOLD)
    yield held
    held.close()


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"quota": "1800"}, "steps 2026 does not depend on --quota: leave it out"),
        ({"persons": "3"}, "does not depend on --persons"),
        ({"households": "0"}, "--households '0' is no whole number above 0"),
        ({"households": "2.5"}, "--households '2.5' is no whole number above 0"),
        ({"households": "many"}, "--households 'many' is no number"),
    ],
)
def test_what_is_nonsense_is_refused(terms: dict[str, str], words: str, house: House) -> None:
    said, wrong = bill(house, "water", **terms)
    assert words in wrong
    assert said == []


def test_a_quota_of_nothing_is_refused(tmp_path: Path) -> None:
    held = opened(tmp_path, OF_QUOTA)
    _, wrong = bill(held, "water", quota="0")
    held.close()
    assert "--quota '0' is no number above 0" in wrong


def test_steps_of_an_account_as_a_whole_depend_on_nobody(tmp_path: Path) -> None:
    of_all = TARIFF.format(of="year_amount", first=1800, second=2600)
    held = opened(tmp_path, of_all, [ACCOUNT], BILLED)
    assert yuan_of_july(held) == 1102
    assert asked(held)["missing"] == []
    held.close()
