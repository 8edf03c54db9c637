"""Which meters may be on which account, and what the registry files refuse."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from energy.bills.account import AccountMeter
from energy.meter import SETTLEMENT
from storage.registry.files import read_registry, write_registry
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.registry_folder import OWN, mistakes

HEADING = "account,meter,supplier,valid_from,valid_to,contract_kw,capacity_kva\n"
"""As files had it before accounts had quotas, households and persons."""

TIERS = "account,meter,supplier,valid_from,valid_to,contract_kw,capacity_kva"
TIERS += ",quota,households,persons\n"
ANNEX = replace(MAIN_METER, meter="annex", channel="annex")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_registry(registry_of(MAIN_METER, SUB_METER, ANNEX), tmp_path)
    return tmp_path


def write(folder: Path, *rows: str, heading: str = HEADING) -> None:
    (folder / "bill_accounts.csv").write_text(heading + "\n".join(rows), encoding="utf-8")


def test_what_is_written_is_read_again(folder: Path) -> None:
    write(folder, "88,hall_main,电网,,2026-03-01,,630", "89,hall_main,,2026-03-01,,80.5,")
    registry = read_registry(folder, OWN)
    assert registry.accounts == (
        AccountMeter(
            account="88", meter="hall_main", supplier="电网", valid_to=date(2026, 3, 1),
            capacity_va=630_000,
        ),
        AccountMeter(
            account="89", meter="hall_main", valid_from=date(2026, 3, 1), contract_w=80_500
        ),
    )  # fmt: skip
    write_registry(registry, folder)
    assert read_registry(folder, OWN) == registry


def test_a_registry_without_accounts_needs_no_file(folder: Path) -> None:
    (folder / "bill_accounts.csv").unlink()
    assert read_registry(folder, OWN).accounts == ()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["88,nobody,,,,,"], "'nobody' is not in meters.csv"),
        ([",hall_main,,,,,"], "it is empty; write it"),
        (["88,hall_light,,,,,"], "hall_light has the role sub; bills are of mains"),
        (["88,hall_main,,2026-03-01,2026-03-01,,"], "it is not after valid_from, 2026-03-01"),
        (["88,hall_main,,,,,0"], "0 must be greater than 0"),
        (
            ["88,hall_main,,,2026-03-01,,", "89,hall_main,,2026-02-01,,,"],
            "row 2 has hall_main on account 88 at the same time",
        ),
        (
            ["88,hall_main,,,,,630", "88,annex,,,,,500"],
            "account 88 has 630 at the same time; write it once",
        ),
    ],
)
def test_what_cannot_be_on_an_account_is_refused(rows: list[str], words: str, folder: Path) -> None:
    write(folder, *rows)
    assert any(words in mistake for mistake in mistakes(folder)), mistakes(folder)


def test_a_capacity_may_change_with_the_days(folder: Path) -> None:
    write(folder, "88,hall_main,,,2026-03-01,,500", "88,hall_main,,2026-03-01,,,630")
    assert [row.capacity_va for row in read_registry(folder, OWN).accounts] == [500_000, 630_000]


def test_quota_households_and_persons_are_dated_and_read_again(folder: Path) -> None:
    write(
        folder,
        "88,hall_main,,,2026-09-01,,,12000.5,3,8",
        "88,hall_main,,2026-09-01,,,,15000,,9",
        heading=TIERS,
    )
    registry = read_registry(folder, OWN)
    assert [(row.quota, row.households, row.persons) for row in registry.accounts] == [
        (12_000_500, 3, 8),  # Wh
        (15_000_000, None, 9),
    ]
    write_registry(registry, folder)
    assert read_registry(folder, OWN) == registry


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["88,hall_main,,,,,,0,,"], "column quota: 0 must be greater than 0"),
        (["88,hall_main,,,,,,0.0001,,"], "column quota: it is finer than 1 Wh; round it"),
        (["88,hall_main,,,,,,,2.5,"], "column households: "),
        (["88,hall_main,,,,,,,,0"], "column persons: 0 must lie between 1 and 1000000"),
        (
            ["88,hall_main,,,,,,100,,", "88,annex,,,,,,90,,"],
            "column quota: account 88 has 100 at the same time",
        ),
        (
            ["88,hall_main,,,,,,,3,", "88,annex,,,,,,,4,"],
            "column households: account 88 has 3 at the same time",
        ),
    ],
)
def test_tiers_of_nobody_or_of_two_numbers_are_refused(
    rows: list[str], words: str, folder: Path
) -> None:
    write(folder, *rows, heading=TIERS)
    assert any(words in mistake for mistake in mistakes(folder)), mistakes(folder)


def test_the_suppliers_meter_may_be_on_an_account(folder: Path) -> None:
    boundary = replace(MAIN_METER, meter="boundary", channel="boundary", role=SETTLEMENT)
    write_registry(registry_of(MAIN_METER, boundary), folder)
    write(folder, "88,hall_main,,,,,", "88,boundary,,,,,")
    assert {row.meter for row in read_registry(folder, OWN).accounts} == {"hall_main", "boundary"}
