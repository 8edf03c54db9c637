"""Bills fill the year before a month, by which tiers are counted, and are named for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from energy.bills.account import AccountMeter
from energy.signing import EarlierTotal
from energy.uses import OWN_GENERATION
from storage.records import earlier_ledger
from tests.jieneng.bills.test_bill_commands import CELLS
from tests.jieneng.bills.test_tariff_command import bill
from tests.tier_house import FIRST_HALF, TARIFF, WATER, asked, notes_of_july, opened, yuan_of_july

STEPS = TARIFF.format(of="year_amount", first=1800, second=2600)
FIRST_MONTHS = [f"2026-0{month}" for month in range(1, 7)]
M3 = 1000


def test_months_that_bills_cover_count_as_used(tmp_path: Path) -> None:
    house = opened(tmp_path, STEPS, (), FIRST_HALF)
    found = asked(house)
    assert found["used_before"] == 1700 * M3
    assert found["used_before_by"] == {"bill": FIRST_MONTHS}
    assert found["missing"] == []
    # 1,700 m³ and the 186 m³ of July are 86 m³ above 1,800, as by hand with --used-before.
    assert yuan_of_july(house) == yuan_of_july(house, **{"used-before": "1700"}) == 930 + 172
    said, _ = bill(house, "water", told="1")
    line = f"used this year before: 1,700.000 m3 (bills {', '.join(FIRST_MONTHS)})"
    assert any(one.endswith(line) for one in said)
    assert any(one.endswith(line) for one in notes_of_july(house))
    house.close()


def test_a_bill_over_new_year_counts_from_new_year_on(tmp_path: Path) -> None:
    winter = {
        **CELLS, "bill": "W-0", "kind": "water", "first": "2025-12-02", "last": "2026-01-30",
        "amount": "60", "cost": "300",
    }  # fmt: skip
    rest = {**FIRST_HALF, "first": "2026-01-31", "amount": "1500"}
    house = opened(tmp_path, STEPS, (), winter, rest)
    # 60 days of 1 m³, of which 30 lie in January.
    assert asked(house)["used_before"] == (30 + 1500) * M3
    house.close()


def test_a_month_that_bills_leave_open_is_named_and_not_taken_as_nothing(tmp_path: Path) -> None:
    most = {**FIRST_HALF, "last": "2026-06-29", "amount": "1798"}
    house = opened(tmp_path, STEPS, (), most)
    found = asked(house)
    # 180 days: to the end of May are 151 of them, which is floored at 1,508,322 litres.
    assert found["used_before"] == 1798 * M3 * 151 // 180
    assert found["used_before_by"] == {"bill": FIRST_MONTHS[:5], "partly": ["2026-06"]}
    assert "not all of 2026-06: the surcharge is the least" in found["missing"][0]
    house.close()


def test_bills_go_before_meters_and_an_earlier_ledger_only_fills_what_is_left(
    tmp_path: Path,
) -> None:
    spring = {**FIRST_HALF, "last": "2026-03-31", "amount": "900"}
    house = opened(tmp_path, STEPS, (), spring)
    totals = [
        EarlierTotal(institution="town", kind="water", month=date(2026, month, 1), amount=250 * M3)
        for month in range(1, 7)
    ]
    with house.records.session() as session:
        earlier_ledger.add(session, totals, author="Li", source="book")
    found = asked(house)
    assert found["used_before"] == (900 + 3 * 250) * M3
    assert found["used_before_by"] == {"bill": FIRST_MONTHS[:3], "earlier": FIRST_MONTHS[3:]}
    july = {**FIRST_HALF, "bill": "W-3", "first": "2026-07-01", "last": "2026-07-31"}
    assert asked(house, month="2026-08")["used_before_by"]["own"] == ["2026-07"]
    house.close()
    other = opened(tmp_path / "other", STEPS, (), {**july, "amount": "300"})
    of_august = asked(other, month="2026-08")
    assert of_august["used_before"] == 300 * M3  # and not the 186 m³ of the meter
    other.close()


@pytest.mark.parametrize(
    ("accounts", "of_bill", "is_filled"),
    [
        ([AccountMeter(account="88", meter="water")], "88", True),
        ([AccountMeter(account="88", meter="water")], "99", False),
        ([AccountMeter(account="99", meter="water", valid_to=date(2026, 7, 1))], "99", True),
        ([AccountMeter(account="88", meter="water", valid_from=date(2026, 3, 15))], "88", True),
    ],
)
def test_bills_of_other_accounts_do_not_count(
    accounts: Sequence[AccountMeter], of_bill: str, tmp_path: Path, *, is_filled: bool
) -> None:
    house = opened(tmp_path, STEPS, accounts, {**FIRST_HALF, "account": of_bill})
    by = asked(house)["used_before_by"]
    house.close()
    assert ("bill" in by) == is_filled


def test_a_bill_of_two_meters_says_nothing_of_one(tmp_path: Path) -> None:
    rows = [AccountMeter(account="88", meter=name) for name in ("water", "annex")]
    annex = replace(WATER, meter="annex", channel="annex")
    house = opened(tmp_path, STEPS, rows, {**FIRST_HALF, "account": "88"}, others=(annex,))
    assert "bill" not in asked(house)["used_before_by"]
    house.close()


def test_a_meter_of_what_is_generated_is_on_no_bill(tmp_path: Path) -> None:
    own = replace(WATER, meter="made", channel="made", use=OWN_GENERATION, tariff="")
    house = opened(tmp_path, STEPS, (), FIRST_HALF, others=(own,))
    assert asked(house)["used_before_by"] == {"bill": FIRST_MONTHS}
    house.close()
