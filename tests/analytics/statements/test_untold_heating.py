"""The heating of a quarter of which one month tells all heat and not how much of it was heating."""

import io
from dataclasses import replace
from datetime import date
from fractions import Fraction

import openpyxl

from analytics.closing.reading_back import statement_in
from analytics.statements.printed.ratios import ratios_of_sheet
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Statement
from analytics.statements.sums import sum_of
from analytics.statements.workbook.book import workbook_bytes
from analytics.why.intensity import is_partly, numerator_again
from analytics.why.members import why_members
from api.printing import page_of
from energy.bills.bill import Bill
from energy.canonical import canonical
from energy.sizes import HEATED_AREA, PEOPLE
from energy.uses import HEATING, VEHICLE
from storage.records.book import Records
from tests.analytics.statements.test_known_intensities import district
from tests.analytics.statements.test_open_months import FEBRUARY_BILL, months, said

GJ = 1_000_000
NAME = "heating_per_heated_area"
WITHOUT = "energy_per_area_without_vehicles"
JANUARY = replace(
    FEBRUARY_BILL, bill="H1", kind="heat", first=date(2026, 1, 1), until=date(2026, 2, 1),
    amount=100 * GJ, cost=8_000_000_000,
)  # fmt: skip
FEBRUARY = replace(
    JANUARY, bill="H2", first=date(2026, 2, 1), until=date(2026, 3, 1), amount=90 * GJ, use=HEATING
)
KNOWN = "of the known part (time that is known: heat heating 31.1 %), in no sum of institutions"


def quarter(records: Records, *bills: Bill) -> Statement:
    found = said(records, "2026-Q1", *bills)
    return replace(found, sizes={**found.sizes, HEATED_AREA: Fraction(800), PEOPLE: Fraction(10)})


def of_use(statement: Statement, kind: str, use: str) -> dict[int, int | None]:
    return {line.stretch.first.month: line.signed.amount for line in statement.lines_of(kind, use)}


def test_heating_of_the_month_that_tells_it_is_the_known_part_and_covers_nobody(
    records: Records,
) -> None:
    statement = quarter(records, JANUARY, FEBRUARY)

    assert months(statement, "heat") == {1: 100 * GJ, 2: 90 * GJ, 3: None}
    assert of_use(statement, "heat", HEATING) == {2: 90 * GJ}  # none is due before the first bill
    ratio = statement.ratios[NAME]
    # 90 GJ x 34.12 kgce; 28 of the 90 days of January to March tell how much was heating.
    assert ratio.numerator == 3_070_800
    assert ratio.partly == (("heat/heating", Fraction(28, 90)),)
    assert (ratio.covered, ratio.not_covered) == ((), ("town",))
    assert sum_of("edu", [statement]).ratios[NAME].numerator is None


def test_page_workbook_and_sheet_mark_the_known_part_of_heating(records: Records) -> None:
    sheet = sheet_of(quarter(records, JANUARY, FEBRUARY), code="test")

    (printed,) = [one for one in ratios_of_sheet(sheet, "en") if one.name == NAME]
    assert (round(float(printed.value or 0), 2), printed.remark) == (3.84, KNOWN)
    assert KNOWN in page_of(sheet, language="en", state="", marks={})
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(sheet, language="en", marks={})))
    rows = [[cell.value for cell in row] for row in book["ledger"].iter_rows()]
    (row,) = [row for row in rows if str(row[0]).startswith("heating energy per heated area")]
    assert KNOWN in row
    assert sheet["intensities"][NAME]["partly"] == {"heat/heating": "14/45"}


def test_heating_is_the_known_part_when_it_is_worked_out_again(records: Records) -> None:
    sheet = sheet_of(quarter(records, JANUARY, FEBRUARY), code="test")

    assert numerator_again(NAME, sheet["lines"].values()) == 3_070_800
    assert is_partly(NAME, sheet["lines"].values())
    assert statement_in(sheet).ratios[NAME].partly == (("heat/heating", Fraction(28, 90)),)
    answer = why_members(canonical(district(quarter(records))), figure=NAME)
    assert answer["verdict"] == "same"
    (again,) = answer["intensities"]
    assert (again["numerator"], again["not_covered"]) == (None, ["town"])


