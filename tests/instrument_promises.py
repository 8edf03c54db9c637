"""What every database keeps of points, instruments, and what rules ask of them."""

from dataclasses import replace
from datetime import date

from energy.instrument_rules import AccuracyNeed, EquipTarget, InstrumentRules, InstrumentType
from energy.reference import Reference
from storage.records import reference, registry, touched
from storage.records.book import Records
from tests.builders import INSTRUMENT, MAIN_METER, POINT, SUB_METER, registry_of

LATER = replace(INSTRUMENT, verified=date(2026, 2, 28), due=date(2032, 2, 27))
GONE = replace(INSTRUMENT, serial="old", removed=INSTRUMENT.installed, verified=None)
DISTRICT = replace(
    registry_of(MAIN_METER, SUB_METER),
    points=(POINT, replace(POINT, point="a_spare", meter="", is_required=False, reason="solar")),
    instruments=(LATER, INSTRUMENT, GONE),
)
SINCE = date(2009, 1, 1)
RULES = InstrumentRules(
    types=(
        InstrumentType(
            "Z-heat", "heat_meter", "meter", "", "verification", 36, SINCE, date(2030, 1, 1)
        ),
        InstrumentType(
            "a-heat", "heat_meter", "meter", "", "verification", 24, date(2030, 1, 1), date.max
        ),
    ),
    needs=(AccuracyNeed("e-sub", "electricity", "sub", "1.0", "0.5", SINCE, date.max),),
    targets=(EquipTarget("zone", "zone", 90, SINCE, date.max),),
)


def points_and_instruments_come_back_in_their_order(records: Records) -> None:
    with records.session() as session:
        registry.replace(session, DISTRICT, author="li", reason="start")
    with records.session() as session:
        assert registry.load(session) == replace(DISTRICT, number=1)
        assert registry.replace(session, DISTRICT, author="li", reason="again") == 1


def a_certificate_touches_no_meter(records: Records) -> None:
    with records.session() as session:
        registry.replace(session, DISTRICT, author="li", reason="start")
        touched.done(session, touched.take(session)[1])
    with records.session() as session:
        wanted = replace(DISTRICT, points=(), instruments=(INSTRUMENT,))
        assert registry.replace(session, wanted, author="li", reason="verified") == 2
        assert touched.take(session)[0] == {}
        assert registry.load(session).instruments == (INSTRUMENT,)


def rules_of_instruments_come_back_whatever_the_order_of_the_database(records: Records) -> None:
    known = Reference(instruments=RULES)
    with records.session() as session:
        reference.replace(session, known, author="li", reason="start")
    with records.session() as session:
        assert reference.load(session).instruments == RULES
        assert reference.replace(session, known, author="li", reason="again") == 1
        changed = replace(known, instruments=replace(RULES, targets=()))
        assert reference.replace(session, changed, author="li", reason="none") == 2
        assert reference.load(session).instruments.targets == ()


INSTRUMENTS = (
    points_and_instruments_come_back_in_their_order,
    a_certificate_touches_no_meter,
    rules_of_instruments_come_back_whatever_the_order_of_the_database,
)
