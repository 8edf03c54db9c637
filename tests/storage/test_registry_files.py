from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from energy.errors import FormatTooNewError
from energy.meter import Institution
from energy.span import to_ms
from storage.registry.files import FILES, read_registry, write_registry
from tests.builders import HALL, MAIN_METER, NORTH, SUB_METER, registry_of, replacement
from tests.registry_folder import ALL, DISTRICT, edit, mistakes

EXAMPLE = Path(__file__).parents[2] / "examples" / "district"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_registry(DISTRICT, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
    return tmp_path


def test_the_small_district_comes_back_with_sub_meter_gauge_and_event(folder: Path) -> None:
    assert read_registry(folder) == DISTRICT


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the example district is not in this checkout")
def test_the_example_district_holds_no_mistake() -> None:
    assert len(read_registry(EXAMPLE, ALL).meters) >= 60


def test_a_registry_without_bindings_file_has_none(folder: Path) -> None:
    (folder / "bindings.csv").unlink()
    assert read_registry(folder).bindings == ()


def test_a_registry_without_events_file_has_no_events(folder: Path) -> None:
    (folder / "events.csv").unlink()
    assert read_registry(folder).events == ()


def test_byte_order_mark_line_ends_and_blank_rows_of_a_spreadsheet_are_accepted(
    folder: Path,
) -> None:
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        commas = "," * text.splitlines()[0].count(",")
        body = text.replace("\n", "\r\n") + f"{commas}\r\n\r\n"
        path.write_bytes(b"\xef\xbb\xbf" + body.encode())
    assert read_registry(folder) == DISTRICT


def test_a_building_without_site_stands_where_its_institution_does(folder: Path) -> None:
    assert "hall,town,,大厅" in (folder / "buildings.csv").read_text(encoding="utf-8-sig")
    assert read_registry(folder).building["hall"].site == "north"


def test_a_blank_resolution_is_the_step_and_a_ratio_may_be_a_fraction(folder: Path) -> None:
    edit(folder, "meters.csv", "0.01,,8,40,1500", "0.01,,8,200/5,1500")
    assert read_registry(folder) == DISTRICT


def test_every_mistake_of_every_file_is_told_at_once(folder: Path) -> None:
    edit(folder, "sites.csv", "Asia/Shanghai", "Beijing")
    edit(folder, "buildings.csv", ",A,1000,", ',Z,"1,000",')
    edit(folder, "devices.csv", "own_single", "modbus")
    edit(folder, "meters.csv", "kWh,0.01,,8,40", "m3,-1,,19,1e400")
    edit(folder, "events.csv", "replacement", "explosion")
    assert "\n".join(mistakes(folder)) == EVERY_MISTAKE


EVERY_MISTAKE = """\
sites.csv row 2 column timezone: 'Beijing' is not a time zone. Write one like Asia/Shanghai.
buildings.csv row 2 column class: 'Z' is not known. It may be A, B, C, D, E, F, G, H.
buildings.csv row 2 column area_m2: '1,000' has a thousands separator; leave it out. \
Write a whole number.
devices.csv row 2 column format: 'modbus' is not known. It may be own_single.
meters.csv row 2 column step: -1 is negative. Write a decimal such as 0.01, or 200/5.
meters.csv row 2 column unit: 'm3' is not known. It may be Wh, kWh, MWh, kJ, MJ, GJ.
meters.csv row 2 column digits: 19 must lie between 1 and 18.
meters.csv row 2 column ratio: 1e400 has an exponent; write it in full. \
Write a decimal such as 0.01, or 200/5.
events.csv row 2 column event: 'explosion' is not known. It may be replacement, \
ratio, reset, removed, installed."""


def test_a_name_given_twice_names_the_row_above(folder: Path) -> None:
    path = folder / "sites.csv"
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([*rows, "", rows[1]]), encoding="utf-8")
    assert mistakes(folder) == ["sites.csv row 4 column site: 'north' is already in row 2."]


def test_three_meters_in_a_ring_are_each_above_themselves(tmp_path: Path) -> None:
    ring = [
        replace(SUB_METER, meter=name, parent=parent, channel=name)
        for name, parent in (("a", "b"), ("b", "c"), ("c", "a"))
    ]
    write_registry(registry_of(*ring), tmp_path)
    assert [mistake.rpartition(": ")[2] for mistake in mistakes(tmp_path)] == [
        f"{name} is above itself in the tree of meters." for name in "abc"
    ]


def test_a_sub_meter_belongs_to_the_institution_of_the_meter_above_it(tmp_path: Path) -> None:
    other = Institution("school", "学校", "School", "school", "north")
    annex = replace(HALL, building="annex", institution="school")
    sub = replace(SUB_METER, building="annex", institution="school")
    district = registry_of(MAIN_METER, sub, buildings=(HALL, annex))
    district = replace(district, institutions=(*district.institutions, other))
    write_registry(district, tmp_path)
    (found,) = mistakes(tmp_path)
    assert found.endswith("hall_main belongs to town, not school.")


def test_a_meter_read_by_hand_needs_neither_device_nor_channel(tmp_path: Path) -> None:
    by_hand = [
        replace(MAIN_METER, meter=name, device="", channel="") for name in ("first", "second")
    ]
    write_registry(registry_of(*by_hand), tmp_path)
    assert read_registry(tmp_path).meters == tuple(by_hand)


def test_a_closing_reading_is_judged_by_the_register_that_showed_it(tmp_path: Path) -> None:
    first = replace(replacement("hall_main", 1_000, closing=99_999_999), digits=4)
    second = replacement("hall_main", 2_000, closing=10_000)
    write_registry(registry_of(MAIN_METER, events=[first, second]), tmp_path)
    assert mistakes(tmp_path) == [
        "events.csv row 3 column closing: 100 is more than a register of 4 digits shows."
    ]


def test_a_mistake_in_one_row_brings_no_mistake_of_the_rows_that_refer_to_it(folder: Path) -> None:
    edit(folder, "sites.csv", "Asia/Shanghai", "Asia/Peking")
    assert len(mistakes(folder)) == 1


def test_every_missing_file_is_told(tmp_path: Path) -> None:
    assert [mistake.split(":")[0] for mistake in mistakes(tmp_path)] == [
        "registry.toml",
        "sites.csv",
        "institutions.csv",
        "buildings.csv",
        "devices.csv",
        "meters.csv",
    ]


def gbk(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gbk"))


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(("spoil", "sentence"), [(gbk, "CSV UTF-8"), (directory, "be read")])
def test_a_file_that_cannot_be_read_is_explained(
    spoil: Callable[[Path], None], sentence: str, folder: Path
) -> None:
    spoil(folder / "sites.csv")
    assert any("sites.csv" in mistake and sentence in mistake for mistake in mistakes(folder))
    spoil(folder / "registry.toml")
    assert any("registry.toml" in mistake for mistake in mistakes(folder))


def test_files_of_a_newer_program_are_refused_in_a_sentence(folder: Path) -> None:
    edit(folder, "registry.toml", "format = 1", "format = 2")
    with pytest.raises(FormatTooNewError, match="format 2, which a newer program wrote"):
        read_registry(folder)


def test_an_event_is_written_on_the_clock_of_its_site(tmp_path: Path) -> None:
    time = to_ms(datetime(2026, 1, 1, tzinfo=NORTH.zone))
    event = replacement("hall_main", time, closing=0)
    write_registry(registry_of(MAIN_METER, events=[event]), tmp_path)
    text = (tmp_path / "events.csv").read_text(encoding="utf-8-sig")
    assert "2026-01-01T00:00:00+08:00" in text
