"""Which months ``jieneng today`` asks for: those of bills alone, too, and the old ones counted."""

from datetime import date

from energy.bills.bill import Bill
from jieneng.wiring import House
from storage.records import bills
from tests.jieneng.ledger.test_ledger_commands import house
from tests.jieneng.today.test_today_command import of

__all__ = ["house"]


def billed(house: House, first: date, until: date) -> None:
    with house.records.session() as session:
        bills.add(
            session,
            Bill(
                bill="A-1",
                institution="town",
                kind="water",
                first=first,
                until=until,
                amount=5,
                cost=0,
            ),
        )


def test_an_institution_with_bills_alone_is_asked_for_its_months(house: House) -> None:
    assert of(house, "periods") == []
    billed(house, date(2026, 4, 11), date(2026, 5, 11))

    (task,) = of(house, "periods")

    assert task["where"]["en"].endswith(": 2026-04 – 2026-05")
    assert task["command"] == "jieneng ledger submit town 2026-04 --by ID"
    assert task["count"] == 2


def test_months_of_more_than_two_years_ago_are_counted(house: House) -> None:
    billed(house, date(2024, 3, 15), date(2024, 4, 1))  # 27 months until May 2026

    (task,) = of(house, "periods")

    assert task["where"]["en"].endswith(": 2024-06 – 2026-05, and 3 older")
    assert task["where"]["zh"].endswith("，另有更早的 3 个月")
    assert task["count"] == 27