def test_a_use_of_which_a_month_has_no_bill_beside_the_whole_is_missing(records: Records) -> None:
    whole = replace(FEBRUARY_BILL, account="1")
    march = replace(whole, bill="M", first=date(2026, 3, 1), until=date(2026, 4, 1))
    car = replace(whole, bill="C", use=VEHICLE, amount=200_000, cost=1)

    statement = quarter(records, whole, march, car)
    assert months(statement) == {2: 1_000_000, 3: 1_000_000}
    assert of_use(statement, "electricity", VEHICLE) == {2: 200_000, 3: None}
    (_, missing) = statement.lines_of("electricity", VEHICLE)
    assert [note.en for note in missing.notes] == ["There is no bill: the amount is missing."]
    # What vehicles took in March is not known, and so is what is left without them.
    assert statement.ratios[WITHOUT].numerator is None


def test_a_use_is_not_missing_before_its_first_bill_nor_where_no_bill_tells_the_whole(
    records: Records,
) -> None:
    april = replace(FEBRUARY_BILL, bill="A", first=date(2026, 4, 1), until=date(2026, 5, 1))
    car = replace(
        FEBRUARY_BILL, bill="C", use=VEHICLE, amount=1, first=date(2026, 4, 1),
        until=date(2026, 5, 1),
    )  # fmt: skip

    half = said(records, "2026", FEBRUARY_BILL, april, car)
    # March, May and June have no bill at all: their whole is missing, and says so.
    assert months(half) == {2: 1_000_000, 3: None, 4: 1_000_000, 5: None, 6: None}
    assert of_use(half, "electricity", VEHICLE) == {4: 1}


def test_heating_by_bills_is_not_missing_in_summer(records: Records) -> None:
    year = [
        replace(FEBRUARY_BILL, bill=f"E{month}", first=date(2026, month, 1),
                until=date(2026, month + 1, 1))
        for month in range(1, 7)
    ]  # fmt: skip
    warm = replace(year[0], bill="W", use=HEATING, amount=5)

    found = said(records, "2026", *year, warm)
    assert of_use(found, "electricity", HEATING) == {1: 5, 2: None, 3: None}


def reasons(statement: Statement) -> dict[str, str]:
    said = ratios_of_sheet(sheet_of(statement, code="test"), "en")
    return {one.name: one.reason for one in said}


def test_heat_by_area_is_named_as_the_reason_that_there_is_no_heating(
    records: Records,
) -> None:
    by_area = replace(FEBRUARY, amount=None)
    found = quarter(records, by_area, FEBRUARY_BILL)

    blank = "heat by area names no amount, which is left blank by rule: there is nothing to divide"
    february = replace(found, lines=tuple(one for one in found.lines if one.key.endswith("02-01")))
    assert reasons(february)[NAME] == blank
    alone = {one.name: one.reason for one in ratios_of_sheet(district(february), "en")}
    assert alone[NAME] == blank
    # Of March the bill of electricity is missing: that heat bears no use is no reason.
    march = replace(found, lines=tuple(one for one in found.lines if one.kind != "heat"))
    assert reasons(march)["non_heating_per_area"] == "an amount it needs is missing"


def test_heat_that_bears_no_use_is_named_beside_an_amount_that_is_missing(records: Records) -> None:
    cannot = "no meter or bill of heat bears the use heating: heating cannot be told apart"
    found = quarter(records, JANUARY)
    whole = replace(found, lines=found.lines[:1])
    assert reasons(whole)["non_heating_per_area"] == cannot
    missing = f"an amount it needs is missing; and {cannot}"
    assert reasons(found)["non_heating_per_area"] == missing
