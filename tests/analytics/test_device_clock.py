"""Clocks that are off are found by the arrival of their readings; gateways that gather are not."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.clock_error import ON_TIME, ClockError, clock_error_of, steady_error
from energy.clock_ahead import ClockAhead
from energy.meter import Meter
from energy.reading import INTERVAL, REGISTER, Quality, Reading, Source
from energy.span import HOUR_MS
from storage.engines.memory import MemoryStore
from storage.readings import series_of
from tests.builders import MAIN_METER
from tests.store_promises import NEW_YEAR

MINUTE = 60_000
DAY = 24 * HOUR_MS
METER = replace(MAIN_METER, interval_s=900)
Taken = tuple[int, int]
"""When a reading was taken and when it arrived, both by the right clock [ms]."""


def live(meter: Meter, hours: float, *, start: int = NEW_YEAR, way: int = 2000) -> list[Taken]:
    """Return readings of so many hours that arrive as they are taken."""
    step = meter.interval_s * 1000
    return [(start + k * step, start + k * step + way) for k in range(int(hours * HOUR_MS // step))]


def said(meter: Meter, taken: Sequence[Taken], *, behind: int = 0) -> list[Reading]:
    """Return readings as the collector stores them, of a clock that is so far behind [ms]."""
    label = meter.interval_s * 1000 if meter.table == INTERVAL else 0
    found: dict[int, Reading] = {}
    for number, (at, arrived) in enumerate(sorted(taken, key=lambda pair: pair[1])):
        time = at - behind - label
        late = arrived if abs(arrived - time) > meter.on_time_ms else 0
        found[time] = Reading(meter.meter, meter.table, time, number, arrived=late)
    return sorted(found.values(), key=lambda reading: reading.time)


def error_of(readings: Sequence[Reading], meter: Meter = METER) -> ClockError | None:
    return steady_error(series_of(meter.table, readings), meter)


def clock_at(readings: Sequence[Reading], now: int, meter: Meter = METER) -> ClockError | None:
    """Return what a rule is told of a meter's clock when the store holds these readings."""
    store = MemoryStore()
    store.write(readings)
    return clock_error_of(store, meter, store.newest().get(meter.meter), now=now)


