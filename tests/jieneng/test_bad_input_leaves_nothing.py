"""Input that cannot be true, as a person gives it: refused with what to change, nothing written."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from energy.meter import Meter
from energy.registry import Registry
from jieneng.registry.intake import take_reference, take_registry
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from storage.registry.files import write_registry
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.jieneng.ledger.test_ledger_commands import ask, closed_may
from tests.storage.chain_world import day

AT = "2026-05-20T08:00:00+08:00"
METERS = (replace(MAIN_METER, ratio=Fraction(1)), SUB_METER)
REST = replace(SUB_METER, meter="rest", device="", channel="", role="check")
HALF = replace(REST, meter="half")
Attack = Callable[[House, Path], list[str]]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with two meters, readings of May, and May closed; every attack leaves it so."""
    folder = tmp_path_factory.mktemp("attacked")
    held = open_house(
        Settings(state_dir=folder / "state", store_url="memory:"), clock=lambda: day(6, 10)
    )
    take_reference(held.records, shipped("reference"))
    write_registry(registry_of(*METERS), folder / "files")
    take_registry(held.records, folder / "files", heard=(), reason="start")
    closed_may(held)
    yield held
    held.close()


def records_of(house: House) -> list[str]:
    """Return every row of every table of the records."""
    path = house.settings.state_dir / "records.sqlite"
    with sqlite3.connect(path) as opened:
        return list(opened.iterdump())


def registered(house: House, folder: Path, registry: Registry, *changes: object) -> list[str]:
    """Import a registry with changes to its files; return what is said."""
    write_registry(registry, folder)
    changed(folder, *changes)
    return ask(
        house, "import_", "registry", folder=str(folder), reason="r", drop_adopted=False,
        restating=False,
    )[1]  # fmt: skip


def changed(folder: Path, *changes: object) -> None:
    for file, old, new in zip(changes[::3], changes[1::3], changes[2::3], strict=True):
        path = folder / str(file)
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        assert str(old) in text
        path.write_text(text.replace(str(old), str(new), 1) if old else text + str(new), "utf-8")


def registry(*changes: str, meters: tuple[Meter, ...] = METERS) -> Attack:
    return lambda house, folder: registered(
        house,
        folder / "bad",
        registry_of(*meters),
        *changes,
    )


def reference(file: str, old: str, new: str) -> Attack:
    def attack(house: House, folder: Path) -> list[str]:
        shutil.copytree(shipped("reference"), folder / "reference")
        changed(folder / "reference", file, old, new)
        return ask(house, "import_", "reference", folder=str(folder / "reference"))[1]

    return attack


def event(**cells: str) -> Attack:
    row = {"meter": "hall_main", "time": AT, "author": "li", "reason": "due"} | cells
    return lambda house, _: ask(house, "meters", "event", row=row, restating=False)[1]


def bill(**cells: str) -> Attack:
    asked = {
        "bill": "A-1", "institution": "town", "kind": "electricity", "first": "2026-05-01",
        "last": "2026-05-31", "amount": "12000", "cost": "9600",
    } | cells  # fmt: skip
    return lambda house, _: ask(house, "bill", "add", cells=asked, by="Li", reason="")[1]


