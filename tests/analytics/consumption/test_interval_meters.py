import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.consumption.course import Course, Reason
from analytics.consumption.intervals import follow_intervals
from energy.reading import Quality
from tests.analytics.consumption.registers import lay

HOUR = 3_600_000


def course_of(*amounts: tuple[int, int], odd: int = -1, mark: Quality = Quality.ORDINARY) -> Course:
    quality = np.zeros(len(amounts), dtype=np.int8)
    if odd >= 0:
        quality[odd] = mark
    return follow_intervals(
        time=np.array([time for time, _ in amounts], dtype=np.int64),
        amount=np.array([amount for _, amount in amounts], dtype=np.int64),
        quality=quality,
        nominal_ms=HOUR,
        most=1000,
    )


def test_an_amount_belongs_to_the_interval_that_starts_with_its_label() -> None:
    cells = lay(course_of((0, 10), (HOUR, 20)), [0, HOUR, 2 * HOUR, 3 * HOUR])
    assert cells.amount.tolist() == [10, 20, 0]
    assert cells.has_amount.tolist() == [True, True, False]


def test_an_interval_that_never_came_is_missing_and_not_zero() -> None:
    cells = lay(course_of((0, 10), (2 * HOUR, 20)), [0, HOUR, 2 * HOUR, 3 * HOUR])
    assert cells.amount.tolist() == [10, 0, 20]
    assert cells.is_touched.tolist() == [True, False, True]


def test_an_impossible_amount_is_unresolved() -> None:
    course = course_of((0, 10), (HOUR, 1001), (2 * HOUR, -1))
    cells = lay(course, [0, HOUR, 2 * HOUR, 3 * HOUR])
    assert cells.amount.tolist() == [10, 0, 0]
    assert cells.unresolved_ms.tolist() == [0, HOUR, HOUR]
    assert course.aside.reason == (Reason.RATE, Reason.RATE)


@pytest.mark.parametrize(
    ("mark", "reason"),
    [(Quality.BAD, Reason.BAD), (Quality.UNCERTAIN, Reason.UNCERTAIN)],
)
def test_an_amount_that_is_bad_or_of_another_time_is_as_if_it_never_came(
    mark: Quality, reason: Reason
) -> None:
    course = course_of((0, 10), (HOUR, 20), odd=1, mark=mark)
    cells = lay(course, [0, HOUR, 2 * HOUR])
    assert cells.amount.tolist() == [10, 0]
    assert course.aside.reason == (reason,)


def test_a_doubtful_amount_counts() -> None:
    course = course_of((0, 10), (HOUR, 20), odd=1, mark=Quality.DOUBTFUL)
    assert lay(course, [0, HOUR, 2 * HOUR]).amount.tolist() == [10, 20]


def test_nothing_gives_nothing() -> None:
    cells = lay(course_of(), [0, HOUR])
    assert cells.is_touched.tolist() == [False]


@given(
    st.dictionaries(st.integers(0, 30), st.integers(0, 1000), min_size=1),
    st.lists(st.integers(0, 32 * HOUR), max_size=20).map(sorted),
)
def test_cells_add_up_to_the_amounts_that_were_sent(sent: dict[int, int], inner: list[int]) -> None:
    course = course_of(*((hour * HOUR, amount) for hour, amount in sorted(sent.items())))
    cells = lay(course, [0, *inner, 32 * HOUR])
    assert int(cells.amount.sum()) == sum(sent.values())
    assert int(cells.measured_ms.sum()) == len(sent) * HOUR
