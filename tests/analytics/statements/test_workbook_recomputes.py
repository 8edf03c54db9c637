"""A workbook in a real spreadsheet program: what is changed in a cell changes all that follows."""

import io
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from analytics.statements.figures import BILL, OWN, Figure
from analytics.statements.lines import Line, line_of
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Statement
from analytics.statements.workbook.book import workbook_bytes
from energy.sizes import AREA, HEATED_AREA, PEOPLE
from energy.uses import HEATING, OWN_GENERATION, VEHICLE
from tests.analytics.statements.test_statements import GJ, KWH, LITRE, M3, MAY, TERMS, statement

SPREADSHEET = shutil.which("soffice")
PATIENCE_S = 180.0
SUN, HEAT_PUMP = 50_000 * KWH, 100_000 * KWH
SIZES = {AREA: Fraction(10_000), PEOPLE: Fraction(602, 2), HEATED_AREA: None}

needs_spreadsheet = pytest.mark.skipif(
    SPREADSHEET is None, reason="soffice is not installed: apt-get install libreoffice-calc"
)


def told(kind: str, use: str, amount: int | None, *, basis: str = OWN, generated: int = 0) -> Line:
    figure = Figure(basis, amount, cost=1_234_567_891)
    return line_of(kind, use, MAY, {basis: figure}, basis=basis, terms=TERMS, generated=generated)


def office() -> Statement:
    """Return the worked office, with a roof of panels, a heat pump, and vehicles."""
    lines = (
        told("electricity", "", 650_000 * KWH, generated=SUN),
        told("electricity", OWN_GENERATION, SUN),
        told("electricity", HEATING, HEAT_PUMP),
        told("water", "", 9_500 * M3),
        told("gas", "", 12_000 * M3, basis=BILL),
        told("heat", "", 2_600 * GJ),
        told("heat", HEATING, 2_600 * GJ),
        told("gasoline", "", 3_000 * LITRE),
        told("gasoline", VEHICLE, 3_000 * LITRE),
    )
    return replace(statement(lines), sizes=SIZES)


def book(statement: Statement) -> bytes:
    return workbook_bytes(sheet_of(statement, code="test"), language="en", marks={})


def cells(content: bytes) -> dict[str, object]:
    """Return the values of the ledger by cell."""
    page = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["ledger"]
    return {cell.coordinate: cell.value for row in page.iter_rows() for cell in row}


def labelled(content: bytes) -> dict[str, float | str]:
    """Return the amount, coal, CO2 or cost behind each label below the lines."""
    page = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["ledger"]
    found: dict[str, float | str] = {}
    for row in page.iter_rows(min_row=13):
        values = [cell.value for cell in row[1:] if isinstance(cell.value, int | float | str)]
        if row[0].value and values:
            label = str(row[0].value).split("（")[0]
            found[label.split(" (known part")[0]] = values[0]
    return found


def recomputed(content: bytes, folder: Path, **changes: float) -> bytes:
    """Return a workbook after a spreadsheet program has computed all its formulas anew.

    Args:
        content: Of the workbook; the values that its formulas carry are thrown away.
        folder: To work in.
        **changes: Cell of the ledger to its new value.
    """
    changed = openpyxl.load_workbook(io.BytesIO(content))
    for cell, value in changes.items():
        changed["ledger"][cell] = value
    (folder / "in").mkdir(parents=True)
    changed.save(folder / "in" / "book.xlsx")
    subprocess.run(  # noqa: S603 - a program of the machine
        [
            str(SPREADSHEET), "--headless", f"-env:UserInstallation={(folder / 'home').as_uri()}",
            "--convert-to", "xlsx", "--outdir", str(folder / "out"),
            str(folder / "in" / "book.xlsx"),
        ],
        check=True, capture_output=True, timeout=PATIENCE_S,
    )  # fmt: skip
    return (folder / "out" / "book.xlsx").read_bytes()


