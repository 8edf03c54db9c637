"""Days that become of another type may change the shape of gaps: their registers are computed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from energy.calendars import Calendar, DayType
from energy.reference import Reference
from energy.span import midnight
from storage.records import reference, registry, touched
from storage.records.book import Records
from tests.builders import MAIN_METER, NORTH, SUB_METER, WEATHER, registry_of

CHINA = Calendar("cn", {date(2026, 10, 10): DayType.MAKEUP}, date(2027, 1, 1))
SCHOOL = Calendar("school", {}, date(2027, 1, 1))
AWAY = replace(MAIN_METER, meter="away_main", building="", site="away", institution="")
PLACES = registry_of(
    MAIN_METER,
    SUB_METER,
    WEATHER,
    AWAY,
    sites=(NORTH, replace(NORTH, site="away", calendar="school")),
)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    found = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    with found.session() as session:
        registry.replace(session, PLACES, author="li", reason="start")
        known = Reference(calendars={"cn": CHINA, "school": SCHOOL})
        reference.replace(session, known, author="li", reason="start")
        touched.done(session, touched.take(session)[1])
    yield found
    found.close()


def test_the_registers_of_its_sites_are_computed_from_the_first_other_day_on(
    records: Records,
) -> None:
    exceptions = {**CHINA.exceptions, date(2027, 5, 3): DayType.HOLIDAY}
    longer = replace(CHINA, exceptions=exceptions, known_to=date(2028, 1, 1))
    with records.session() as session:
        known = Reference(calendars={"cn": longer, "school": SCHOOL})
        reference.replace(session, known, author="li", reason="the year 2027")
        found, _ = touched.take(session)
    # A day before, by UTC: on no clock has the day begun yet.
    begun = midnight(date(2027, 5, 2), ZoneInfo("UTC"))
    assert found == {MAIN_METER.meter: begun, SUB_METER.meter: begun}


def test_a_calendar_that_is_known_for_longer_only_computes_nothing(records: Records) -> None:
    longer = replace(CHINA, known_to=date(2028, 1, 1))
    with records.session() as session:
        known = Reference(calendars={"cn": longer, "school": SCHOOL})
        reference.replace(session, known, author="li", reason="the year 2027")
        assert touched.take(session)[0] == {}


def test_a_site_with_another_calendar_is_computed_again(records: Records) -> None:
    moved = replace(PLACES, sites=(NORTH, replace(NORTH, site="away")))
    with records.session() as session:
        registry.replace(session, moved, author="li", reason="no school any more")
        assert touched.take(session)[0] == {AWAY.meter: 0}
