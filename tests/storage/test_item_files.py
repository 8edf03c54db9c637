"""Dictionaries of sub-items, and what other platforms call them in the registry files."""

from dataclasses import replace
from pathlib import Path

import pytest

from energy.errors import RegistryError
from energy.kinds import KINDS
from energy.registry import Registry
from storage.reference.items import ITEM_COLUMNS, read_items
from storage.registry.files import read_registry, write_registry
from tests.builders import HALL, SUB_METER
from tests.registry_folder import DISTRICT, edit

SHIPPED = read_items(Path(__file__).parents[2] / "reference" / "items")
PUMPS = replace(SUB_METER, item="B1A")
HEADING = ",".join(ITEM_COLUMNS)


def with_item(item: str) -> Registry:
    meters = tuple(
        replace(meter, item=item) if meter.meter == SUB_METER.meter else meter
        for meter in DISTRICT.meters
    )
    return replace(DISTRICT, meters=meters)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_registry(with_item("B1A"), tmp_path / "files")
    return tmp_path / "files"


def refused(folder: Path) -> list[str]:
    with pytest.raises(RegistryError) as caught:
        read_registry(folder, items=SHIPPED)
    return [str(mistake) for mistake in caught.value.mistakes]


def dialect_of(folder: Path, dialect: str, code: str) -> None:
    """Write the sub-item of the one sub-meter in a dialect."""
    edit(folder, "meters.csv", "hall_main,B1A,", f"hall_main,{code},")
    edit(folder, "meters.csv", "Hall lighting,,", f"Hall lighting,,{dialect}")


@pytest.mark.parametrize(
    ("dialect", "code", "ours"),
    [
        ("national-2008", "01B1A", "B1A"),
        ("national-2008", "01D20", "D2"),
        ("10A10", "10B1A", "B1A"),
        ("10A10", "10000", ""),
        ("01A01", "01A02", "A1B"),
        ("01A01", "01B03", "B3"),
        ("haystack-letters", "d3", "D2"),
        ("haystack-letters", "d2", "D3"),
    ],
)
def test_what_a_dialect_calls_a_sub_item_becomes_ours(
    folder: Path, dialect: str, code: str, ours: str
) -> None:
    dialect_of(folder, dialect, code)
    assert read_registry(folder, items=SHIPPED) == with_item(ours)


@pytest.mark.parametrize("dialect", SHIPPED.dialects)
def test_every_sub_item_comes_back_from_every_dialect(dialect: str, tmp_path: Path) -> None:
    for item in SHIPPED.known("electricity"):
        write_registry(with_item(item), tmp_path, SHIPPED, dialect)
        assert read_registry(tmp_path, items=SHIPPED) == with_item(item)


def test_a_registry_is_written_in_a_dialect_where_that_has_the_sub_item(tmp_path: Path) -> None:
    write_registry(with_item("D3"), tmp_path, SHIPPED, "haystack-letters")
    assert ",hall_main,d2,panel" in (tmp_path / "meters.csv").read_text("utf-8-sig")
    write_registry(with_item("B1A"), tmp_path, SHIPPED, "haystack-letters")
    assert ",hall_main,B1A,panel" in (tmp_path / "meters.csv").read_text("utf-8-sig")


def test_a_sub_item_that_nobody_knows_is_refused_with_those_that_are_known(folder: Path) -> None:
    edit(folder, "meters.csv", "hall_main,B1A,", "hall_main,E,")
    (said,) = refused(folder)
    assert said.startswith(
        "meters.csv row 3 column item: electricity has no sub-item E. It may be A, A1, A1A, A1B,"
    )


def test_what_is_no_sub_item_is_refused_even_without_a_dictionary(folder: Path) -> None:
    edit(folder, "meters.csv", "hall_main,B1A,", "hall_main,BB,")
    with pytest.raises(RegistryError, match="'BB' is no sub-item"):
        read_registry(folder)


def test_a_code_that_its_dialect_does_not_have_is_refused(folder: Path) -> None:
    dialect_of(folder, "10A10", "01B1A")
    assert refused(folder) == [
        (
            "meters.csv row 3 column item: the dictionary 10A10 has no code '01B1A' of "
            "electricity; correct it, or add a row to items.csv."
        )
    ]


def test_a_dialect_that_nobody_knows_is_refused(folder: Path) -> None:
    dialect_of(folder, "klingon", "01B1A")
    assert refused(folder) == [
        (
            "meters.csv row 3 column dialect: there is no dictionary 'klingon'. "
            "Known: national-2008, 10A10, haystack-letters, 01A01."
        )
    ]


def test_a_dictionary_of_ones_own_lies_beside_the_registry(folder: Path) -> None:
    dialect_of(folder, "ours", "cold-pumps")
    (folder / "items.csv").write_text(
        f"{HEADING}\nours,electricity,cold-pumps,B1A,冷冻泵,cold pumps,,our contract,verified\n",
        encoding="utf-8",
    )
    assert read_registry(folder, items=SHIPPED) == with_item("B1A")


def test_every_mistake_of_a_dictionary_is_told_at_once(folder: Path) -> None:
    (folder / "items.csv").write_text(
        f"{HEADING}\n"
        "ours,electricity,x,E1,甲,one,,somewhere,verified\n"
        "ours,electricity,x,D11,乙,two,cooling,,sure\n",
        encoding="utf-8",
    )
    assert "\n".join(refused(folder)) == EVERY_MISTAKE


EVERY_MISTAKE = """\
items.csv row 3 column code: 'ours electricity x' is already in row 2.
items.csv row 3 column canonical: 'D11' is no sub-item. Write it like B, B1 or B1A.
items.csv row 3 column use: 'cooling' is not known. It may be (empty), own_generation, heating, \
vehicle, data_centre.
items.csv row 3 column source: it is empty; write it.
items.csv row 3 column confidence: 'sure' is not known. It may be verified, secondary, general, \
example.
items.csv row 2 column canonical: E1 is part of E, which no dictionary has for electricity."""


def test_a_use_against_the_sub_item_is_refused(folder: Path) -> None:
    edit(folder, "meters.csv", "hall_main,B1A,", "hall_main,D1,")
    edit(folder, "meters.csv", "Hall lighting,,", "Hall lighting,heating,")
    assert refused(folder) == [
        (
            "meters.csv row 3 column use: the sub-item D1, information centre, is of the use "
            "data_centre, not heating."
        )
    ]


def test_two_buildings_of_one_division_and_class_never_share_a_serial(tmp_path: Path) -> None:
    annex = replace(HALL, building="annex", serial=1)
    buildings = (replace(HALL, serial=1), annex)
    write_registry(replace(DISTRICT, buildings=buildings), tmp_path)
    assert refused(tmp_path) == [
        (
            "buildings.csv row 3 column serial: the building of row 2, of the same division and "
            "class, has 001 already."
        )
    ]
    other = (replace(HALL, serial=1), replace(annex, building_class="D"))
    write_registry(replace(DISTRICT, buildings=other), tmp_path)
    assert read_registry(tmp_path).buildings == other


def test_the_shipped_dictionaries_name_the_class_of_energy_of_their_kind() -> None:
    for row in SHIPPED.rows:
        if row.dialect in ("national-2008", "01A01"):
            assert row.code.startswith(KINDS[row.kind].item_code), row
