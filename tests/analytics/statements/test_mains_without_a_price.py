"""The cost of several mains of which one has no price: it is incomplete, and says so everywhere."""

from dataclasses import replace
from datetime import date

import pytest

from analytics.statements.cost.reconcile import reconcile
from analytics.statements.covered import cost_covered
from analytics.statements.figures import OWN, Figure, joined_figures
from analytics.statements.printed.table import table_of
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Statement
from analytics.statements.year_on_year.change import PRICE, Side
from analytics.statements.year_on_year.effects import split_of
from api.printing import page_of
from energy.bills.bill import Bill
from energy.period import Stretch
from tests.analytics.statements.test_uses import MAIN, SUN, said

PRICED = MAIN
BARE = replace(MAIN, meter="second_main", channel="ep_second", tariff="")
MAY = Stretch(date(2026, 5, 1), date(2026, 6, 1))
NAMES_IT = "The cost is incomplete: second_main has no price. Give it a tariff in meters.csv."


@pytest.fixture(scope="module")
def may() -> Statement:
    return said((PRICED, BARE), {"hall_main": 100, "second_main": 100})


def test_a_main_without_a_tariff_leaves_the_cost_incomplete_and_is_named(may: Statement) -> None:
    (line,) = may.lines
    alone = said((PRICED,), {"hall_main": 100}).lines[0].signed

    assert line.signed.amount == 2 * (alone.amount or 0)
    assert line.signed.cost == alone.cost  # of the one that has a price
    assert line.signed.unpriced == ("second_main",)
    assert NAMES_IT in [note.en for note in line.notes]
    assert alone.unpriced == ()


def test_the_sheet_marks_the_cost_of_all_lines(may: Statement) -> None:
    sheet = sheet_of(may, code="test")

    assert sheet["lines"]["electricity/2026-05-01"]["unpriced"] == ["second_main"]
    assert cost_covered(sheet).note().en == "partly missing: electricity 2026-05"
    page = page_of(sheet, language="zh", state="", marks={})
    assert "费用合计（已知部分：1 行中的 1 行）" in page
    assert table_of(sheet)["unpriced"].tolist() == ["second_main"]


def test_what_panels_give_costs_nothing_and_lacks_no_price() -> None:
    sun = replace(SUN, tariff="")
    whole, own = said((PRICED, sun), {"hall_main": 100, "sun": 40}).lines

    assert (whole.signed.unpriced, own.signed.unpriced) == ((), ())


def test_a_cost_that_nobody_knows_is_missing_and_not_incomplete() -> None:
    (line,) = said((BARE,), {"second_main": 100}).lines
    sheet = sheet_of(said((BARE,), {"second_main": 100}), code="test")

    assert line.signed.cost is None
    assert "unpriced" not in sheet["lines"][line.key]


def test_a_bill_is_not_held_against_a_cost_without_a_part_of_the_amount() -> None:
    bill = Bill(
        bill="B1", institution="town", kind="electricity", first=MAY.first, until=MAY.until,
        amount=1_488_000, cost=1_283_640_000,
    )  # fmt: skip
    half = Figure(OWN, 744_000, cost=641_820_000)
    bare = Figure(OWN, 744_000, unpriced=("p2",))

    found = reconcile(bill, joined_figures([half, bare]))

    assert (found.difference, found.effects) == (None, ())
    assert found.notes[0].en.startswith("p2 has no price for all or a part of the amount")


def test_a_change_is_not_split_in_yuan_where_a_cost_is_incomplete() -> None:
    whole = Figure(OWN, 1000, cost=800_000)
    partly = replace(whole, unpriced=("second_main",))
    full, lacking = (
        Side(MAY, 31 * 86_400, {"": one}, (), {}, signed=one) for one in (whole, partly)
    )

    assert split_of("electricity", full, lacking, ()).effect(PRICE).cost is None
    assert split_of("electricity", full, full, ()).effect(PRICE).cost == 0
