"""Bodies, lines of reporting, sizes, serials and uses in the registry files."""

from pathlib import Path

import pytest
from sqlalchemy import MetaData, Table

from energy.registry import Registry
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.schema import cells_of
from storage.registry.files import read_registry, write_registry
from tests.builders import HALL, NORTH, TOWN
from tests.older_records import older_records
from tests.place_promises import PLACES
from tests.registry_folder import DISTRICT, edit, mistakes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_registry(PLACES, tmp_path / "files")
    return tmp_path / "files"


def test_places_come_back_from_files_as_they_were(folder: Path) -> None:
    assert read_registry(folder) == PLACES
    assert "hall,town,,大厅,Hall,A,1000,50,007" in (folder / "buildings.csv").read_text("utf-8-sig")


def test_records_of_before_have_no_places_and_keep_what_they_had(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    with older_records(path, "0014") as connection:
        for table, cells in OLD_ROWS.items():
            there = Table(table, MetaData(), autoload_with=connection)
            connection.execute(there.insert(), {**cells, "position": 0})
    records = Records.open(f"sqlite:{path}")
    with records.reading() as session:
        found = registry_records.load(session)
    records.close()
    assert found == Registry(sites=(NORTH,), institutions=(TOWN,), buildings=(HALL,))


LATER = ("reports_to", "also_in", "serial")
OLD_ROWS = {
    table: {name: cell for name, cell in cells_of(entry).items() if name not in LATER}
    for table, entry in (("sites", NORTH), ("institutions", TOWN), ("buildings", HALL))
}


def test_files_of_before_have_neither_bodies_nor_sizes_nor_their_columns(folder: Path) -> None:
    (folder / "bodies.csv").unlink()
    (folder / "sizes.csv").unlink()
    for file, later in (("institutions", 2), ("buildings", 3), ("meters", 3)):
        path = folder / f"{file}.csv"
        rows = path.read_text("utf-8-sig").splitlines()
        path.write_text("\n".join(row.rsplit(",", later)[0] for row in rows), encoding="utf-8")
    assert read_registry(folder) == DISTRICT


def test_what_a_use_changes_is_no_amount() -> None:
    assert registry_records.changed_meters(DISTRICT, PLACES) == []


def test_a_body_sees_all_that_report_to_it_or_below_and_views_apart() -> None:
    assert [one.institution for one in PLACES.reporting_to("province")] == ["town"]
    assert PLACES.reporting_to("ministry") == ()
    assert [one.institution for one in PLACES.seen_by("ministry")] == ["town"]


def test_bodies_that_stand_above_themselves_are_refused(folder: Path) -> None:
    edit(folder, "bodies.csv", "province,region,,", "province,region,county,")
    assert mistakes(folder) == [
        "bodies.csv row 2 column parent: province is above itself; correct one of the parents.",
        "bodies.csv row 3 column parent: county is above itself; correct one of the parents.",
    ]


def test_no_body_is_called_district(folder: Path) -> None:
    edit(folder, "bodies.csv", "ministry,department", "district,department")
    edit(folder, "institutions.csv", "county,ministry", "county,district")
    assert mistakes(folder) == [
        "bodies.csv row 4 column body: district means all institutions; name it otherwise."
    ]


def test_an_institution_that_reports_on_two_lines_is_refused(folder: Path) -> None:
    edit(folder, "institutions.csv", "county,ministry", "county,province")
    assert mistakes(folder) == [
        (
            "institutions.csv row 2 column also_in: province is on the line region as county is, "
            "and the institution would count twice; "
            "name a body of the other line, or leave it empty."
        )
    ]


def test_a_view_without_a_line_is_refused(folder: Path) -> None:
    edit(folder, "institutions.csv", "county,ministry", ",ministry")
    assert mistakes(folder) == [
        (
            "institutions.csv row 2 column also_in: also_in is filled and reports_to is not: "
            "also_in is but a view on the other line; say to whom it reports."
        )
    ]


def test_every_mistake_of_places_is_told_at_once(folder: Path) -> None:
    edit(folder, "bodies.csv", "county,region,province", "county,department,province")
    edit(folder, "bodies.csv", "ministry,department,,", "ministry,party,nobody,")
    edit(folder, "institutions.csv", "county,ministry", "parish,ministry")
    edit(folder, "buildings.csv", "1000,50,007", "1000,50,1000")
    edit(folder, "meters.csv", "Hall lighting,heating", "Hall lighting,cooling")
    edit(folder, "sizes.csv", "area_m2,2026-01-01,1200", "height,2026-13-01,-1")
    edit(folder, "sizes.csv", "hall,heated_area_m2", "barn,heated_area_m2")
    assert "\n".join(mistakes(folder)) == EVERY_MISTAKE


EVERY_MISTAKE = """\
bodies.csv row 4 column line: 'party' is not known. It may be region, department.
bodies.csv row 3 column parent: province is on the line region, not department; \
a parent is on the same.
bodies.csv row 4 column parent: 'nobody' is not in bodies.csv; add it there or correct it here.
institutions.csv row 2 column reports_to: 'parish' is not in bodies.csv; \
add it there or correct it here.
buildings.csv row 2 column serial: 1000 must lie between 1 and 999.
sizes.csv row 2 column measure: 'height' is not known. It may be area_m2, heated_area_m2, people, \
students, overseas_students, staff, day_pupils, boarders, contract_staff, intern_months, \
occupied_beds, outpatient_visits.
sizes.csv row 2 column valid_from: '2026-13-01' is not a date. Write it like 2026-11-25.
sizes.csv row 2 column value: -1 is negative. Write a whole number.
sizes.csv row 3 column building: 'barn' is not in buildings.csv; add it there or correct it here.
meters.csv row 3 column use: 'cooling' is not known. It may be (empty), own_generation, heating, \
vehicle, data_centre."""


def test_one_measure_of_a_building_starts_once_on_a_day(folder: Path) -> None:
    edit(folder, "sizes.csv", "heated_area_m2,2026-01-01,900", "area_m2,2026-01-01,900")
    assert mistakes(folder) == [
        "sizes.csv row 3 column valid_from: 'hall area_m2 2026-01-01' is already in row 2."
    ]


def test_a_heated_area_far_above_the_floor_area_of_its_day_is_refused(folder: Path) -> None:
    edit(folder, "sizes.csv", "heated_area_m2,2026-01-01,900", "heated_area_m2,2026-01-01,99999")
    (said,) = mistakes(folder)
    assert said.startswith("sizes.csv row 3 column value: a heated area of 99,999")
    assert "more than twice the floor area, 1,200 m²; correct one of them." in said
