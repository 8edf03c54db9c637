"""Reference data that is imported: factors far from the shipped ones, and what meters need."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from energy.errors import RegistryError
from jieneng.registry.intake import take_reference
from jieneng.shipped import shipped
from jieneng.wiring import House
from storage.records import reference as reference_records
from storage.records import reference_sources
from tests.builders import MAIN_METER
from tests.jieneng.ledger.test_ledger_commands import house

__all__ = ["house"]
HEAT = "coal-NGOA-stat-heat"


def folder(tmp_path: Path, edit: Callable[[str], str]) -> Path:
    """Return the shipped reference data with other coefficients."""
    made = tmp_path / "reference"
    shutil.copytree(shipped("reference"), made)
    file = made / "coefficients.csv"
    file.write_text(edit(file.read_text("utf-8")), "utf-8")
    return made


def tonnes(text: str) -> str:
    """Mistake kgce for tce in one row."""
    return text.replace(f"{HEAT},NGOA-stat,heat,,2009-01-01,,34.12,kgce/GJ",
                        f"{HEAT},NGOA-stat,heat,,2009-01-01,,34.12,tce/GJ")  # fmt: skip


def heat_in_force(house: House) -> float:
    with house.records.reading() as session:
        rows = reference_records.load(session).factors["NGOA-stat"]
    return next(float(row.per_display) for row in rows if row.kind == "heat")


def test_a_coefficient_a_thousand_times_too_great_is_refused_with_the_shipped_one(
    house: House, tmp_path: Path
) -> None:
    made = folder(tmp_path, tonnes)

    with pytest.raises(RegistryError) as refused:
        take_reference(house.records, made)

    (mistake,) = refused.value.mistakes
    assert mistake.file == "coefficients.csv"
    said = mistake.problem.en
    assert said.startswith(f"{HEAT}: 3.412e+04 kgce/GJ for heat; plausible is 11.3")
    assert "(shipped: 34." in said
    assert heat_in_force(house) == 34.12


def test_what_is_not_plausible_is_taken_where_it_is_asked_for(house: House, tmp_path: Path) -> None:
    take_reference(house.records, folder(tmp_path, tonnes), anyway=True)
    assert heat_in_force(house) == 34_120


def test_a_row_that_somebody_confirmed_is_taken_however_odd_it_looks(
    house: House, tmp_path: Path
) -> None:
    made = folder(tmp_path, tonnes)
    take_reference(house.records, made, anyway=True)
    with house.records.session() as session:
        reference_sources.confirm(session, HEAT, by="Li", author="li")

    take_reference(house.records, made)

    assert heat_in_force(house) == 34_120


def test_a_coefficient_twice_as_great_is_plausible(house: House, tmp_path: Path) -> None:
    take_reference(house.records, folder(tmp_path, lambda text: text.replace(",34.12,", ",60,")))
    assert heat_in_force(house) == 60


def test_reference_data_without_a_tariff_that_meters_need_is_refused(
    house: House, tmp_path: Path
) -> None:
    made = folder(tmp_path, str)
    for file in (made / "tariffs").iterdir():
        if MAIN_METER.tariff in file.read_text("utf-8"):
            file.unlink()

    with pytest.raises(RegistryError) as refused:
        take_reference(house.records, made)

    (mistake,) = refused.value.mistakes
    assert str(mistake) == (
        f"tariffs: '{MAIN_METER.tariff}' is not there, and hall_main of the registry in force "
        "needs it. Add it, or change the registry first; to import without it: "
        "jieneng import reference FOLDER --anyway."
    )
    with house.records.reading() as session:
        assert MAIN_METER.tariff in reference_records.load(session).tariffs
    take_reference(house.records, made, anyway=True)
    with house.records.reading() as session:
        assert MAIN_METER.tariff not in reference_records.load(session).tariffs
