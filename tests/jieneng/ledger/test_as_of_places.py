"""``ledger asof`` of districts, bodies and buildings; files of statements are kept."""

import base64
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from energy.canonical import sha256_of
from energy.span import HOUR_MS, from_ms
from jieneng.ledger.as_of import bytes_as_of
from jieneng.ledger.statements import sheet_to_hand_out
from jieneng.wiring import House
from tests.amount_house import DISTRICT, MAIN, NOW, SCHOOL_MAIN, opened, tell
from tests.jieneng.ledger.test_ledger_commands import ask, person
from tests.storage.chain_world import MAY_1, day


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house in which the town closed May and the school never signed anything."""
    held = opened(tmp_path, DISTRICT)
    tell(held, (MAIN, SCHOOL_MAIN), date(2026, 4, 1), date(2026, 7, 1))
    everything = person(held, "filler", "statistics_head", "unit_head")
    for action in ("submit", "close"):
        asked = {"institution": "town", "period": "2026-05", "by": everything}
        assert ask(held, "ledger", "step", action=action, reason="", into="", **asked)[0] == 0
    yield held
    held.close()


def handed_now(house: House, place: str) -> bytes:
    return sheet_to_hand_out(house, place, "2026-05", language="zh").content


def known(house: House, place: str, at: int = NOW) -> tuple[bytes, str]:
    content, note = bytes_as_of(house, place, "2026-05", from_ms(at).isoformat())
    return content, note.en if note else ""


@pytest.mark.parametrize("place", ["district", "city"])
def test_a_sum_of_now_is_the_sum_that_is_handed_out_byte_for_byte(house: House, place: str) -> None:
    content, note = known(house, place)
    assert content == handed_now(house, place)
    assert note.startswith("school: No sheet was submitted")


def test_a_sum_holds_the_signed_sheets_of_its_members_as_of_then(house: House) -> None:
    before = json.loads(known(house, "district", day(7, 9))[0])["members"]
    after = json.loads(known(house, "district")[0])["members"]
    assert before["town"]["state"]["en"] == "draft"
    assert after["town"]["state"]["en"] == "closed"
    _, (said,) = ask(house, "ledger", "asof", institution="town", period="2026-05", at="")
    assert after["town"]["sha256"] == sha256_of(base64.b64decode(said))


def test_a_sum_says_what_sheets_of_members_say_of_a_line_and_which_do(house: House) -> None:
    sheet = json.loads(known(house, "district")[0])
    own = sheet["members"]["town"]["lines"]["electricity/heating/2026-05-01"]["notes"]
    notes = sheet["lines"]["electricity/heating/2026-05-01/own"]["notes"]

    assert len(own) == 1
    assert own[0]["en"].startswith("boiler has never been heard: what it counts is missing.")
    assert {"en": f"Town hall: {own[0]['en']}", "zh": f"镇政府：{own[0]['zh']}"} in notes


def test_what_a_building_used_is_computed_from_the_readings_known_then(house: House) -> None:
    content, note = known(house, "classes")
    line = json.loads(content)["lines"]["electricity/2026-05-01"]
    whole = json.loads(handed_now(house, "school"))["lines"]["electricity/2026-05-01"]
    assert line["amount"] == whole["amount"] > 0
    assert note.startswith("Nobody signs for a building")
    early = json.loads(known(house, "classes", MAY_1 + 10 * 24 * HOUR_MS)[0])
    assert early["lines"]["electricity/2026-05-01"]["amount"] < line["amount"]


def test_a_place_nobody_knows_is_refused_with_what_to_write(house: House) -> None:
    code, said = ask(house, "ledger", "asof", institution="x", period="2026-05", at="")
    assert code == 1
    assert said == ["There is no institution, body or building 'x'; for all write district."]


def hand_out(house: House, **asked: Any) -> bytes:  # noqa: ANN401  arguments of a work
    given = {"institution": "district", "period": "2026-05", "form": "csv", "language": "en"}
    code, said = ask(house, "statement", "hand_out", **given, **asked)
    assert code == 0, said
    return base64.b64decode(said[0])


def test_a_file_of_a_statement_is_given_again_after_everything_changed(house: House) -> None:
    content = hand_out(house, kept="district-2026-05.csv")
    tell(house, (SCHOOL_MAIN,), date(2026, 4, 1), date(2026, 7, 2))
    _, (said,) = ask(house, "ledger", "handed", kept="district-2026-05.csv", at="")
    assert base64.b64decode(said) == content


def test_a_file_that_is_only_looked_at_leaves_no_link(house: House) -> None:
    _, before = ask(house, "ledger", "verify", printed="")
    hand_out(house, kept="")
    assert ask(house, "ledger", "verify", printed="")[1] == before
