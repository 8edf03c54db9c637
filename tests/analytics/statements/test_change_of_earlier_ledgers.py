"""A change of several months: what an earlier ledger tells is never added to what others tell."""

from datetime import date

from analytics.statements.figures import EARLIER, OWN, Figure
from analytics.statements.statement import Statement
from analytics.statements.year_on_year.as_json import change_json
from analytics.statements.year_on_year.change import REST, Side, Split
from analytics.statements.year_on_year.effects import split_of
from analytics.statements.year_on_year.explained import Explanation
from energy.period import Stretch, period_of
from jieneng.ledger.changes_said import change_lines
from tests.analytics.statements.test_statements import TERMS
from tests.builders import TOWN

DAY_S = 86_400


def side(year: int, month: int, kwh: int, basis: str) -> Side:
    days = Stretch(date(year, month, 1), date(year, month + 1, 1))
    due_s = 0 if basis == EARLIER else days.days * DAY_S
    figure = Figure(basis, kwh * 1000, cost=kwh * 500_000, measured_s=due_s, due_s=due_s)
    return Side(days, days.days * DAY_S, {"": figure}, (), {})


def split(month: int, before: int, now: int, *, basis: str = OWN) -> Split:
    sides = side(2025, month, before, basis), side(2026, month, now, OWN)
    return split_of("electricity", *sides, learnt=())


def statement(key: str) -> Statement:
    return Statement(TOWN, period_of(key), TERMS, (), {})


MIXED = Explanation(
    "electricity",
    (split(7, 700, 620, basis=EARLIER), split(8, 710, 620, basis=EARLIER), split(9, 600, 580)),
    (),
)
PLAIN = Explanation("electricity", (split(7, 700, 620), split(8, 710, 620)), ())


def test_months_of_an_earlier_ledger_have_a_change_of_their_own() -> None:
    books, own = MIXED.apart

    assert (books.amounts, own.amounts) == ((1_410_000, 1_240_000), (600_000, 580_000))
    assert (books.effect(REST)[0], own.effect(REST)[0]) == (-170_000, -20_000)
    assert (books.costs, own.costs) == ((705_000_000, 620_000_000), (300_000_000, 290_000_000))


def test_months_that_rest_on_alike_sources_are_one_sum() -> None:
    assert [one.amounts for one in PLAIN.apart] == [(1_410_000, 1_240_000)]


def test_the_answer_has_no_total_of_both_and_says_which_months_each_is_of() -> None:
    said = change_json(statement("2025-Q3"), statement("2026-Q3"), [MIXED])["kinds"]["electricity"]
    books, own = said["apart"]

    assert {"amount", "cost", "effects"}.isdisjoint(said)
    assert (books["amount"]["before"], own["amount"]["before"]) == (1_410_000, 600_000)
    assert [month["from"] for month in books["months"]] == ["2026-07-01", "2026-08-01"]
    assert books["note"]["en"].startswith("2026-07 to 2026-08: the earlier ledger the year before")
    assert len(said["months"]) == 3
    plain = change_json(statement("2025-Q3"), statement("2026-Q3"), [PLAIN])["kinds"]["electricity"]
    assert "apart" not in plain
    assert plain["amount"]["before"] == 1_410_000


def test_the_screen_keeps_them_apart() -> None:
    lines = list(change_lines(statement("2025-Q3"), statement("2026-Q3"), [MIXED], "en"))

    assert not any("2,010.0" in line for line in lines)
    assert any("1,410.0 -> 1,240.0 kWh" in line for line in lines)
    assert any("600.0 -> 580.0 kWh" in line for line in lines)
    assert any("2026-09: meters or bills the year before" in line for line in lines)
