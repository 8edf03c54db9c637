"""Findings at the command line: listed, shown, and worked on step by step."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from energy.errors import ConfigError
from energy.finding import FindingState
from energy.span import from_ms
from jieneng.commands.findings import COMMAND
from jieneng.desk import Desk
from jieneng.wiring import House
from storage.records import findings
from tests.edit_world import MAIN, TRUE, house_with
from tests.finding_life import PUMP


class Keyboard:
    """Types commands at a house."""

    def __init__(self, house: House, folder: Path, number: int) -> None:
        self.house = house
        self.folder = folder
        self.number = number

    def type(self, work: str, language: str = "en", **given: Any) -> str:  # noqa: ANN401
        """Return what a piece of work says."""
        said: list[str] = []
        settings = self.house.settings.model_copy(update={"cli_language": language})
        desk = Desk(settings, self.folder, said.append, said.append, self.house)
        assert COMMAND.works[work](desk, **given) == 0
        return "\n".join(said)

    def take(self, step: str, **given: str) -> str:
        """Take a step about the finding."""
        told: dict[str, Any] = {"step": step, "number": self.number, "by": "王工"}
        return self.type("take", **(told | given))

    def show(self, language: str = "en") -> str:
        """Return all that is said of the finding."""
        return self.type("show", language, number=self.number, as_json=False)

    def list(self, state: str = "todo", **given: Any) -> str:  # noqa: ANN401
        """Return the list of a state."""
        asked: dict[str, Any] = {"institution": "", "as_json": False} | given
        return self.type("list", state=state, **asked)

    def day(self, ahead: int) -> str:
        """Return a day from now on."""
        return (from_ms(self.house.clock()) + timedelta(days=ahead)).date().isoformat()


@pytest.fixture
def keyboard(tmp_path: Path) -> Iterator[Keyboard]:
    with house_with(tmp_path, "memory:", TRUE[MAIN]) as house:
        with house.records.session() as session:
            opened = replace(PUMP, meter=MAIN, end=house.clock())
            kept = findings.save(session, opened, state=FindingState.OPEN, at=house.clock())
        yield Keyboard(house, tmp_path, kept.number)


def test_the_list_says_number_stage_cost_place_and_sentence(keyboard: Keyboard) -> None:
    first, second = keyboard.list().splitlines()[:2]  # a smaller one of the house comes behind it
    assert first.split()[:2] == [str(keyboard.number), "new"]
    assert "70,000 yuan a year" in first
    assert MAIN in first
    assert second.strip() == "10 kW more at night."
    row = json.loads(keyboard.list(as_json=True))[0]
    assert (row["number"], row["stage"], row["state"]) == (keyboard.number, "new", "open")


def test_a_finding_is_worked_on_from_the_keyboard_and_shows_what_happened(
    keyboard: Keyboard,
) -> None:
    assert "acknowledged (王工). It is acknowledged." in keyboard.take("ack")
    said = keyboard.take("assign", to="李工")
    assert "李工 was not known and is now, as" in said
    assert "was not known" not in keyboard.take("assign", to="李工")
    keyboard.take("due", until=keyboard.day(9))
    assert "The meter verifies it when" in keyboard.take("fixed", words="timer set")
    shown = keyboard.show()
    for words in (
        "fixed, the meter is yet to show it",
        "with      李工",
        f"due       {keyboard.day(9)}",
        "frozen    1970-04-11 to",
        "called fixed (王工): timer set",
        f"deadline set until {keyboard.day(9)} (王工)",
        "may       not-fixed, reject, comment, attach",
        "87,600 kWh a year (80 %: 80,000 to 95,000)",
    ):
        assert words in shown
    told = json.loads(keyboard.type("show", number=keyboard.number, as_json=True))
    steps = [one["step"] for one in told["steps"]]
    assert steps == ["acknowledge", "assign", "assign", "due", "fix"]


def test_what_is_set_aside_leaves_the_list_of_what_is_to_be_done(keyboard: Keyboard) -> None:
    keyboard.take("snooze", until=keyboard.day(3))
    assert "70,000 yuan" not in keyboard.list()
    assert "There is no such finding (verified)" in keyboard.list("verified")
    assert f"snoozed until {keyboard.day(3)}" in keyboard.list("snoozed")
    keyboard.take("resume")
    assert "new   70,000 yuan" in keyboard.list()


def test_a_file_is_attached_as_evidence_once_the_finding_is_known(keyboard: Keyboard) -> None:
    (keyboard.folder / "timer.jpg").write_bytes(b"a photo")
    keyboard.take("attach", evidence="timer.jpg", words="the timer")
    shown = keyboard.show()
    assert "file attached (王工) timer.jpg" in shown
    with pytest.raises(ConfigError, match="There is no file"):
        keyboard.take("attach", evidence="gone.jpg")


def test_refusals_say_what_may_be_done(keyboard: Keyboard) -> None:
    with pytest.raises(ConfigError, match="What may be done now: ack, assign") as refused:
        keyboard.take("not-fixed", words="still")
    assert "现在可以：ack" in refused.value.text.zh
    with pytest.raises(ConfigError, match="is not a time"):
        keyboard.take("due", until="soon")
    with pytest.raises(ConfigError, match="There is no state 'lost'"):
        keyboard.list("lost")
    with pytest.raises(ConfigError, match="jieneng findings list"):
        keyboard.type("show", number=9, as_json=False)


def test_the_answer_speaks_chinese(keyboard: Keyboard) -> None:
    said = keyboard.type("take", "zh", step="ack", number=keyboard.number, by="王工")
    assert said == f"第 {keyboard.number} 号异常：确认（王工）。状态：已确认。"
    assert "夜间多用 10 kW。" in keyboard.show("zh")
