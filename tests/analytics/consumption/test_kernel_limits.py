"""One step or one millisecond beside a limit of the kernel."""

from fractions import Fraction

import pytest

from analytics.consumption.course import Known, Reason
from tests.analytics.consumption.registers import PER_HOUR, QUARTER, Told, follow, kinds
from tests.naive import Register

MOST = int(PER_HOUR / 4) + 2
"""Steps that a register can show after a quarter of an hour: its greatest rate, and 2 of slack."""


@pytest.mark.parametrize(("steps", "known"), [(0, Known.MEASURED), (1, Known.UNRESOLVED)])
def test_the_most_that_a_register_can_do_is_measured_and_a_step_more_is_not(
    steps: int, known: Known
) -> None:
    # A shorter interval beside it: what is plausible in that is not asked of the longer one.
    readings = [(-1, 0), (0, 0), (QUARTER, MOST + steps)]
    course = follow(Told(readings, [Register(None, None, 10_000)], MOST))

    assert kinds(course) == [Known.MEASURED, known]


def test_what_is_plausible_grows_with_the_time_and_with_no_rounding_of_it() -> None:
    third_of_a_step = Fraction(1, 3)
    readings = [(0, 0), (3 * QUARTER * 4, 3), (3 * QUARTER * 4 + 1, 3)]
    told = Told(readings, [Register(None, None, 10_000)], 3)
    course = follow(told, longest=4 * QUARTER * 3, per_hour=third_of_a_step)

    assert kinds(course) == [Known.MEASURED] * 2


def test_a_reading_at_the_instant_of_a_replacement_is_of_neither_register() -> None:
    old = Register(None, QUARTER, 10_000, None, 160)
    new = Register(QUARTER, None, 10_000, 5, None)
    told = Told([(0, 100), (QUARTER, 7), (2 * QUARTER, 55)], [old, new], 110)
    course = follow(told)

    assert course.time.tolist() == [0, QUARTER, 2 * QUARTER]
    assert course.count.tolist() == [0, 60, 110]
    assert kinds(course) == [Known.MEASURED] * 2
    assert course.aside.reason == (Reason.REPLACED,)


@pytest.mark.parametrize("shown", [25, 9_000])
def test_a_reading_that_its_meter_calls_bad_counts_nothing_and_is_put_aside(shown: int) -> None:
    readings = [(0, 100), (QUARTER, 130), (2 * QUARTER, shown), (3 * QUARTER, 150)]
    told = Told(readings, [Register(None, None, 10_000)], 50, {2 * QUARTER: "bad"})
    course = follow(told)

    assert course.time.tolist() == [0, QUARTER, 3 * QUARTER]
    assert course.count.tolist() == [0, 30, 50]
    assert course.aside.reason == (Reason.BAD,)
