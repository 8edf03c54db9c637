"""What the records promise of bodies, sizes of buildings, serials and uses of meters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from energy.body import DEPARTMENT_LINE, REGION_LINE, Body
from energy.registry import Registry
from energy.sizes import AREA, HEATED_AREA, Size
from energy.uses import HEATING
from storage.records import registry as registry_records
from storage.records.book import Records
from tests.builders import HALL, SUB_METER, TOWN
from tests.registry_folder import DISTRICT

PLACES: Registry = replace(
    DISTRICT,
    bodies=(
        Body("province", REGION_LINE, "", "省", "Province"),
        Body("county", REGION_LINE, "province", "县", "County"),
        Body("ministry", DEPARTMENT_LINE, "", "部", "Ministry"),
    ),
    institutions=(replace(TOWN, reports_to="county", also_in="ministry"),),
    buildings=(replace(HALL, serial=7),),
    meters=tuple(
        replace(meter, use=HEATING) if meter.meter == SUB_METER.meter else meter
        for meter in DISTRICT.meters
    ),
    sizes=(
        Size("hall", AREA, date(2026, 1, 1), 1200, "survey"),
        Size("hall", HEATED_AREA, date(2026, 1, 1), 900, "survey, heated part"),
    ),
)


def places_come_back_as_they_were_and_go_again(records: Records) -> None:
    for wanted in (PLACES, DISTRICT, PLACES):
        with records.session() as session:
            registry_records.replace(session, wanted, author="li", reason="places")
        with records.reading() as session:
            assert replace(registry_records.load(session), number=0) == wanted


def another_size_is_another_registry_and_touches_no_meter(records: Records) -> None:
    grown = replace(PLACES, sizes=(*PLACES.sizes, Size("hall", AREA, date(2027, 1, 1), 9, "more")))
    with records.session() as session:
        assert registry_records.replace(session, PLACES, author="li", reason="one") == 1
        assert registry_records.replace(session, grown, author="li", reason="two") == 2
    assert registry_records.changed_meters(PLACES, grown) == []


PLACE_PROMISES: tuple[Callable[[Records], None], ...] = (
    places_come_back_as_they_were_and_go_again,
    another_size_is_another_registry_and_touches_no_meter,
)
