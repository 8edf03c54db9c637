"""Dead letters read again or given up, each exactly once, whatever moment a crash picks."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from collector.taking.intake import Intake
from collector.telling.counters import Counters
from collector.telling.letter_desk import DROPPED, GONE, INCOMPLETE, REFUSED, TAKEN
from collector.telling.publisher import DROP, RETRY
from energy.reading import REGISTER
from tests.letter_world import AFTER, BOTH, FORMATS, NOW, STEPS, T0, WALK, World, do, entry
from tests.store_promises import ALWAYS


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_retry_after_a_registry_fix_brings_readings_to_their_own_time_with_their_arrival(
    world: World,
) -> None:
    world.take([entry(0, ep=1), entry(1, ep=2)])
    world.ship_all()
    assert world.counters() == Counters(received=2, dead=2)
    world.use(AFTER)
    world.ask(RETRY, 1)

    assert world.serve() == [TAKEN]

    assert world.counters() == Counters(received=2, spooled=2)
    world.ship_all()
    assert world.stored() == [(T0 * 1000, 100), ((T0 + 3600) * 1000, 200)]
    arrived = world.store.inside.series(REGISTER, "hall_main", ALWAYS).arrived.tolist()
    assert arrived == [NOW, NOW]
    assert world.letters() == []
    assert world.state.gone_letters(9) == [1]
    assert world.desk.box.used == 0
    world.close()


def test_of_letters_that_came_in_one_millisecond_the_value_said_last_stands(world: World) -> None:
    for value in (5, 7, 6):
        world.take(entry(0, ep=value))
    world.ship_all()
    world.use(AFTER)
    for letter in (2, 3, 1):
        world.ask(RETRY, letter)

    assert world.serve() == [TAKEN] * 3
    world.ship_all()

    assert world.stored() == [(T0 * 1000, 600)]
    world.close()


def test_one_letter_becomes_as_many_readings_as_its_message_holds(world: World) -> None:
    topic = "new/panel"
    world.take([entry(0, ep=1), entry(1, ep=2), entry(2, ep=-1)], topic=topic)
    world.ship_all()
    assert world.counters() == Counters(received=1, dead=1)
    own = FORMATS["own_single"]
    reads_more = replace(
        own,
        version=2,
        is_mine=lambda one: one == topic,
        decode=lambda _, payload: own.decode("meters/panel", payload),
    )
    world.intake = Intake(
        world.spool, {"own": reads_more}, lambda: AFTER, future_ms=0, letters=world.desk.box
    )
    world.ask(RETRY, 1)

    assert world.serve() == [TAKEN]

    assert world.counters() == Counters(received=3, spooled=2, dead=1)
    world.ship_all()
    (left,) = world.letters()
    assert (left.number, left.reason, left.version) == (2, "negative register", 2)
    world.close()


def test_a_retry_that_fails_again_stays_dead_with_the_new_reason_and_its_number(
    world: World,
) -> None:
    world.take(entry(0, ep=-1))
    world.ship_all()
    world.use(AFTER)
    world.ask(RETRY, 1)

    assert world.serve() == [REFUSED]
    world.ship_all()

    (letter,) = world.letters()
    assert (letter.number, letter.reason, letter.readings) == (1, "negative register", 1)
    assert json.loads(letter.payload) == entry(0, ep=-1)
    assert world.state.unpublished_letters(9) == [letter]
    assert world.counters() == Counters(received=1, dead=1)
    world.close()


def test_a_retry_that_changes_nothing_counts_nothing_anew(world: World) -> None:
    world.use(AFTER)
    world.take({"time": T0, "values": {"ep": 1, "ep_light": 2}})
    world.ship_all()
    books = world.counters()
    for _ in range(3):
        world.ask(RETRY, 1)
        assert world.serve() == [REFUSED]
        world.ship_all()

    assert world.counters() == books == Counters(received=2, shipped=1, dead=1)
    assert [letter.number for letter in world.letters()] == [1]
    world.close()


def test_a_message_with_two_letters_is_read_again_once(world: World) -> None:
    world.use(AFTER)
    world.take({"time": T0, "values": {"ep": -1, "ep_light": 2}})
    world.ship_all()
    assert world.counters() == Counters(received=2, dead=2)
    world.use(BOTH)
    world.ask(RETRY, 1, 2)

    assert world.serve() == [TAKEN, TAKEN]
    world.ship_all()

    assert world.counters() == Counters(received=2, shipped=1, dead=1)
    assert [letter.reason for letter in world.letters()] == ["negative register"]
    world.close()


def test_a_dropped_letter_is_gone_and_counted_as_dropped(world: World) -> None:
    world.take([entry(0, ep=1), entry(1, ep=2)])
    world.ship_all()
    world.ask(DROP, 1, 7)

    assert sorted(world.serve()) == [DROPPED, GONE]
    world.ship_all()

    assert world.counters() == Counters(received=2, dropped=2)
    assert (world.letters(), world.desk.box.used) == ([], 0)
    world.close()


def test_a_letter_without_all_its_bytes_can_be_dropped_but_not_read_again(tmp_path: Path) -> None:
    world = World(tmp_path, room=60_000)
    world.take(b"[" * 9_000)
    world.ship_all()
    world.ask(RETRY, 1)
    assert world.serve() == [INCOMPLETE]
    assert world.counters() == Counters(received=1, dead=1, cut=1)
    world.ask(DROP, 1)
    assert world.serve() == [DROPPED]
    world.ship_all()
    assert world.letters() == []
    world.close()


def test_what_is_counted_while_its_count_is_dropped_stays(tmp_path: Path) -> None:
    world = World(tmp_path, room=0)
    world.take(b"1")
    world.take(b"2")
    world.ship_all()
    world.take(b"3")
    world.ask(DROP, 1)
    assert world.serve() == [DROPPED]
    world.ship_all()

    assert [letter.readings for letter in world.letters()] == [1]
    assert world.counters() == Counters(received=3, dead=1, dropped=2, cut=3)
    world.close()


def test_a_reading_that_the_store_refused_is_brought_to_it_again(world: World) -> None:
    world.use(AFTER)
    world.store.poison = {100}
    world.take(entry(0, ep=1))
    world.ship_all()
    assert world.counters() == Counters(received=1, dead=1)
    world.store.poison = set()
    world.ask(RETRY, 1)

    assert world.serve() == [TAKEN]
    world.ship_all()

    assert world.counters() == Counters(received=1, shipped=1)
    assert world.stored() == [(T0 * 1000, 100)]
    world.close()


def test_a_full_spool_leaves_letters_and_requests_as_they_are(tmp_path: Path) -> None:
    world = World(tmp_path, max_bytes=200)
    world.take(entry(0, ep=1))
    world.ship_all()
    world.spool._max_bytes = 1
    world.use(AFTER)
    world.ask(RETRY, 1)
    books = world.counters()

    assert world.serve() == []
    assert world.counters() == books
    world.spool._max_bytes = 1_000_000
    assert world.serve() == [TAKEN]
    world.close()


def test_a_crash_between_the_spool_and_the_answer_retries_a_letter_once(world: World) -> None:
    world.take([entry(0, ep=1), entry(1, ep=2)])
    world.ship_all()
    world.use(AFTER)
    world.ask(RETRY, 1)
    waiting = list(world.notebook.requests)
    world.serve()
    world.notebook.requests = waiting  # the records never heard what became of it

    world.kill()
    assert world.serve() == [], "the letter still stands in the state until the record is shipped"
    world.ship_all()
    world.serve()
    world.ship_all()

    assert world.notebook.outcomes == {1: GONE}
    assert world.counters() == Counters(received=2, shipped=2)
    world.close()


def test_a_bad_message_sent_again_after_a_kill_is_kept_once(world: World) -> None:
    world.take(b"garbage")
    world.kill()
    world.take(b"garbage")
    world.take(b"garbage")
    world.ship_all()

    assert world.counters() == Counters(received=3, dead=2, duplicate=1)
    assert len(world.letters()) == 2
    world.close()


def test_a_bad_message_sent_again_after_a_lost_connection_is_kept_once(world: World) -> None:
    world.take(b"garbage")
    world.intake.expect_again()
    world.take(b"garbage")
    world.take(b"other", commit=False)
    world.intake.forget()
    world.intake.expect_again()
    world.take(b"other")

    assert world.counters() == Counters(received=3, dead=2, duplicate=1)
    world.close()


@pytest.mark.parametrize("seed", range(20))
def test_the_books_balance_and_tell_the_truth_whatever_is_retried_dropped_and_killed(
    tmp_path: Path, seed: int
) -> None:
    world, chance = World(tmp_path), Random(seed)  # noqa: S311 - a walk, no secret
    for serial in range(1, WALK):
        do(world, chance.choice(STEPS), chance.randint(1, 9), serial)
        counters = world.counters()
        assert counters.balance == 0
        assert min(counters.as_dict().values()) >= 0
    world.intake.commit()
    world.ship_all()
    world.serve()
    world.ship_all()

    assert world.counters().balance == 0
    assert world.counters().dead == sum(letter.readings for letter in world.letters())
    used = world.desk.box.used
    world.kill()
    assert world.desk.box.used == used
    world.close()
