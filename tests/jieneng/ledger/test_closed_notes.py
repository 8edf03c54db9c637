"""What is entered for a closed period says so at once, and what it would change by days."""

from pathlib import Path

import pytest

from jieneng.wiring import House
from storage.records import chain
from tests.hand_world import phone_of
from tests.jieneng.ledger.test_ledger_commands import ask, closed_may, house

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


MAY_BILL = {
    "bill": "A-1", "institution": "town", "kind": "electricity", "first": "2026-05-20",
    "last": "2026-06-05", "cost": "100", "amount": "90",
}  # fmt: skip


def test_a_bill_that_is_moved_out_of_a_closed_month_or_withdrawn_says_so(house: House) -> None:
    ask(house, "bill", "add", cells=MAY_BILL, by="li", reason="")
    closed_may(house)

    june = {**MAY_BILL, "first": "2026-06-01"}
    assert STAYS in ask(house, "bill", "add", cells=june, by="li", reason="misread")[1]
    assert STAYS not in ask(house, "bill", "withdraw", bill="A-1", by="li", reason="x")[1]
    ask(house, "bill", "add", cells=MAY_BILL, by="li", reason="it is ours")
    withdrawn = ask(house, "bill", "withdraw", bill="A-1", by="li", reason="not ours")[1]
    assert withdrawn == ["bill A-1 is withdrawn", STAYS]


def test_a_file_of_bills_names_the_closed_months_once(house: House, tmp_path: Path) -> None:
    closed_may(house)
    rows = [
        "bill,institution,kind,first,last,amount,cost",
        "A-1,town,electricity,2026-05-01,2026-05-15,90,100",
        "A-2,town,electricity,2026-05-16,2026-05-31,90,100",
        "A-3,town,electricity,2026-06-01,2026-06-05,90,100",
    ]
    file = tmp_path / "bills.csv"
    file.write_text("\n".join(rows))
    for is_dry in (True, False):
        said = ask(house, "import_", "bills", file=str(file), by="li", is_dry=is_dry)[1]
        assert said.count(STAYS) == 1
    file.write_text("\n".join([rows[0], "A-4,town,electricity,2026-06-06,2026-06-08,90,100"]))
    assert STAYS not in ask(house, "import_", "bills", file=str(file), by="li", is_dry=False)[1]


def test_the_form_of_a_bill_names_the_closed_months(house: House) -> None:
    closed_may(house)
    ask(house, "bill", "add", cells=MAY_BILL, by="li", reason="")
    june = {**MAY_BILL, "first": "2026-06-01"}
    ask(house, "bill", "add", cells=june, by="li", reason="misread")
    ask(house, "bill", "add", cells={**june, "bill": "A-2", "first": "2026-06-06",
                                     "last": "2026-06-08"}, by="li", reason="")  # fmt: skip

    with phone_of(house) as shown:
        pages = [shown.see(f"/bill?kept={number}").text for number in (1, 2, 3)]
    # The first lies in May, the second took it out of it.
    assert ["Closed periods of town stay as they are: 2026-05." in page for page in pages] == [
        True, True, False,
    ]  # fmt: skip


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
