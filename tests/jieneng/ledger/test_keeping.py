"""A backup loses nothing and doubles nothing, whatever moves while it is taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.keeping.segment import Position
from collector.keeping.state import STATE_FILE, State
from collector.refused.letter import Letter
from energy.errors import StoreError
from jieneng.keeping import back_up, bring_back
from jieneng.publisher import RecordsPublisher
from jieneng.settings import Settings
from jieneng.wiring import House, open_house
from storage.records import dead_letters


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(Settings(state_dir=tmp_path / "state"))
    yield held
    held.close()


def tell(state: State, house: House, collector: str = "c-1") -> None:
    """Tell the records what the collector has not told them yet, as the collector does."""
    letters, gone = state.unpublished_letters(100), state.gone_letters(100)
    publisher = RecordsPublisher(house.records, collector=collector)
    publisher.letters(letters)
    publisher.letters_gone(gone)
    state.letters_published(letters)
    state.gone_published(gone)


def refuse(state: State, *topics: str) -> None:
    letters = [Letter(topic, b"?", "unknown device", 1, 1) for topic in topics]
    state.ship(Position(0, 0), shipped=0, refused=0, letters=letters)


@pytest.mark.parametrize("collector", ["c-1", "renamed"])
def test_a_letter_told_between_two_copies_is_there_once_after_a_restore(
    collector: str, house: House, tmp_path: Path
) -> None:
    state = State(house.settings.state_dir / STATE_FILE)
    refuse(state, "told before")
    tell(state, house)
    refuse(state, "told between")
    copying = back_up(house, tmp_path / "saved")
    assert "records" in next(copying).en
    tell(state, house)
    refuse(state, "not told yet")
    list(copying)
    state.close()

    settings = Settings(state_dir=tmp_path / "restored")
    list(bring_back(settings, tmp_path / "saved"))
    restored = open_house(settings)
    again = State(settings.state_dir / STATE_FILE)
    tell(again, restored, collector)
    with restored.records.reading() as session:
        topics = sorted(letter.topic for letter in dead_letters.recent(session, 100))
    again.close()
    restored.close()

    assert topics == ["not told yet", "told before", "told between"]


def test_a_letter_dropped_between_two_copies_is_gone_after_a_restore(
    house: House, tmp_path: Path
) -> None:
    state = State(house.settings.state_dir / STATE_FILE)
    refuse(state, "kept", "dropped")
    tell(state, house)
    copying = back_up(house, tmp_path / "saved")
    next(copying)
    state.ship(Position(0, 0), shipped=0, refused=0, letters=[], settled=[(2, 1)])
    tell(state, house)
    list(copying)
    state.close()

    settings = Settings(state_dir=tmp_path / "restored")
    list(bring_back(settings, tmp_path / "saved"))
    restored = open_house(settings)
    again = State(settings.state_dir / STATE_FILE)
    tell(again, restored)
    with restored.records.reading() as session:
        topics = [letter.topic for letter in dead_letters.recent(session, 100)]
    again.close()
    restored.close()

    assert topics == ["kept"]


def test_a_folder_in_which_nothing_was_set_up_has_no_backup(house: House, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing to back up; is --state FOLDER right"):
        list(back_up(house, tmp_path / "saved"))

    assert not (tmp_path / "saved").exists()
