"""Statements and amounts over HTTP: JSON, files with their type and name, and what was signed."""

import io
import json
from collections.abc import Iterator

import openpyxl
import pandas as pd
import pytest
from fastapi import FastAPI

from api.app import create_app
from energy.canonical import sha256_of
from jieneng.ledger.as_of import bytes_as_of
from jieneng.wiring import House
from tests.amount_house import opened_district
from tests.jieneng.ledger.test_ledger_commands import person, step
from tests.web import ask

KWH_OF_MAY = 3 * 31 * 24
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A town that counts 3 kWh an hour and has closed May, and a school that counts 1."""
    held = opened_district(tmp_path_factory.mktemp("house"))
    head = person(held, "filler", "statistics_head", "unit_head")
    step(held, "submit", head)
    step(held, "close", head)
    yield held
    held.close()


@pytest.fixture(scope="module")
def app(house: House) -> FastAPI:
    return create_app(
        store=house.store, records=house.records, status=dict, now=house.clock, language="en"
    )


def test_a_closed_statement_is_answered_with_its_state_and_its_hash(app: FastAPI) -> None:
    told = ask(app, "/api/v1/statements/town/2026-05").json()

    assert told["state"] == "closed"
    assert told["sheet"]["lines"]["electricity/2026-05-01"]["amount"] == KWH_OF_MAY * 1000
    assert told["marks"]["sheet SHA-256"] == told["sha256"]
    content = ask(app, "/api/v1/statements/town/2026-05/json").content
    assert sha256_of(content) == told["sha256"]


def test_a_draft_is_weighed_by_what_the_address_chose(app: FastAPI) -> None:
    address = "/api/v1/statements/town/2026-06?coefficients=Shandong-quota"
    told = ask(app, address).json()

    assert told["state"] == "draft"
    assert told["sheet"]["totals"]["coal_g"] == 3 * 30 * 24 * 310


@pytest.mark.parametrize(
    ("form", "media", "shown"),
    [
        ("xlsx", SPREADSHEET, "attachment"),
        ("csv", "text/csv; charset=utf-8", "attachment"),
        ("parquet", "application/vnd.apache.parquet", "attachment"),
        ("html", "text/html; charset=utf-8", "inline"),
        ("json", "application/json", "attachment"),
    ],
)
def test_a_file_has_its_type_and_its_name(app: FastAPI, form: str, media: str, shown: str) -> None:
    answer = ask(app, f"/api/v1/statements/town/2026-05/{form}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == media
    name = f"{shown}; filename*=UTF-8''town-2026-05.{form}"
    assert answer.headers["content-disposition"] == name
    assert answer.content


@pytest.mark.parametrize(("language", "sheet"), [("zh", "台账"), ("en", "ledger")])
def test_a_workbook_is_in_the_language_of_the_address(
    app: FastAPI, language: str, sheet: str
) -> None:
    answer = ask(app, f"/api/v1/statements/town/2026-05/xlsx?lang={language}")

    book = openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True)
    assert book[sheet]["E4"].value == KWH_OF_MAY


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "能源资源消费统计台账"), ("en", "energy and water ledger")]
)
def test_a_page_to_print_keeps_its_style_and_loads_nothing(
    app: FastAPI, language: str, words: str
) -> None:
    answer = ask(app, f"/api/v1/statements/town/2026-05/html?lang={language}")

    assert words in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    other = ask(app, "/api/v1/places").headers["content-security-policy"]
    assert "unsafe-inline" not in other


def test_a_table_holds_whole_numbers(app: FastAPI) -> None:
    table = pd.read_parquet(io.BytesIO(ask(app, "/api/v1/statements/town/2026-05/parquet").content))
    assert table["amount"].tolist() == [KWH_OF_MAY * 1000, KWH_OF_MAY * 1000 // 3]


def test_sheets_are_listed_with_their_state(app: FastAPI) -> None:
    (row,) = ask(app, "/api/v1/statements").json()

    assert (row["institution"], row["period"], row["state"]) == ("town", "2026-05", "closed")
    assert row["differing_lines"] == row["restated"] == 0
    assert ask(app, "/api/v1/statements?institution=school").json() == []
    assert ask(app, "/api/v1/statements?state=submitted").json() == []


def test_what_was_in_force_at_an_instant_is_answered_byte_for_byte(
    app: FastAPI, house: House
) -> None:
    del house
    (row,) = ask(app, "/api/v1/statements").json()
    answer = ask(app, "/api/v1/statements/town/2026-05/asof?at=2026-07-10")

    assert sha256_of(answer.content) == row["sha256"]
    assert "x-computed" not in answer.headers


@pytest.mark.parametrize(
    ("place", "at", "computed"),
    [
        ("town", "2026-07-09", "town"),
        ("town", "2026-07-10", None),
        ("city", "2026-07-10", "school"),
        ("district", "2026-07-09", "town,school"),
        ("hall", "2026-07-10", "hall"),
        ("hall", "2026-05-11T08:00:00+08:00", "hall"),
    ],
)
def test_a_sheet_of_a_time_has_the_bytes_that_the_command_gives(
    app: FastAPI, house: House, place: str, at: str, computed: str | None
) -> None:
    answer = ask(app, f"/api/v1/statements/{place}/2026-05/asof?at={at.replace('+', '%2B')}")

    content, note = bytes_as_of(house, place, "2026-05", at)
    assert answer.content == content
    assert answer.headers.get("x-computed") == computed
    assert (note is None) == (computed is None)


@pytest.mark.parametrize("place", ["hall_main", "building:hall", "town", "city", "district"])
def test_amounts_of_any_place_are_answered(app: FastAPI, place: str) -> None:
    told = ask(app, f"/api/v1/places/{place}/2026-05").json()

    shared = {"city": KWH_OF_MAY // 3, "district": KWH_OF_MAY // 3}
    assert told["amounts"][0]["amount"] == (KWH_OF_MAY + shared.get(place, 0)) * 1000
    assert told["terms"]["coal_set"] == "NGOA-stat"


def test_a_sub_item_and_a_view_are_answered(app: FastAPI) -> None:
    item = ask(app, "/api/v1/places/hall/2026-05?item=B1").json()
    assert [row["item"] for row in item["items"]] == ["B1", "B1F"]
    view = ask(app, "/api/v1/places/ministry/2026-05?view=true").json()
    assert view["institutions"] == ["school"]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("statements/nobody/2026-05", "There is no institution 'nobody'. Known: town, school."),
        ("statements/town/may", "'may' is no period."),
        ("statements/town/2026-05/docx", "There is no form 'docx'. Known: xlsx, csv"),
        ("statements/town/2026-05?coefficients=x", "There is: GBT2589, NGOA-stat"),
        ("statements/town/2026-05/asof?at=May", "at='May' is not a time."),
        (
            "statements/nobody/2026-05/asof",
            "There is no institution, body or building 'nobody'; for all write district.",
        ),
        ("statements/town/may/asof", "'may' is no period."),
        ("places/nobody/2026-05", "There is no meter, building, institution or body 'nobody'"),
        ("places/town/2026-05?item=Z", "town has no amounts of the sub-item 'Z'"),
        ("places/town/2026-05?method=both", "location, market"),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(
    app: FastAPI, address: str, sentence: str
) -> None:
    answer = ask(app, f"/api/v1/{address}")

    assert answer.status_code == 400
    assert sentence in json.loads(answer.content)["error"]
