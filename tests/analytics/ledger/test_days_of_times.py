import numpy as np
import pytest

from analytics.ledger.wall import days_around

DAYS = days_around("Europe/Berlin", 1_704_067_200_000, 1_735_603_200_000)


@pytest.mark.parametrize("many", [3, 5_000])
def test_few_times_and_many_in_order_lie_in_the_days_that_searching_each_gives(many: int) -> None:
    chance = np.random.default_rng(3)
    beyond = chance.integers(DAYS.start[0] - 10**9, DAYS.start[-1] + 10**9, many)
    times = np.sort(np.concatenate([beyond, DAYS.start, DAYS.start - 1, DAYS.start]))
    by_one = [int(np.searchsorted(DAYS.start, time, side="right")) - 1 for time in times]
    assert DAYS.of(times).tolist() == by_one
    assert DAYS.of(times[::-1]).tolist() == by_one[::-1]
    assert DAYS.of(times[:3]).tolist() == by_one[:3]
