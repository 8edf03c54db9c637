"""Registry and reference data that are kept from round to round never lag behind the records."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from jieneng.shipped import shipped
from storage.records import people, reference_sources, registry
from storage.records import reference as reference_records
from storage.records.book import Records
from storage.records.in_force import InForce
from storage.reference.files import read_reference
from tests.builders import HALL, MAIN_METER, registry_of

GAS = "co2-MEE-average-gas"
CLERK = "Li Na"
SHIPPED = read_reference(shipped("reference"))


@pytest.fixture
def filled(records: Records) -> Records:
    with records.session() as session:
        people.add(session, name=CLERK, roles=["filler"], by="setup")
        registry.replace(session, registry_of(MAIN_METER), author=CLERK, reason="first")
        reference_records.replace(session, SHIPPED, author=CLERK, reason="first")
    return records


def enlarge(records: Records) -> None:
    larger = replace(registry_of(MAIN_METER), buildings=(replace(HALL, area_m2=2000),))
    with records.session() as session:
        registry.replace(session, larger, author=CLERK, reason="built on")


def rename_the_district(records: Records) -> None:
    with records.session() as session:
        known = replace(registry.load(session), name_en="Another district")
        registry.replace(session, known, author=CLERK, reason="renamed")


def take_out_a_tariff(records: Records) -> None:
    rest = dict(list(SHIPPED.tariffs.items())[1:])
    full = {name: row for name, row in SHIPPED.full_tariffs.items() if name in rest}
    with records.session() as session:
        fewer = replace(SHIPPED, tariffs=rest, full_tariffs=full)
        reference_records.replace(session, fewer, author=CLERK, reason="gone")


def confirm_a_row(records: Records) -> None:
    with records.session() as session:
        reference_sources.confirm(session, GAS, by=CLERK, author=CLERK)


def erase_who_confirmed(records: Records) -> None:
    with records.session() as session:
        who = next(one.person for one in people.all(session) if one.name == CLERK)
        assert people.erase(session, who, by="setup")


@pytest.mark.parametrize("change", [enlarge, rename_the_district, take_out_a_tariff, confirm_a_row])
def test_what_somebody_changed_is_read_again(
    filled: Records, change: Callable[[Records], None]
) -> None:
    in_force = InForce()
    with filled.reading() as session:
        before = in_force.read(session)

    change(filled)

    with filled.reading() as session:
        after = in_force.read(session)
        assert after == (registry.load(session), reference_records.load(session))
    assert after != before


def test_a_name_that_was_erased_is_kept_nowhere(filled: Records) -> None:
    confirm_a_row(filled)
    in_force = InForce()
    with filled.reading() as session:
        assert in_force.read(session)[1].sources[GAS].confirmed_by == CLERK

    erase_who_confirmed(filled)

    with filled.reading() as session:
        assert in_force.read(session)[1].sources[GAS].confirmed_by != CLERK


def test_what_nobody_changed_is_not_read_again(filled: Records) -> None:
    in_force = InForce()
    with filled.reading() as session:
        before = in_force.read(session)
    with filled.reading() as session:
        again = in_force.read(session)
    assert all(one is other for one, other in zip(before, again, strict=True))


def test_a_change_that_was_undone_is_not_seen(filled: Records) -> None:
    in_force = InForce()
    with filled.session() as session:
        registry.replace(session, registry_of(), author=CLERK, reason="emptied")
        session.rollback()
    with filled.reading() as session:
        known, _ = in_force.read(session)
        assert known == registry.load(session)
        assert known.meters


def test_before_anything_was_stored_nothing_is_kept(records: Records) -> None:
    in_force = InForce()
    with records.reading() as session:
        assert in_force.read(session)[0].meters == ()
    with records.session() as session:
        registry.replace(session, registry_of(MAIN_METER), author="setup", reason="first")
    with records.reading() as session:
        assert in_force.read(session)[0].meter == {MAIN_METER.meter: MAIN_METER}
