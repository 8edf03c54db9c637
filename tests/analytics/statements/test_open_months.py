"""Months without a bill, of an institution that has no meters: missing, and not left out."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from analytics.statements.figures import BILL
from analytics.statements.leaning import Leaning
from analytics.statements.signing import signing_of
from analytics.statements.statement import Sources, Statement, statement_of
from energy.bills.bill import Bill
from energy.heating import HeatingSeason
from energy.period import period_of
from energy.reference import Reference
from energy.signing import EarlierTotal
from energy.sizes import AREA
from energy.span import midnight
from energy.uses import HEATING, VEHICLE
from storage.engines.memory import MemoryStore
from storage.records import bills, earlier_ledger
from storage.records.book import Records
from tests.analytics.statements.test_statements import TERMS
from tests.builders import MAIN_METER, NORTH, TOWN, registry_of

NOW = midnight(date(2026, 7, 10), NORTH.zone)
REGISTRY = registry_of(replace(MAIN_METER, role="check"))
WINTER = HeatingSeason("h", "110102", "", (11, 15), (3, 15), date(2009, 7, 1), date.max)
FEBRUARY_BILL = Bill(
    bill="F", institution="town", kind="electricity", first=date(2026, 2, 1),
    until=date(2026, 3, 1), amount=1_000_000, cost=800_000_000,
)  # fmt: skip
NO_BILL = "There is no bill: the amount is missing."


def said(
    records: Records, key: str, *entered: Bill, earlier: tuple[EarlierTotal, ...] = ()
) -> Statement:
    """Return the statement of an institution of which bills and earlier ledgers alone tell."""
    store, period = MemoryStore(), period_of(key)
    leaning = Leaning(Reference(heating=(WINTER,)), REGISTRY)
    with records.session() as session:
        for bill in entered:
            bills.add(session, bill)
        earlier_ledger.add(session, list(earlier), author="Li", source="x")
        signing = signing_of(session, store, REGISTRY, TOWN, period, now_ms=NOW, leaning=leaning)
    sources = Sources(store, REGISTRY, (), signing.given, signing.choice, NOW)
    return replace(statement_of(sources, TOWN, period, TERMS), sizes={AREA: Fraction(1000)})


def months(statement: Statement, kind: str = "electricity") -> dict[int, int | None]:
    return {line.stretch.first.month: line.signed.amount for line in statement.lines_of(kind)}


def test_months_that_are_over_are_missing_from_the_first_bill_on_and_not_before_it(
    records: Records,
) -> None:
    year = said(records, "2026", FEBRUARY_BILL)

    # July has begun and is not over; January was before the first bill.
    assert months(year) == {2: 1_000_000, 3: None, 4: None, 5: None, 6: None}
    assert [note.en for line in year.lines[1:] for note in line.notes] == [NO_BILL] * 4
    assert {line.signed.basis for line in year.lines} == {BILL}
    assert year.coal_grams == 122_900
    ratio = year.ratios["energy_per_area"]
    assert (ratio.numerator, ratio.covered, ratio.not_covered) == (None, (), ("town",))


def test_a_quarter_with_each_bill_is_whole(records: Records) -> None:
    march = replace(FEBRUARY_BILL, bill="M", first=date(2026, 3, 1), until=date(2026, 4, 1))
    january = replace(FEBRUARY_BILL, bill="J", first=date(2026, 1, 1), until=date(2026, 2, 1))
    quarter = said(records, "2026-Q1", FEBRUARY_BILL, march, january)

    assert months(quarter) == {1: 1_000_000, 2: 1_000_000, 3: 1_000_000}
    assert quarter.ratios["energy_per_area"].covered == ("town",)


def test_a_bill_of_nothing_says_that_nothing_was_used(records: Records) -> None:
    nothing = replace(
        FEBRUARY_BILL, bill="N", first=date(2026, 3, 1), until=date(2026, 7, 1), amount=0, cost=0
    )
    assert set(months(said(records, "2026-Q2", FEBRUARY_BILL, nothing)).values()) == {0}


def test_a_month_that_an_earlier_ledger_tells_is_not_open(records: Records) -> None:
    total = EarlierTotal(
        institution="town", kind="electricity", month=date(2026, 3, 1), amount=900, source="x"
    )
    quarter = said(records, "2026-Q1", FEBRUARY_BILL, earlier=(total,))
    assert months(quarter) == {2: 1_000_000, 3: 900}


def test_a_refund_alone_begins_nothing(records: Records) -> None:
    refund = replace(FEBRUARY_BILL, amount=0, cost=-1)
    assert set(months(said(records, "2026-Q2", refund))) == set()


def test_a_kind_of_which_bills_name_a_use_is_missing_as_a_whole(records: Records) -> None:
    fuel = replace(FEBRUARY_BILL, kind="gasoline", use=VEHICLE)
    assert months(said(records, "2026-Q1", fuel), "gasoline") == {2: 1_000_000, 3: None}


def test_heat_for_heating_is_due_in_the_heating_season_alone(records: Records) -> None:
    heating = replace(FEBRUARY_BILL, kind="heat", use=HEATING)
    assert months(said(records, "2026", heating), "heat") == {2: 1_000_000, 3: None}


def test_heat_of_no_named_use_is_due_in_summer_too(records: Records) -> None:
    heat = replace(FEBRUARY_BILL, kind="heat")
    assert set(months(said(records, "2026", heat), "heat")) == {2, 3, 4, 5, 6}
