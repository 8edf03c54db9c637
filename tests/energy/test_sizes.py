"""Floor areas and people that change over time."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from energy.period import Stretch
from energy.sizes import AREA, HEATED_AREA, PEOPLE, Size, mean_size, size_on

JUNE = Stretch(date(2026, 6, 1), date(2026, 7, 1))


def size(day: date, value: int, measure: str = AREA) -> Size:
    return Size("hall", measure, day, value, "survey")


def test_an_extension_in_the_middle_of_a_month_counts_from_its_day_on() -> None:
    rows = [size(date(2026, 6, 11), 2000)]
    assert mean_size(rows, JUNE, measure=AREA, before=500) == Fraction(500 * 10 + 2000 * 20, 30)


def test_a_measure_that_is_not_known_on_one_day_is_not_known_for_the_month() -> None:
    assert mean_size([size(date(2026, 6, 2), 2000)], JUNE, measure=AREA) is None
    assert mean_size([size(date(2026, 6, 30), 0)], JUNE, measure=AREA, before=500) is None


def test_floor_heated_area_and_people_do_not_stand_in_for_each_other() -> None:
    rows = [size(date(2020, 1, 1), 900, HEATED_AREA), size(date(2020, 1, 1), 40, PEOPLE)]
    assert mean_size(rows, JUNE, measure=HEATED_AREA) == 900
    assert mean_size(rows, JUNE, measure=PEOPLE) == 40
    assert mean_size(rows, JUNE, measure=AREA) is None


@given(
    changes=st.lists(st.tuples(st.integers(-10, 40), st.integers(1, 9)), max_size=6),
    length=st.integers(1, 30),
)
def test_the_mean_is_that_of_every_single_day(changes: list[tuple[int, int]], length: int) -> None:
    rows = [size(JUNE.first + timedelta(days=day), value) for day, value in dict(changes).items()]
    stretch = Stretch(JUNE.first, JUNE.first + timedelta(days=length))
    days = [stretch.first + timedelta(days=number) for number in range(length)]
    each = [size_on(rows, day, measure=AREA, before=7) for day in days]
    assert mean_size(rows, stretch, measure=AREA, before=7) == Fraction(sum(each), length)
