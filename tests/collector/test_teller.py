"""When the records are told: a single piece of news at once, a stream of news in turns."""

import time
from collections.abc import Callable, Iterator

import pytest

from collector.telling import teller as telling
from collector.telling.teller import Teller
from tests.letter_world import World, entry, teller_of

PATIENCE_S = 10.0
LONG_S = 600.0
"""Between two turns here: a test that waited for one would not end."""


@pytest.fixture
def teller(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Teller]:
    monkeypatch.setattr(telling, "PUBLISH_S", LONG_S)
    made = teller_of(world, world.notebook)
    made.start()
    yield made
    made.stop()


def ship(world: World, hour: int, energy: float) -> None:
    world.take(entry(hour, ep=energy))
    world.ship_all()


def comes_true(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and not is_so():
        time.sleep(0.01)
    return is_so()


@pytest.mark.usefixtures("teller")
def test_a_single_reading_is_told_as_soon_as_the_store_has_it(world: World) -> None:
    ship(world, 5, 10)

    assert comes_true(lambda: bool(world.notebook.earliest))


@pytest.mark.usefixtures("teller")
def test_what_follows_at_once_waits_for_its_turn(world: World) -> None:
    ship(world, 5, 10)
    assert comes_true(lambda: bool(world.notebook.earliest))
    first = dict(world.notebook.earliest)
    ship(world, 1, 5)

    time.sleep(0.3)

    assert (world.notebook.earliest, world.notebook.late_spans) == (first, [])
    assert world.state.late(1)


def test_stopping_does_not_wait_for_a_turn_and_tells_what_is_left(
    world: World, teller: Teller
) -> None:
    ship(world, 5, 10)
    assert comes_true(lambda: bool(world.notebook.earliest))
    ship(world, 1, 5)
    began = time.monotonic()

    teller.stop()

    assert time.monotonic() - began < PATIENCE_S
    assert world.notebook.late_spans


def test_stopping_before_any_news_does_not_wait_either(teller: Teller) -> None:
    began = time.monotonic()

    teller.stop()

    assert time.monotonic() - began < PATIENCE_S
