"""Totals of a statement over lines of which some are missing: the known part, and it says so."""

import io
import json
from dataclasses import replace
from datetime import date

import openpyxl

from analytics.statements.covered import coal_covered
from analytics.statements.figures import BILL, Figure
from analytics.statements.lines import Line, line_of
from analytics.statements.sheet import sheet_of
from analytics.statements.workbook.book import workbook_bytes
from api.printing import page_of
from energy.period import Stretch
from jieneng.ledger.statements import PRINTERS, lines_to_say, sheet_to_hand_out
from jieneng.wiring import House
from tests.analytics.statements.test_statements import KWH, TERMS, statement
from tests.jieneng.ledger.test_ledger_commands import HOURS_OF_MAY, house, tell

__all__ = ["house"]
APRIL, MAY, JUNE = (Stretch(date(2026, month, 1), date(2026, month + 1, 1)) for month in (4, 5, 6))


def told(
    kind: str, month: Stretch, amount: int | None, *, gone_s: int = 0, cost: int | None = None
) -> Line:
    figure = Figure(BILL, amount, cost=cost, due_s=100, measured_s=100 - gone_s)
    figures = {} if amount is None else {BILL: figure}
    return line_of(kind, "", month, figures, basis=BILL, terms=TERMS)


def sheet(*lines: Line) -> dict[str, object]:
    return sheet_of(replace(statement(lines)), code="test")


def test_a_quarter_with_two_months_missing_shows_the_known_part_on_the_screen(
    house: House,
) -> None:
    tell(house, range(HOURS_OF_MAY + 1))
    handed = sheet_to_hand_out(house, "town", "2026-Q2", language="en")
    said = lines_to_say(handed)

    place = next(n for n, line in enumerate(said) if line.startswith("comprehensive energy"))
    assert said[place].startswith("comprehensive energy (known part: 1 of 3 lines)   91.4")
    assert said[place + 1].strip() == "missing: electricity 2026-04, 2026-06"
    scope = next(line for line in said if line.startswith("CO₂ scope 2, by location"))
    assert "(known part: 1 of 3 lines)" in scope
    zh = lines_to_say(sheet_to_hand_out(house, "town", "2026-Q2", language="zh"))
    assert any(line.startswith("综合能耗（已知部分：3 行中的 1 行）   91.4") for line in zh)
    assert "缺：电 2026-04、2026-06" in [line.strip() for line in zh]


def test_a_page_and_a_workbook_name_the_known_part_and_what_is_missing(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 1))
    handed = sheet_to_hand_out(house, "town", "2026-Q2", language="en")

    page = PRINTERS["html"](handed).decode()
    assert "comprehensive energy, without water (known part: 1 of 3 lines)" in page
    assert "missing: electricity 2026-04, 2026-06" in page
    book = openpyxl.load_workbook(io.BytesIO(PRINTERS["xlsx"](handed)), data_only=True)["ledger"]
    rows = {str(row[0].value): row for row in book.iter_rows()}
    total = rows["comprehensive energy (kgce) (known part: 1 of 3 lines)"]
    assert total[15].value == "missing: electricity 2026-04, 2026-06"


def test_a_whole_statement_has_totals_without_any_mark(house: House) -> None:
    tell(house, range(-30 * 24, HOURS_OF_MAY + 30 * 24))
    handed = sheet_to_hand_out(house, "town", "2026-05", language="en")
    assert not any("known part" in line for line in lines_to_say(handed))
    assert "known part" not in PRINTERS["html"](handed).decode()


def test_a_month_known_in_part_is_told_beside_those_that_are_missing() -> None:
    made = sheet(
        told("electricity", APRIL, None),
        told("electricity", MAY, 100 * KWH),
        told("electricity", JUNE, 100 * KWH, gone_s=10),
        told("gas", APRIL, None),
        told("gas", MAY, None),
        told("gas", JUNE, None),
        told("water", APRIL, None),
    )
    covered = coal_covered(made)
    assert (covered.known, covered.lines) == (2, 6)
    assert covered.note().en == (
        "missing: electricity 2026-04; natural gas 2026-04 to 2026-06; "
        "partly missing: electricity 2026-06"
    )
    assert covered.note().zh == ("缺：电 2026-04；天然气 2026-04 至 2026-06；部分缺失：电 2026-06")


def test_what_is_left_blank_by_rule_is_not_missing_in_the_coal_but_its_cost_counts() -> None:
    blank = line_of(
        "heat", "", MAY, {BILL: Figure(BILL, None, is_blank=True)}, basis=BILL, terms=TERMS
    )
    made = sheet(told("electricity", MAY, 100 * KWH, cost=5_000_000), blank)
    assert coal_covered(made).is_whole
    page = page_of(made, language="en", state="draft", marks={})
    assert "cost of all lines (known part: 1 of 2 lines)" in page
    assert "missing: heat 2026-05" in page


def test_the_keys_of_lines_are_in_no_printed_total() -> None:
    made = sheet(told("electricity", APRIL, 100 * KWH), told("electricity", MAY, None))
    for language in ("zh", "en"):
        assert "electricity/2026" not in page_of(made, language=language, state="", marks={})
        content = workbook_bytes(made, language=language, marks={})
        for page in openpyxl.load_workbook(io.BytesIO(content)):
            texts = [str(cell.value) for row in page.iter_rows() for cell in row]
            assert not [text for text in texts if "electricity/2026" in text]
    assert "electricity/2026-05-01" in json.dumps(made)
