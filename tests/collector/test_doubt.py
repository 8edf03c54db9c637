"""What is odd beside what a register said before: a meter that counts 60 steps an hour at most."""

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.consumption.course import Known
from analytics.consumption.epochs import epochs_of, limit_of_meter
from analytics.consumption.kernel import follow_register
from collector.screening.doubt import Doubt, Nameplate, followed, nameplates
from energy.binding import Binding
from energy.meter import RATIO, REPLACEMENT, Meter, MeterEvent
from energy.registry import Registry
from tests.builders import MAIN_METER, PANEL

MINUTE_MS = 60_000
METER = replace(MAIN_METER, step=Fraction(1), ratio=Fraction(1), max_rate=Fraction(60), digits=5)
"""A step a minute at most; a minute's leeway and two steps of rounding are 3 more."""
BETWEEN = MeterEvent("hall_main", 30 * MINUTE_MS, REPLACEMENT, 0, 0, 5, "me", "broken")
OTHER = Binding("hall_main", "other", "ep", until=30 * MINUTE_MS)
ABOVE, OUT = Doubt.ABOVE_RATE, Doubt.OUT_OF_TIME


def plate_of(*events: MeterEvent, meter: Meter = METER, past: Binding | None = None) -> Nameplate:
    bindings = (past,) if past else ()
    registry = Registry(devices=(PANEL,), meters=(meter,), events=events, bindings=bindings)
    return nameplates(registry)["hall_main"]


PLATE = plate_of()


def doubts(*said: tuple[int, int], plate: Nameplate = PLATE) -> list[Doubt | None]:
    """What is odd about each reading; of each its minute and what it showed."""
    course, found = None, []
    for minute, value in said:
        course, doubt = followed(plate, course, minute * MINUTE_MS, value)
        found.append(doubt)
    return found


@pytest.mark.parametrize(("value", "doubt"), [(163, None), (164, ABOVE)])
def test_more_than_a_meter_can_have_counted_is_marked(value: int, doubt: Doubt | None) -> None:
    assert doubts((0, 100), (60, value)) == [None, doubt]


def test_the_greatest_rate_is_of_what_flows_and_not_of_what_the_register_shows() -> None:
    behind_transformers = replace(METER, ratio=Fraction(40), max_rate=Fraction(2400))

    assert plate_of(meter=behind_transformers).limit == PLATE.limit


def test_nothing_is_marked_of_a_register_of_which_nothing_was_known() -> None:
    assert doubts((0, 99_999)) == [None]
    assert not nameplates(Registry(meters=(replace(METER, max_rate=Fraction(0)),)))


def test_a_spike_is_marked_and_what_follows_is_not() -> None:
    assert doubts((0, 100), (60, 9000), (120, 200), (180, 210)) == [None, ABOVE, None, None]


def test_a_register_that_goes_on_from_where_it_jumped_to_is_marked_once() -> None:
    said = [(60 * hour, 9000 + hour) for hour in range(1, 9)]

    assert doubts((0, 100), *said) == [None, ABOVE] + [None] * 7


def test_a_meter_that_always_counts_more_than_its_greatest_rate_is_marked_every_time() -> None:
    assert doubts(*[(60 * hour, 90 * hour) for hour in range(6)]) == [None] + [ABOVE] * 5


def test_zeros_of_a_gateway_that_starts_mark_nothing() -> None:
    assert doubts((0, 900), (60, 0), (120, 0), (180, 0), (240, 950)) == [None] * 5


def test_what_a_register_shows_for_longer_than_a_glitch_is_what_it_shows() -> None:
    low = [(60 * hour, 0) for hour in range(1, 5)]

    assert doubts((0, 900), *low, (300, 950)) == [None] * 5 + [ABOVE]


def test_what_comes_late_beside_a_glitch_is_not_judged() -> None:
    assert doubts((0, 900), (60, 0), (30, 8000), (120, 1000)) == [None] * 4


def test_a_register_that_was_rounded_otherwise_is_not_out_of_time() -> None:
    assert doubts((600, 700), (300, 702), (300, 703)) == [None, None, OUT]


