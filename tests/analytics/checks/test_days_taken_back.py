"""Readings that are taken away, or lag behind: what is said of a day beside others follows them."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy.reading import Quality, Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span, joined
from storage.engines.memory import MemoryStore
from tests.analytics.checks.test_checks_beside import (
    DAY,
    DAYS,
    FAMILY,
    HVAC,
    LIGHT,
    NOW,
    ONE_DEVICE,
    failed,
    part,
    steady,
    virtual,
)
from tests.analytics.ledger.test_ledger_sums import MAIN, START
from tests.analytics.ledgers import everything, ledger_of, run_round

SUM = virtual(part("light", "+"), part("hvac", "+"))


def at(day: int, hour: int = 0) -> int:
    return START + day * DAY + hour * HOUR_MS


def between(readings: Sequence[Reading], start: int, end: int = NOW) -> list[Reading]:
    return [one for one in readings if start <= one.time < end]


def taken_away(readings: Sequence[Reading]) -> list[Reading]:
    return [
        one._replace(quality=Quality.BAD, revision=1, arrived=one.time + DAY) for one in readings
    ]


def follows(store: MemoryStore, registry: Registry, new: Sequence[Reading]) -> None:
    """Write readings and run a round that knows where they are new."""
    assert not store.write(new)
    news: dict[str, list[Span]] = {}
    for one in new:
        news.setdefault(one.meter, []).append(Span(one.time, one.time + 1))
    told = {name: joined(spans, apart=DAY) for name, spans in news.items()}
    run_round(store, registry, told, now_ms=NOW)


def changed(registry: Registry, *turns: Sequence[Reading]) -> list[list[tuple[str, str, int]]]:
    """Return what fails after each turn; at the end the same as from scratch."""
    store, found = ledger_of(registry, turns[0], now_ms=NOW), []
    found.append(failed(store))
    for new in turns[1:]:
        follows(store, registry, new)
        found.append(failed(store))
    every = [one for new in turns for one in new]
    assert everything(store) == everything(ledger_of(registry, every, now_ms=NOW))
    return found


def test_a_day_that_is_over_no_more_keeps_nothing_that_was_said_of_it() -> None:
    main = steady(MAIN, 10)
    two_days = between(steady(LIGHT, 10), START, at(2))

    before, after = changed(ONE_DEVICE, [*main, *two_days], taken_away(between(main, at(4, 12))))

    assert before == [("light", "sibling_present", day) for day in (2, 3, 4, 5)]
    assert after == [("light", "sibling_present", day) for day in (2, 3)]


def test_parts_count_too_much_no_more_where_the_whole_is_taken_away() -> None:
    main, light, hvac = steady(MAIN, 100), steady(LIGHT, 200), steady(HVAC, 50)

    before, after = changed(FAMILY, [*main, *light, *hvac], taken_away(between(main, at(5, 6))))

    assert before == [(MAIN.meter, "sum_of_parts", day) for day in range(DAYS)]
    assert after == [(MAIN.meter, "sum_of_parts", day) for day in range(DAYS - 1)]


@pytest.mark.parametrize(
    ("start", "end", "missed"),
    [
        (at(3, 5), NOW, [4, 5]),  # read until five: the day has something
        (at(3), NOW, [3, 4, 5]),
        (START, at(2), [0, 1]),
        (START, NOW, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_a_channel_is_missed_where_its_first_or_last_readings_are_taken_away(
    start: int, end: int, missed: list[int]
) -> None:
    main, light = steady(MAIN, 10), steady(LIGHT, 10)

    before, after = changed(ONE_DEVICE, [*main, *light], taken_away(between(light, start, end)))

    assert before == []
    assert after == [("light", "sibling_present", day) for day in missed]


def test_an_input_that_lags_behind_is_missed_no_more_before_its_own_day_is_over() -> None:
    light, hvac = steady(LIGHT, 10), steady(HVAC, 10)
    until_ten, until_nine = between(hvac, START, at(3, 11)), between(hvac, at(3, 11), at(3, 22))
    alone = [*between(light, START, at(4) + 1), *until_ten]

    before, after = changed(SUM, alone, until_nine)

    assert before == [("rest", "missing_input", 3)]
    assert after == []


def test_a_day_that_is_not_over_for_anybody_is_not_asked_about() -> None:
    light, hvac = steady(LIGHT, 10), steady(HVAC, 10)
    lagging = [*between(light, START, at(4)), *between(hvac, START, at(2))]

    before, after = changed(SUM, lagging, between(hvac, at(2), at(2, 12)))

    assert before == [("rest", "missing_input", 2)]
    assert after == before


METERS = (MAIN, LIGHT, HVAC)
HOURS = st.integers(0, DAYS * 24 + 1).map(lambda hour: at(0, hour))


@st.composite
def turns(draw: st.DrawFn) -> list[list[Reading]]:
    """Draw what comes one after the other: parts of some meters, some of them taken away."""
    whole = {one.meter: steady(one, draw(st.sampled_from([0, 60, 200]))) for one in METERS}
    found = [[one for own in whole.values() for one in between(own, START, draw(HOURS))]]
    for _ in range(draw(st.integers(1, 3))):
        new: list[Reading] = []
        for name in draw(st.sets(st.sampled_from(sorted(whole)), min_size=1)):
            start, end = sorted((draw(HOURS), draw(HOURS)))
            some = between(whole[name], start, end)
            new += taken_away(some) if draw(st.booleans()) else some
        found.append(new)
    return found


@given(turns(), st.sampled_from([FAMILY, ONE_DEVICE, SUM]))
@settings(max_examples=6)
def test_whatever_is_taken_away_the_days_say_the_same_as_from_scratch(
    told: list[list[Reading]], registry: Registry
) -> None:
    inside = [[one for one in new if one.meter in registry.meter] for new in told]
    changed(registry, *inside)
