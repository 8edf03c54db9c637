"""From records and a ledger to a statement that signs the chosen basis."""

from dataclasses import replace
from datetime import date

from analytics.statements.figures import BILL, EARLIER, OWN, SETTLEMENT
from analytics.statements.given import BLANK
from analytics.statements.signing import signing_of
from analytics.statements.statement import Sources, Statement, statement_of
from energy.bills.bill import BY_DAYS, BY_PROFILE, Bill
from energy.period import period_of
from energy.reading import Reading
from energy.registry import Registry
from energy.signing import Basis, EarlierTotal
from energy.span import HOUR_MS, midnight
from storage.readings import ReadingStore
from storage.records import bases, bills, earlier_ledger
from storage.records.book import Records
from storage.tables import PLACE_MONTH
from tests.analytics.ledgers import ledger_of, points
from tests.analytics.statements.test_statements import TERMS
from tests.builders import MAIN_METER, NORTH, TOWN, registry_of

REGISTRY = registry_of(MAIN_METER)
NOW = midnight(date(2026, 7, 10), NORTH.zone)
CROSSING = Bill(
    bill="A-1", institution="town", kind="electricity", first=date(2026, 5, 31),
    until=date(2026, 6, 2), amount=400, cost=100,
)  # fmt: skip
CHOSEN = Basis(
    institution="town", kind="electricity", valid_from=date(2026, 6, 1), basis=BILL, author="Li",
    reason="audit",
)  # fmt: skip


def heard(*registers: tuple[int, int, int]) -> ReadingStore:
    """Return the ledger of month, day and register at its midnight."""
    readings = [
        Reading("hall_main", "register", midnight(date(2026, month, day), NORTH.zone), value)
        for month, day, value in registers
    ]
    return ledger_of(REGISTRY, readings, now_ms=NOW)


def said(
    records: Records, store: ReadingStore, key: str, registry: Registry = REGISTRY
) -> Statement:
    period = period_of(key)
    with records.reading() as session:
        signing = signing_of(session, store, registry, TOWN, period, now_ms=NOW)
    sources = Sources(store, registry, (), signing.given, signing.choice, NOW)
    return statement_of(sources, TOWN, period, TERMS)


def test_the_chosen_bill_is_signed_as_the_meters_split_it(records: Records) -> None:
    store = heard((5, 30, 0), (5, 31, 100), (6, 1, 200), (6, 2, 500), (6, 3, 600))
    with records.session() as session:
        bills.add(session, CROSSING)
        bases.add(session, CHOSEN)

    april, may, june = said(records, store, "2026-Q2").lines_of("electricity")

    assert april.signed.amount is None

    assert (may.signed.basis, june.signed.basis) == (OWN, BILL)
    assert [(one.basis, one.amount) for one in may.beside] == [(BILL, 100)]
    assert (june.signed.amount, june.signed.cost) == (300, 75)
    assert BY_PROFILE in june.signed.notes
    assert [one.basis for one in june.beside] == [OWN]


def test_a_bill_is_split_by_days_where_the_meters_do_not_know_one(records: Records) -> None:
    store = heard((6, 1, 200), (6, 2, 500), (6, 3, 600))
    with records.session() as session:
        bills.add(session, CROSSING)
        bases.add(session, CHOSEN)

    (june,) = said(records, store, "2026-06").lines_of("electricity")

    assert june.signed.amount == 200
    assert BY_DAYS in june.signed.notes


def test_heat_by_area_is_signed_blank_and_lacks_nothing(records: Records) -> None:
    with records.session() as session:
        bill = replace(CROSSING, kind="heat", first=date(2026, 6, 1), until=date(2026, 7, 1))
        bills.add(session, replace(bill, amount=None))

    statement = said(records, heard((6, 1, 0), (6, 2, 5)), "2026-06")

    (line,) = statement.lines_of("heat")
    assert (line.signed.amount, line.signed.cost, line.signed.is_whole) == (None, 100, True)
    assert BLANK in line.notes
    assert line not in statement.not_in_coal


def test_a_year_before_the_platform_rests_on_the_earlier_ledger(records: Records) -> None:
    total = EarlierTotal(
        institution="town", kind="electricity", month=date(2025, 6, 1), amount=900
    )  # fmt: skip
    with records.session() as session:
        own = replace(total, month=date(2026, 6, 1))
        earlier_ledger.add(session, [total, own], author="Li", source="book")
    store = heard((6, 1, 0), (6, 2, 5))

    (before,) = said(records, store, "2025-06").lines_of("electricity")
    (now,) = said(records, store, "2026-06").lines_of("electricity")

    assert (before.signed.basis, before.signed.amount) == (EARLIER, 900)
    assert (now.signed.basis, now.beside) == (OWN, ())


def test_a_bill_is_split_by_days_where_the_meters_know_half_of_one(records: Records) -> None:
    noon = midnight(date(2026, 5, 31), NORTH.zone) + 12 * HOUR_MS
    first = midnight(date(2026, 6, 1), NORTH.zone)
    readings = [
        Reading("hall_main", "register", time, value)
        for time, value in ((noon, 100), (first, 200), (first + 24 * HOUR_MS, 500))
    ]
    store = ledger_of(REGISTRY, readings, now_ms=NOW)
    with records.session() as session:
        bills.add(session, CROSSING)
        bases.add(session, CHOSEN)

    (june,) = said(records, store, "2026-06").lines_of("electricity")

    assert june.signed.amount == 200
    assert BY_DAYS in june.signed.notes


def test_the_suppliers_meter_is_never_summed_and_has_a_basis_of_its_own(records: Records) -> None:
    supplier = replace(MAIN_METER, meter="grid", role="settlement", channel="grid")
    registry = registry_of(MAIN_METER, supplier)
    start = midnight(date(2026, 6, 1), NORTH.zone)
    readings = [
        Reading(name, "register", start + hours * HOUR_MS, value)
        for name, last in (("hall_main", 100), ("grid", 103))
        for hours, value in ((0, 0), (1, last))
    ]
    store = ledger_of(registry, readings, now_ms=NOW)
    with records.session() as session:
        bases.add(session, replace(CHOSEN, basis=SETTLEMENT))

    (june,) = said(records, store, "2026-06", registry).lines_of("electricity")

    ratio_wh = 400  # a hundredth of a kWh at 40/1
    assert (june.signed.basis, june.signed.amount) == (SETTLEMENT, 103 * ratio_wh)
    assert [(one.basis, one.amount) for one in june.beside] == [(OWN, 100 * ratio_wh)]
    place = points(store, PLACE_MONTH, level="institution", kind="electricity")
    assert set(place["amount"]) == {100 * ratio_wh}
