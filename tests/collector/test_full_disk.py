"""A disk without room stops nothing for good: the state changes nothing and goes on later."""

from pathlib import Path

import pytest

from collector.segment import START, Position
from collector.state import STATE_FILE, State
from energy.errors import StoreError


def _ship(state: State, meters: int) -> None:
    touched = {f"meter_with_a_name_of_some_length_{number}": number for number in range(meters)}
    state.ship(Position(1, 100), shipped=meters, refused=0, letters=[], touched=touched, settled=[])


def test_a_state_without_room_changes_nothing_says_so_and_goes_on_later(tmp_path: Path) -> None:
    state = State(tmp_path / STATE_FILE)
    (pages,) = state._connection.execute("PRAGMA page_count").fetchone()
    state._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(StoreError, match="Make room"):
        _ship(state, 5000)
    assert state.shipped().position == START
    assert state.touched() == {}
    state._connection.execute("PRAGMA max_page_count = 1000000")
    _ship(state, 5000)
    assert state.shipped().shipped == 5000
    state.close()
