"""What is entered for a closed period says so at once, and what it would change by days."""

from pathlib import Path

import pytest

from jieneng.wiring import House
from storage.records import chain
from tests.jieneng.test_ledger_commands import ask, closed_may, house

__all__ = ["house"]
STAYS = (
    "Closed periods of town stay as they are: 2026-05. Look at what differs after the next round "
    "with jieneng ledger status town 2026-05, and then: jieneng ledger restate."
)


def given(house: House, at: str) -> list[str]:
    code, said = ask(
        house, "edit", "ask", what="value", meters=["hall_main"], at=at, value="10050", by="li",
        reason="misread", is_dry=True, accepts_odd=True,
    )  # fmt: skip
    assert code == 0, said
    return said


def test_a_reading_at_midnight_changes_the_day_before_it_too(house: House) -> None:
    closed_may(house)

    first, *rest = given(house, "2026-05-11 00:00")

    assert first == "hall_main   1 reading   2026-05-10 … 2026-05-11 (2 ledger days)"
    assert rest == [STAYS, "A dry run: nothing was changed."]


def test_a_reading_in_the_middle_of_a_day_changes_that_day(house: House) -> None:
    closed_may(house)

    assert given(house, "2026-05-11 12:00")[0].endswith("2026-05-11 (1 ledger day)")


def test_a_bill_and_a_basis_of_closed_months_say_so(house: House) -> None:
    closed_may(house)
    bill = {
        "bill": "A-1", "institution": "town", "kind": "electricity", "first": "2026-05-20",
        "last": "2026-06-05", "cost": "100", "amount": "90",
    }  # fmt: skip
    basis = {"institution": "town", "kind": "electricity", "from": "2026-04", "basis": "bill",
             "reason": "audit"}  # fmt: skip

    _, billed = ask(house, "bill", "add", cells=bill, by="li", reason="")
    _, chosen = ask(house, "basis", "set", cells=basis, by="li")

    assert STAYS in billed
    assert STAYS in chosen
    later = {**bill, "bill": "A-2", "first": "2026-06-06", "last": "2026-06-08"}
    assert STAYS not in ask(house, "bill", "add", cells=later, by="li", reason="")[1]


@pytest.mark.parametrize("digits", [12, 63])
def test_a_part_of_a_head_is_asked_for_in_full(house: House, digits: int) -> None:
    closed_may(house)
    with house.records.reading() as session:
        head = chain.head(session)
    assert head is not None

    code, (said,) = ask(house, "ledger", "verify", printed=head.hash[:digits])

    assert code == 1
    assert "is no whole head: give all 64 digits" in said
    assert ask(house, "ledger", "verify", printed=head.hash)[0] == 0


def test_raw_readings_that_leave_as_a_file_are_kept(house: House, tmp_path: Path) -> None:
    closed_may(house)

    code, said = ask(
        house, "export", "readings", meter="hall_main", first="", last="",
        out=str(tmp_path / "raw.csv"), keep="raw.csv",
    )  # fmt: skip

    assert code == 0, said
    assert ask(house, "ledger", "handed", kept="raw.csv", at="")[0] == 0