ATTACKS: dict[str, tuple[Attack, str]] = {
    "a tariff with a hole": (
        reference("tariffs/beijing.csv", "valley,00:00,07:00", "valley,00:00,06:00"),
        (
            "beijing_general has no price at 06:00-07:00 (from 2009-01-01 until 2023-09-01, "
            "months 1-12); add a row or lengthen its neighbour."
        ),
    ),
    "a tariff with an overlap": (
        reference("tariffs/beijing.csv", "valley,00:00,07:00", "valley,00:00,08:00"),
        (
            "beijing.csv row 3 column priority: it prices hours that row 2 prices; give one "
            "more priority."
        ),
    ),
    "versions of a tariff with an overlap": (
        reference(
            "tariffs/beijing_single_1kv.2023-09.toml",
            "valid_from = 2023-09-01",
            "valid_from = 2023-08-01",
        ),
        (
            "version 2009 ends on 2023-09-01; between versions is no hole and no overlap: "
            "correct valid_from, or valid_to there."
        ),
    ),
    "a tariff in a unit of another kind": (
        reference("tariffs/beijing_single_1kv.2023-09.toml", '"yuan/kWh"', '"yuan/m3"'),
        "column unit: 'yuan/m3' does not price electricity; write yuan/kWh.",
    ),
    "a meter in a unit of another kind": (
        registry("meters.csv", ",kWh,", ",m3,"),
        "meters.csv row 2 column unit: 'm3' is not known. It may be Wh, kWh, MWh, kJ, MJ, GJ.",
    ),
    "a bill in a unit of another kind": (
        bill(unit="m3"),
        "column unit: Unit 'm3' does not measure electricity. It may be Wh, kWh, MWh, kJ, MJ, GJ.",
    ),
    "a coefficient in a unit of another kind": (
        reference("coefficients.csv", "kgce/kWh", "kgce/m3"),
        "row 2 column unit: 'kgce/m3' does not fit electricity; such as kgce/kWh, tce/kWh.",
    ),
    "an emission factor without source": (
        reference(
            "emission_factors.csv",
            '"annual electricity average of MEE and NBS, data year 2021, published 2024-04, notice '
            '2024 No. 12; the first of its series, so also used before (chosen)"',
            "",
        ),
        "emission_factors.csv row 2 column source: it is empty; write it.",
    ),
    "a coefficient without source": (
        reference(
            "coefficients.csv",
            '"GB/T 2589-2020 annex A, equivalent value (当量值); confirmed by the Chongqing 2015 '
            'totals"',
            "",
        ),
        "coefficients.csv row 2 column source: it is empty; write it.",
    ),
    "a tariff without source": (
        reference(
            "tariffs/beijing_single_1kv.2023-09.toml",
            'source = "Beijing time-of-use reform from 2023-09-01: ratios and periods; all prices '
            'and the clock of the critical peak are examples"',
            'source = ""',
        ),
        "column source: write one line of words in quotes.",
    ),
    "a closing reading below the last reading": (
        event(event="replacement", closing="5", time="2026-06-02T08:00:00+08:00"),
        (
            "the closing reading of 5 kWh is below the last reading before it, 775 kWh at "
            "2026-06-02T07:00:00+08:00. Compare reading and time; leave it empty if nobody "
            "read the meter."
        ),
    ),
    "an event in a closed period": (
        event(event="reset", closing="456", opening="0"),
        (
            "2026-05 of town is closed. If it is true, do it again with --restating, and "
            "then: jieneng ledger restate town 2026-05."
        ),
    ),
    "a meter below itself": (
        registry("meters.csv", ",sub,hall_main,", ",sub,hall_light,"),
        "meters.csv row 3 column parent: hall_light is above itself in the tree of meters.",
    ),
    "virtual meters made of each other": (
        registry(
            "virtual.csv",
            "",
            "rest,half,+,,,\nhalf,rest,+,,,\n",
            meters=(*METERS, REST, HALF),
        ),
        (
            "virtual.csv row 2 column input: rest is made of itself: rest → half → rest; take "
            "one of these rows away."
        ),
    ),
    "a floor area of nothing": (
        registry("buildings.csv", ",1000,50,", ",0,50,"),
        (
            "buildings.csv row 2 column area_m2: nothing can be divided by 0; leave it empty "
            "if nobody knows it."
        ),
    ),
    "nobody in a building": (
        registry("buildings.csv", ",1000,50,", ",1000,0,"),
        "buildings.csv row 2 column people: nothing can be divided by 0; leave it empty",
    ),
    "a building that shrinks to nothing": (
        registry("sizes.csv", "", "hall,area_m2,2026-01-01,0,survey\n"),
        "sizes.csv row 2 column value: nothing can be divided by 0; leave it empty",
    ),
    "a ratio over nothing": (
        registry("meters.csv", ",8,1,", ",8,40/0,"),
        "meters.csv row 2 column ratio: 40/0 must be greater than 0.",
    ),
    "a body above itself": (
        registry("bodies.csv", "", "county,region,county,县,County\n"),
        "bodies.csv row 2 column parent: county is above itself; correct one of the parents.",
    ),
    "a coefficient of nothing": (
        reference("coefficients.csv", "0.1229", "0"),
        "coefficients.csv row 2 column value: 0 must be greater than 0.",
    ),
    "a power factor of nothing": (
        bill(power_factor="0"),
        "column power_factor: a power factor is above 0",
    ),
    "a power factor above one": (bill(power_factor="1.5"), "is above 0 and at most 1, such as"),
    "a contract capacity of nothing": (bill(capacity="0"), "a contract capacity is above 0;"),
    "a demand below zero": (bill(demand="-5"), "column demand: it is not below zero."),
    "a bill of centuries": (
        bill(first="0206-01-01"),
        "it covers 664,893 days; compare both dates with it.",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_cannot_be_true_is_refused_and_nothing_is_written(
    name: str, filled: House, tmp_path: Path
) -> None:
    attack, sentence = ATTACKS[name]
    before = records_of(filled)

    said = "\n".join(attack(filled, tmp_path))
    assert sentence in said
    assert records_of(filled) == before


def test_the_house_of_these_attacks_takes_what_is_true(filled: House, tmp_path: Path) -> None:
    before = records_of(filled)
    assert "entered" in "\n".join(bill()(filled, tmp_path))
    assert records_of(filled) != before
