"""``ledger asof`` of a body: the institutions that reported to it then, not those of now."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from energy.registry import Registry
from energy.span import from_ms
from jieneng.ledger.as_of import bytes_as_of
from jieneng.wiring import House
from storage.records import chain
from storage.records import registry as registry_records
from tests.amount_house import DISTRICT, MAIN, NOW, SCHOOL_MAIN, opened, tell

MOVED = NOW + 1_000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = opened(tmp_path, DISTRICT)
    tell(held, (MAIN, SCHOOL_MAIN), date(2026, 5, 1), date(2026, 6, 2))
    yield held
    held.close()


def put(house: House, registry: Registry) -> None:
    with house.records.session() as session:
        registry_records.replace(session, registry, author="setup", reason="a reform")


def members(house: House, body: str, at: int) -> list[str]:
    content, _ = bytes_as_of(house, body, "2026-05", from_ms(at).isoformat())
    return sorted(json.loads(content)["members"])


def test_a_body_has_the_institutions_of_then(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    town, school = DISTRICT.institutions
    county = bytes_as_of(house, "county", "2026-05", from_ms(NOW).isoformat())
    monkeypatch.setattr(chain, "now_ms", lambda: MOVED)
    moved = replace(school, reports_to="city")
    put(house, replace(DISTRICT, institutions=(replace(town, reports_to="county"), moved)))

    assert members(house, "county", NOW) == ["school"]
    assert members(house, "county", MOVED) == ["town"]
    assert bytes_as_of(house, "county", "2026-05", from_ms(NOW).isoformat()) == county


def test_a_body_that_is_no_more_is_told_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "now_ms", lambda: MOVED)
    town, school = (replace(one, reports_to="city") for one in DISTRICT.institutions)
    city, _, ministry = DISTRICT.bodies
    put(house, replace(DISTRICT, institutions=(town, school), bodies=(city, ministry)))

    assert members(house, "county", NOW) == ["school"]
    assert members(house, "district", NOW) == ["school", "town"]


def test_a_registry_without_new_lines_leaves_no_link(house: House) -> None:
    put(house, replace(DISTRICT, name_en="Another name"))

    with house.records.reading() as session:
        assert chain.of_what(session, "reporting lines changed") == []
