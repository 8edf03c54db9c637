"""Copies go when their days are over, and not because a clock is wrong."""

import os
import time
from pathlib import Path

from collector.rawlog import DAY_MS
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


def _numbers(world: RawLogWorld) -> list[int]:
    return [int(file.name[:9]) for file in world.log.files()]


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
    assert _numbers(world) == [2, 3, 4, 5, 6]
    clock.wait(days=11)
    world.log.look()
    assert _numbers(world) == [4, 5, 6, 7]
    clock.wait(days=21)
    world.log.look()
    assert _numbers(world) == []
