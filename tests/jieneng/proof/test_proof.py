"""Small stories through the whole platform."""

import json
from pathlib import Path

import pytest

from energy.errors import ConfigError, RegistryError
from energy.text import Text
from jieneng.proving.proof import proof, shipped_scenarios
from jieneng.proving.table import NOT_YET
from jieneng.settings import Settings
from jieneng.simulated.stories import publish_scenario
from simulators.houses.spoken import spoken_formats
from tests.example_district import EXAMPLES
from tests.proved import SHORT, STORY, proved

READINGS = 10 * 96 * 7


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "ten_days.toml"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_a_story_through_the_whole_platform_is_held_to_its_truth(
    story: Path, tmp_path: Path
) -> None:
    code, said = proved(story, tmp_path)
    (found,) = json.loads(said[-1])

    assert code == 0
    assert found["problems"] == []
    assert found["readings_stored"] == READINGS - 7 * 3 * 4
    assert (found["dead_letters"], found["readings_bad"]) == (2, 2)
    assert (found["tie_out_difference"], found["wrong_measured_hours"]) == (0, 0)
    # Seven meters; of the five hours the last was not over, and the one before lacked its end.
    assert found["late_hours"] == found["late_hours_restated"] == 7 * 5
    assert found["faults_told"] == ["outage office_main", "unreadable office_main"]
    assert found["faults_absorbed"] == ["backlog office_main"]
    # Six days are too few for the rule that would see a wrong ratio: the kit says what is missed.
    assert found["faults_missed"] == ["ratio office_water"]
    assert not (tmp_path / "mine").exists()


WITH_TIMES = [
    name for name, one in spoken_formats().items() if one.manner and one.manner.clock != "none"
]


@pytest.mark.parametrize("form", WITH_TIMES)
def test_a_house_that_speaks_any_format_ties_out_through_the_whole_platform(
    form: str, tmp_path: Path
) -> None:
    story = tmp_path / f"{form}.toml"
    story.write_text(SHORT.format(form=form), encoding="utf-8")
    code, said = proved(story, tmp_path)
    (found,) = json.loads(said[-1])
    assert code == 0
    assert found["readings_stored"] == found["readings_published"] == 2 * 96 * 9
    assert (found["tie_out_difference"], found["wrong_measured_hours"]) == (0, 0)
    # A frame of a heat meter has six values more, of which a simulated one has none to give.
    assert found["dead_letters"] == (2 * 96 * 6 if form.endswith("cjt188") else 0)
    assert found["measured_share"] == 1


def test_faults_that_fall_together_on_one_device_leave_every_other_hour_measured(
    tmp_path: Path,
) -> None:
    kinds = {
        "out_of_order": (1.0, 8), "backlog": (1.1, 8), "retained": (1.2, 6), "resend": (1.15, 4),
        "duplicate": (1.05, 10), "outage": (1.25, 2), "zero": (1.4, 0), "dip": (1.41, 0),
    }  # fmt: skip
    faults = "".join(
        f'[[fault]]\nkind = "{kind}"\nmeter = "hall_main"\nday = {day}\nhours = {hours}\n'
        "strength = 0.5\n"
        for kind, (day, hours) in kinds.items()
    )
    story = tmp_path / "together.toml"
    story.write_text(SHORT.format(form="own_batch") + faults, encoding="utf-8")
    code, said = proved(story, tmp_path)
    (found,) = json.loads(said[-1])
    assert (code, found["problems"]) == (0, [])
    assert found["measured_share"] == 1
    assert found["late_hours"] == found["late_hours_restated"] > 9 * 5


def test_a_history_without_times_is_refused(tmp_path: Path) -> None:
    story = tmp_path / "plain.toml"
    story.write_text(SHORT.format(form="plain"), encoding="utf-8")
    with pytest.raises(ConfigError, match="hall-main, hall-lighting"):
        proved(story, tmp_path)
    with pytest.raises(ConfigError, match="--district"):
        publish_scenario(
            story, "mqtt://127.0.0.1:1", speed=1, shows_bar=False, now=0, echo=lambda _: None
        )


def test_all_mistakes_of_a_later_story_are_told_before_the_first_is_played(
    story: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(STORY.replace("backlog", "backlock"), encoding="utf-8")
    said: list[Text] = []
    with pytest.raises(RegistryError, match="backlock"):
        proof(
            Settings(state_dir=tmp_path / "mine"),
            [story, broken],
            broker="auto",
            as_json=False,
            shows_bar=False,
            echo=said.append,
        )
    assert said == []


def test_every_shipped_scenario_is_played_when_none_is_named() -> None:
    assert shipped_scenarios() == sorted((EXAMPLES / "scenarios").glob("*.toml"))


def test_what_the_platform_cannot_do_yet_is_never_a_number(story: Path, tmp_path: Path) -> None:
    _, said = proved(story, tmp_path, as_json=False)
    (savings,) = [line for line in said if line.startswith("savings")]
    assert savings.endswith(NOT_YET.en)
    assert said[0].split() == ["scenario", "ten_days"]
    assert len({len(line) for line in said[:-1]}) == 1
    assert said[-1] == "Everything that is due holds."
