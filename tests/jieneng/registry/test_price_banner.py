"""The rows that price a cost are named wherever it is shown, until somebody confirms them."""

import io
import shutil
from pathlib import Path

import openpyxl
import pandas as pd

from jieneng.ledger.statements import PRINTERS, lines_to_say, sheet_to_hand_out
from jieneng.registry.intake import take_reference
from jieneng.shipped import shipped
from jieneng.wiring import House
from storage.records import reference_sources
from tests.jieneng.ledger.test_ledger_commands import HOURS_OF_MAY, ask, closed_may, house, tell

__all__ = ["house"]

OF_MAY = [
    f"beijing_general-2023-{period}"
    for period in ("flat-07", "flat-13", "flat-22", "peak-10", "peak-17", "valley-00", "valley-23")
]
OF_OTHER_TIMES = ["beijing_general-2023-critical-11", "beijing_general-2009-flat-07"]


def shown(house: House) -> dict[str, str]:
    """Return what the statement of May says of itself, by how it is shown."""
    handed = sheet_to_hand_out(house, "town", "2026-05", language="en")
    book = openpyxl.load_workbook(io.BytesIO(PRINTERS["xlsx"](handed)))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True)
             for cell in row]  # fmt: skip
    table = pd.read_csv(io.BytesIO(PRINTERS["csv"](handed)))
    return {
        "screen": "\n".join(lines_to_say(handed)),
        "page": PRINTERS["html"](handed).decode(),
        "workbook": "\n".join(cells),
        "csv": ";".join(table["unconfirmed"].fillna("")),
    }


def confirm(house: House, rows: list[str]) -> list[str]:
    code, said = ask(house, "reference", "confirm", row_ids=rows, by="Li Na")
    assert code == 0
    return said


def test_a_draft_names_its_prices_everywhere_until_they_are_confirmed(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 48))
    for where, text in shown(house).items():
        assert [row for row in OF_MAY if row not in text] == [], where
        assert [row for row in OF_OTHER_TIMES if row in text] == [], where

    said = confirm(house, OF_MAY)

    assert len(said) == len(OF_MAY)
    assert "confirmed by Li Na on 20" in said[0]
    for where, text in shown(house).items():
        assert "beijing_general" not in text, where


def test_a_closed_sheet_keeps_the_banner_it_was_signed_with(house: House) -> None:
    closed_may(house)
    confirm(house, OF_MAY)
    for where, text in shown(house).items():
        assert [row for row in OF_MAY if row not in text] == [], where


def test_one_row_that_is_not_there_leaves_the_others_unconfirmed(house: House) -> None:
    code, said = ask(house, "reference", "confirm", row_ids=[*OF_MAY, "beijing"], by="Li Na")
    assert code == 1
    assert "no row 'beijing'" in said[0]
    with house.records.reading() as session:
        sources = reference_sources.load(session)
    assert all(sources[row].is_unconfirmed for row in OF_MAY)


def test_a_tariff_in_full_is_confirmed_until_any_price_of_it_changes(
    house: House, tmp_path: Path
) -> None:
    row, file = "beijing_two_part-2023-09", "tariffs/beijing_two_part.2023-09.toml"
    text = (shipped("reference") / file).read_text(encoding="utf-8")
    (line,) = confirm(house, [row])
    assert line.startswith(f"{row}   beijing_two_part   2023-09-01/   confirmed by Li Na")

    copy = Path(shutil.copytree(shipped("reference"), tmp_path / "copy"))
    (copy / file).write_text(f"# compared with the price list\n{text}", encoding="utf-8")
    assert "no longer" not in take_reference(house.records, copy).en
    (copy / file).write_text(text.replace("per_kva = 32.00", "per_kva = 33.00"), encoding="utf-8")
    said = take_reference(house.records, copy).en
    assert said.endswith(f"1 rows changed and are no longer confirmed: {row}")


def test_a_name_in_the_file_without_a_day_is_shown_without_one(
    house: House, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(shipped("reference"), tmp_path / "copy"))
    for path in copy.rglob("*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('confirmed_by = ""', 'confirmed_by = "Li Na"'), "utf-8")
    take_reference(house.records, copy)
    _, said = ask(house, "reference", "list", unconfirmed=False)
    (line,) = (one for one in said if one.startswith("beijing_water_quota-2009 "))
    assert "   confirmed by Li Na   " in line
