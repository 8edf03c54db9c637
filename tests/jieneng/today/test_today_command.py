"""``jieneng today``: what is to be done over a house whose meter counts 1 kWh an hour."""

import json
from dataclasses import replace
from typing import Any

import pytest

from energy.errors import StoreError
from energy.finding import Finding, FindingState, Stream
from energy.meter import Meter
from energy.span import HOUR_MS
from energy.text import Text
from jieneng.wiring import House
from storage.records import dead_letters, findings
from storage.records import registry as registry_records
from storage.records.dead_letters import DeadLetter
from tests.builders import PANEL, registry_of
from tests.jieneng.ledger.test_ledger_commands import (
    HOURS_OF_MAY,
    LATE,
    METER,
    ask,
    closed_may,
    house,
    person,
    step,
    tell,
)
from tests.storage.chain_world import MAY_1, day

__all__ = ["house"]
NOW_HOURS = (day(6, 10) - MAY_1) // HOUR_MS
"""Hours from 1 May until the present of the house."""
LETTER = DeadLetter(1, "west", "meters/a", b"{}", "unknown device", MAY_1 + HOUR_MS, 2)


def todo(house: House, institution: str = "") -> list[dict[str, Any]]:
    """Return the tasks as machines get them."""
    code, (said,) = ask(
        house, "today", "today", institution=institution, as_json=True, language="en"
    )
    assert code == 0
    found: list[dict[str, Any]] = json.loads(said)
    return found


def of(house: House, source: str) -> list[dict[str, Any]]:
    return [one for one in todo(house) if one["source"] == source]


def finding(meter: str, rule: str, stream: Stream = Stream.WASTE, yuan: int = 1) -> Finding:
    return Finding(
        rule=rule, version=1, meter=meter, stream=stream, start=MAY_1, end=day(6, 1), goes_on=True,
        sentence_zh=f"{rule} 浪费", sentence_en=f"{rule} wastes", check_zh="看现场",
        check_en="look there", micro_yuan_per_year=yuan,
    )  # fmt: skip


def test_a_house_that_is_well_has_only_its_reference_data_to_confirm_and_what_looks_odd(
    house: House,
) -> None:
    tell(house, range(NOW_HOURS + 1))
    closing = person(house, "filler", "statistics_head", "unit_head")
    assert step(house, "submit", closing)[-1] == "0"
    assert step(house, "close", closing)[-1] == "0"

    # This meter counts the same every hour; of that alone the checks ask.
    (same,) = of(house, "failed_checks")
    assert same["title"]["en"] == "A check failed: Are amounts the same again and again?"
    assert {one["source"] for one in todo(house)} <= {"reference_rows", "failed_checks"}


def test_a_meter_that_says_nothing_is_a_task_with_the_time_of_its_last_reading(
    house: House,
) -> None:
    tell(house, range(HOURS_OF_MAY))

    (task,) = of(house, "silent_meters")
    assert task["urgency"] == "now"
    assert task["where"]["en"] == "Hall main (hall_main)"
    assert task["since"] == "2026-05-31T15:00:00Z"
    assert task["command"].startswith("jieneng reading add hall_main")


def test_meters_of_one_device_that_fall_silent_together_are_one_task(house: House) -> None:
    meters = [
        replace(METER, meter=f"m{number}", channel=f"c{number}", role="check")
        for number in range(7)
    ]
    replace_registry(house, *meters)

    (task,) = of(house, "silent_meters")
    assert (task["count"], task["title"]["en"]) == (7, "No reading has ever come")
    assert task["where"]["en"].endswith("and 6 more on device panel")


def replace_registry(house: House, *meters: Meter) -> None:
    devices = [replace(PANEL, device=name) for name in {one.device for one in meters}]
    with house.records.session() as session:
        made = replace(registry_of(*meters), devices=tuple(devices))
        registry_records.replace(session, made, author="test", reason="more")


def test_of_many_tasks_of_a_sort_the_first_stand_alone_and_the_others_as_one(
    house: House,
) -> None:
    meters = [
        replace(METER, meter=f"m{number}", device=f"d{number}", role="check") for number in range(9)
    ]
    replace_registry(house, *meters)

    tasks = of(house, "silent_meters")
    assert len(tasks) == 6
    assert tasks[-1]["title"]["en"] == "silent meters: 4 more"
    assert sum(one["count"] for one in tasks) == 9


