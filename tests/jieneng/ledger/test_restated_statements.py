"""A statement that was restated says number, reason, author and difference beside its figures."""

import io
from pathlib import Path

import openpyxl
import pytest

from api.app import create_app
from api.handing_out import Handed
from jieneng.ledger.statements import PRINTERS, lines_to_say, sheet_to_hand_out
from jieneng.wiring import House
from tests.jieneng.ledger.test_ledger_commands import HOURS_OF_MAY, closed_may, house, step
from tests.jieneng.ledger.test_ledger_commands import tell as tell_more
from tests.web import ask

__all__ = ["house"]
MORE_STEPS = 50


@pytest.fixture
def restated(house: House) -> House:
    """A house whose May came out half a kWh larger after it was closed, and was restated."""
    head = closed_may(house)
    tell_more(house, range(HOURS_OF_MAY, HOURS_OF_MAY + 1), more=MORE_STEPS)
    assert step(house, "restate", head, reason="a gateway came late")[-1] == "0"
    return house


def handed(house: House, language: str) -> Handed:
    return sheet_to_hand_out(house, "town", "2026-05", language=language)


def test_the_screen_says_who_restated_what_and_why(restated: House) -> None:
    said = lines_to_say(handed(restated, "en"))

    assert "          restated 1: +0.500 kWh" in said
    at = said.index("restated 1   2026-06-10   王小明   a gateway came late")
    amount = "  2026-05 electricity amount: 744.000 → 744.500 kWh (+0.500)"
    assert amount in said[at:]
    coal = "  2026-05 electricity standard coal: 91.438 → 91.499 kgce (+0.061)"
    assert coal in said[at:]


def test_a_page_to_print_says_it_in_both_languages(restated: House, tmp_path: Path) -> None:
    page = PRINTERS["html"](handed(restated, "zh")).decode()
    (tmp_path / "page.html").write_text(page, "utf-8")

    assert "重述 1   2026-06-10   王小明   a gateway came late" in page
    assert "2026-05 电 消费量: 744.000 → 744.500 kWh (+0.500)" in page
    assert "重述 1：+0.500 kWh" in page
    assert "restated 1: +0.500 kWh" in PRINTERS["html"](handed(restated, "en")).decode()


def test_a_workbook_has_a_page_of_restatements_that_computes(restated: House) -> None:
    content = PRINTERS["xlsx"](handed(restated, "en"))
    page = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["restatements"]
    formulas = openpyxl.load_workbook(io.BytesIO(content))["restatements"]

    rows = {row[5]: row for row in page.iter_rows(min_row=2, values_only=True)}
    amount = rows["2026-05 electricity amount"]
    assert amount[:4] == (1, "2026-06-10", "王小明", "a gateway came late")
    assert amount[6:] == (744, 744.5, 0.5, "kWh")
    assert formulas["I2"].value == "=N(H2)-N(G2)"


def test_a_draft_of_the_quarter_says_what_was_signed_of_a_month(house: House) -> None:
    head = closed_may(house)
    signed = sheet_to_hand_out(house, "town", "2026-05", language="en").content
    tell_more(house, range(HOURS_OF_MAY, HOURS_OF_MAY + 1), more=MORE_STEPS)
    otherwise = (
        "The closed sheet of 2026-05 says 744.000 kWh by own meters, not this: "
        "jieneng statement town 2026-05."
    )
    first = "The sheet of 2026-05 was closed with 744.000 kWh and restated since"

    draft = sheet_to_hand_out(house, "town", "2026-Q2", language="en")
    assert [line.strip() for line in lines_to_say(draft)].count(otherwise) == 1
    assert otherwise in PRINTERS["html"](draft).decode()
    book = openpyxl.load_workbook(io.BytesIO(PRINTERS["xlsx"](draft)))["ledger"]
    assert any(otherwise in str(cell) for row in book.iter_rows(values_only=True) for cell in row)
    assert otherwise.encode() not in draft.content

    closed = sheet_to_hand_out(house, "town", "2026-05", language="en")
    assert (closed.content, closed.beside) == (signed, {})
    assert step(house, "restate", head, reason="a gateway came late")[-1] == "0"
    said = lines_to_say(sheet_to_hand_out(house, "town", "2026-Q2", language="en"))
    assert any(first in line for line in said)
    assert otherwise not in [line.strip() for line in said]


def test_a_sheet_that_was_not_restated_has_nothing_of_it(house: House) -> None:
    closed_may(house)
    said = handed(house, "en")

    assert "Restatements" not in PRINTERS["html"](said).decode()
    book = openpyxl.load_workbook(io.BytesIO(PRINTERS["xlsx"](said)))
    assert "restatements" not in book.sheetnames


def test_the_endpoint_tells_the_difference_in_base_units(restated: House) -> None:
    app = create_app(
        store=restated.store, records=restated.records, status=dict, now=restated.clock
    )

    (one,) = ask(app, "/api/v1/statements/town/2026-05").json()["restated"]

    assert (one["number"], one["reason"], one["by"]) == (1, "a gateway came late", "王小明")
    change = one["difference"]["electricity/2026-05-01/amount"]
    assert change == {"before": 744_000, "after": 744_500, "difference": 500}
