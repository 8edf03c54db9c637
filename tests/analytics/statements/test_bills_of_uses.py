"""Bills that name a use: a part of the whole, and the whole where there is no other bill."""

from dataclasses import replace
from datetime import date

import pytest

from analytics.statements.figures import BILL
from analytics.statements.given import given_of
from analytics.statements.statement import Sources, Statement, statement_of
from analytics.statements.weights import Terms
from analytics.statements.whole_bills import OF_PARTS, OF_PARTS_THEN, OTHER_CONTRACT
from energy.bills.bill import Bill
from energy.period import Stretch, period_of
from energy.uses import DATA_CENTRE, HEATING, OWN_GENERATION, VEHICLE
from storage.engines.memory import MemoryStore
from tests.builders import TOWN, registry_of

JANUARY, FEBRUARY = list(period_of("2026-Q1").stretches())[:2]
WARM = Bill(
    bill="H1", institution="town", kind="heat", use=HEATING, first=date(2026, 1, 1),
    until=date(2026, 2, 1), amount=150_000_000, cost=9_300_000_000,
)  # fmt: skip


def statement(*bills: Bill) -> Statement:
    given = given_of(bills, [], [JANUARY, FEBRUARY], profiles={}, begun={})
    sources = Sources(
        MemoryStore(), registry_of(), (), given, lambda _kind, _use, _stretch: BILL, 0
    )
    return statement_of(sources, TOWN, period_of("2026-01"), Terms("", "", {}, ""))


def amounts(said: Statement, use: str = "") -> dict[Stretch, int | None]:
    return {line.stretch: line.signed.amount for line in said.lines_of("heat", use)}


def test_heat_billed_for_heating_alone_is_all_of_the_heat_and_said_to_be() -> None:
    said = statement(WARM)

    assert amounts(said) == amounts(said, HEATING) == {JANUARY: WARM.amount}
    (whole,), (part,) = said.lines_of("heat"), said.lines_of("heat", HEATING)
    assert (whole.signed.cost, whole.signed.sources) == (WARM.cost, ("H1",))
    assert OF_PARTS in whole.notes
    assert OF_PARTS not in part.notes


def test_bills_of_two_uses_make_the_whole_together() -> None:
    other = replace(WARM, bill="D1", use=DATA_CENTRE, amount=50_000_000)

    assert amounts(statement(WARM, other)) == {JANUARY: 200_000_000}


WHOLE = replace(WARM, bill="H2", use="", first=date(2026, 2, 1), until=date(2026, 3, 1), amount=1)


def test_a_month_whose_only_bill_names_a_use_is_all_of_it_whatever_other_months_name() -> None:
    said = statement(WARM, WHOLE)

    assert amounts(said) == {JANUARY: 150_000_000, FEBRUARY: 1}
    january = said.lines_of("heat")[0]
    assert OF_PARTS_THEN in january.notes
    assert january.signed.is_whole


def test_a_month_between_two_bills_of_an_account_is_all_of_the_use_that_it_bills_then() -> None:
    before = replace(WHOLE, bill="H0", first=date(2025, 12, 1), until=date(2026, 1, 1))

    said = statement(before, WARM, WHOLE)
    assert amounts(said)[JANUARY] == 150_000_000
    assert said.lines_of("heat")[0].signed.missing_s == 0


@pytest.mark.parametrize("account", ["", "1"])
def test_a_use_that_is_billed_beside_the_whole_in_another_month_is_a_part_of_it(
    account: str,
) -> None:
    beside = replace(WARM, bill="H3", first=WHOLE.first, until=WHOLE.until, amount=1)

    said = statement(
        *(replace(one, account=account) for one in (WARM, WHOLE)), replace(beside, account=account)
    )
    assert amounts(said) == {JANUARY: None, FEBRUARY: 1}
    january = said.lines_of("heat")[0]
    assert "uses of it are told (heating 150.000 GJ)" in january.notes[-1].en


