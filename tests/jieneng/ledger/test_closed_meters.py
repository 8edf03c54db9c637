"""Settings of meters that closed periods rest on: changed only where it is to be restated."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from energy.errors import RegistryError
from energy.meter import Meter
from jieneng.registry.intake import take_registry
from jieneng.wiring import House
from storage.records import registry as registry_records
from storage.registry.files import write_registry
from tests.builders import registry_of
from tests.jieneng.ledger.test_ledger_commands import METER, closed_may, house, tell

__all__ = ["house"]


def take(house: House, folder: Path, meter: Meter, *, restating: bool = False) -> None:
    write_registry(registry_of(meter), folder)
    store = house.store
    take_registry(
        house.records, folder, heard=store.newest(), reason="x", restating=restating, store=store
    )


def ratio_in_force(house: House) -> Fraction:
    with house.records.reading() as session:
        return registry_records.load(session).meter[METER.meter].ratio


def test_a_ratio_that_closed_months_rest_on_is_changed_only_to_be_restated(
    house: House, tmp_path: Path
) -> None:
    closed_may(house)
    shall = replace(METER, ratio=Fraction(40))

    with pytest.raises(RegistryError) as refused:
        take(house, tmp_path / "new", shall)

    (mistake,) = refused.value.mistakes
    assert str(mistake) == (
        "meters.csv column ratio: hall_main from 1 to 40 would change 2026-05 of town, which is "
        "closed. If it changed on a day, enter that as an event: jieneng meters event. If it was "
        "wrong from the start: jieneng import registry FOLDER --restating, and then: "
        "jieneng ledger restate "
        "town 2026-05."
    )
    assert ratio_in_force(house) == 1
    take(house, tmp_path / "again", shall, restating=True)
    assert ratio_in_force(house) == 40


def test_what_changes_no_closed_figure_of_a_meter_is_taken(house: House, tmp_path: Path) -> None:
    closed_may(house)
    take(house, tmp_path / "new", replace(METER, name_en="Hall, ground floor"))
    with house.records.reading() as session:
        assert registry_records.load(session).meter[METER.meter].name_en.endswith("ground floor")


def test_a_ratio_is_changed_freely_while_nothing_is_closed(house: House, tmp_path: Path) -> None:
    tell(house, range(48))
    take(house, tmp_path / "new", replace(METER, ratio=Fraction(40)))
    assert ratio_in_force(house) == 40