@needs_spreadsheet
def test_every_formula_gives_the_value_that_it_carries(tmp_path: Path) -> None:
    content = book(office())
    before, after = cells(content), cells(recomputed(content, tmp_path))

    numbers = {cell: value for cell, value in before.items() if isinstance(value, int | float)}
    assert len(numbers) > 60
    assert {cell: after[cell] for cell in numbers} == pytest.approx(numbers, abs=1e-6)


@needs_spreadsheet
def test_a_changed_amount_changes_totals_and_intensities(tmp_path: Path) -> None:
    content = book(office())
    before = labelled(content)
    after = labelled(recomputed(content, tmp_path, E4=750_000))

    coal = 100_000 * 0.1229
    assert moved(before, after, "comprehensive energy (kgce)") == pytest.approx(coal)
    assert moved(before, after, "CO2 scope 2, by location (kg)") == pytest.approx(53_060)
    assert moved(before, after, "energy per floor area") == pytest.approx(coal / 10_000)
    assert moved(before, after, "energy per person") == pytest.approx(coal / 301)
    electricity = "electricity per floor area, without heating"
    assert moved(before, after, electricity) == pytest.approx(10)
    assert moved(before, after, "water per person") == pytest.approx(0)


@needs_spreadsheet
def test_a_changed_use_changes_what_is_divided_without_it(tmp_path: Path) -> None:
    content = book(office())
    before = labelled(content)
    after = labelled(recomputed(content, tmp_path, E6=60_000))

    assert moved(before, after, "comprehensive energy (kgce)") == pytest.approx(0)
    electricity = "electricity per floor area, without heating"
    assert moved(before, after, electricity) == pytest.approx(4)
    rest = "energy per floor area, without heating and vehicles"
    assert moved(before, after, rest) == pytest.approx(40_000 * 0.1229 / 10_000)


@needs_spreadsheet
def test_a_changed_size_changes_what_is_divided_by_it(tmp_path: Path) -> None:
    content = book(office())
    rows = {
        cell.value: cell.row
        for cell in openpyxl.load_workbook(io.BytesIO(content))["ledger"]["A"]
        if cell.value
    }
    before = labelled(content)
    sizes = {f"E{rows['floor area (m²)']}": 20_000, f"E{rows['heated area (m²)']}": 8_000}
    after = labelled(recomputed(content, tmp_path, **sizes))

    area = before["energy per floor area"]
    assert isinstance(area, float)
    assert after["energy per floor area"] == pytest.approx(area / 2)
    assert before["heating energy per heated area"] == "not covered"
    heated = (2_600 * 34.12 + 100_000 * 0.1229) / 8_000
    assert after["heating energy per heated area"] == pytest.approx(heated)
    assert moved(before, after, "energy per person") == pytest.approx(0)


def test_no_formula_of_an_intensity_holds_a_number_of_the_sheet() -> None:
    page = openpyxl.load_workbook(io.BytesIO(book(office())))["ledger"]
    formulas = [str(row[4].value) for row in page.iter_rows(min_row=13) if row[4].value]
    ratios = [formula for formula in formulas if "not covered" in formula]

    assert len(ratios) == 7
    for formula in ratios:
        assert "E" in formula
        assert not [part for part in formula.replace("=", "+").split("+") if part.isdigit()]


def moved(before: dict[str, float | str], after: dict[str, float | str], label: str) -> float:
    old, new = before[label], after[label]
    assert isinstance(old, int | float)
    assert isinstance(new, int | float)
    return new - old


def test_a_statement_without_an_amount_has_no_intensity_to_compute() -> None:
    lines = (told("electricity", "", None), told("water", "", None))
    said = replace(statement(lines), sizes=SIZES)
    page = openpyxl.load_workbook(io.BytesIO(book(said)))["ledger"]
    texts = [row[4].value for row in page.iter_rows(min_row=9) if row[4].value == "not covered"]

    assert len(texts) == 7
