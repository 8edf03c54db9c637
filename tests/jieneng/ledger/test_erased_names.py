"""An erased name stays in what was handed out before, and ``people erase`` names those files."""

import io
from collections.abc import Callable

import pandas as pd
import pytest
from openpyxl import Workbook

from jieneng.ledger.closing import keep_handed_out
from jieneng.wiring import House
from tests.jieneng.ledger.test_ledger_commands import ask, house

__all__ = ["house"]
NAME = "王<小>明"


def page(name: str) -> bytes:
    return f"<p>{name.replace('<', '&lt;').replace('>', '&gt;')}</p>".encode()


def workbook(name: str) -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.worksheets[0]["A1"] = f"{name} 2026-05"
    book.save(file)
    return file.getvalue()


def parquet(name: str) -> bytes:
    file = io.BytesIO()
    pd.DataFrame({"by": [name] * 3}).to_parquet(file)
    return file.getvalue()


@pytest.mark.parametrize("written", [page, workbook, parquet])
def test_who_is_erased_learns_which_kept_files_still_bear_the_name(
    house: House, written: Callable[[str], bytes]
) -> None:
    _, (person,) = ask(house, "people", "add", called=NAME, roles=["filler"])
    keep_handed_out(house, written(NAME), "with the name")
    keep_handed_out(house, written("李芳"), "of somebody else")

    code, said = ask(house, "people", "erase", person=person)

    assert code == 0
    assert "the name is erased" in said[0]
    (still,) = said[1:]
    assert still.startswith("with the name, handed out on 2026-06-0")
    assert ask(house, "people", "erase", person=person)[0] != 0
