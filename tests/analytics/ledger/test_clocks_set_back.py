"""A clock that was set back says later readings at earlier times: those of on time stand."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy.reading import Quality, Reading
from energy.span import HOUR_MS
from storage.tables import METER_HOUR
from tests.analytics.ledger.test_ledger_sums import MAIN, START
from tests.analytics.ledgers import everything, ledger_of, points
from tests.analytics.rounds.test_rounds_gaps import ZONES, arrivals, in_lots
from tests.analytics.rounds.test_rounds_late import NOW, places, troubled_year

MINUTE_MS = 60_000
A_DAY = 24


def on_time(hours: int) -> list[Reading]:
    """Return hourly readings of a register that counts 100 an hour."""
    return [
        Reading(MAIN.meter, "register", START + hour * HOUR_MS, 100 * hour) for hour in range(hours)
    ]


def set_back(readings: Sequence[Reading], by: int, chance: Random) -> list[Reading]:
    """Return readings as a clock that is so many hours slow tells them."""
    return [
        one._replace(
            time=one.time - by * HOUR_MS + chance.randrange(1, 10) * MINUTE_MS,
            quality=Quality.DOUBTFUL,
            arrived=one.time,
        )
        for one in readings
    ]


def hours_of(readings: Sequence[Reading]) -> list[int]:
    found = points(ledger_of(places("Asia/Shanghai"), readings, now_ms=NOW), METER_HOUR)
    return [int(one) // 10 for one in found["amount"].tolist()]


def test_what_a_clock_set_back_says_of_hours_that_were_read_is_left_out() -> None:
    readings = on_time(A_DAY)
    slow = set_back(readings[15:17], 3, Random(1))  # noqa: S311 - not a secret
    assert hours_of(sorted([*readings[:15], *slow])) == hours_of(readings[:15])
    assert hours_of(sorted([*readings, *slow])) == hours_of(readings) == [100] * 23


@pytest.mark.parametrize(
    "kind", [Reading(MAIN.meter, "register", 0, 0, 1, *one) for one in ((2, 0, 1), (0, 1, 1))]
)
def test_what_people_say_is_judged_by_what_it_shows(kind: Reading) -> None:
    readings = on_time(A_DAY)
    slow = set_back(readings[15:17], 3, Random(1))  # noqa: S311 - not a secret
    slow = [one._replace(source=kind.source, revision=kind.revision) for one in slow]
    assert hours_of(sorted([*readings, *slow])) != hours_of(readings)


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.02]), st.sampled_from(ZONES))
@settings(max_examples=10)
def test_what_clocks_set_back_say_ends_the_same_in_whatever_order_it_arrives(
    seed: int, trouble: float, zone: str
) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    readings = troubled_year(MAIN, chance, trouble)
    for _ in range(chance.randrange(1, 5)):
        first = chance.randrange(20, len(readings) - 40)
        readings += set_back(readings[first : first + chance.randrange(1, 12)], 8, chance)
    whole = ledger_of(places(zone), sorted(readings), now_ms=NOW)
    lots = arrivals(sorted(readings), chance)
    assert everything(in_lots(places(zone), lots)) == everything(whole)
