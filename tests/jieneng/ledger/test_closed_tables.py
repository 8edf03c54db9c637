"""No registry file changes a closed figure without a word: it is refused, or the figure stays."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from analytics.closing.altered import altered
from energy.bills.account import AccountMeter
from energy.binding import Binding
from energy.counting.virtual import PLUS, VirtualPart
from energy.errors import RegistryError
from energy.reference import Reference
from energy.registry import Registry
from jieneng.holder import Request
from jieneng.ledger.closing import sheet_in
from jieneng.registry.closed_events import see_open
from jieneng.wiring import House
from jieneng.works import answer_for
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.registry.files import write_registry
from storage.registry.judging import reinterpreted, unknown_references
from tests.jieneng.ledger.closed_world import (
    EVER,
    FULL,
    JUNE_15,
    KEYS,
    MAY_10,
    REST,
    closed_house,
    others,
    with_cells,
    with_rows,
)

NO_ROWS = {"name_zh", "name_en", "number"}
TABLES = [one.name for one in fields(Registry) if one.name not in NO_ROWS]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A town that has closed May; every test leaves the registry as it was."""
    held = closed_house(tmp_path_factory.mktemp("closed"))
    yield held
    held.close()


def refusals(house: House, shall: Registry) -> list[str]:
    heard = house.store.newest()
    with house.records.reading() as session:
        before = registry_records.load(session)
        known = reference_records.load(session)
        found = [str(one) for _, one in reinterpreted(before, shall, heard=heard)]
        found += [str(one) for _, one in unknown_references(shall, known)]
        try:
            see_open(session, before, shall, heard=heard, store=house.store)
        except RegistryError as refused:
            found += [str(mistake) for mistake in refused.mistakes]
    return found


def differences(house: House, shall: Registry) -> list[str]:
    """Return the lines of the closed sheet that come out otherwise under another registry."""
    with house.records.session() as session:
        registry_records.replace(session, shall, author="li", reason="try")
    house.round_once()
    with house.records.reading() as session:
        return list(sheet_in(session, house, "town", "2026-05").open_differences())


@pytest.mark.parametrize("table", TABLES)
def test_a_change_of_any_table_is_refused_or_changes_no_closed_figure(
    house: House, table: str
) -> None:
    quiet = {}
    for row, cells in others(table).items():
        taken = [cell for cell in cells if not refusals(house, with_cells(table, row, cell))]
        shall = with_cells(table, row, *taken)
        if taken and (changed := differences(house, shall)):
            quiet[row, tuple(taken)] = changed
    differences(house, FULL)
    assert others(table)
    assert quiet == {}


@pytest.mark.parametrize("table", [one for one in TABLES if one not in KEYS])
def test_a_row_that_is_taken_out_is_missed_or_no_closed_figure_rested_on_it(
    house: House, table: str
) -> None:
    shall = with_rows(table)
    assert shall != FULL
    is_quiet = not refusals(house, shall)
    assert not (is_quiet and differences(house, shall))
    differences(house, FULL)


@pytest.mark.parametrize(
    ("shall", "said"),
    [
        (
            replace(FULL, virtual=FULL.virtual[:1]),
            (
                "virtual.csv: what is changed of rest would change 2026-05 of town, which is "
                "closed. If it changed on a day, end the row there (valid_to) and add one from "
                "that day (valid_from). If it was wrong from the start: jieneng import registry "
                "FOLDER --restating, and then: jieneng ledger restate town 2026-05."
            ),
        ),
        (
            replace(FULL, bindings=(Binding("hall_main", "old_panel", "ep", None, MAY_10),)),
            (
                "bindings.csv: what is changed of hall_main would change 2026-05 of town, which "
                "is closed. If it changed on a day, say in bindings.csv until when the channel "
                "from before hung there (until). If it was wrong from the start: jieneng import "
                "registry FOLDER --restating, and then: jieneng ledger restate town 2026-05."
            ),
        ),
    ],
    ids=["virtual", "bindings"],
)
def test_what_closed_months_rest_on_is_refused_with_what_to_do(
    house: House, shall: Registry, said: str
) -> None:
    assert refusals(house, shall) == [said]


