"""Which planted faults raise which check and which candidate event, through the whole platform."""

from datetime import date
from pathlib import Path

import pytest

from tests.proved import STORY
from tests.staged import Outcome, outcome

HOUSE = STORY.split("[[fault]]")[0].replace(
    "people = 100", 'people = 100\nextras = ["data_room", "ev_chargers"]'
)
FAULTS = """
[[fault]]
kind = "reset"
meter = "office_lighting"
at = 2025-03-06T10:20:00
strength = 0

[[fault]]
kind = "replacement_unannounced"
meter = "office_hvac"
at = 2025-03-07T11:00:00
strength = 77

[[fault]]
kind = "replacement"
meter = "office_power"
at = 2025-03-07T11:00:00
strength = 500

[[fault]]
kind = "reversed_sign"
meter = "office_data_room"
at = 2025-03-08

[[fault]]
kind = "dip"
meter = "office_power"
at = 2025-03-05T15:00:00
strength = 0.02

[[fault]]
kind = "stuck"
meter = "office_main"
at = 2025-03-09T12:00:00
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("faulty")
    story = folder / "faulty.toml"
    story.write_text(HOUSE + FAULTS, encoding="utf-8")
    return outcome(story, folder)


def days(faulty: Outcome, check: str) -> list[tuple[str, date, date]]:
    return [(one.meter, one.first, one.last) for one in faulty.checks if one.check == check]


def test_a_register_that_lost_its_memory_is_a_candidate_and_one_fall(faulty: Outcome) -> None:
    of_light = [one for one in faulty.candidates if one.meter == "office_lighting"]

    assert [(one.looks, one.state) for one in of_light] == [("reset", "open")]
    day = date(2025, 3, 6)
    assert ("office_lighting", day, day) in days(faulty, "negative_consumption")


def test_a_meter_exchanged_without_a_word_is_a_candidate_and_one_with_is_none(
    faulty: Outcome,
) -> None:
    assert {one.meter for one in faulty.candidates} == {"office_lighting", "office_hvac"}


def test_a_register_that_runs_backwards_fails_each_day_and_is_no_candidate(
    faulty: Outcome,
) -> None:
    falls = days(faulty, "negative_consumption")

    assert ("office_data_room", date(2025, 3, 8), date(2025, 3, 11)) in falls
    assert {meter for meter, _, _ in falls} == {
        "office_lighting", "office_hvac", "office_data_room",
    }  # fmt: skip


def test_a_main_that_stands_still_fails_on_each_whole_day(faulty: Outcome) -> None:
    whole = ("office_main", date(2025, 3, 10), date(2025, 3, 11))
    assert days(faulty, "zero_consumption") == [whole]


def test_a_main_that_stands_still_counts_less_than_its_parts(
    faulty: Outcome,
) -> None:
    still = ("office_main", date(2025, 3, 10), date(2025, 3, 11))
    assert days(faulty, "sum_of_parts") == [still]


def test_what_runs_backwards_for_three_days_is_unknown_for_too_long_and_nothing_else_fails(
    faulty: Outcome,
) -> None:
    named = {"negative_consumption", "zero_consumption", "sum_of_parts"}
    others = [(one.check, one.meter, one.first) for one in faulty.checks if one.check not in named]

    assert others == [("prolonged_estimation", "office_data_room", date(2025, 3, 11))]


def test_a_quiet_house_and_an_outage_of_hours_fail_nothing(tmp_path: Path) -> None:
    story = tmp_path / "quiet.toml"
    outage = """
[[fault]]
kind = "outage"
meter = "office_main"
at = 2025-03-09T08:20:00
hours = 5
"""
    story.write_text(HOUSE + outage, encoding="utf-8")

    said = outcome(story, tmp_path)

    assert (said.checks, said.candidates) == ([], [])
    assert said.meter_days == 90


def test_two_channels_that_were_exchanged_are_one_candidate_with_both_meters(
    tmp_path: Path,
) -> None:
    story = tmp_path / "crossed.toml"
    crossed = """
[[fault]]
kind = "swapped_child"
meter = "office_hvac"
other = "office_lighting"
at = 2025-03-07T11:00:00
"""
    story.write_text(HOUSE + crossed, encoding="utf-8")

    said = outcome(story, tmp_path)

    assert [(one.looks, one.meter, one.factor, one.state) for one in said.candidates] == [
        ("replacement", "office_hvac", "", "paired"),
        ("swapped", "office_hvac", "office_lighting", "open"),
        ("replacement", "office_lighting", "", "paired"),
    ]
