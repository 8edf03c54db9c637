"""Statements as bytes that stay the same."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

from analytics.statements.figures import OWN, Figure
from analytics.statements.lines import line_of
from analytics.statements.sheet import sheet_bytes
from analytics.statements.statement import Statement
from analytics.statements.weights import Terms
from energy.factors import Factor
from energy.period import Stretch, period_of
from energy.sizes import AREA
from tests.builders import TOWN

MAY = Stretch(date(2026, 5, 1), date(2026, 6, 1))
COAL = Factor("coal", "electricity", "", date(2000, 1, 1), date.max, Fraction("0.1229"), "s", "v")
TERMS = Terms("coal", "co2", {"coal": (COAL,)}, "110102")
FIGURE = Figure(OWN, 12_000, 500, 9_000_000, 86_400, 3_600, 0, 90_000, sources=("hall_main",))
LINE = line_of("electricity", "", MAY, {OWN: FIGURE}, basis=OWN, terms=TERMS)
STATEMENT = Statement(TOWN, period_of("2026-05"), TERMS, (LINE,), {AREA: Fraction(1000, 3)})


def test_a_sheet_says_every_number_of_its_lines_as_whole_numbers() -> None:
    sheet = json.loads(sheet_bytes(STATEMENT, code="jieneng 1"))
    line = sheet["lines"]["electricity/2026-05-01"]
    assert (line["amount"], line["estimated"], line["cost"]) == (12_000, 500, 9_000_000)
    assert (line["coal_g"], line["coal_rows"]) == (1475, ["coal/electricity/2000-01-01"])
    assert line["co2"] == []
    assert sheet["totals"]["coal_g"] == 1475
    assert sheet["sizes"] == {AREA: "1000/3"}
    assert sheet["code"] == "jieneng 1"


def test_the_same_statement_gives_the_same_bytes_and_another_amount_gives_others() -> None:
    figure = replace(FIGURE, amount=12_001)
    other = line_of("electricity", "", MAY, {OWN: figure}, basis=OWN, terms=TERMS)
    assert sheet_bytes(STATEMENT, code="1") == sheet_bytes(replace(STATEMENT), code="1")
    assert sheet_bytes(replace(STATEMENT, lines=(other,)), code="1") != sheet_bytes(
        STATEMENT, code="1"
    )


def test_a_sheet_names_the_rows_that_nobody_has_confirmed() -> None:
    sheet = json.loads(sheet_bytes(STATEMENT, code="jieneng 1"))
    assert [row["id"] for row in sheet["unconfirmed"]] == ["coal/electricity/2000-01-01"]
