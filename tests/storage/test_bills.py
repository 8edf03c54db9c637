"""Bills, earlier totals and chosen bases at rest."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from energy.bills.bill import Bill
from energy.errors import ConfigError
from energy.signing import Basis, EarlierTotal
from storage.records import audit, bases, bills, earlier_ledger
from storage.records.book import Records

BILL = Bill(
    bill="A-1", institution="town", kind="electricity", first=date(2026, 1, 1),
    until=date(2026, 2, 1), amount=1000, cost=700_000, price=700_000, demand_w=90_000,
    power_factor=Fraction(93, 100), capacity_va=315_000, reactive=400, evidence="scan.pdf",
    author="Li", entered_at=1,
)  # fmt: skip


def test_a_bill_comes_back_with_all_that_it_says(records: Records) -> None:
    with records.session() as session:
        bills.add(session, BILL)
    with records.reading() as session:
        assert bills.in_force(session, "town") == [BILL]
        assert bills.in_force(session, "other") == []


def test_a_corrected_bill_counts_and_the_original_stays(records: Records) -> None:
    corrected = replace(BILL, amount=1100, author="Wang", entered_at=2)
    with records.session() as session:
        bills.add(session, BILL)
        bills.add(session, corrected, reason="typed wrong")
    with records.reading() as session:
        assert bills.in_force(session) == [corrected]
        kept = bills.versions(session, "A-1")
        assert [(one.content, one.reason) for one in kept] == [
            (BILL, ""),
            (corrected, "typed wrong"),
        ]


def test_a_bill_is_not_replaced_without_a_reason(records: Records) -> None:
    with records.session() as session:
        bills.add(session, BILL)
        with pytest.raises(ConfigError, match="say why with --reason"):
            bills.add(session, replace(BILL, amount=1))
        assert bills.in_force(session) == [BILL]


def test_two_bills_of_an_account_never_cover_the_same_day(records: Records) -> None:
    after = replace(BILL, bill="A-2", first=date(2026, 1, 31), until=date(2026, 3, 1))
    with records.session() as session:
        bills.add(session, BILL)
        with pytest.raises(ConfigError, match="covers days of bill A-1"):
            bills.add(session, after)
        bills.add(session, replace(after, first=date(2026, 2, 1)))


def test_a_withdrawn_bill_counts_no_more_and_stays(records: Records) -> None:
    with records.session() as session:
        bills.add(session, BILL)
        with pytest.raises(ConfigError, match="only with a reason"):
            bills.withdraw(session, "A-1", author="Wang", reason="", at=2)
        bills.withdraw(session, "A-1", author="Wang", reason="sent twice", at=2)
        with pytest.raises(ConfigError, match="no bill A-1"):
            bills.withdraw(session, "A-1", author="Wang", reason="again", at=3)
        bills.add(session, replace(BILL, bill="A-2"))
    with records.reading() as session:
        assert [one.bill for one in bills.in_force(session)] == ["A-2"]
        assert [one.is_withdrawn for one in bills.versions(session, "A-1")] == [False, True]
        assert bills.versions(session, "A-1")[0].content == BILL


def test_of_two_earlier_totals_of_a_month_the_newer_counts(records: Records) -> None:
    total = EarlierTotal(institution="town", kind="water", month=date(2024, 1, 1), amount=9)
    with records.session() as session:
        earlier_ledger.add(session, [total], author="Li", source="2024.xlsx")
        earlier_ledger.add(session, [replace(total, amount=8)], author="Li", source="2024b.xlsx")
    with records.reading() as session:
        assert earlier_ledger.in_force(session, "town") == [replace(total, amount=8)]


def test_a_choice_of_basis_is_kept_and_stands_in_the_audit(records: Records) -> None:
    basis = Basis(
        institution="town", kind="water", valid_from=date(2026, 1, 1), basis="bill", author="Li",
        reason="as billed", entered_at=5,
    )  # fmt: skip
    with records.session() as session:
        bases.add(session, basis)
    with records.reading() as session:
        assert bases.every(session, "town") == [basis]
        assert "town water: bill from 2026-01" in audit.recent(session, 1)[0].detail
