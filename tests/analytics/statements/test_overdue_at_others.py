"""The flag of an overdue verification where others than a main meter are asked.

Of each the verification of 25 May 2020 held for six years: the last six days of May it was overdue.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from analytics.closing.sheet import Drafter
from analytics.place_amounts import BUILDING, INSTITUTION, METER, Teller
from analytics.statements.overdue import overdue_of
from energy.counting.virtual import VirtualPart
from energy.instrument_rules import InstrumentRules, InstrumentType
from energy.instruments import Days
from energy.meter import CHECK, SETTLEMENT
from energy.period import NO_FIRST_DAY, NO_LAST_DAY
from energy.reference import Reference
from energy.registry import Registry
from storage.records import registry as registry_records
from storage.records.book import Records
from tests.analytics.ledgers import REFERENCE, ledger_of
from tests.analytics.statements.test_overdue_statements import NOW, READINGS, ROW, SINCE, SOURCE
from tests.builders import INSTRUMENT, MAIN_METER, SUB_METER, registry_of

TYPES = (
    InstrumentType(ROW, "electricity_static", "meter", "0.5S", "verification", 72, SINCE, date.max),
)
RULES = Reference(
    factors=REFERENCE.factors, instruments=InstrumentRules(TYPES), sources={ROW: SOURCE}
)
DAY_S = 86_400
BOUNDARY = replace(MAIN_METER, meter="boundary", channel="boundary", role=SETTLEMENT)
CHECKED = replace(MAIN_METER, meter="checked", channel="checked", role=CHECK)
HALF = replace(MAIN_METER, meter="half", device="", channel="", tariff="")
OF_CHECKED = VirtualPart("half", "checked", "+", Fraction(1, 2), NO_FIRST_DAY, NO_LAST_DAY)


def certified(registry: Registry, meter: str) -> Registry:
    instrument = replace(INSTRUMENT, meter=meter, verified=date(2020, 5, 25))
    return replace(registry, instruments=(instrument,))


@contextmanager
def drafting(records: Records, registry: Registry) -> Iterator[Drafter]:
    """Yield what drafts statements of a town all of whose meters were read alike."""
    read = [meter.meter for meter in registry.meters if meter.device]
    readings = [one._replace(meter=name) for name in read for one in READINGS]
    store = ledger_of(registry, readings, now_ms=NOW)
    with records.session() as session:
        registry_records.replace(session, registry, author="li", reason="start")
    with records.reading() as session:
        yield Drafter(session, store, registry, RULES, NOW)


def test_the_suppliers_meter_bears_the_flag_of_its_own_certificate(records: Records) -> None:
    with drafting(records, certified(registry_of(MAIN_METER, BOUNDARY), "boundary")) as made:
        (line,) = made.draft("town", "2026-05").lines
    said = {figure.basis: figure for figure in (line.signed, *line.beside)}
    assert {basis: one.overdue_s for basis, one in said.items()} == {
        "settlement": 6 * DAY_S, "own": 0,
    }  # fmt: skip
    assert "verification of boundary was overdue for 6 days" in said["settlement"].notes[-1].en


def test_a_virtual_main_bears_the_flag_of_the_meter_it_is_made_of(records: Records) -> None:
    registry = replace(registry_of(CHECKED, HALF), virtual=(OF_CHECKED,))
    with drafting(records, certified(registry, "checked")) as made:
        (line,) = made.draft("town", "2026-05").lines
    assert line.signed.overdue_s == 6 * DAY_S
    assert "verification of checked was overdue for 6 days" in line.signed.notes[-1].en


def test_an_input_bears_it_only_while_it_is_one() -> None:
    before = replace(OF_CHECKED, valid_to=date(2026, 5, 28))
    registry = replace(registry_of(CHECKED, HALF), virtual=(before,))
    found = overdue_of(certified(registry, "checked"), TYPES)
    assert found["half"].days == (Days(date(2026, 5, 26), date(2026, 5, 28)),)
    assert found["half"].inputs == ("checked",)
    assert "half" not in overdue_of(registry, TYPES)


@pytest.mark.parametrize(
    ("level", "place", "item"),
    [(METER, "hall_light", ""), (BUILDING, "hall", "A"), (INSTITUTION, "town", "A")],
)
def test_amounts_of_a_meter_and_of_a_sub_item_bear_it_too(
    level: str, place: str, item: str, records: Records
) -> None:
    with drafting(records, certified(registry_of(MAIN_METER, SUB_METER), "hall_light")) as made:
        told = Teller(made, "2026-05").told(level, place, item=item)
    (amount,) = told.items if item else told.amounts
    assert amount.figure.overdue_s == 6 * DAY_S
    assert any("verification of hall_light" in note.en for note in amount.figure.notes)
