"""What a replay promises on every engine: functions that take a folder and two empty stores."""

from collections.abc import Callable
from pathlib import Path

from energy.reading import Source
from energy.span import Span
from storage.readings import ReadingStore
from tests.replay_world import HISTORY, HOUR, T0, World, at, everything, is_balanced

Promise = Callable[[Path, ReadingStore, ReadingStore], None]
SIZE = sum(map(len, HISTORY))


def a_store_that_has_everything_stays_as_it_is(
    folder: Path, store: ReadingStore, _: ReadingStore
) -> None:
    world = World(folder, store)
    world.ship()
    store.write([at(5, value=77, source=Source.MANUAL, arrived=9)])
    before = everything(store)
    ended = world.ask()
    assert everything(store) == before
    assert (ended.progress.read, ended.progress.kept) == (SIZE, SIZE)
    assert is_balanced(ended)
    world.close()


def an_empty_store_has_everything_again(
    folder: Path, store: ReadingStore, empty: ReadingStore
) -> None:
    world = World(folder, store)
    world.ship()
    world.replayer = world.replayer_into(empty)
    ended = world.ask()
    assert everything(empty) == everything(store)
    assert empty.counts() == store.counts()
    assert (ended.progress.segments, ended.progress.done) == (len(HISTORY), len(HISTORY))
    world.close()


def a_store_that_lost_some_has_them_again_and_keeps_what_came_later(
    folder: Path, store: ReadingStore, _: ReadingStore
) -> None:
    world = World(folder, store)
    world.ship()
    before = everything(store)
    for table in store.counts():
        store.delete_before(table, T0 + 3 * HOUR)
    newer = at(2, value=1234, source=Source.IMPORT, arrived=T0 + 9 * HOUR)
    store.write([newer, at(8)])
    world.ask(Span(T0, T0 + 7 * HOUR))
    expected = [newer if one[:3] == newer[:3] else one for one in before] + [at(8)]
    assert sorted(everything(store)) == sorted(expected)
    world.close()


PROMISES: tuple[Promise, ...] = (
    a_store_that_has_everything_stays_as_it_is,
    an_empty_store_has_everything_again,
    a_store_that_lost_some_has_them_again_and_keeps_what_came_later,
)
