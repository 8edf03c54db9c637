"""Clocks that are ahead are noted as they are refused, and told to the records."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.taking.clocks_ahead import MOST_DEVICES, STEADY_MS, ClocksAhead
from collector.telling.teller import Teller
from energy.clock_ahead import ClockAhead
from jieneng.publisher import RecordsPublisher
from storage.records import clocks_ahead
from storage.records.book import Records
from tests.letter_world import NOW, T0, World, entry, teller_of

HOUR_MS = 3_600_000
AHEAD = 48
"""Hour of a time that is 8 h ahead of the arrival of every message."""


def test_a_message_that_is_refused_for_its_time_is_noted_once(world: World) -> None:
    world.take([entry(AHEAD, ep=1), entry(0, ep=2)])
    assert world.intake.ahead.all() == [
        ClockAhead("panel", 8 * HOUR_MS, 8 * HOUR_MS, 1, NOW, NOW),
    ]
    assert world.stored() == []
    world.ship_all()
    assert len(world.stored()) == 1


@pytest.mark.parametrize(
    "payload",
    [
        b"no message",
        entry(0, ep=-1),
        entry(0, unknown=1),
        {"time": 5, "values": {"ep": 1}},
        {"time": T0 - 4 * 366 * 86_400, "values": {"ep": 1}},
        {"time": T0 * 1000, "values": {"ep": 1}},
    ],
)
def test_what_is_refused_for_something_else_says_nothing_of_a_clock(
    world: World, payload: object
) -> None:
    world.take(payload)
    world.ship_all()
    assert len(world.letters()) == 1
    assert world.intake.ahead.all() == []


def test_what_is_read_again_or_retained_says_nothing_of_a_clock(world: World) -> None:
    world.intake.take(
        "meters/panel",
        b'{"time": %d, "values": {"ep": 1}}' % (T0 + AHEAD * 3600),
        retained=True,
        arrived=NOW,
    )
    assert world.intake.commit()
    assert world.intake.ahead.all() == []
    world.ship_all()
    (letter,) = world.letters()
    world.ask("retry", letter.number)
    world.serve()
    world.ship_all()
    assert len(world.letters()) == 1
    assert world.intake.ahead.all() == []


@given(st.lists(st.integers(600_001, 3_000_000), min_size=1, max_size=40))
def test_only_a_steady_error_adds_up(errors: list[int]) -> None:
    clocks = ClocksAhead()
    run: list[int] = []
    for arrived, error in enumerate(errors):
        clocks.note("panel", ahead_ms=error, arrived=arrived)
        is_steady = max(*run, error, error) - min(*run, error, error) <= STEADY_MS
        run = [*run, error] if is_steady else [error]
    (known,) = clocks.all()
    first = len(errors) - len(run)
    last = len(errors) - 1
    assert known == ClockAhead("panel", min(run), max(run), len(run), first, last)


def test_what_arrives_at_once_counts_once_and_there_is_an_end_to_clocks() -> None:
    clocks = ClocksAhead()
    for number in range(MOST_DEVICES + 5):
        for _ in range(3):
            clocks.note(f"d{number}", ahead_ms=HOUR_MS, arrived=7)
    assert {one.times for one in clocks.all()} == {1}
    assert len(clocks.all()) == MOST_DEVICES


def test_the_records_are_told_when_something_changed_and_keep_it_over_a_restart(
    world: World, tmp_path: Path
) -> None:
    records = Records.open(f"sqlite:{tmp_path / 'records.db'}")

    def teller(name: str) -> Teller:
        return teller_of(world, RecordsPublisher(records, collector=name))

    def kept() -> dict[str, ClockAhead]:
        with records.reading() as session:
            return clocks_ahead.all(session)

    first = teller("one")
    first.tell_heard()
    assert kept() == {}
    world.take(entry(AHEAD, ep=1))
    first.tell_heard()
    told = kept()
    assert told == {"panel": ClockAhead("panel", 8 * HOUR_MS, 8 * HOUR_MS, 1, NOW, NOW)}
    world.kill()
    teller("one").tell_heard()
    assert kept() == told
    with records.session() as session:
        newer = ClockAhead("panel", 1, 2, 3, NOW, NOW + 1)
        clocks_ahead.put(session, "other_%", [newer])
    assert kept() == {"panel": newer}
    records.close()
