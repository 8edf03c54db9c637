"""A difference that is booked in an open period stands in every form of its statement."""

import io
import json
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from api.handing_out import Handed
from energy.canonical import canonical
from jieneng.ledger.statements import PRINTERS, lines_to_say, sheet_to_hand_out
from jieneng.wiring import House
from tests.jieneng.ledger.test_ledger_commands import HOURS_OF_MAY, closed_may, house, step
from tests.jieneng.ledger.test_ledger_commands import tell as tell_more

__all__ = ["house"]
MORE_STEPS = 50


@pytest.fixture
def booked(house: House) -> House:
    """A house whose May came out half a kWh larger after it was closed, booked in June."""
    head = closed_may(house)
    tell_more(house, range(HOURS_OF_MAY, HOURS_OF_MAY + 24), more=MORE_STEPS)
    assert step(house, "restate", head, reason="came late", into="2026-06")[-1] == "0"
    return house


def handed(house: House, institution: str = "town", period: str = "2026-06") -> Handed:
    return sheet_to_hand_out(house, institution, period, language="en")


def test_the_screen_shows_the_adjustment_and_the_totals_with_it(booked: House) -> None:
    said = lines_to_say(handed(booked))

    assert any(
        line.startswith("adjustment 2026-05 (1)   2026-05 electricity   0.500 kWh") for line in said
    )
    own, both = (line for line in said if line.endswith(" kgce") and "comprehensive" in line)
    assert "with adjustments" in both
    # 0.1229 kgce/kWh: half a kWh is 0.061 kgce of May, rounded as May's sheet is.
    assert float(both.split()[-2]) == pytest.approx(float(own.split()[-2]) + 0.061, abs=0.051)


def test_closed_sheet_and_adjustment_add_up_to_what_is_known_now(booked: House) -> None:
    def amounts(period: str) -> pd.DataFrame:
        content = PRINTERS["csv"](handed(booked, period=period))
        return pd.read_csv(io.BytesIO(content))

    may, june = amounts("2026-05"), amounts("2026-06")

    adjusted = june[june["basis"] == "adjustment"]
    assert adjusted["amount"].tolist() == [500]
    assert adjusted["from"].tolist() == ["2026-05-01"]
    assert may["amount"].sum() + adjusted["amount"].sum() == HOURS_OF_MAY * 1000 + 500
    parquet = pd.read_parquet(io.BytesIO(PRINTERS["parquet"](handed(booked))))
    assert parquet["amount"].dropna().tolist() == june["amount"].dropna().tolist()


def test_the_page_and_the_workbook_show_the_adjustment(booked: House) -> None:
    page = PRINTERS["html"](handed(booked)).decode()
    book = openpyxl.load_workbook(io.BytesIO(PRINTERS["xlsx"](handed(booked))), data_only=True)

    assert "Adjustments booked here" in page
    assert "adjustment 2026-05 (1)" in page
    rows = list(book["adjustments"].iter_rows(values_only=True))
    assert rows[1][:4] == ("adjustment 2026-05 (1)", "2026-05 electricity", 0.5, "kWh")
    (total,) = (row for row in rows if "comprehensive energy, with adjustments" in str(row[0]))
    own, adjusted, together = (float(str(cell)) for cell in total[2:5])
    assert together == pytest.approx(own + adjusted)
    assert adjusted == pytest.approx(0.061, abs=0.001)


def test_the_totals_with_adjustments_are_formulas_throughout(booked: House) -> None:
    book = openpyxl.load_workbook(io.BytesIO(PRINTERS["xlsx"](handed(booked))))
    rows = list(book["adjustments"].iter_rows(values_only=True))
    (coal,) = (row for row in rows if "comprehensive energy, with adjustments" in str(row[0]))
    (cost,) = (row for row in rows if "cost, with adjustments" in str(row[0]))

    ledger = book["ledger"]
    own = str(coal[2]).removeprefix("='ledger'!")
    assert "comprehensive energy" in str(ledger[f"A{own[1:]}"].value)
    assert str(ledger[own].value).startswith("=")
    assert (coal[3], cost[3]) == ("=N(E2)", "=N(G2)")
    assert str(cost[2]).startswith("='ledger'!K")


def test_a_line_without_a_price_books_no_cost_of_nothing(house: House) -> None:
    sheet = json.loads(handed(house).content)
    booked = {"electricity/2026-05-01/amount": 500, "electricity/2026-05-01/coal_g": 61}
    priced = {**booked, "electricity/2026-05-01/cost": 0}

    def with_adjustment(difference: dict[str, int]) -> Handed:
        lines = {**sheet["lines"], "adjustment 2026-05 1": difference}
        return replace(handed(house), content=canonical({**sheet, "lines": lines}))

    def told(one: Handed) -> tuple[str, object, str]:
        (line,) = (line for line in lines_to_say(one) if line.startswith("adjustment 2026-05 (1)"))
        book = openpyxl.load_workbook(io.BytesIO(PRINTERS["xlsx"](one)), data_only=True)
        flat = pd.read_csv(io.BytesIO(PRINTERS["csv"](one)), dtype=str, keep_default_na=False)
        (cost,) = flat[flat["basis"] == "adjustment"]["cost"]
        return line.split("kWh")[1].strip(), book["adjustments"]["G2"].value, cost

    without, zero = with_adjustment(booked), with_adjustment(priced)
    assert told(without) == ("— yuan", None, "")
    assert told(zero) == ("0.00 yuan", 0, "0")
    assert '<td class="n">—</td></tr>' in PRINTERS["html"](without).decode()


def test_the_sum_of_the_district_shows_whose_adjustment_it_is(booked: House) -> None:
    said = lines_to_say(handed(booked, "district"))

    assert any(line.startswith("town adjustment 2026-05 (1)") for line in said)


def test_the_closed_sheet_says_where_its_difference_went(booked: House) -> None:
    said = lines_to_say(handed(booked, period="2026-05"))

    assert "          adjustment 1, booked in 2026-06 and not here: +0.500 kWh" in said
    assert not any("with adjustments" in line for line in said)
