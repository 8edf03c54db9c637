"""Wherever a cost is of the energy alone it is said: answers, pages, tables, workbooks, boards."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from api.app import create_app
from dashboards.boards.district import BOARD
from energy.reading import Reading
from energy.span import midnight
from energy.uses import DATA_CENTRE
from jieneng.ledger.statements import PRINTERS, sheet_to_hand_out
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from storage.records import touched
from tests.amount_house import amounts
from tests.builders import NORTH, SUB_METER, registry_of
from tests.jieneng.bills.test_bill_commands import done
from tests.jieneng.bills.test_tariff_command import JULY, METER, QUARTER_MS
from tests.jieneng.ledger.test_ledger_commands import ask
from tests.record_promises import stored
from tests.web import ask as get

AUGUST_2 = midnight(date(2026, 8, 2), NORTH.zone)
SERVERS = replace(
    SUB_METER, meter="servers", channel="servers", item="A4", use=DATA_CENTRE, tariff=METER.tariff,
    interval_s=900, parent="hall_main",
)  # fmt: skip
WITHOUT = "The cost is without: demand charge, power-factor adjustment"
OHNE = "费用不含：容（需）量电费、力率调整电费"
KEYS = ("electricity/2026-07-01", "electricity/data_centre/2026-07-01")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A town on a two-part tariff, whose sub-meter counts a fifth of its main."""
    state = tmp_path_factory.mktemp("alone")
    held = open_house(
        Settings(state_dir=state, store_url="memory:", broker_url="mqtt://127.0.0.1:1"),
        clock=lambda: AUGUST_2,
    )
    take_reference(held.records, shipped("reference"))
    stored(held.records, registry_of(METER, SERVERS))
    for name, each in (("hall_main", 1000), ("servers", 200)):
        held.store.write(
            [
                Reading(name, "register", JULY + place * QUARTER_MS, place * each)
                for place in range(32 * 96 + 1)
            ]
        )
    with held.records.session() as session:
        touched.publish(session, {"hall_main": JULY, "servers": JULY})
    held.round_once()
    yield held
    held.close()


def sheet(house: House) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        sheet_to_hand_out(house, "town", "2026-07", language="en").content
    )
    return found


def says(notes: list[dict[str, str]]) -> bool:
    return any(one["en"].startswith(WITHOUT) and one["zh"].startswith(OHNE) for one in notes)


def test_a_use_beside_a_line_in_full_is_said_to_be_of_energy_alone(house: House) -> None:
    whole, part = (sheet(house)["lines"][key] for key in KEYS)

    assert {one["component"] for one in whole["charges"]} >= {"demand"}
    assert "charges" not in part
    assert says(part["notes"])
    assert not says(whole["notes"])


@pytest.mark.parametrize("place", ["hall_main", "servers", "hall", "town"])
def test_amounts_of_meters_buildings_uses_and_sub_items_say_so(house: House, place: str) -> None:
    told = amounts(house, place, "2026-07")
    rows = [*told["amounts"], *told["items"]]
    alone = [row for row in rows if place != "town" or row["use"] or row["item"] or row["is_rest"]]

    assert alone
    assert all(row["cost"] is not None and says(row["notes"]) for row in alone)
    app = create_app(store=house.store, records=house.records, status=dict, now=house.clock)
    answer = get(app, f"/api/v1/places/{place}/2026-07").json()
    assert says(answer["amounts"][-1]["notes"])


def test_the_page_the_table_and_the_workbook_of_a_statement_say_so(house: House) -> None:
    handed = sheet_to_hand_out(house, "town", "2026-07", language="en")
    page = PRINTERS["html"](handed).decode()
    assert WITHOUT in page
    table = pd.read_csv(io.BytesIO(PRINTERS["csv"](handed))).set_index("line").to_dict("index")
    assert WITHOUT in table[KEYS[1]]["cost_without"]
    assert OHNE in table[KEYS[1]]["cost_without"]
    assert pd.isna(table[KEYS[1]]["charges"])
    of_charges = sum(one["micro"] for one in sheet(house)["lines"][KEYS[0]]["charges"])
    assert table[KEYS[0]]["charges"] == of_charges
    parquet = (
        pd.read_parquet(io.BytesIO(PRINTERS["parquet"](handed))).set_index("line").to_dict("index")
    )
    assert WITHOUT in parquet[KEYS[1]]["cost_without"]
    book = load_workbook(io.BytesIO(PRINTERS["xlsx"](handed)))
    cells = [str(cell.value) for one in book for row in one.iter_rows() for cell in row]
    assert any(WITHOUT in cell for cell in cells)


def test_what_a_line_in_full_lacks_stands_in_the_table_too(house: House) -> None:
    handed = sheet_to_hand_out(house, "town", "2026-07", language="en")
    table = pd.read_csv(io.BytesIO(PRINTERS["csv"](handed))).set_index("line").to_dict("index")
    said = table[KEYS[0]]["cost_without"]
    assert "so the power-factor adjustment is left out" in said
    assert "demand charge" not in said


def test_why_of_a_meter_says_so_in_words_and_in_json(house: House) -> None:
    asked = {"of": "", "readings": 0, "deep": False}
    subject = {"subject": "servers", "when": "2026-07", "words": ["cost"]}
    _, said = ask(house, "why", "explain", **subject, **asked, as_json=False)
    assert any(line.strip().startswith(WITHOUT) for line in said)
    _, told = ask(house, "why", "explain", **subject, **asked, as_json=True)
    assert json.loads(told[0])["cost_without"]["zh"].startswith(OHNE)
    subject["words"] = ["coal"]
    _, said = ask(house, "why", "explain", **subject, **asked, as_json=False)
    assert not any(WITHOUT in line for line in said)


def test_a_table_of_days_that_is_written_out_says_so_beside_the_file(
    house: House, tmp_path: Path
) -> None:
    out = str(tmp_path / "days.csv")
    asked = {"table": "meter_day", "first": "2026-07-01", "last": "2026-07-02", "where": []}
    said, wrong = done(house, "export", "table", **asked, out=out)
    assert "The cost is of the energy alone" in wrong
    assert said
    assert ",cost," in Path(out).read_text(encoding="utf-8").partition("\n")[0]


def test_every_panel_of_a_board_that_shows_a_cost_says_so() -> None:
    shown = [
        panel
        for panel in BOARD.panels
        if any(column.name == "cost" for query in panel.queries for column in query.columns)
    ]
    assert len(shown) >= 3
    for panel in shown:
        assert "without what a tariff asks by the month" in panel.how.en, panel.name
        assert "不含按月计的" in panel.how.zh
