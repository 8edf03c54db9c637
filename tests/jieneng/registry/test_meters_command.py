"""``jieneng meters`` on real records and a store in memory."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest

from energy.binding import Binding
from energy.errors import JienengError, RegistryError
from energy.meter import MeterEvent
from energy.reading import Reading
from energy.span import HOUR_MS, Span, from_ms
from jieneng.holder import Request
from jieneng.registry.intake import take_registry
from jieneng.wiring import House
from jieneng.works import answer_for
from storage.records import evidence
from storage.registry.files import write_registry
from storage.tables import METER_HOUR
from tests.builders import MAIN_METER, registry_of
from tests.meters_world import (
    AT,
    NOON,
    PLACES,
    T0,
    done,
    enter,
    heard,
    opened,
    registry,
)
from tests.record_promises import stored


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as held:
        yield held


def test_an_event_is_entered_and_listed_with_all_that_it_says(house: House, tmp_path: Path) -> None:
    photo = tmp_path / "photo-7.jpg"
    photo.write_bytes(b"a register")
    key = sha256(b"a register").hexdigest()
    assert enter(house, "ratio", closing="12.5", ratio="300/5", evidence=str(photo)) == ""
    assert registry(house).events == (
        MeterEvent("hall_main", NOON, "ratio", 1250, 1250, None, "li", "due", key, Fraction(60)),
    )
    _, said, _ = done(house, "events", meter="", as_json=True)
    (listed,) = json.loads(said[0])["events"]
    assert listed["ratio"] == "60"
    _, said, _ = done(house, "events", meter="hall_main", as_json=False)
    assert said == [
        (
            f"{AT}  Hall main (hall_main)  ratio  closing 12.5 kWh  opening 12.5 kWh  ratio 60  "
            f"li: due  [{key}]"
        )
    ]
    with house.records.reading() as session:
        assert evidence.content_of(session, key) == b"a register"
        assert [one.name for one in evidence.recent(session, 9)] == ["photo-7.jpg"]


def test_an_event_whose_evidence_is_no_file_is_refused(house: House) -> None:
    said = enter(house, "ratio", closing="12.5", ratio="300/5", evidence="/nowhere/photo-7.jpg")
    assert said == ("There is no file /nowhere/photo-7.jpg, and no evidence with this SHA-256.")
    assert registry(house) == replace(PLACES, number=1)


def test_what_is_kept_already_is_evidence_of_a_second_event_by_its_hash(
    house: House, tmp_path: Path
) -> None:
    photo = tmp_path / "photo-7.jpg"
    photo.write_bytes(b"a register")
    key = sha256(b"a register").hexdigest()
    assert enter(house, "removed", closing="12.5", evidence=str(photo)) == ""
    later = "2026-01-04T08:00+08:00"
    assert enter(house, "installed", time=later, opening="7", evidence=key) == ""
    assert [event.evidence for event in registry(house).events] == [key, key]


@pytest.mark.parametrize(
    ("event", "cells", "sentence"),
    [
        ("ratio", {"closing": "1"}, "write the new ratio"),
        ("ratio", {"ratio": "0"}, "must be greater than 0"),
        ("ratio", {"ratio": "-5"}, "is negative"),
        ("ratio", {"ratio": "60", "closing": "1", "opening": "2"}, "the register goes on"),
        ("removed", {"opening": "1"}, "removed does not say it"),
        ("removed", {"digits": "8"}, "It may say closing"),
        ("installed", {"step": "0.001"}, "needs a meter name of its own"),
        ("installed", {"step": "0.1", "opening": "0.05"}, "whole number of steps of 0.1 kWh"),
        ("reset", {"opening": "1000000"}, "more than a register of 8 digits shows"),
        ("replacement", {"ratio": "1000003/1000001"}, "have no unit in common"),
        ("explosion", {}, "is not known. It may be replacement, ratio, reset, removed, installed"),
        ("reset", {"time": "yesterday"}, "is not a time with its offset"),
        ("reset", {"reason": ""}, "it is empty; write it"),
    ],
)
def test_an_event_that_cannot_be_says_what_to_change(
    house: House, event: str, cells: dict[str, str], sentence: str
) -> None:
    assert sentence in enter(house, event, **cells)
    assert registry(house) == replace(PLACES, number=1)


def test_a_gauge_has_no_life_and_an_interval_meter_only_comes_and_goes(house: House) -> None:
    sent = replace(MAIN_METER, table="interval")
    stored(house.records, registry_of(sent))
    assert "only a register changes its ratio" in enter(house, "ratio", ratio="60")
    assert "nothing of the register" in enter(house, "removed", closing="1")
    assert enter(house, "removed") == ""


def test_events_that_cannot_follow_one_another_are_refused(house: House) -> None:
    assert enter(house, "removed", closing="5") == ""
    assert "only installed can follow" in enter(house, "removed", time="2026-01-03T08:00+08:00")
    assert "at the same instant" in enter(house, "reset", time="2026-01-02T00:00:00+00:00")
    assert enter(house, "installed", time="2026-01-04T08:00+08:00", opening="7") == ""
    late = enter(house, "installed", time="2026-01-05T08:00+08:00")
    assert "no removed comes before it" in late
    assert [event.event for event in registry(house).events] == ["removed", "installed"]


def test_an_import_of_older_files_does_not_forget_an_event(house: House, tmp_path: Path) -> None:
    write_registry(PLACES, tmp_path / "old")
    assert enter(house, "reset", closing="9", opening="0") == ""
    with pytest.raises(RegistryError, match="was entered with jieneng meters"):
        take_registry(house.records, tmp_path / "old", heard=(), reason="again")
    write_registry(registry(house), tmp_path / "new")
    take_registry(house.records, tmp_path / "new", heard=(), reason="again")
    take_registry(house.records, tmp_path / "old", heard=(), reason="it was wrong")
    assert registry(house).events == ()


def relocated(house: House, **cells: str) -> str:
    row = {"time": AT, "reading": "12.5", "author": "li", "reason": "moved", "evidence": ""}
    row |= cells
    return done(house, "relocate", meter="hall_main", to=cells.get("to", "annex_main"), row=row)[2]


def test_an_instrument_that_moves_takes_its_channel_along_at_once(house: House) -> None:
    heard(house, 1_000, 1_100, 1_200)
    assert relocated(house) == ""
    found = registry(house)
    assert [(one.meter, one.event, one.closing, one.opening) for one in found.events] == [
        ("hall_main", "removed", 1250, None),
        ("annex_main", "installed", None, 1250),
    ]
    assert found.bound["panel", "ep"] == (
        Binding("hall_main", "panel", "ep", None, NOON),
        Binding("annex_main", "panel", "ep", NOON, None),
    )
    assert found.number == 2


def test_an_instrument_moves_on_and_back_again(house: House) -> None:
    assert relocated(house) == ""
    row = {
        "time": "2026-01-03T08:00:00+08:00", "reading": "13", "author": "li", "reason": "back",
        "evidence": "",
    }  # fmt: skip
    _, _, wrong = done(house, "relocate", meter="annex_main", to="hall_main", row=row)
    assert wrong == ""
    names = [binding.meter for binding in registry(house).bound["panel", "ep"]]
    assert names == ["hall_main", "annex_main", "hall_main"]


def test_an_instrument_cannot_move_to_where_another_one_stands(house: House) -> None:
    heard(house, 5, 6, meter="annex_main")
    assert "an instrument stands there" in relocated(house)
    assert "Add a row to meters.csv first" in relocated(house, to="attic")
    assert "cannot move to itself" in relocated(house, to="hall_main")
    assert registry(house) == replace(PLACES, number=1)


def test_readings_that_came_from_the_new_place_already_are_told(house: House) -> None:
    heard(house, 1_000, 1_100, 1_200, 1_240, 1_250, 1_260)
    wrong = relocated(house)
    assert "hall_main has 1 readings from after that" in wrong

    _, _, what, source, to, _, start, *_ = shlex.split(wrong[wrong.index("jieneng edit move") :])
    asked = {"what": what, "meters": [source, to], "start": start, "reason": "moved", "by": "li"}
    said: list[str] = []
    assert answer_for(house)(Request("edit", "ask", asked, "/", "en"), said.append, print) == 0
    assert [line.split("   ")[1] for line in said[:2]] == ["1 reading", "1 reading"]


def test_a_meter_that_nobody_knows_is_told_in_a_sentence(house: House) -> None:
    code, _, wrong = done(house, "events", meter="attic", as_json=False)
    assert code == 1
    assert "The registry knows no meter 'attic'" in wrong
    assert issubclass(RegistryError, JienengError)


def test_energy_over_a_move_is_what_the_instrument_counted(house: House) -> None:
    readings = [Reading("hall_main", "register", T0 + n * HOUR_MS, 97 * n) for n in range(49)]
    shown = 97 * 24 + 31
    when = NOON + HOUR_MS // 3
    cells = {"time": from_ms(when).isoformat(), "reading": f"{shown / 100:.2f}"}
    house.store.write([one for one in readings if one.time <= when])
    assert relocated(house, **cells) == ""
    bound = registry(house).bound["panel", "ep"]
    (there,) = [one.meter for one in bound if one.first <= when + HOUR_MS < one.end]
    house.store.write([one._replace(meter=there) for one in readings if one.time > when])
    house.round_once()
    hours = house.store.points(METER_HOUR, where=(), span=Span(T0, T0 + 48 * HOUR_MS))
    by_meter = hours.groupby("meter")["amount"].sum().to_dict()
    per_step = int(MAIN_METER.base_per_step)
    assert by_meter == {
        "hall_main": shown * per_step,
        "annex_main": (97 * 48 - shown) * per_step,
    }
    assert not hours["unresolved_s"].any()
