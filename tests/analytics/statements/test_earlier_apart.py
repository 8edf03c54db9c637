"""Totals of an earlier ledger beside measured months: shown, weighed, and never added to them."""

import io
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest

from analytics.closing.sum_sheet import sheet_of_sum
from analytics.statements.covered import coal_covered, cost_covered
from analytics.statements.figures import BILL, EARLIER, OWN, Figure
from analytics.statements.lines import Line, line_of
from analytics.statements.printed.costs import EARLIER_MONEY, costs_of
from analytics.statements.printed.ratios import ratios_of_sheet
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Statement
from analytics.statements.weights import LOCATION
from analytics.statements.workbook.book import workbook_bytes
from analytics.why.intensity import numerator_again
from analytics.why.members import why_members
from api.printing import page_of
from energy.canonical import canonical, sha256_of
from energy.period import period_of
from energy.sizes import AREA, PEOPLE
from energy.text import Text
from tests.analytics.statements.test_statements import KWH, TERMS
from tests.builders import TOWN

MONTHS = list(period_of("2025-Q1").stretches())


def line(place: int, kwh: int, basis: str) -> Line:
    figures = {basis: Figure(basis, kwh * KWH, cost=kwh * 800_000)}
    return line_of("electricity", "", MONTHS[place], figures, basis=basis, terms=TERMS)


def quarter(*bases: str) -> Statement:
    """Return a quarter of 600, 550 and 1,563 kWh."""
    lines = [line(place, (600, 550, 1563)[place], basis) for place, basis in enumerate(bases)]
    sizes = {AREA: Fraction(1000), PEOPLE: Fraction(10)}
    return Statement(TOWN, period_of("2025-Q1"), TERMS, tuple(lines), sizes)


MIXED = quarter(EARLIER, EARLIER, OWN)


def test_months_of_an_earlier_ledger_are_in_a_total_of_their_own() -> None:
    assert MIXED.coal_grams == round(1563 * Fraction("122.9"))
    assert MIXED.co2_grams(2, LOCATION) == round(1563 * Fraction("530.6"))
    assert MIXED.earlier_grams() == 600 * 122_900 // 1000 + 67_595
    assert MIXED.earlier_grams(2, LOCATION) == 600 * 530_600 // 1000 + 291_830
    assert MIXED.ratios["electricity_per_area"].numerator is None
    assert MIXED.ratios["energy_per_person"].not_covered == ("town",)


def test_a_year_of_an_earlier_ledger_alone_has_its_total_and_intensities() -> None:
    alone = quarter(EARLIER, EARLIER, EARLIER)

    assert alone.coal_grams == alone.earlier_grams() == 73_740 + 67_595 + 192_093
    assert alone.ratios["electricity_per_area"].numerator == 2713 * KWH
    assert "earlier" not in sheet_of(alone, code="test")["totals"]
    assert "earlier" not in sheet_of(quarter(OWN, OWN, OWN), code="test")["totals"]


def test_sheet_page_and_workbook_show_both_totals_apart() -> None:
    sheet = sheet_of(MIXED, code="test")
    page = page_of(sheet, language="en", state="", marks={})
    ledger = openpyxl.load_workbook(io.BytesIO(workbook_bytes(sheet, language="en", marks={})))[
        "ledger"
    ]
    rows = {row[0].value: row for row in ledger.iter_rows() if row[0].value}

    assert sheet["totals"]["earlier"]["coal_g"] == 141_335
    assert coal_covered(sheet).is_whole
    words = "earlier ledger, in no total above: comprehensive energy (kgce)"
    assert words in page
    assert "141.335" in page
    assert rows["comprehensive energy (kgce)"][7].value == "=N(H6)"
    assert rows[words][7].value == "=N(H4)+N(H5)"
    reasons = {one.name: one.reason for one in ratios_of_sheet(sheet, "en")}
    assert reasons["energy_per_area"].startswith("some months are of an earlier ledger")
    assert numerator_again("energy_per_area", sheet["lines"].values()) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_cost_of_an_earlier_ledger_is_in_a_total_of_its_own(language: str) -> None:
    sheet = sheet_of(MIXED, code="test")
    book = openpyxl.load_workbook(
        io.BytesIO(workbook_bytes(sheet, language=language, marks={}))
    ).worksheets[0]
    rows = {row[0].value: row[10].value for row in book.iter_rows() if row[0].value}
    page = page_of(sheet, language=language, state="", marks={})

    assert costs_of(sheet)[:2] == (Decimal("1250.4"), Decimal(920))  # 0.80 yuan a kWh
    assert cost_covered(sheet).lines == 1
    assert rows[{"en": "cost (yuan)", "zh": "费用合计（元）"}[language]] == "=N(K6)"
    assert rows[EARLIER_MONEY.get(language)] == "=N(K4)+N(K5)"
    assert EARLIER_MONEY.get(language) in page
    assert "1,250.40" in page
    assert "2,170.40" not in page


def test_a_missing_cost_beside_an_earlier_ledger_is_not_that_of_the_ledger() -> None:
    sheet = sheet_of(MIXED, code="test")
    own = sheet["lines"]["electricity/2025-03-01"]
    bare = {**sheet, "lines": {**sheet["lines"], "electricity/2025-03-01": {**own, "cost": None}}}

    assert costs_of(bare)[:2] == (None, Decimal(920))
    assert cost_covered(bare).note().en == "missing: electricity 2025-03"


def test_costs_of_one_source_are_one_total() -> None:
    for bases in ((EARLIER,) * 3, (OWN, BILL, OWN)):
        sheet = sheet_of(quarter(*bases), code="test")
        assert costs_of(sheet)[:2] == (Decimal("2170.4"), None)
        assert cost_covered(sheet).lines == 3
        page = page_of(sheet, language="en", state="", marks={})
        assert "2,170.40" in page
        assert EARLIER_MONEY.en not in page


def test_an_institution_on_an_earlier_ledger_is_not_added_to_one_that_measures() -> None:
    sheets = [
        {**sheet_of(one, code="test"), "institution": name}
        for name, one in (("a", quarter(EARLIER, EARLIER, EARLIER)), ("b", MIXED))
    ]
    state = {"zh": "草稿", "en": "draft"}
    members = [{**one, "state": state, "sha256": sha256_of(canonical(one))} for one in sheets]
    total = sheet_of_sum("x", Text("区", "X"), "2025-Q1", members, undated={}, code="test")

    assert total["totals"]["coal_g"] == 192_093
    assert total["totals"]["earlier"]["coal_g"] == 333_428 + 141_335
    assert why_members(canonical(total))["verdict"] == "same"
    assert costs_of(total)[:2] == (Decimal("1250.4"), Decimal("3090.4"))  # 920 + 2,170.40
