"""Rows added to registry files: nothing else in them changes, and mistakes are told apart."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import Mistake
from energy.registry import Registry
from energy.text import Text
from storage.registry.adding import (
    DEVICES,
    METERS,
    AddedRowsError,
    add_rows,
    files_with,
    read_added,
    registry_with,
)
from storage.registry.files import read_registry, write_registry
from storage.registry.meters import METER_COLUMNS, meter_cells
from tests.builders import MAIN_METER, SUB_METER, WEATHER, registry_of
from tests.registry_folder import ALL, DISTRICT

ROW = dict(zip(METER_COLUMNS, meter_cells(SUB_METER), strict=True))
LIGHT = {METERS: [ROW]}
TEXTS = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=' ,"'), min_size=1)


def read(folder: Path) -> Registry:
    return read_registry(folder, ALL)


def test_a_registry_with_a_row_is_the_registry_that_has_the_meter() -> None:
    with registry_with(registry_of(MAIN_METER, WEATHER), LIGHT) as folder:
        assert read(folder) == registry_of(MAIN_METER, WEATHER, SUB_METER)
    assert not folder.exists()


@given(TEXTS.filter(lambda text: text.strip() == text and not text.startswith("=")))
def test_whatever_a_cell_holds_is_read_as_it_is(text: str) -> None:
    row = ROW | {"name_en": text, "channel": text}
    with registry_with(registry_of(MAIN_METER), {METERS: [row]}) as folder:
        meter = read(folder).meter["hall_light"]
    assert (meter.name_en, meter.channel) == (text, text)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("is_ended", [True, False])
@pytest.mark.parametrize("mark", ["", "\N{BYTE ORDER MARK}"])
def test_what_stood_in_a_file_stays_byte_for_byte_in_its_own_order_of_columns(
    tmp_path: Path, end: str, mark: str, *, is_ended: bool
) -> None:
    write_registry(registry_of(MAIN_METER), tmp_path)
    path = tmp_path / METERS
    rows = [line.split(",") for line in path.read_text("utf-8-sig").splitlines()]
    turned = end.join(",".join(reversed(row)) for row in rows) + (end if is_ended else "")
    path.write_bytes((mark + turned).encode())
    path.chmod(0o640)
    before = path.read_bytes()

    add_rows(tmp_path, LIGHT)

    after = path.read_bytes()
    assert after.startswith(before)
    assert after.endswith(end.encode())
    assert after.count(b"\n") == 3
    assert path.stat().st_mode & 0o777 == 0o640
    assert read(tmp_path) == registry_of(MAIN_METER, SUB_METER)
    assert {entry.suffix for entry in tmp_path.iterdir()} == {".csv", ".toml"}


def test_a_copy_is_tried_and_the_folder_stays_as_it_is(tmp_path: Path) -> None:
    write_registry(registry_of(MAIN_METER), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with files_with(tmp_path, LIGHT) as copy:
        assert "hall_light" in read(copy).meter

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_mistakes_of_new_rows_are_told_apart_from_those_that_were_there(tmp_path: Path) -> None:
    write_registry(DISTRICT, tmp_path)
    path = tmp_path / METERS
    # A blank row counts, as in a spreadsheet.
    path.write_text(
        path.read_text("utf-8-sig").replace("weather_north,,north", "\nweather_north,,mars")
    )
    rows = {
        DEVICES: [{"device": "new 1", "format": "own_single"}],
        METERS: [ROW | {"meter": "a", "digits": ""}, ROW | {"meter": "b", "role": "boss"}],
    }
    with files_with(tmp_path, rows) as copy, pytest.raises(AddedRowsError) as caught:
        read_added(copy, rows, read)

    mine = {(file, place, mistake.column) for file, place, mistake in caught.value.of_rows}
    assert mine == {
        (DEVICES, 0, "device"), (METERS, 0, "digits"), (METERS, 0, "channel"), (METERS, 1, "role"),
        (METERS, 1, "channel"),
    }  # fmt: skip
    assert [(one.file, one.row, one.column) for one in caught.value.others] == [(METERS, 5, "site")]


def test_a_mistake_about_a_file_as_a_whole_is_of_no_row() -> None:
    whole = Mistake(METERS, 0, "", Text("错", "wrong"))
    error = AddedRowsError([whole], {METERS: 2})

    assert (error.of_rows, error.others) == ([], [whole])