@given(
    behind=st.integers(31 * MINUTE, 400 * DAY),
    interval_s=st.sampled_from([60, 300, 900]),
    table=st.sampled_from([REGISTER, INTERVAL]),
    seed=st.integers(0, 1000),
)
def test_any_steady_error_is_found_to_the_way_of_a_message(
    behind: int, interval_s: int, table: str, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    meter = replace(METER, interval_s=interval_s, table=table)
    taken = [(at, at + int(chance.integers(MINUTE))) for at, _ in live(meter, 6)]
    kept = [pair for pair in taken if chance.random() > 0.1]

    error = error_of(said(meter, kept, behind=behind), meter)

    assert error is not None
    assert behind <= error.behind_ms <= behind + MINUTE
    assert error.spread_ms <= MINUTE
    # Of those that arrive close together one tells.
    assert len(kept) / 3 <= error.deliveries <= len(kept)


@st.composite
def gatherings(draw: st.DrawFn) -> tuple[Meter, list[Taken]]:
    """Return readings of a right clock behind a gateway that is away, gathers, and catches up."""
    meter = replace(METER, interval_s=draw(st.sampled_from([60, 300, 900, 3600])))
    chance = np.random.default_rng(draw(st.integers(0, 1000)))
    every = draw(st.sampled_from([0, 15, 60, 120, 180, 360, 1440])) * MINUTE
    pace = draw(st.sampled_from([5, 1000, 20_000]))  # between two messages of a backlog
    away = draw(st.lists(st.tuples(st.integers(0, 47), st.integers(1, 20)), max_size=3))
    found, free = [], 0
    for at, _ in live(meter, 48):
        sent = at - (at - NEW_YEAR) % every + every if every else at
        for begins, lasts in sorted(away):
            if begins <= (sent - NEW_YEAR) / HOUR_MS < begins + lasts:
                sent = NEW_YEAR + (begins + lasts) * HOUR_MS
        free = max(free + pace, sent + int(chance.integers(3000)))
        found.append((at, free))
    return meter, found


@given(gatherings(), st.integers(1, 96))
def test_a_gateway_that_is_away_or_gathers_shows_no_error(
    gathered: tuple[Meter, list[Taken]], half_hours: int
) -> None:
    meter, taken = gathered
    now = NEW_YEAR + half_hours * 30 * MINUTE
    error = clock_at(said(meter, [pair for pair in taken if pair[1] <= now]), now, meter)
    assert error is None or error.behind_ms == 0


def test_an_error_no_longer_than_what_is_gathered_may_be_the_time_of_sending_it() -> None:
    minutely = replace(METER, interval_s=60)
    sent = [
        (at, at - (at - NEW_YEAR) % HOUR_MS + HOUR_MS + 20_000 * (number % 60))
        for number, (at, _) in enumerate(live(minutely, 24))
    ]
    assert error_of(said(minutely, sent), minutely) is None
    error = error_of(said(minutely, sent, behind=8 * HOUR_MS), minutely)
    assert error is not None
    assert error.behind_ms == 8 * HOUR_MS + 59 * 20_000 + MINUTE


def test_what_was_sent_at_once_long_after_shows_no_error() -> None:
    at_once = [(at, NEW_YEAR + 30 * DAY) for at, _ in live(METER, 48)]
    one_by_one = [(at, NEW_YEAR + 30 * DAY + k * 40) for k, (at, _) in enumerate(live(METER, 48))]
    for taken in (at_once, one_by_one):
        assert error_of(said(METER, taken)) is None


@pytest.mark.parametrize("hours", [1, 4, 24])
@pytest.mark.parametrize("each", [1, 4])
def test_a_device_that_sends_its_last_hours_again_and_falls_silent_has_no_wrong_clock(
    hours: int, each: int
) -> None:
    store = MemoryStore()
    taken = live(METER, 60)
    for newest in range(0, len(taken), each):
        arrived = taken[newest][1]
        again = [(at, arrived) for at, _ in taken[max(0, newest - 4 * hours) : newest + 1]]
        store.write(said(METER, again))
    newest_at = store.newest()[METER.meter]

    assert clock_error_of(store, METER, newest_at, now=newest_at + 5 * HOUR_MS) in {ON_TIME, None}


def test_a_wrong_clock_behind_readings_said_again_is_not_given_a_wrong_error() -> None:
    taken = live(METER, 60)
    arrived = {at: taken[min(k + 96, len(taken) - 1)][1] for k, (at, _) in enumerate(taken)}

    assert error_of(said(METER, [*arrived.items()], behind=8 * HOUR_MS)) is None


@pytest.mark.parametrize("hours", [8, 32])
def test_what_is_sent_once_a_day_tells_nothing_of_the_clock_of_an_hourly_meter(hours: int) -> None:
    hourly = replace(METER, interval_s=3600)
    taken = live(hourly, 480)
    mornings = [(at, at - (at - NEW_YEAR) % DAY + DAY + hours * HOUR_MS) for at, _ in taken]
    assert error_of(said(hourly, mornings), hourly) is None
    assert error_of(said(hourly, mornings[23::24]), hourly) is None


def test_a_gateway_that_sends_each_hour_shows_the_error_of_its_clock() -> None:
    hourly = [(at, at - (at - NEW_YEAR) % HOUR_MS + HOUR_MS) for at, _ in live(METER, 12)]
    error = error_of(said(METER, hourly, behind=8 * HOUR_MS))
    assert error is not None
    # The newest of each four was a quarter of an hour old.
    assert error.behind_ms == 8 * HOUR_MS + 15 * MINUTE
    assert error.deliveries == 12


def test_a_device_that_speaks_more_often_than_the_registry_asks_shows_its_error() -> None:
    often = live(replace(METER, interval_s=60), 6)
    error = error_of(said(METER, often, behind=8 * HOUR_MS))
    assert error is not None
    assert error.deliveries == 360


@pytest.mark.parametrize(
    ("source", "quality"),
    [(Source.IMPORT, Quality.ORDINARY), (Source.DEVICE, Quality.UNCERTAIN)],
)
def test_readings_that_do_not_bear_the_time_of_their_device_tell_nothing(
    source: Source, quality: Quality
) -> None:
    readings = said(METER, live(METER, 12), behind=8 * HOUR_MS)
    assert error_of(readings) is not None
    assert (
        error_of([reading._replace(source=source, quality=quality) for reading in readings]) is None
    )


def test_readings_on_time_that_bear_their_arrival_show_a_right_clock() -> None:
    readings = said(METER, live(METER, 12))
    corrected = [reading._replace(arrived=reading.time + 2000) for reading in readings]
    error = error_of(corrected)
    assert error is not None
    assert error.behind_ms == 0


def test_an_error_is_told_from_four_hours_and_five_deliveries_on() -> None:
    hourly, slow = replace(METER, interval_s=3600), replace(METER, interval_s=7200)
    for meter, enough in ((METER, 4.25), (hourly, 5), (slow, 10)):
        readings = said(meter, live(meter, enough), behind=8 * HOUR_MS)
        assert error_of(readings, meter) is not None
        assert error_of(readings[1:], meter) is None


@pytest.mark.parametrize(("held", "found"), [((3,), 1), ((3, 6), 0)])
def test_one_delivery_in_ten_may_be_held_up_and_two_may_not(
    held: tuple[int, ...], found: int
) -> None:
    taken = [
        (at, arrived + 6 * MINUTE * (number % 10 in held))
        for number, (at, arrived) in enumerate(live(METER, 25))
    ]
    error = error_of(said(METER, taken, behind=8 * HOUR_MS))
    assert (error is not None) == bool(found)


def test_a_clock_that_jumped_back_is_found_before_its_meter_would_be_silent() -> None:
    hourly = replace(METER, interval_s=3600)
    right = live(hourly, 240)
    jump = NEW_YEAR + 10 * DAY
    wrong = live(hourly, 6, start=jump)
    readings = [
        *said(hourly, right),
        *said(hourly, wrong, behind=8 * HOUR_MS),
    ]
    error = clock_at(readings, jump + 5 * HOUR_MS + MINUTE, hourly)
    assert error is not None
    assert error.behind_ms == pytest.approx(8 * HOUR_MS, abs=MINUTE)
    assert error.is_begin_seen
    assert error.start == pytest.approx(jump, abs=MINUTE)
    assert error.deliveries == 6


def test_a_clock_is_right_again_with_its_first_reading_on_time() -> None:
    wrong = said(METER, live(METER, 48), behind=8 * HOUR_MS)
    mended = NEW_YEAR + 2 * DAY
    before = clock_at(wrong, mended)
    assert before is not None
    assert before.behind_ms > 0
    assert not before.is_begin_seen
    after = [*wrong, *said(METER, [(mended, mended + 2000)])]
    assert clock_at(after, mended + 5 * MINUTE) == ON_TIME


def test_a_meter_that_fell_silent_keeps_the_clock_it_had() -> None:
    readings = said(METER, live(METER, 48))
    error = clock_at(readings, NEW_YEAR + 9 * DAY)
    assert error is not None
    assert error.behind_ms == 0
    assert clock_at([], NEW_YEAR) is None


def test_a_clock_that_stands_still_has_no_steady_error() -> None:
    frozen = [(NEW_YEAR, at + 2000) for at, _ in live(METER, 48)]
    assert error_of(said(METER, frozen)) is None


def ahead(*, times: int = 5, hours: float = 4, last: int = NEW_YEAR + 3 * DAY) -> ClockAhead:
    first = last - round(hours * HOUR_MS)
    return ClockAhead("panel", 8 * HOUR_MS - 2000, 8 * HOUR_MS, times, first, last)


def test_a_clock_whose_readings_are_refused_is_as_far_ahead_as_these() -> None:
    now = NEW_YEAR + 3 * DAY + MINUTE
    before = said(METER, live(METER, 48))
    store = MemoryStore()
    store.write(before)
    for newest in (None, before[-1].time):
        error = clock_error_of(store, METER, newest, now=now, ahead=ahead())
        assert error is not None
        assert error.behind_ms == -(8 * HOUR_MS - 1000)
        assert error.is_refused
        assert error.end == NEW_YEAR + 3 * DAY
        few = [ahead(times=4), ahead(hours=3.9)]
        assert all(clock_error_of(store, METER, newest, now=now, ahead=one) is None for one in few)


def test_what_was_refused_before_a_reading_came_on_time_is_over() -> None:
    now = NEW_YEAR + 3 * DAY + HOUR_MS
    readings = said(METER, live(METER, 73))
    store = MemoryStore()
    store.write(readings)
    mended = clock_error_of(store, METER, readings[-1].time, now=now, ahead=ahead())
    assert mended == ON_TIME
    silent = clock_error_of(store, METER, readings[-1].time, now=now + DAY, ahead=ahead())
    assert silent is not None
    assert silent.behind_ms == 0
