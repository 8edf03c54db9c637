"""Refunds and corrective notes (红字): entered beside the bill that they correct, counted once."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from energy.signing import Basis
from jieneng.ledger.statements import sheet_to_hand_out
from jieneng.wiring import House
from storage.records import bases
from tests.jieneng.bills.test_bill_commands import done
from tests.tier_house import OF_JULY, TARIFF, opened

OF_ALL = TARIFF.format(of="year_amount", first=10_000, second=20_000)
JULY = {**OF_JULY, "account": "9", "cost": "930"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """July: 186 m³ by bill and meter alike, at 5 yuan."""
    held = opened(tmp_path, OF_ALL, (), JULY)
    with held.records.session() as session:
        bases.add(
            session,
            Basis(institution="town", kind="water", valid_from=date(2026, 7, 1), basis="bill",
                  author="Li", reason="test", entered_at=0),
        )  # fmt: skip
    yield held
    held.close()


def added(house: House, **cells: str) -> str:
    return done(house, "bill", "add", cells={**JULY, **cells}, by="Li", reason="")[1]


def signed(house: House) -> dict[str, Any]:
    handed = sheet_to_hand_out(house, "town", "2026-07", language="en")
    found: dict[str, Any] = json.loads(handed.content)["lines"]["water/2026-07-01"]
    return found


def test_a_corrective_note_is_taken_off_the_bill_of_its_days_once(house: House) -> None:
    assert added(house, bill="R1", amount="-16", cost="-80", last="2026-07-20") == ""
    line = signed(house)
    assert (line["amount"], line["cost"]) == (170_000, 850_000_000)
    assert not any("days open" in note["en"] for note in line["notes"])


def test_a_refund_of_money_alone_has_an_amount_of_0(house: House) -> None:
    assert "Of a refund of money alone write 0" in added(house, bill="R1", amount="", cost="-50")
    assert added(house, bill="R1", amount="0", cost="-50") == ""
    line = signed(house)
    assert (line["amount"], line["cost"]) == (186_000, 880_000_000)


def test_a_note_covers_no_day_by_itself(house: House) -> None:
    done(house, "bill", "withdraw", bill="W-2", by="Li", reason="misread")
    assert added(house, bill="R1", amount="-16", cost="-80") == ""
    line = signed(house)
    assert (line["amount"], line["cost"]) == (None, None)
    assert any("only the refund or note R1" in note["en"] for note in line["notes"])


def test_the_check_holds_a_bill_with_its_notes_against_the_meters(house: House) -> None:
    assert added(house, bill="R1", amount="-16", cost="-80") == ""
    said, wrong = done(house, "bill", "check", institution="town", period="", terms={})
    assert wrong == ""
    assert "  with R1, which correct it: 170.000 m3, 850.00 yuan" in said
    assert "  difference in cost -80.00 yuan, of which:" in said
    assert "    amount -80.00 yuan" in said
    assert "  a refund or note: it is checked with the bills of its days" in said
