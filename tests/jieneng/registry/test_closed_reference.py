"""No reference data change a closed figure without a word: refused, or of other days and sets."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analytics.closing.altered_reference import reference_altered
from energy.errors import RegistryError
from jieneng.registry.intake import take_reference
from jieneng.shipped import shipped
from jieneng.wiring import House
from storage.reference.files import read_reference
from tests.jieneng.ledger.closed_world import FULL, closed_house
from tests.jieneng.ledger.test_closed_tables import differences
from tests.jieneng.ledger.test_ledger_commands import ask

NGOA = "NGOA-stat,electricity,,2009-01-01,,0.1229"
SHANDONG = "Shandong-quota,electricity,,2009-01-01,,0.32"
STATIC = "electricity_static,meter,0.5S,verification"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A town that has closed May; every test leaves the reference data as shipped."""
    held = closed_house(tmp_path_factory.mktemp("closed"))
    yield held
    held.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(shipped("reference"), tmp_path / "reference")
    return tmp_path / "reference"


def changed(folder: Path, file: str, change: Callable[[str], str]) -> None:
    path = folder / file
    before = path.read_text("utf-8-sig")
    after = change(before)
    assert after != before
    path.write_text(after, "utf-8")


def refusals(house: House, folder: Path) -> list[str]:
    try:
        take_reference(house.records, folder, anyway=True)
    except RegistryError as refused:
        return [str(mistake) for mistake in refused.mistakes]
    return []


def instead(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def without_lines(word: str) -> Callable[[str], str]:
    return lambda text: "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith(word)
    )


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        (
            "coefficients.csv",
            instead(NGOA, NGOA.replace("1229", "1230")),
            (
                "coefficients.csv: what is changed of electricity would change 2026-05 of town, "
                "which is closed. A new value from a day on is a row of its own (valid_from); end "
                "the one before (valid_to). If it was wrong: jieneng import reference FOLDER "
                "--restating, and then: jieneng ledger restate town 2026-05."
            ),
        ),
        ("emission_factors.csv", without_lines("co2-MEE-average-cn-2023"), "emission_factors.csv"),
        ("tariffs/beijing.csv", instead(",1.44,yuan", ",1.45,yuan"), "tariffs: what is changed of"),
        ("calendars/china.csv", without_lines("cn-2026-05-09"), "calendars: what is changed of cn"),
        (
            "instrument_types.csv",
            instead(f"{STATIC},72", f"{STATIC},60"),
            "instrument_types.csv: what is changed of boiler",
        ),
    ],
    ids=["coal", "co2", "price", "day", "certificate"],
)
def test_what_closed_months_were_computed_by_is_refused_until_it_is_to_be_restated(
    house: House, folder: Path, file: str, change: Callable[[str], str], said: str
) -> None:
    changed(folder, file, change)

    assert [one[: len(said)] for one in refusals(house, folder)] == [said]


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("coefficients.csv", instead("Shandong-quota,electricity,,2009-01-01,,0.31", SHANDONG)),
        ("tariffs/beijing.csv", instead(",1.728,yuan", ",1.729,yuan")),
        ("calendars/china.csv", without_lines("cn-2026-10-01")),
        ("heating_seasons.csv", instead("2025-2026,11-15", "2025-2026,11-14")),
    ],
    ids=["a set nobody signs by", "July", "October", "a winter that is not closed"],
)
def test_what_no_closed_figure_was_computed_by_is_taken_and_none_changes(
    house: House, folder: Path, file: str, change: Callable[[str], str]
) -> None:
    changed(folder, file, change)

    assert refusals(house, folder) == []

    assert differences(house, FULL) == []
    take_reference(house.records, shipped("reference"), restating=True)


def test_a_coefficient_that_was_wrong_is_imported_to_be_restated(
    house: House, folder: Path
) -> None:
    changed(folder, "coefficients.csv", instead(NGOA, NGOA.replace("1229", "1230")))
    asked = {"folder": str(folder), "anyway": True}

    code, said = ask(house, "import_", "reference", **asked)

    assert (code, "--restating" in " ".join(said)) == (1, True)
    assert ask(house, "import_", "reference", restating=True, **asked)[0] == 0
    assert "electricity/2026-05-01/coal_g" in differences(house, FULL)
    take_reference(house.records, shipped("reference"), restating=True)


def test_a_closed_winter_keeps_the_days_it_was_closed_for(folder: Path) -> None:
    before = read_reference(folder)
    changed(folder, "heating_seasons.csv", instead("2025-2026,11-15", "2025-2026,11-14"))
    after = read_reference(folder)
    closed = ("town", "2025-2026")

    found = reference_altered(FULL, before, after, [closed], {closed: ["electricity"]})

    assert [one[:3] for one in found] == [("heating_seasons.csv", "", "2025-2026")]
