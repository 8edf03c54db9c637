"""Bills and earlier totals that cannot be true, or that a person should look at once more."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from energy.reading import Reading
from energy.span import midnight
from jieneng.holder import Request
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import bills, earlier_ledger
from tests.analytics.ledgers import run_round
from tests.builders import MAIN_METER, NORTH, registry_of
from tests.hand_world import Phone, phone_of
from tests.record_promises import stored

TODAY = date(2026, 6, 10)
NOW = midnight(TODAY, NORTH.zone) + 3_600_000
"""One in the morning in Shanghai: still the day before in UTC."""
CELLS = {
    "bill": "A-1", "institution": "town", "kind": "electricity", "account": "88",
    "first": "2026-05-01", "last": "2026-05-31", "amount": "12000", "cost": "9600",
}  # fmt: skip
COLUMNS = ("bill", "institution", "kind", "account", "first", "last", "amount", "cost")
COMING = {"bill": "A-2", "first": "2026-06-01", "last": "2026-06-11"}
REFUSED = "2026-06-11 is still to come, and a bill with an amount says what was used."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:"), clock=lambda: NOW
    )
    take_reference(held.records, shipped("reference"))
    stored(held.records, registry_of(MAIN_METER))
    yield held
    held.close()


@pytest.fixture
def shown(house: House) -> Iterator[Phone]:
    with phone_of(house) as found:
        yield found


def done(house: House, name: str, work: str, **arguments: object) -> str:
    said: list[str] = []
    answer_for(house)(Request(name, work, arguments, "/", "en"), said.append, said.append)
    return "\n".join(said)


def typed(house: House, **cells: str) -> str:
    return done(house, "bill", "add", cells={**CELLS, **cells}, by="Li", reason="")


def csv_of(path: Path, *rows: dict[str, str]) -> str:
    lines = [",".join({**CELLS, **row}[column] for column in COLUMNS) for row in rows]
    path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    return str(path)


def excel_of(path: Path, *rows: dict[str, str]) -> str:
    book = Workbook()
    assert book.active is not None
    book.active.append(COLUMNS)
    for row in rows:
        book.active.append([{**CELLS, **row}[column] for column in COLUMNS])
    book.save(path)
    return str(path)


def imported(house: House, file: str, work: str = "bills") -> str:
    return done(house, "import_", work, file=file, by="Li", is_dry=False)


def kept(house: House) -> list[str]:
    with house.records.reading() as session:
        return [bill.bill for bill in bills.in_force(session)]


def test_a_bill_whose_days_are_still_to_come_is_refused_by_command(house: House) -> None:
    said = typed(house, **COMING)

    assert f"column last: {REFUSED} Correct the day" in said
    assert kept(house) == []
    assert "entered" in typed(house, **{**COMING, "last": "2026-06-10"})


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_with_a_bill_that_is_still_to_come_names_its_row_and_keeps_nothing(
    house: House, tmp_path: Path, form: str
) -> None:
    made = {"csv": csv_of, "xlsx": excel_of}[form]

    said = imported(house, made(tmp_path / f"bills.{form}", {}, COMING))

    assert f"row 3 column last: {REFUSED}" in said
    assert kept(house) == []


def test_a_form_with_a_bill_that_is_still_to_come_says_so_beside_its_field(
    house: House, shown: Phone
) -> None:
    fields = shown.fields("/bill") | CELLS | COMING | {"by": "Li"}

    page = shown.send("/bill", fields)

    assert page.status_code == 422
    assert REFUSED in page.text.split('id="last.wrong"')[1].split("</p>")[0]
    assert kept(house) == []


def test_heat_by_area_may_be_paid_ahead_and_is_said_to_be(
    house: House, shown: Phone, tmp_path: Path
) -> None:
    ahead = {"kind": "heat", "amount": "", "last": "2027-03-15"}
    note = "its days end on 2027-03-15 only; heat without an amount may be paid ahead."

    assert note in typed(house, **ahead)
    other = {**ahead, "bill": "A-2", "account": "89"}
    assert f"bill A-2: {note}" in imported(house, csv_of(tmp_path / "heat.csv", other))
    third = CELLS | ahead | {"bill": "A-3", "account": "90", "by": "Li"}
    assert note in shown.send("/bill", shown.fields("/bill") | third).text
    assert kept(house) == ["A-1", "A-2", "A-3"]


@pytest.mark.parametrize("suppliers", [("", ""), ("", "grid"), ("grid", ""), ("grid", "grid")])
def test_two_bills_of_one_account_share_no_day_whether_or_not_both_name_the_supplier(
    house: House, shown: Phone, tmp_path: Path, suppliers: tuple[str, str]
) -> None:
    typed(house, supplier=suppliers[0])
    second = {"bill": "A-2", "first": "2026-05-31", "last": "2026-06-05", "supplier": suppliers[1]}
    sentence = "covers days of bill A-1 of the same account (2026-05-01 – 2026-05-31)"

    assert sentence in typed(house, **second)
    path = tmp_path / "bills.csv"
    cells = {**CELLS, **second}
    path.write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n", encoding="utf-8")
    assert f"row 2 column first: it {sentence}" in imported(house, str(path))
    page = shown.send("/bill", shown.fields("/bill") | CELLS | second | {"by": "Li"})
    assert (page.status_code, sentence in page.text) == (422, True)
    assert kept(house) == ["A-1"]


def test_two_suppliers_may_bill_one_account_for_the_same_days(house: House) -> None:
    typed(house, supplier="grid")

    assert "look at it" not in typed(house, bill="A-2", supplier="trader")
    assert kept(house) == ["A-1", "A-2"]


def test_a_bill_that_may_be_one_without_an_account_is_kept_and_said(
    house: House, shown: Phone, tmp_path: Path
) -> None:
    typed(house, account="")
    note = (
        "it covers days of bill A-1 (2026-05-01 – 2026-05-31), and one of both names no account; "
        "if they are one bill: jieneng bill withdraw A-1"
    )

    assert f"  look at it: {note}" in typed(house, bill="A-2")
    said = imported(house, csv_of(tmp_path / "bills.csv", {"bill": "A-3", "account": "89"}))
    assert said == f"bill A-3: {note}\nimported 1 bills, 0 duplicates"
    other = CELLS | {"bill": "A-4", "account": "90", "by": "Li"}
    assert note in shown.send("/bill", shown.fields("/bill") | other).text
    assert kept(house) == ["A-1", "A-2", "A-3", "A-4"]


def totals(path: Path, *months: str) -> str:
    rows = [f"town,电,{month},1000" for month in months]
    path.write_text("机构,能源品种,月份,用量\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def months_kept(house: House) -> list[str]:
    with house.records.reading() as session:
        return [f"{one.month:%Y-%m}" for one in earlier_ledger.in_force(session)]


def test_earlier_totals_of_months_that_have_not_ended_are_refused_with_their_rows(
    house: House, tmp_path: Path
) -> None:
    said = imported(
        house, totals(tmp_path / "2026.csv", "2026-05", "2026-06", "2027-01"), "earlier"
    )

    assert "row 3 column 月份: 2026-06 has not ended; an earlier ledger holds months from" in said
    assert "row 4 column 月份: 2027-01 has not ended" in said
    assert months_kept(house) == []


def test_earlier_totals_from_when_the_own_meters_are_heard_are_refused_with_their_rows(
    house: House, tmp_path: Path
) -> None:
    days = [date(2026, 3, day) for day in range(10, 32)]
    house.store.write(
        [
            Reading("hall_main", "register", midnight(day, NORTH.zone), 1000 * count)
            for count, day in enumerate(days)
        ]
    )
    run_round(house.store, registry_of(MAIN_METER), {"hall_main": 0}, now_ms=NOW)

    said = imported(house, totals(tmp_path / "2026.csv", "2026-02", "2026-03"), "earlier")

    assert "row 3 column 月份: the own meters of town have been heard since 2026-03, and" in said
    assert "row 2" not in said
    assert months_kept(house) == []
    water = (tmp_path / "water.csv", "机构,能源品种,月份,用量\ntown,水,2026-04,9\n")
    water[0].write_text(water[1], encoding="utf-8")
    assert "imported 1 months" in imported(house, str(water[0]), "earlier")
    imported(house, totals(tmp_path / "first.csv", "2026-01", "2026-02"), "earlier")
    assert months_kept(house) == ["2026-01", "2026-02", "2026-04"]
