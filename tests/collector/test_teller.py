"""When the records are told: a piece of news at once, a stream of news, or a failure, in turns."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from collector.telling import teller as telling
from collector.telling.teller import Teller
from energy.errors import UnreachableError
from energy.reading import REGISTER, Reading
from tests.letter_world import T0, World, entry, teller_of

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


class Away:
    """Records that do not answer who asks for the registry; counts how often they are asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.again = threading.Event()

    def __call__(self) -> None:
        self.asked += 1
        if self.asked > 1:
            self.again.set()
        raise UnreachableError("nobody answers at fake:1")


@pytest.mark.usefixtures("teller")
def test_records_that_do_not_answer_are_asked_once_a_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Away()
    monkeypatch.setattr(world.intake, "renew_registry", away)
    ship(world, 5, 10)
    assert comes_true(lambda: away.asked > 0)

    assert not away.again.wait(0.3)

    assert world.notebook.earliest == {}


@pytest.mark.usefixtures("teller")
def test_what_records_did_not_hear_is_told_in_a_later_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "PUBLISH_S", 0.01)
    away = Away()
    with monkeypatch.context() as missing:
        missing.setattr(world.intake, "renew_registry", away)
        ship(world, 5, 10)
        assert away.again.wait(PATIENCE_S)
        assert world.notebook.earliest == {}

    assert comes_true(lambda: bool(world.notebook.earliest))


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


def test_what_people_gave_is_kept_once_though_two_threads_tell_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, notebook = teller_of(world, world.notebook, takes_inbox=True), world.notebook
    notebook.waiting[1] = Reading("hall_main", REGISTER, T0 * 1000, 7)
    both, read = threading.Barrier(2), notebook.inbox

    def inbox(limit: int) -> list[tuple[int, Reading]]:
        found = read(limit)
        with suppress(threading.BrokenBarrierError):
            both.wait(0.3)  # for the other thread to read the same, where nothing keeps it out
        return found

    monkeypatch.setattr(notebook, "inbox", inbox)
    other = threading.Thread(target=made.tell)
    other.start()
    made.tell()
    other.join()

    assert len(list(world.spool.read(world.state.shipped().position))) == 1
    assert notebook.waiting == {}
