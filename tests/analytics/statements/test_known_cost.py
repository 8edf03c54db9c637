"""A cost that is not all of it, or the least it can be, is marked in tables, totals and sums."""

import io
import json
from dataclasses import replace

import pandas as pd
import pytest

from analytics.closing.sum_sheet import sheet_of_sum
from analytics.statements.cost.energy_alone import WITHOUT
from analytics.statements.cost.known_cost import AT_LEAST
from analytics.statements.covered import cost_covered
from analytics.statements.figures import OWN, Figure
from analytics.statements.lines import line_of
from analytics.statements.printed.entries import Sheet, lines_of_sheet
from analytics.statements.printed.of_kinds import totals_of_kinds
from analytics.statements.printed.table import csv_bytes, parquet_bytes
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Statement
from api.printing import page_of
from energy.canonical import canonical
from energy.meter import Institution
from energy.period import period_of
from energy.text import Text
from energy.uses import DATA_CENTRE
from tests.analytics.statements.test_statements import KWH, TERMS
from tests.builders import TOWN

APRIL, MAY, _ = period_of("2026-Q2").stretches()
DEMAND = Text("需量", "demand charge")
LACKING, LEAST = WITHOUT + DEMAND, AT_LEAST + DEMAND
SCHOOL = replace(TOWN, institution="school", name_zh="学校", name_en="School")


def sheet(*notes: Text, whose: Institution = TOWN, use: str = "") -> Sheet:
    """Return the sheet of two months of 100 kWh and 80 yuan each, the first with some notes."""
    figure = Figure(OWN, 100 * KWH, cost=80_000_000)
    lines = tuple(
        line_of("electricity", use, month, {OWN: one}, basis=OWN, terms=TERMS)
        for month, one in ((APRIL, replace(figure, notes=notes)), (MAY, figure))
    )
    said = sheet_of(Statement(whose, period_of("2026-Q2"), TERMS, lines, {}), code="test")
    found: Sheet = json.loads(canonical(said))
    return found


def total_of(one: Sheet) -> str:
    (total,) = totals_of_kinds(lines_of_sheet(one, "en"))
    return total.note.en


@pytest.mark.parametrize(
    ("note", "column", "said"),
    [
        (LACKING, "cost_without", "cost without what is asked by the month in 1 of 2 months"),
        (LEAST, "cost_at_least", "cost the least it can be in 1 of 2 months"),
    ],
)
def test_a_charge_that_is_left_out_or_the_least_is_in_tables_and_marks_totals(
    note: Text, column: str, said: str
) -> None:
    one = sheet(note)
    csv = pd.read_csv(io.BytesIO(csv_bytes(one, {})))
    parquet = pd.read_parquet(io.BytesIO(parquet_bytes(one, {})))
    page = page_of(one, language="en", state="", marks={})

    assert csv[column].isna().tolist() == [False, True]
    assert parquet[column].tolist() == [f"{note.zh} {note.en}", ""]
    assert total_of(one) == said
    assert "cost of all lines (known part: 2 of 2 lines)" in page
    assert "partly missing: electricity 2026-04" in page


def test_a_cost_in_full_has_no_mark() -> None:
    one = sheet(Text("无关", "something else"))
    csv = pd.read_csv(io.BytesIO(csv_bytes(one, {})))

    assert csv[["cost_without", "cost_at_least"]].isna().all(axis=None)
    assert (total_of(one), cost_covered(one).is_whole) == ("", True)


def test_the_cost_of_a_use_is_of_the_energy_by_rule_and_no_known_part() -> None:
    assert total_of(sheet(LACKING, use=DATA_CENTRE)) == ""


def test_a_sum_names_whose_cost_is_open_and_marks_its_totals() -> None:
    members = [sheet(LACKING), sheet(LEAST, whose=SCHOOL)]
    together = sheet_of_sum(
        "county", Text("县", "County"), "2026-Q2", members, undated={}, code="test"
    )
    first, second = together["lines"].values()

    assert (first["cost_without"], first["cost_at_least"]) == (["town"], ["school"])
    assert "cost_without" not in second
    assert total_of(together) == (
        "cost without what is asked by the month in 1 of 2 months; "
        "cost the least it can be in 1 of 2 months"
    )
    assert cost_covered(together).note().en == "partly missing: electricity 2026-04"
    whole = sheet_of_sum(
        "county", Text("县", "County"), "2026-Q2", [sheet()], undated={}, code="test"
    )
    assert total_of(whole) == ""
