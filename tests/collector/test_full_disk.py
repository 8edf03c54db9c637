"""A disk without room stops nothing for good: the state changes nothing and goes on later."""

from pathlib import Path

import pytest

from collector.keeping.segment import START, Position
from collector.keeping.state import STATE_FILE, State
from energy.errors import StoreError
from energy.reading import REGISTER, Reading
from storage.columns import columns_of


def _ship(state: State, meters: int) -> None:
    names = [f"meter_with_a_name_of_some_length_{number}" for number in range(meters)]
    readings = columns_of([Reading(name, REGISTER, 7, 1) for name in names])
    state.ship(Position(1, 100), shipped=meters, refused=0, letters=[], readings=readings)


def test_a_state_without_room_changes_nothing_says_so_and_goes_on_later(tmp_path: Path) -> None:
    state = State(tmp_path / STATE_FILE)
    (pages,) = state.connection.execute("PRAGMA page_count").fetchone()
    state.connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(StoreError, match="Make room"):
        _ship(state, 5000)
    assert state.shipped().position == START
    assert state.touched() == {}
    assert state.newest() == {}
    state.connection.execute("PRAGMA max_page_count = 1000000")
    _ship(state, 5000)
    assert state.shipped().shipped == len(state.touched()) == len(state.newest()) == 5000
    assert state.late(1) == []
    state.close()
