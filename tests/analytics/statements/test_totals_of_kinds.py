"""A quarter's statement has each kind in all: amount, coal, CO2 and cost, bases kept apart."""

import io

import openpyxl
import pytest

from analytics.statements.figures import BILL, OWN, Figure
from analytics.statements.lines import Line, line_of
from analytics.statements.printed.entries import lines_of_sheet
from analytics.statements.printed.of_kinds import totals_of_kinds
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Statement
from analytics.statements.workbook.book import workbook_bytes
from api.handing_out import Handed
from api.printing import page_of
from energy.canonical import canonical
from energy.period import period_of
from jieneng.ledger.statements import lines_to_say
from tests.analytics.statements.test_statements import KWH, TERMS
from tests.builders import TOWN

MONTHS = list(period_of("2026-Q2").stretches())


def line(place: int, kwh: int | None, basis: str = OWN, *, beside: int | None = None) -> Line:
    amount = None if kwh is None else kwh * KWH
    figures = {basis: Figure(basis, amount, cost=None if kwh is None else kwh * 800_000)}
    if beside:
        figures[BILL] = Figure(BILL, beside * KWH, cost=1_000_000)
    return line_of("electricity", "", MONTHS[place], figures, basis=basis, terms=TERMS)


def sheet(*lines: Line) -> dict[str, object]:
    return sheet_of(Statement(TOWN, period_of("2026-Q2"), TERMS, lines, {}), code="test")


WHOLE = sheet(line(0, 100), line(1, 200, beside=195), line(2, 300))
"""600 kWh in all, 480 yuan, 73.74 kgce, 318.36 kg of CO2."""


def test_page_and_workbook_of_a_quarter_have_the_total_of_a_kind() -> None:
    page = page_of(WHOLE, language="en", state="", marks={})
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(WHOLE, language="en", marks={})))
    (total,) = [row for row in book["ledger"].iter_rows() if row[0].value == "total"]

    assert "electricity, total (own meters): 600.000 kWh" in page
    assert total[4].value == "=N(E4)+N(E5)+N(E6)"
    assert total[10].value == "=N(K4)+N(K5)+N(K6)"
    (said,) = totals_of_kinds(lines_of_sheet(WHOLE, "en"))
    assert (float(said.amount or 0), float(said.cost_yuan or 0)) == (600, 480)
    assert (float(said.coal_kgce or 0), said.note.en) == (73.74, "")
    assert float(said.emitted_kg("location") or 0) == 318.36


def test_the_screen_has_the_total_and_what_other_sources_say() -> None:
    handed = Handed(canonical(WHOLE), "", {}, "en")
    said = lines_to_say(handed)

    (total,) = [one for one in said if one.startswith("2026-Q2")]
    assert total.endswith("own meters, total")
    assert "600.000 kWh" in total
    assert "480.00 yuan" in total
    assert "          beside it: bill   195.000 kWh   1.00 yuan" in said


def test_a_total_of_which_a_month_is_missing_says_of_how_many_it_is() -> None:
    (said,) = totals_of_kinds(
        lines_of_sheet(sheet(line(0, 100), line(1, None), line(2, 300)), "en")
    )
    assert float(said.amount or 0) == 400
    assert said.note.en == "amount of 2 of 3 months; cost of 2 of 3 months"


def incomplete(place: int, *, unpriced: tuple[str, ...] = (), missing_s: int = 0) -> Line:
    figure = Figure(
        OWN,
        100 * KWH,
        cost=80_000_000,
        unpriced=unpriced,
        measured_s=3600,
        due_s=3600 + missing_s,
    )
    return line_of("electricity", "", MONTHS[place], {OWN: figure}, basis=OWN, terms=TERMS)


BARE = sheet(line(0, 100), incomplete(1, unpriced=("annex",)), incomplete(2, unpriced=("annex",)))
PARTLY = sheet(line(0, 100), incomplete(1, missing_s=60), line(2, 100))


@pytest.mark.parametrize(
    ("told", "language", "words"),
    [
        (BARE, "en", "cost incomplete in 2 of 3 months, a part has no price"),
        (BARE, "zh", "3 个月中的 2 个月部分用量没有价格，费用不完整"),
        (PARTLY, "en", "partly missing in 1 of 3 months"),
        (PARTLY, "zh", "3 个月中的 1 个月部分缺失"),
    ],
)
def test_a_total_whose_cost_or_amount_is_a_part_says_so_on_screen_page_and_workbook(
    told: dict[str, object], language: str, words: str
) -> None:
    (total,) = totals_of_kinds(lines_of_sheet(told, language))
    book = openpyxl.load_workbook(
        io.BytesIO(workbook_bytes(told, language=language, marks={}))
    ).worksheets[0]
    row = next(row for row in book.iter_rows() if row[0].value in ("total", "合计"))
    screen = lines_to_say(Handed(canonical(told), "", {}, language))

    assert total.note.get(language) == words
    assert (float(total.amount or 0), float(total.cost_yuan or 0)) == (300, 240)
    assert words in [cell.value for cell in row]
    assert words in page_of(told, language=language, state="", marks={})
    assert [one for one in screen if one.startswith("2026-Q2") and one.endswith(f"({words})")]


def test_a_total_that_is_whole_says_nothing() -> None:
    (total,) = totals_of_kinds(lines_of_sheet(WHOLE, "en"))
    assert total.note.en == total.note.zh == ""


def test_bases_are_kept_apart_and_a_single_line_has_no_total() -> None:
    lines = lines_of_sheet(sheet(line(0, 100), line(1, 200), line(2, 300, BILL)), "en")
    assert [(one.lines[0].basis, float(one.amount or 0)) for one in totals_of_kinds(lines)] == [
        ("own meters", 300), ("bill", 300),
    ]  # fmt: skip
    assert totals_of_kinds(lines[:1]) == []
