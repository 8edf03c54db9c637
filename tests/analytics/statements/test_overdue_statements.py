"""Readings of a meter whose verification is overdue keep their value and carry a flag."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from analytics.closing.sheet import maker_of
from analytics.statements.figures import OWN, Figure, joined_figures
from analytics.statements.printed.table import table_of
from analytics.statements.sheet import sheet_bytes
from analytics.statements.statement import Sources, Statement, own_basis, statement_of
from analytics.statements.weights import Terms
from energy.instrument_rules import InstrumentRules, InstrumentType
from energy.instruments import Days, Overdue
from energy.period import period_of
from energy.provenance import SourceRow
from energy.reading import Reading
from energy.reference import Reference
from energy.span import midnight
from storage.engines.memory import MemoryStore
from storage.records import registry as registry_records
from storage.records.book import Records
from tests.analytics.ledgers import REFERENCE, ledger_of
from tests.builders import INSTRUMENT, MAIN_METER, NORTH, TOWN, registry_of

DAY_S = 86_400
NOW = midnight(date(2026, 6, 10), NORTH.zone)
REGISTRY = registry_of(MAIN_METER)
READINGS = [
    Reading("hall_main", "register", midnight(date(2026, 5, day), NORTH.zone), day * 100)
    for day in range(1, 32)
]
ROW = "instrument-electricity_static-0.5S"
SINCE = date(2009, 1, 1)
SOURCE = SourceRow(
    ROW, "instrument_types.csv", "instrument", "", SINCE, date.max, "", "a rule", "", "general"
)
TERMS = Terms("NGOA-stat", "MEE", REFERENCE.factors, "110102", sources={ROW: SOURCE})


def store() -> MemoryStore:
    return ledger_of(REGISTRY, READINGS, now_ms=NOW)


def statement(overdue: dict[str, Overdue], *, period: str = "2026-05", now: int = NOW) -> Statement:
    sources = Sources(store(), REGISTRY, (), {}, own_basis, now, overdue)
    return statement_of(sources, TOWN, period_of(period), TERMS)


def from_to(first: date, until: date) -> dict[str, Overdue]:
    return {"hall_main": Overdue((Days(first, until),), (ROW,))}


def test_an_overdue_meter_keeps_its_amount_and_says_how_long_it_was_overdue() -> None:
    (in_order,) = statement({}).lines
    (line,) = statement(from_to(date(2026, 5, 11), date(2026, 9, 1))).lines

    assert line.signed.overdue_s == 21 * DAY_S
    flagged = replace(line.signed, overdue_s=0, rows=(), notes=())
    assert flagged == replace(in_order.signed, notes=())
    assert line.coal == in_order.coal
    assert "overdue for 21 days" in line.notes[-1].en
    assert "21 天" in line.notes[-1].zh


def test_what_is_still_to_come_and_what_was_before_the_first_reading_is_not_overdue() -> None:
    ever = from_to(date(2020, 1, 1), date(2030, 1, 1))

    april = statement(ever, period="2026-04").lines
    assert [(line.signed.amount, line.signed.overdue_s) for line in april] == [(None, 0)]
    (may,) = statement(ever, period="2026-05").lines
    (june,) = statement(ever, period="2026-06").lines
    assert (may.signed.overdue_s, june.signed.overdue_s) == (31 * DAY_S, 9 * DAY_S)


def test_another_meter_or_other_days_leave_no_flag() -> None:
    other = {"hall_light": Overdue((Days(date(2026, 5, 1), date(2026, 6, 1)),), (ROW,))}
    later = from_to(date(2026, 6, 1), date(2026, 7, 1))

    plain = sheet_bytes(statement({}), code="1")
    assert sheet_bytes(statement(other), code="1") == plain
    assert sheet_bytes(statement(later), code="1") == plain
    assert b"overdue" not in plain


def test_the_sheet_its_table_and_its_banner_say_so() -> None:
    sheet = json.loads(
        sheet_bytes(statement(from_to(date(2026, 5, 31), date(2026, 6, 1))), code="1")
    )

    assert sheet["lines"]["electricity/2026-05-01"]["overdue_s"] == DAY_S
    assert ROW in [row["id"] for row in sheet["unconfirmed"]]
    assert table_of(sheet)["overdue_s"].tolist() == [DAY_S]
    plain = json.loads(sheet_bytes(statement({}), code="1"))
    assert ROW not in [row["id"] for row in plain["unconfirmed"]]
    assert table_of(plain)["overdue_s"].tolist() == [0]


def test_overdue_seconds_of_meters_are_added_up() -> None:
    one = Figure(OWN, 1, overdue_s=10, rows=("b",))
    other = Figure(OWN, 2, overdue_s=5, rows=("a", "b"))

    total = joined_figures([one, other, Figure(OWN, 3)])

    assert (total.overdue_s, total.rows) == (15, ("a", "b"))


def test_the_sheet_that_is_closed_takes_instruments_from_registry_and_rules(tmp_path: Path) -> None:
    registry = replace(REGISTRY, instruments=(replace(INSTRUMENT, verified=date(2020, 5, 25)),))
    rules = InstrumentRules(
        (
            InstrumentType(
                ROW, "electricity_static", "meter", "0.5S", "verification", 72, SINCE, date.max
            ),
        )
    )
    reference = Reference(factors=REFERENCE.factors, instruments=rules, sources={ROW: SOURCE})
    make = maker_of(store(), reference, now_ms=NOW)
    records = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    with records.session() as session:
        registry_records.replace(session, registry, author="li", reason="start")
    with records.reading() as session:
        sheet = json.loads(make(session, registry, "town", "2026-05", ()))
    records.close()

    assert sheet["lines"]["electricity/2026-05-01"]["overdue_s"] == 6 * DAY_S
