"""``jieneng check METER`` on real records and a store in memory."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from energy.reading import Reading
from energy.span import HOUR_MS
from jieneng.holder import Request
from jieneng.ledger.reasoning import answer_of, lines_of
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import touched
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.record_promises import stored

T0 = 1_767_196_800_000
"""Midnight of 1 January 2026 in Shanghai."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    take_reference(held.records, shipped("reference"))
    stored(held.records, registry_of(MAIN_METER, SUB_METER))
    idle = [0] * 50 + [100] * 70
    values = [1000 + sum(idle[:hour]) for hour in range(len(idle))]
    readings = [
        Reading(MAIN_METER.meter, "register", T0 + hour * HOUR_MS, value)
        for hour, value in enumerate(values)
    ]
    odd = [
        Reading(SUB_METER.meter, "register", T0 + hour * HOUR_MS, 1000 + 7 * hour)
        for hour in range(120)
    ]
    odd[90] = odd[90]._replace(value=10**8)
    held.store.write([*readings, *odd])
    with held.records.session() as session:
        touched.publish(session, {MAIN_METER.meter: T0, SUB_METER.meter: T0})
    held.round_once()
    yield held
    held.close()


def check(
    house: House, meter: str = "", day: str = "", *, as_json: bool = False, language: str = "en"
) -> tuple[int, list[str], str]:
    said: list[str] = []
    wrong: list[str] = []
    asked = Request(
        "check", "readings", {"meter": meter, "day": day, "as_json": as_json}, "/", language
    )
    return answer_for(house)(asked, said.append, wrong.append), said, "\n".join(wrong)


def test_failed_checks_are_shown_by_meter_and_days_in_a_row_with_what_was_seen(
    house: House,
) -> None:
    code, said, _ = check(house)

    assert code == 1
    assert [line.split(":")[0] for line in said] == [
        "wrong  hall_light  2026-01-04  number_of_dials",
        "look   hall_main  2026-01-03 .. 2026-01-04  consecutive_equal",
        "wrong  hall_main  2026-01-01 .. 2026-01-02  sum_of_parts",
        "look   hall_main  2026-01-01 .. 2026-01-02  zero_consumption",
        "4 failed, 2 of them wrong.",
    ]
    assert said[1].endswith("24 intervals in a row have exactly the same amount, 40 kWh.")


def test_a_meter_and_a_day_narrow_what_is_shown(house: House) -> None:
    code, said, _ = check(house, "hall_main", "2026-01-02")
    assert (code, len(said)) == (1, 4)
    assert said[0].startswith("wrong  hall_main  2026-01-02  sum_of_parts")
    assert said[0].endswith("Its parts count 1.68 kWh together, the whole 0 kWh.")
    assert said[1].startswith("look   hall_main  2026-01-02  zero_consumption")
    assert check(house, "hall_main", "2026-01-03")[0] == 0
    assert check(house, "hall_light", "2026-01-02")[1][0] == "No check failed."


def test_of_one_day_the_estimates_stand_beside_the_checks_and_the_amount_beside_the_readings(
    house: House,
) -> None:
    _, said, _ = check(house, "hall_light", "2026-01-04")

    dials, count, gap, amount = said
    assert "number_of_dials" in dials
    assert count == "1 failed, 1 of them wrong."
    assert gap.startswith("gap  2026-01-04 17:00")
    assert gap.endswith("140 Wh   laid evenly")
    assert amount == (
        "The ledger has 1,680 Wh of the day; worked out again from the readings, the same."
    )
    (one,) = check(house, "hall_light", "2026-01-04", as_json=True)[1]
    found = json.loads(one)
    assert [gap["method"] for gap in found["estimates"]] == ["linear"]
    assert found["figures"][0]["verdict"] == "same"
    chinese = check(house, "hall_light", "2026-01-04", language="zh")[1]
    assert chinese[-1] == "台账当日 1,680 Wh，由读数重算相同。"


def test_a_day_without_an_amount_is_said_to_have_none(house: House) -> None:
    assert check(house, "hall_light", "2027-01-04")[1] == [
        "No check failed.",
        "The ledger has no amount of the day.",
    ]


def test_a_why_names_the_checks_that_failed_on_its_days(house: House) -> None:
    hour, day = (
        answer_of(house, "hall_light", when, [], of="", readings=0, deep=False)
        for when in ("2026-01-04T12", "2026-01-02")
    )

    assert [one["check"] for one in hour["checks"]] == ["number_of_dials"]
    (line,) = (one.en for one in lines_of(hour) if one.en.startswith("failed check"))
    assert line.startswith("failed check   2026-01-04   number_of_dials   1 readings do not fit")
    assert day["checks"] == []


def test_failed_checks_are_said_in_chinese_and_as_json(house: House) -> None:
    _, said, _ = check(house, "hall_light", language="zh")
    assert said[0].startswith("异常  hall_light  2026-01-04  读数是否在表计位数之内：1 个读数")
    _, (one,), _ = check(house, "hall_main", as_json=True)
    idle = json.loads(one)["checks"][-1]
    assert (idle["first"], idle["last"], idle["failed"]) == ("2026-01-01", "2026-01-02", 48)


def test_a_meter_or_day_that_is_none_is_refused(house: House) -> None:
    assert "The registry knows no meter 'cellar'" in check(house, "cellar")[2]
    assert "--day 'yesterday' is not a date" in check(house, "", "yesterday")[2]
