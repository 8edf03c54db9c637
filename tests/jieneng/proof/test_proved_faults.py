"""Faults of meters through the whole platform, held to their truth."""

import json
from pathlib import Path

from tests.proved import STORY, proved

HOUSE = STORY.split("[[fault]]")[0]
DAYS, A_DAY, METERS = 10, 96, 7


def test_a_branch_that_nobody_reads_is_absorbed_by_the_rest_of_its_main(tmp_path: Path) -> None:
    story = tmp_path / "unread.toml"
    fault = '[[fault]]\nkind = "missing_branch"\nmeter = "office_power"\n'
    story.write_text(HOUSE + fault, encoding="utf-8")
    code, said = proved(story, tmp_path)
    (found,) = json.loads(said[-1])

    assert code == 0
    assert found["readings_stored"] == DAYS * A_DAY * (METERS - 1)
    assert found["faults_absorbed"] == ["missing_branch office_power"]


def test_a_register_that_goes_backwards_is_unresolved_as_long_as_nobody_can_know(
    tmp_path: Path,
) -> None:
    story = tmp_path / "backwards.toml"
    # A data room never rests: where a register stands still, a quarter of an hour is resolved.
    fault = '[[fault]]\nkind = "reversed_sign"\nmeter = "office_data_room"\nat = 2025-03-10\n'
    house = HOUSE.replace("people = 100", 'people = 100\nextras = ["data_room"]')
    story.write_text(house + fault, encoding="utf-8")
    code, said = proved(story, tmp_path)
    (found,) = json.loads(said[-1])

    assert code == 0
    assert found["problems"] == []
    assert found["tie_out_difference"] == 0
    assert found["unresolved_true"] == found["unresolved_said"] > 2 * 24
    assert found["measured_share"] > 0.99
    assert found["faults_told"] == ["reversed_sign office_data_room"]


def test_what_the_register_has_no_digits_for_lies_in_the_dead_letters(tmp_path: Path) -> None:
    story = tmp_path / "slip.toml"
    fault = (
        '[[fault]]\nkind = "unit_slip"\nmeter = "office_hvac"\nat = 2025-03-10\nhours = 3\n'
        "strength = 1000\n"
    )
    story.write_text(HOUSE + fault, encoding="utf-8")
    code, said = proved(story, tmp_path)
    (found,) = json.loads(said[-1])

    assert code == 0
    assert (found["dead_letters"], found["readings_bad"]) == (12, 12)
    assert found["readings_stored"] == DAYS * A_DAY * METERS - 12
    assert found["tie_out_difference"] == 0


def test_a_ratio_that_was_written_down_makes_no_amount_wrong(tmp_path: Path) -> None:
    story = tmp_path / "exchanged.toml"
    faults = (
        '[[fault]]\nkind = "replacement"\nmeter = "office_hvac"\nat = 2025-03-07\nstrength = 500\n'
        '[[fault]]\nkind = "ct_change"\nmeter = "office_hvac"\nat = 2025-03-10T10:15:00\n'
        "strength = 35\n"
    )
    story.write_text(HOUSE + faults, encoding="utf-8")
    code, said = proved(story, tmp_path)
    (found,) = json.loads(said[-1])

    assert code == 0
    assert found["problems"] == found["missed"] == found["not_due"] == []
    assert found["tie_out_difference"] == 0
    assert found["unresolved_true"] == found["unresolved_said"] == 0
    assert found["faults_absorbed"] == ["replacement office_hvac", "ct_change office_hvac"]
