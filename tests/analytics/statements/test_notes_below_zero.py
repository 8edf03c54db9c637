"""Notes that take back more than their bills counted: kept, and said in lines and totals."""

import io
from dataclasses import replace
from datetime import date

import openpyxl

from analytics.statements.covered import co2_covered, coal_covered, cost_covered
from analytics.statements.printed.entries import lines_of_sheet
from analytics.statements.printed.of_kinds import totals_of_kinds
from analytics.statements.sheet import sheet_of
from analytics.statements.workbook.book import workbook_bytes
from api.printing import page_of
from energy.text import Text
from storage.records.book import Records
from tests.analytics.statements.test_known_intensities import district
from tests.analytics.statements.test_open_months import FEBRUARY_BILL, said

JUNE_BILL = replace(
    FEBRUARY_BILL, bill="R6", first=date(2026, 6, 1), until=date(2026, 7, 1), account="1",
    amount=1_440_000, cost=1_296_000_000,
)  # fmt: skip
TOO_MUCH = replace(JUNE_BILL, bill="N3", amount=-2_000_000, cost=-1_800_000_000)
BELOW = (
    "The refund or note N3 takes back more than the bills of these days say: amount and cost below "
    "zero. Compare their days, amounts and costs."
)


def test_a_note_greater_than_its_bill_is_said_in_its_line(records: Records) -> None:
    (line,) = said(records, "2026-06", JUNE_BILL, TOO_MUCH).lines_of("electricity")

    assert (line.signed.amount, line.signed.cost) == (-560_000, -504_000_000)
    assert [note.en for note in line.notes] == [BELOW]


def test_a_note_that_leaves_nothing_is_no_matter(records: Records) -> None:
    whole = replace(TOO_MUCH, amount=-1_440_000, cost=-1_296_000_000)
    (line,) = said(records, "2026-06", JUNE_BILL, whole).lines_of("electricity")
    assert (line.signed.amount, line.notes) == (0, ())


def test_totals_of_sheet_page_and_workbook_name_the_month_below_zero(records: Records) -> None:
    may = replace(JUNE_BILL, bill="R5", first=date(2026, 5, 1), until=date(2026, 6, 1))
    quarter = said(records, "2026-Q2", may, JUNE_BILL, TOO_MUCH)
    sheet = sheet_of(quarter, code="test")

    for covered in (coal_covered(sheet), co2_covered(sheet, 2, "location"), cost_covered(sheet)):
        assert covered.note().en == "below zero: electricity 2026-06"
        assert covered.label(Text("x", "x")).en == "x"  # nothing of it is missing
    (total,) = totals_of_kinds(list(lines_of_sheet(sheet, "en")))
    assert total.note.en == "amount below zero in 1 of 2 months; cost below zero in 1 of 2 months"
    page = page_of(sheet, language="en", state="", marks={})
    texts = {
        cell.value
        for row in openpyxl.load_workbook(
            io.BytesIO(workbook_bytes(sheet, language="en", marks={}))
        )["ledger"].iter_rows()
        for cell in row
    }
    for words in (BELOW, "below zero: electricity 2026-06", total.note.en):
        assert words in page
        assert any(words in str(text) for text in texts), words
    assert "below zero: electricity 2026-06" in coal_covered(district(quarter)).note().en