def test_rows_of_after_the_closed_period_are_taken(house: House) -> None:
    first = date(2026, 6, 1)
    ended = tuple(replace(part, valid_to=first) for part in FULL.virtual)
    begun = VirtualPart("rest", "hall_main", PLUS, Fraction(1, 2), first, EVER[1])
    shall = replace(
        FULL,
        virtual=(*ended, begun),
        bindings=(replace(FULL.bindings[0], until=JUNE_15 + 1),),
        sizes=(*FULL.sizes, replace(FULL.sizes[0], valid_from=first, value=900)),
        accounts=(
            replace(FULL.accounts[0], valid_to=first),
            AccountMeter(account="A-2", meter="hall_main", valid_from=first),
        ),
        instruments=(
            *FULL.instruments,
            replace(FULL.instruments[0], verified=first, due=date(2027, 1, 1), certificate="new"),
        ),
    )
    assert refusals(house, shall) == []


def test_a_virtual_meter_that_is_new_and_in_no_line_is_taken_for_all_time(house: House) -> None:
    beside = replace(REST, meter="beside", use="", name_en="Beside")
    part = VirtualPart("beside", "boiler", PLUS, Fraction(1), *EVER)
    shall = replace(FULL, meters=(*FULL.meters, beside), virtual=(*FULL.virtual, part))

    assert refusals(house, shall) == []
    main = replace(beside, role="main", parent="")
    assert refusals(house, replace(shall, meters=(*FULL.meters, main))) != []


def test_a_virtual_meter_made_of_one_that_changes_is_refused_too() -> None:
    above = replace(REST, meter="above", use="heating", name_en="Above")
    over = VirtualPart("above", "rest", PLUS, Fraction(1), *EVER)
    before = replace(FULL, meters=(*FULL.meters, above), virtual=(*FULL.virtual, over))
    after = replace(before, virtual=(FULL.virtual[0], over))

    found = altered(before, after, [("town", "2026-05")], Reference())

    assert [(one.file, one.name) for one in found] == [
        ("virtual.csv", "above"), ("virtual.csv", "rest"),
    ]  # fmt: skip


def test_a_meter_that_closed_months_have_figures_of_is_not_taken_out(house: House) -> None:
    meters = tuple(meter for meter in FULL.meters if meter.meter != "boiler")
    shall = replace(FULL, meters=meters, virtual=FULL.virtual[:1])

    said = [one for one in refusals(house, shall) if one.startswith("meters.csv")]

    assert said == [
        (
            "meters.csv: without boiler 2026-05 of town would change, which is closed. If it was "
            "taken down, keep the row and enter that: jieneng meters event boiler removed. If it "
            "never was there: jieneng import registry FOLDER --restating, and then: "
            "jieneng ledger restate town 2026-05."
        )
    ]


def test_setup_takes_what_is_to_be_restated_as_import_does(tmp_path: Path) -> None:
    held = closed_house(tmp_path)
    parts = (replace(FULL.virtual[0], share=Fraction(1, 2)), FULL.virtual[1])
    write_registry(replace(FULL, virtual=parts), tmp_path / "new")
    wrong: list[str] = []

    def set_up(**asked: object) -> int:
        given = {"registry": str(tmp_path / "new"), "reference": "", **asked}
        asked_for = Request("setup", "setup", given, "/", "en")
        return answer_for(held)(asked_for, lambda _: None, wrong.append)

    assert set_up() == 1
    assert "virtual.csv: what is changed of rest would change" in " ".join(wrong)
    assert set_up(restating=True) == 0
    with held.records.reading() as session:
        assert registry_records.load(session).virtual == parts
    held.close()