def test_refused_messages_are_one_task_a_reason_with_their_page(house: House) -> None:
    with house.records.session() as session:
        others = [
            replace(LETTER, number=2),
            replace(LETTER, number=3, reason="time cannot be read"),
        ]
        dead_letters.publish(session, [LETTER, *others])

    tasks = {one["title"]["en"]: one for one in of(house, "dead_letters")}
    assert set(tasks) == {"Refused: unknown device", "Refused: time cannot be read"}
    task = tasks["Refused: unknown device"]
    assert (task["count"], task["link"]) == (2, "/dead-letters?reason=unknown+device")
    assert task["title"]["zh"] == "拒收：采集设备不在登记表中"


def test_a_month_that_ended_is_submitted_first_and_closed_then(house: House) -> None:
    tell(house, range(NOW_HOURS + 1))
    (task,) = of(house, "periods")
    assert task["where"]["en"] == "Town hall (town): 2026-05"
    assert task["command"] == "jieneng ledger submit town 2026-05 --by ID"
    assert task["since"] == "2026-05-31T16:00:00Z"

    everything = person(house, "filler", "statistics_head", "unit_head")
    assert step(house, "submit", everything)[-1] == "0"
    (task,) = of(house, "periods")
    assert task["command"] == "jieneng ledger close town 2026-05 --by ID"

    assert step(house, "close", everything)[-1] == "0"
    assert not of(house, "periods")


def test_late_readings_of_a_closed_month_are_a_task_to_restate_it(house: House) -> None:
    closed_may(house)
    assert not of(house, "restatements")

    tell(house, LATE, more=5)

    (task,) = of(house, "restatements")
    assert task["where"]["en"] == "Town hall (town): 2026-05"
    assert task["command"].startswith("jieneng ledger restate town 2026-05")


def test_a_gap_of_four_days_is_a_task_and_one_of_three_is_none(house: House) -> None:
    tell(house, range(100))
    tell(house, range(171, 300))
    assert not of(house, "long_gaps")

    tell(house, range(396, NOW_HOURS + 1))

    (task,) = of(house, "long_gaps")
    assert task["count"] == 1
    assert task["title"]["en"].endswith("the longest: 97 h")


def test_findings_are_one_task_a_rule_and_faults_of_data_come_first(house: House) -> None:
    replace_registry(house, METER, replace(METER, meter="hall_lift", channel="c2", role="check"))
    with house.records.session() as session:
        for one in (
            finding("hall_main", "night"),
            finding("hall_lift", "night", yuan=9),
            finding("hall_main", "clock", Stream.DATA),
        ):
            findings.save(session, one, state=FindingState.OPEN, at=day(6, 1))
        over = finding("hall_main", "over")
        findings.save(session, over, state=FindingState.OPEN, at=day(6, 1))
        findings.save(session, over, state=FindingState.ENDED, at=day(6, 2))

    tasks = {one["title"]["en"]: one for one in of(house, "findings")}
    assert list(tasks) == ["clock wastes", "night wastes"]
    assert tasks["clock wastes"]["urgency"] == "soon"
    assert (tasks["night wastes"]["count"], tasks["night wastes"]["urgency"]) == (2, "later")


def test_a_person_reads_what_where_since_when_and_how(house: House) -> None:
    tell(house, range(HOURS_OF_MAY))

    code, lines = ask(house, "today", "today", institution="town", as_json=False, language="zh")

    assert code == 0
    assert lines[0] == "  1  [立即] 没有读数（自 2026-05-31 23:00）"
    assert lines[1].strip() == "大厅总表（hall_main）"
    assert any("jieneng ledger submit town 2026-05" in line for line in lines)


def test_an_institution_sees_its_own_tasks_alone_and_an_unknown_one_is_named(
    house: House,
) -> None:
    with house.records.session() as session:
        dead_letters.publish(session, [LETTER])

    assert {one["source"] for one in todo(house)} >= {"dead_letters", "silent_meters"}
    assert {one["source"] for one in todo(house, "town")} == {"silent_meters"}
    code, said = ask(house, "today", "today", institution="gone", as_json=True, language="en")
    assert (code, said) == (1, ["There is no institution 'gone'. Known: town."])


def test_a_store_that_does_not_answer_is_a_task_and_hides_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.records.session() as session:
        dead_letters.publish(session, [LETTER])

    def refuse(*_: object, **__: object) -> dict[str, int]:
        raise StoreError(Text("不在", "The store is away."))

    monkeypatch.setattr(house.store, "newest", refuse)

    (task,) = of(house, "silent_meters")
    assert task["where"]["en"] == "The store is away."
    assert of(house, "dead_letters")
