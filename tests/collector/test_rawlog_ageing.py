"""Copies go when their days are over, and not because a clock is wrong."""

import os
import time
from pathlib import Path

import pytest

from collector.replaying.rawlog import DAY_MS
from tests.rawlog_world import KEEP_DAYS, Clock, RawLogWorld


def _kept_and_aged(folder: Path, ages_days: list[float], clock: Clock) -> RawLogWorld:
    """Return a world with copies last written to so many days ago, in their order."""
    world = RawLogWorld.on(folder, clock=clock)
    world.fill(len(ages_days) + 1)
    world.log.look()
    for file, age in zip(world.log.files(), ages_days, strict=True):
        written_s = time.time() - age * DAY_MS / 1000
        os.utime(file, (written_s, written_s))
    return world


def _numbers(world: RawLogWorld, *, up_to: int = 10**9) -> list[int]:
    """Return the numbers of the copies; midnight, which may come any time, adds one more."""
    numbers = [int(file.name[:9]) for file in world.log.files()]
    return [number for number in numbers if number <= up_to]


def test_a_clock_that_steps_ahead_lets_no_copy_go_until_it_has_gone_on_for_an_hour(
    tmp_path: Path,
) -> None:
    clock = Clock()
    world = _kept_and_aged(tmp_path, [3, 2, 1], clock)
    clock.wait(days=0.1)
    world.log.look()
    clock.step(days=365)
    world.log.look()
    assert _numbers(world) == [1, 2, 3, 4]  # the fourth: a day began, so it is kept, too
    clock.step(days=-365)
    clock.wait(days=0.1)
    world.log.look()
    assert _numbers(world) == [1, 2, 3, 4]
    clock.wait(days=KEEP_DAYS + 0.5)
    world.log.look()
    assert _numbers(world) == []


def test_segments_written_under_a_wrong_clock_go_in_the_order_they_were_written_in(
    tmp_path: Path,
) -> None:
    clock = Clock()
    in_1970, in_2036 = 56 * 365.0, -10 * 365.0
    world = _kept_and_aged(tmp_path, [40, in_2036, 20, in_1970, 10, in_2036], clock)
    clock.wait(days=0.1)
    world.log.look()
    assert _numbers(world, up_to=6) == [2, 3, 4, 5, 6]
    clock.wait(days=11)
    world.log.look()
    assert _numbers(world) == [4, 5, 6, 7]
    clock.wait(days=21)
    world.log.look()
    assert _numbers(world) == []


@pytest.mark.parametrize("before_days", [5, 40])
def test_a_segment_of_a_slow_clock_stays_with_the_next_when_all_before_it_are_gone(
    tmp_path: Path, before_days: float
) -> None:
    clock = Clock()
    in_1970 = 56 * 365.0
    world = _kept_and_aged(tmp_path, [before_days, in_1970, 1], clock)
    clock.wait(days=0.1)
    for _ in range(3):
        world.log.look()
    assert _numbers(world, up_to=3) == ([1, 2, 3] if before_days < KEEP_DAYS else [2, 3])
    clock.wait(days=KEEP_DAYS - 1.5)
    for _ in range(3):
        world.log.look()
    assert _numbers(world, up_to=3) == [2, 3]
    clock.wait(days=0.5)
    world.log.look()
    assert _numbers(world, up_to=3) == []


def test_the_newest_segment_of_a_slow_clock_stays_for_its_days(tmp_path: Path) -> None:
    clock = Clock()
    world = RawLogWorld.on(tmp_path, clock=clock)
    world.fill(3)
    world.log.look()
    for file, age in zip(world.log.files(), [40, 56 * 365], strict=True):
        written_s = time.time() - age * DAY_MS / 1000
        os.utime(file, (written_s, written_s))
    clock.wait(days=0.1)
    for _ in range(3):
        world.log.look()
    assert _numbers(world, up_to=2) == [2]
    # Its time is now that of when it was looked at, or of the next one where midnight came between.
    clock.wait(days=KEEP_DAYS - 0.3)
    world.log.look()
    assert _numbers(world, up_to=2) == [2]
    clock.wait(days=0.5)
    world.log.look()
    assert _numbers(world, up_to=2) == []
