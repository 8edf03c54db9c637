"""``jieneng check METER --hours``: marks, what was not judged, and the oddest hours of a meter."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from energy.errors import ConfigError
from energy.meter import Meter
from jieneng.__main__ import build
from jieneng.holder import Request
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from tests.analytics.findings.test_findings_watch import keep_hours
from tests.builders import MAIN_METER, SUB_METER, WEATHER, registry_of
from tests.evidence import CLOCK, NOW, office
from tests.record_promises import stored

SLIP = len(CLOCK.start) - 30 * 24


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("judged")
    held = open_house(
        Settings(state_dir=folder / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1"),
        clock=lambda: NOW,
    )
    take_reference(held.records, shipped("reference"))
    stored(held.records, registry_of(MAIN_METER, SUB_METER, WEATHER))
    amount = office()
    amount[SLIP : SLIP + 5] *= 1000
    amount[-30] = 9e6
    keep_hours(held.store, MAIN_METER, amount)
    few = np.full(len(CLOCK.start), np.nan)
    few[-300:] = office()[-300:]
    keep_hours(held.store, SUB_METER, few)
    yield held
    held.close()


def hours(
    house: House, meter: Meter | str, *, as_json: bool = False, language: str = "en"
) -> tuple[int, list[str], str]:
    said: list[str] = []
    wrong: list[str] = []
    name = meter if isinstance(meter, str) else meter.meter
    asked = Request("check", "hours", {"meter": name, "as_json": as_json}, "/", language)
    code = answer_for(house)(asked, said.append, wrong.append)
    return code, said, "\n".join(wrong)


def test_marks_are_named_with_time_length_and_what_they_look_like(house: House) -> None:
    code, said, _ = hours(house, MAIN_METER)

    assert code == 0
    day = CLOCK.date_of(int(CLOCK.day[SLIP]))
    (slip,) = [line for line in said if line.startswith("unit_slip")]
    assert f"{day} {CLOCK.hour[SLIP]:02d}:00      5 h  shows 1000 times its usual" in slip
    assert any(line.startswith("spike") for line in said)
    (chinese,) = [
        line for line in hours(house, MAIN_METER, language="zh")[1] if line.startswith("单位错位")
    ]
    assert "约为平时的 1000 倍" in chinese


def test_the_oddest_hours_stand_beside_what_is_usual(house: House) -> None:
    (text,) = hours(house, MAIN_METER, as_json=True)[1]
    found = json.loads(text)

    starts = {one["start"] for one in found["oddest"]}
    assert int(CLOCK.start[-30]) in starts
    assert len(found["oddest"]) == 10
    assert [one["score"] for one in found["oddest"]] == sorted(
        (one["score"] for one in found["oddest"]), reverse=True
    )
    (spike,) = [one for one in found["marks"] if one["detector"] == "spike"]
    assert (spike["start"], spike["end"]) == (int(CLOCK.start[-30]), int(CLOCK.start[-29]))


def test_a_meter_of_two_weeks_says_why_nothing_is_judged(house: House) -> None:
    _, said, _ = hours(house, SUB_METER)

    assert "not judged: stuck: Fewer than four weeks of hours were measured." in said
    assert not [line for line in said if "oddest" in line]
    found = json.loads(hours(house, SUB_METER, as_json=True)[1][0])
    assert found["not_judged"]["clock"] == "few_hours"
    assert found["oddest"] == []


def test_a_gauge_and_an_unknown_meter_are_refused(house: House) -> None:
    code, _, wrong = hours(house, WEATHER)
    assert code != 0
    assert "counts no amount" in wrong
    assert "knows no meter 'cellar'" in hours(house, "cellar")[2]


def test_hours_without_a_meter_are_refused_with_what_to_write() -> None:
    result = CliRunner().invoke(build(), ["check", "--hours"])

    assert isinstance(result.exception, ConfigError)
    assert "jieneng check METER --hours" in result.exception.text.en
    assert "计量点" in result.exception.text.zh
