"""Whatever alters a figure of a closed period opens a task with the difference, edits nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from energy.reading import Reading
from energy.registry import Registry
from energy.sizes import AREA, Size
from energy.span import HOUR_MS, midnight
from energy.uses import DATA_CENTRE
from jieneng.registry.intake import take_registry
from jieneng.wiring import House
from storage.records import restate_tasks, touched
from storage.registry.files import write_registry
from tests.amount_house import (
    BOILER,
    DISTRICT,
    house_zone,
    opened_district,
)
from tests.jieneng.bills.test_bill_commands import imported
from tests.jieneng.ledger.test_ledger_commands import as_of, ask, person, step

HOURS_OF_MAY = 31 * 24


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A town that counts 3 kWh an hour, its boiler 1 of them, and has closed May."""
    held = opened_district(tmp_path)
    head = person(held, "filler", "statistics_head", "unit_head")
    assert step(held, "submit", head)[-1] == "0"
    assert step(held, "close", head)[-1] == "0"
    held.round_once()
    yield held
    held.close()


def imported_anew(house: House, folder: Path, registry: Registry) -> None:
    write_registry(registry, folder / "files")
    take_registry(house.records, folder / "files", heard=(), reason="survey", restating=True)
    house.round_once()


def tasks(house: House) -> list[tuple[str, str, int]]:
    with house.records.reading() as session:
        found = restate_tasks.open_tasks(session)
    return [(task.institution, task.period, task.lines) for task in found]


def status(house: House) -> list[str]:
    _, said = ask(house, "ledger", "status", institution="town", period="2026-05")
    return said


def sized(first: date) -> Registry:
    return replace(DISTRICT, sizes=(Size("hall", AREA, first, 1200, "survey"),))


def test_a_size_that_changes_opens_a_task_with_its_difference(house: House, tmp_path: Path) -> None:
    before = as_of(house, "")

    imported_anew(house, tmp_path, sized(date(2026, 1, 1)))

    assert tasks(house) == [("town", "2026-05", 1)]
    assert "  floor area (m²): 1,000.000 → 1,200.000 (+200.000)" in status(house)
    assert as_of(house, "") == before
    imported_anew(house, tmp_path, DISTRICT)
    assert tasks(house) == []


def test_a_size_that_holds_after_the_closed_period_opens_none(house: House, tmp_path: Path) -> None:
    imported_anew(house, tmp_path, sized(date(2026, 6, 1)))

    assert tasks(house) == []


def test_a_restatement_takes_the_new_size_and_ends_the_task(house: House, tmp_path: Path) -> None:
    imported_anew(house, tmp_path, sized(date(2026, 5, 17)))
    head = person(house, "statistics_head")

    said = step(house, "restate", head, reason="survey of the annexe")

    assert "  floor area (m²): 1,000.000 → 1,096.774 (+96.774)" in said
    assert tasks(house) == []


def test_another_use_of_a_meter_opens_a_task_with_the_lines_that_differ(
    house: House, tmp_path: Path
) -> None:
    boiler = replace(BOILER, use=DATA_CENTRE)
    meters = tuple(boiler if meter.meter == "boiler" else meter for meter in DISTRICT.meters)

    imported_anew(house, tmp_path, replace(DISTRICT, meters=meters))

    assert [task[:2] for task in tasks(house)] == [("town", "2026-05")]
    used = f"{HOURS_OF_MAY}.000"
    said = status(house)
    assert f"  2026-05 electricity, of which heating amount: {used} → — kWh (-{used})" in said
    assert f"  2026-05 electricity, of which data centre amount: — → {used} kWh (+{used})" in said


def test_late_readings_of_a_meter_of_a_use_open_a_task(house: House) -> None:
    start, late = (midnight(date(2026, month, 1), house_zone(house)) for month in (4, 6))
    house.store.write([Reading("boiler", "register", late, (late - start) // HOUR_MS * 100 + 50)])
    with house.records.session() as session:
        touched.publish(session, {"boiler": late})

    house.round_once()

    assert [task[:2] for task in tasks(house)] == [("town", "2026-05")]
    used = f"{HOURS_OF_MAY}.000 → {HOURS_OF_MAY}.500 kWh (+0.500)"
    assert f"  2026-05 electricity, of which heating amount: {used}" in status(house)


def test_a_bill_that_comes_late_opens_a_task(house: House, tmp_path: Path) -> None:
    bill = "bill,institution,kind,first,last,amount,cost\nW,town,water,2026-05-01,2026-05-31,9,40\n"
    _, wrong = imported(house, tmp_path / "bills.csv", bill)
    assert wrong == ""

    house.round_once()

    assert [task[:2] for task in tasks(house)] == [("town", "2026-05")]
    assert "  2026-05 water amount: — → 9.000 m3 (+9.000)" in status(house)


def test_another_basis_for_a_closed_month_opens_a_task(house: House) -> None:
    cells = {
        "institution": "town", "kind": "electricity", "basis": "bill", "from": "2026-05",
        "reason": "as audited",
    }  # fmt: skip
    assert ask(house, "basis", "set", cells=cells, by="Li")[0] == 0

    house.round_once()

    assert [task[:2] for task in tasks(house)] == [("town", "2026-05")]


def test_a_round_in_which_nothing_changed_compares_no_closed_sheet(
    house: House, tmp_path: Path
) -> None:
    imported_anew(house, tmp_path, sized(date(2026, 1, 1)))
    with house.records.session() as session:
        restate_tasks.put(session, "town", "2026-05", at=0, lines=0)

    house.round_once()

    assert tasks(house) == []
