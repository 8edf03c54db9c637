"""Which device hung where and when: what the registry files may say of it, and what not."""

from pathlib import Path

import pytest

from energy.binding import Binding
from storage.registry.files import read_registry, write_registry
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.registry_folder import OWN, mistakes

HEADING = "meter,device,channel,from,until\n"
MARCH, APRIL, MAY = (f"2026-0{month}-01T00:00:00+08:00" for month in (3, 4, 5))
MAIN, LIGHT = "hall_main,panel", "hall_light,panel"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_registry(registry_of(MAIN_METER, SUB_METER), tmp_path)
    return tmp_path


def write(folder: Path, *rows: str) -> None:
    (folder / "bindings.csv").write_text(HEADING + "\n".join(rows), encoding="utf-8")


def test_times_are_written_on_the_clock_of_the_site(folder: Path) -> None:
    write(folder, f"{MAIN},old,{MARCH},2026-03-31T16:00:00Z")
    registry = read_registry(folder, OWN)
    write_registry(registry, folder)

    (binding,) = registry.bindings
    assert binding == Binding("hall_main", "panel", "old", 1_772_294_400_000, 1_774_972_800_000)
    text = (folder / "bindings.csv").read_text(encoding="utf-8-sig")
    assert text == f"{HEADING}{MAIN},old,{MARCH},{APRIL}\n"


@pytest.mark.parametrize(
    "rows",
    [
        [f"{MAIN},old,,{MARCH}", f"{MAIN},older,{MARCH},{APRIL}"],
        [f"{MAIN},old,,{MARCH}", f"{LIGHT},old,{MARCH},{APRIL}", f"{MAIN},old,{APRIL},{MAY}"],
        [f"{MAIN},ep,{MARCH},"],
        [f"{MAIN},ep,,"],
        [f"{MAIN},ep,{APRIL},", f"{LIGHT},ep,,{MARCH}"],
    ],
)
def test_devices_that_hang_one_after_the_other_are_taken(rows: list[str], folder: Path) -> None:
    write(folder, *rows)

    assert len(read_registry(folder, OWN).bindings) == len(rows)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["attic,panel,old,,"], "row 2 column meter: 'attic' is not in meters.csv"),
        (["hall_main,lost,old,,"], "row 2 column device: 'lost' is not in devices.csv"),
        ([f"{MAIN},,,{MARCH}"], "row 2 column channel: it is empty; write it."),
        ([f"{MAIN},old,,2026-03-01"], "row 2 column until: '2026-03-01' is not a time with its"),
        ([f"{MAIN},old,{MARCH},{MARCH}"], f"until: it is not later than from, {MARCH}"),
        ([f"{MAIN},old,{MARCH},"], "column until: it is empty, which says that it still hangs"),
        (
            [f"{MAIN},older,{MARCH},{MAY}", f"{MAIN},old,,{APRIL}"],
            "row 2 column from: row 3 has panel old at hall_main at the same time; a meter",
        ),
        (
            [f"{MAIN},old,,{APRIL}", f"{LIGHT},old,{MARCH},{MAY}"],
            "row 3 column from: row 2 has panel old at hall_main at the same time; a channel",
        ),
        (
            [f"{MAIN},ep,{MARCH},", f"{MAIN},old,,{APRIL}"],
            "row 2 column from: row 3 has panel old at hall_main at the same time; a meter",
        ),
        (
            [f"{MAIN},old,,{MAY}", f"{LIGHT},a,{MARCH},{APRIL}", f"{MAIN},b,{APRIL},{MAY}"],
            "row 4 column from: row 2 has panel old at hall_main at the same time; a meter",
        ),
    ],
)  # fmt: skip
def test_what_cannot_have_been_is_told_with_its_row(
    rows: list[str], expected: str, folder: Path
) -> None:
    write(folder, *rows)

    found = mistakes(folder)
    assert found[-1].startswith("bindings.csv row ")
    assert expected in found[-1]


def test_one_slip_in_a_binding_is_one_mistake(folder: Path) -> None:
    write(folder, f"{MAIN},old,,{MAY}", f"{MAIN},older,{MARCH},{APRIL}x")

    assert len(mistakes(folder)) == 1