def test_what_the_sun_gave_is_not_what_was_bought() -> None:
    sun = replace(WARM, bill="S1", kind="electricity", use=OWN_GENERATION)

    (whole,) = statement(sun).lines_of("electricity")
    assert (whole.signed.amount, whole.signed.is_told) == (None, False)


def test_a_second_account_whose_bills_name_a_use_is_another_contract() -> None:
    first = replace(
        WARM, bill="A", kind="electricity", use="", account="1", amount=1_000_000, cost=1
    )
    second = replace(first, bill="B", use=VEHICLE, account="2", amount=200_000)
    said = statement(first, second)

    (whole,) = said.lines_of("electricity")
    assert (whole.signed.amount, whole.signed.sources) == (1_200_000, ("A", "B"))
    assert OTHER_CONTRACT in whole.notes
    assert [line.signed.amount for line in said.lines_of("electricity", VEHICLE)] == [200_000]


@pytest.mark.parametrize(("account", "supplier"), [("1", ""), ("", "")])
def test_a_use_of_the_same_account_or_of_one_that_nobody_names_stays_a_part(
    account: str, supplier: str
) -> None:
    first = replace(
        WARM, bill="A", kind="electricity", use="", account="1", supplier="grid", amount=1_000_000
    )
    part = replace(first, bill="B", use=VEHICLE, account=account, supplier=supplier, amount=200)

    (whole,) = statement(first, part).lines_of("electricity")
    assert whole.signed.amount == 1_000_000
    assert OTHER_CONTRACT not in whole.notes


def test_another_account_beside_a_bill_that_names_none_stays_a_part() -> None:
    first = replace(WARM, bill="A", kind="electricity", use="", amount=1_000_000)
    part = replace(first, bill="B", use=VEHICLE, account="2", amount=200)

    (whole,) = statement(first, part).lines_of("electricity")
    assert whole.signed.amount == 1_000_000


GRID = replace(WARM, bill="A", kind="electricity", use="", account="1", amount=1_000_000, cost=800)
CAR = replace(GRID, bill="B", use=VEHICLE, account="2", amount=200_000, cost=160)
LATER = replace(CAR, bill="B2", use="", first=date(2026, 2, 1), until=date(2026, 3, 1))


@pytest.mark.parametrize("account", ["2", ""])
def test_a_bill_of_another_month_that_names_no_use_changes_nothing_of_this_one(
    account: str,
) -> None:
    before = statement(GRID, CAR).lines_of("electricity")[0]
    said = statement(GRID, CAR, replace(LATER, account=account)).lines_of("electricity")

    assert said[0] == before
    assert (before.signed.amount, before.signed.cost) == (1_200_000, 960)
    assert OTHER_CONTRACT in before.notes
    assert [line.signed.amount for line in said] == [1_200_000, 200_000]


def test_a_bill_without_a_use_that_touches_the_month_makes_the_use_a_part_of_it() -> None:
    touching = replace(LATER, first=date(2026, 1, 31), amount=29_000)

    january = statement(GRID, CAR, touching).lines_of("electricity")[0].signed
    assert january.amount == 1_000_000 + 1_000  # one day of 29
    assert january.missing_s == 30 * 86_400  # account 2 says nothing of all it used before
    assert january.sources == ("A", "B2")


def test_a_month_between_two_bills_of_an_account_is_not_told_by_a_use_of_it() -> None:
    first = replace(CAR, bill="B0", use="", first=date(2025, 12, 1), until=date(2026, 1, 1))

    january = statement(GRID, CAR, first, LATER).lines_of("electricity")[0].signed
    assert (january.amount, january.missing_s) == (1_000_000, 31 * 86_400)


def test_bills_that_may_be_one_are_named_where_both_are_signed() -> None:
    once = replace(WARM, use="", account="110")
    twice = replace(once, bill="H9", account="")
    said = "bills H1 and H9 have the same days, amount and cost"

    (line,) = statement(once, twice).lines_of("heat")
    assert [said in note.en for note in line.notes].count(True) == 1
    for other in (replace(twice, account="111"), replace(twice, amount=1)):
        (line,) = statement(once, other).lines_of("heat")
        assert not any(said in note.en for note in line.notes)