def test_a_register_that_turns_over_is_not_marked_and_nor_is_its_backlog() -> None:
    assert doubts((0, 99_990), (120, 20), (60, 99_999), (90, 99_998)) == [None] * 4


def test_what_was_said_before_a_register_was_reset_may_come_late() -> None:
    reset = [(60 * hour, hour) for hour in range(1, 6)]

    assert doubts((-600, 8000), *reset, (-60, 8010), (-540, 8050)) == [None] * 8
    assert doubts((-600, 8000), *reset, (200, 50)) == [None] * 6 + [OUT]


def test_a_clock_that_was_set_back_is_marked_until_it_has_caught_up() -> None:
    set_back = [(555, 705), (570, 706), (585, 707), (605, 708), (620, 709)]

    assert doubts((0, 100), (600, 700), *set_back) == [None, None, OUT, OUT, OUT, None, None]


@pytest.mark.parametrize(("seconds", "doubt"), [(29, None), (30, None), (59, OUT)])
def test_a_clock_that_is_set_right_by_seconds_marks_nothing(
    seconds: int, doubt: Doubt | None
) -> None:
    quick = plate_of(meter=replace(METER, max_rate=Fraction(600)))
    course, _ = followed(quick, None, 10 * MINUTE_MS, 100)

    # In what is left of the minute it can count five at 30 s, and two are rounded.
    assert followed(quick, course, 10 * MINUTE_MS - seconds * 1000, 107) == (course, doubt)


@pytest.mark.parametrize("plate", [plate_of(BETWEEN), plate_of(past=OTHER)])
def test_another_register_or_device_may_show_anything(plate: Nameplate) -> None:
    assert doubts((0, 100), (60, 9000), (61, 9500), plate=plate) == [None, None, ABOVE]
    assert doubts((60, 100), (0, 9000), (40, 9000), plate=plate) == [None, None, OUT]
    assert doubts((0, 100), (60, 9000)) == [None, ABOVE]


def test_a_changed_ratio_changes_how_far_a_register_can_have_advanced() -> None:
    # Twice as much in a step: half as many steps in a minute.
    doubled = replace(BETWEEN, event=RATIO, digits=None, ratio=Fraction(2))
    said = (40, 100), (60, 119)
    assert doubts(*said) == [None, None]
    assert doubts(*said, plate=plate_of(doubled)) == [None, ABOVE]


def test_nothing_is_told_after_so_long_that_the_register_may_have_turned_twice() -> None:
    assert doubts((0, 90_000), (100_000, 99_999)) == [None, None]


AMOUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=30)


@given(amounts=AMOUNTS, first=st.integers(0, 99_999), order=st.randoms(use_true_random=False))
def test_a_backlog_marks_nothing_in_whatever_order_it_comes(
    amounts: list[int], first: int, order: random.Random
) -> None:
    counted = np.cumsum([first, *amounts])
    said = [(60 * hour, int(count) % 100_000) for hour, count in enumerate(counted)]
    order.shuffle(said)

    assert set(doubts(*said)) == {None}


@given(
    steps=st.lists(
        st.tuples(st.integers(1, 300), st.sampled_from([0, 1, 30, 64, 200, 9000])),
        min_size=1,
        max_size=12,
    )
)
def test_what_is_above_the_rate_the_ledger_does_not_take_at_its_word(
    steps: list[tuple[int, int]],
) -> None:
    minutes = np.cumsum([minute for minute, _ in steps])
    values = np.array([value for _, value in steps])
    assume(ABOVE in doubts(*zip(minutes.tolist(), values.tolist(), strict=True)))

    course = follow_register(
        time=minutes * MINUTE_MS,
        value=values,
        quality=np.ones(len(values), dtype=np.int8),
        epochs=[(epoch, limit_of_meter(METER, epoch)) for epoch in epochs_of(METER, ())],
        longest_ms=90 * MINUTE_MS,
    )

    assert len(course.aside) or Known.UNRESOLVED in course.known
