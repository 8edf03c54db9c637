"""Own generation beside a bill or a settlement meter: it is used and weighs, and is not bought."""

import io
from dataclasses import replace
from datetime import date
from fractions import Fraction

import openpyxl
import pytest

from analytics.closing.reading_back import statement_in
from analytics.closing.reweighing import reweighed
from analytics.place_amounts import Told
from analytics.statements.amounts import Shares, amounts_of_lines
from analytics.statements.figures import BILL, DAY_S, OWN, SETTLEMENT, Figure
from analytics.statements.printed.entries import lines_of_sheet
from analytics.statements.printed.quality import quality_text
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Statement
from analytics.statements.sums import sum_of
from analytics.statements.weights import LOCATION
from analytics.statements.workbook.book import workbook_bytes
from analytics.statements.year_on_year.change import PRICE, REST, Side
from analytics.statements.year_on_year.effects import split_of
from api.printing import page_of
from energy.items import Items
from energy.period import Stretch, period_of
from energy.text import Text
from energy.uses import OWN_GENERATION
from jieneng.ledger.amounts_said import lines_of
from tests.analytics.statements.test_statements import TERMS
from tests.analytics.statements.test_uses import MAIN, SUN, said
from tests.builders import TOWN, registry_of

MAY = Stretch(date(2026, 5, 1), date(2026, 6, 1))
HALF = Fraction(1, 2)
BOUGHT, MADE = 744_000, 31 * 9_600
"""Wh: 744 kWh on the bill, 297.6 kWh used of the own panels."""
COST = 700_000_000
KEY = "electricity/2026-05-01"


def by(basis: str, *, kwh_a_day: int = 24, bill: Figure | None = None) -> Statement:
    figure = bill or Figure(
        BILL if basis == OWN else basis, BOUGHT, cost=COST, sources=("PVB",),
        due_s=31 * DAY_S, billed_s=31 * DAY_S,
    )  # fmt: skip
    panels = replace(SUN, tariff="", step=Fraction(1, 10))  # counts 0.1 kWh
    return said(
        (MAIN, panels), {"hall_main": kwh_a_day, "sun": 96},
        given={("electricity", "", MAY): [figure]}, choice=lambda *_key: basis,
    )  # fmt: skip


@pytest.mark.parametrize("basis", [BILL, SETTLEMENT])
def test_what_was_generated_is_energy_whichever_basis_is_signed(basis: str) -> None:
    signed, own = by(basis), by(OWN)

    whole, sun = signed.lines
    assert whole.signed.amount == BOUGHT + MADE == 1_041_600
    assert (sun.use, sun.signed.amount) == (OWN_GENERATION, MADE)
    assert signed.coal_grams == own.coal_grams == round(1_041.6 * 122.9)
    assert signed.co2_grams(2, LOCATION) == own.co2_grams(2, LOCATION) == round(744 * 530.6)
    assert (whole.signed.cost, whole.signed.sources) == (COST, ("PVB",))
    assert "Bought 744.000 kWh, own generation 297.600 kWh: together they are what was used." in [
        note.en for note in whole.notes
    ]


def test_a_bill_beside_own_meters_is_told_with_what_was_generated_too() -> None:
    assert [(one.basis, one.amount) for one in by(OWN).lines[0].beside] == [(BILL, BOUGHT + MADE)]
    assert [(one.basis, one.amount) for one in by(BILL).lines[0].beside] == [(OWN, BOUGHT + MADE)]


def test_a_missing_bill_is_not_replaced_by_what_was_generated() -> None:
    may = by(BILL, bill=Figure(BILL, None, due_s=31 * DAY_S))
    assert may.lines[0].signed.amount is None
    assert may.coal_grams is None


def test_a_sheet_read_back_weighed_anew_and_added_says_the_same() -> None:
    may = by(BILL)
    sheet = sheet_of(may, code="test")

    assert sheet["lines"][KEY]["generated"]["amount"] == MADE
    again = statement_in(sheet)
    for name in ("amount", "cost", "generated", "billed_s", "measured_s", "coal_g", "co2"):
        told = sheet_of(again, code="test")["lines"][KEY]
        assert told.get(name) == sheet["lines"][KEY].get(name), name
    anew = reweighed(sheet, TERMS, code="test")
    assert anew["lines"][KEY]["co2"] == sheet["lines"][KEY]["co2"]
    assert sum_of("county", [again]).coal_grams == may.coal_grams


def test_the_workbook_takes_off_what_was_generated_before_it_emits() -> None:
    content = workbook_bytes(sheet_of(by(BILL), code="test"), language="en", marks={})
    page = openpyxl.load_workbook(io.BytesIO(content))["ledger"]
    assert page["J4"].value == "=ROUND((E4-N(E5))*I4,3)"
    assert page["E4"].value == 1041.6
    printed = lines_of_sheet(sheet_of(by(BILL), code="test"), "en")
    assert [line.is_part for line in printed] == [False, True]


def side(bought: int, cost: int, made: int) -> Side:
    whole = Figure(OWN, bought + made, cost=cost)
    sun = Figure(OWN, made) if made else None
    return Side(MAY, 31 * DAY_S, {"": whole}, (), {}, signed=whole, generated=sun)


def test_new_panels_are_no_falling_price() -> None:
    # 1,000 kWh at 0.80 yuan; then 800 bought at 0.80 and 200 of the panels.
    split = split_of(
        "electricity", side(1_000_000, 800_000_000, 0), side(800_000, 640_000_000, 200_000), ()
    )

    assert split.effect(PRICE).cost == 0
    assert split.effect(REST).amount == 0
    assert split.effect(REST).cost == -160_000_000
    assert "Own generation 0, now 200 kWh" in split.effect(REST).text.en
    assert sum(effect.cost or 0 for effect in split.effects) == -160_000_000


def test_a_price_that_rose_is_of_what_was_bought() -> None:
    # 900 kWh bought at 0.80, then 1,000 at 0.90, each beside 100 of the panels.
    split = split_of(
        "electricity",
        side(900_000, 720_000_000, 100_000), side(1_000_000, 900_000_000, 100_000), (),
    )  # fmt: skip

    assert split.effect(PRICE).cost == 100_000_000
    assert split.effect(REST).cost == 80_000_000


def test_a_whole_bill_and_panels_that_were_measured_leave_nothing_missing() -> None:
    may = by(BILL)
    assert may.lines[0].signed.is_whole
    assert TOWN.institution in sum_of("county", [may]).lines[0].covered


def test_shares_of_the_time_name_what_is_on_bills_beside_what_meters_tell() -> None:
    signed = by(BILL)
    sheet = sheet_of(signed, code="test")

    whole, sun = lines_of_sheet(sheet, "en")
    assert quality_text(whole, "en") == "0.0 % / 50.0 % / 0.0 % / on bills 50.0 %"
    assert quality_text(whole, "zh").endswith("/ 账单 50.0 %")
    assert quality_text(sun, "en") == "0.0 % / 100.0 % / 0.0 %"
    assert "0.0 % / on bills 50.0 %" in page_of(sheet, language="en", state="", marks={})
    page = openpyxl.load_workbook(
        io.BytesIO(workbook_bytes(sheet, language="en", marks={}))
    )["ledger"]  # fmt: skip
    notes = [str(cell.value) for row in page.iter_rows() for cell in row]
    assert [text for text in notes if text.startswith("on bills 50.0 %；Bought")]
    (amount, _) = amounts_of_lines(signed.lines)
    assert amount.shares == Shares(Fraction(0), HALF, Fraction(0), Fraction(0), HALF)


def test_amounts_name_the_part_of_the_time_that_is_on_bills() -> None:
    whole, sun = amounts_of_lines(by(BILL).lines)
    told = Told(
        "institution", "town", Text("镇政府", "Town hall"), period_of("2026-05"), (whole, sun)
    )
    said = list(lines_of(told, "2026-05", Items(), "en", registry=registry_of(), today=MAY.until))
    assert ["missing 0.0 %   on bills 50.0 %   bill" in one for one in said].count(True) == 1
    assert ["on bills" in one for one in said].count(True) == 1


def by_bills(generated: list[Figure]) -> Statement:
    """Return a statement of bills alone, no meter of either; own generation is due."""
    bill = Figure(BILL, BOUGHT, cost=COST, sources=("E7",), due_s=31 * DAY_S, billed_s=31 * DAY_S)
    subjects = {("electricity", "", MAY): [bill], ("electricity", OWN_GENERATION, MAY): generated}
    return said((), {}, given=subjects, choice=lambda *_key: BILL)


def test_a_month_without_its_bill_of_own_generation_is_the_known_part_on_every_face() -> None:
    may = by_bills([])
    whole, sun = may.lines
    sheet = sheet_of(may, code="test")
    total = sum_of("county", [may])

    assert (whole.signed.amount, whole.signed.cost) == (BOUGHT, COST)
    assert (whole.signed.is_whole, whole.signed.missing_s) == (False, 31 * DAY_S)
    assert sun.signed.amount is None
    assert "Bought 744.000 kWh; own generation is missing: this is the known part alone." in [
        note.en for note in whole.notes
    ]
    assert sheet["lines"][KEY]["missing_s"] == 31 * DAY_S
    assert sheet_of(statement_in(sheet), code="test")["lines"][KEY]["missing_s"] == 31 * DAY_S
    assert (total.lines[0].covered, total.lines[0].partly) == ((), ("town",))
    assert may.co2_grams(2, LOCATION) == round(744 * 530.6)  # all of it was bought


def test_a_month_with_its_bill_of_own_generation_is_whole() -> None:
    made = Figure(BILL, MADE, sources=("G7",), due_s=31 * DAY_S, billed_s=31 * DAY_S)

    whole = by_bills([made]).lines[0]

    assert (whole.signed.amount, whole.signed.is_whole) == (BOUGHT + MADE, True)
