"""Late readings are asked for together where they lie close, and apart where they do not."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from energy.reading import REGISTER
from storage.admission import CLOSE_MS, close_in_time
from storage.contest import Key

KEYS = st.lists(
    st.builds(
        lambda meter, time: (meter, REGISTER, time),
        st.sampled_from("abc"),
        st.integers(0, 4 * 10**9),
    ),
    unique=True,
    max_size=30,
)


@given(keys=KEYS)
def test_every_key_is_in_one_group_and_groups_follow_each_other(keys: list[Key]) -> None:
    groups = list(close_in_time(keys))

    assert sorted(key for group in groups for key in group) == sorted(keys)
    times = [key[2] for group in groups for key in group]
    assert times == sorted(times)
    for before, after in pairwise(groups):
        assert _span_of_meters([*before, after[0]]) > CLOSE_MS


@given(keys=KEYS)
def test_no_group_spans_more_than_one_question_may_ask_for(keys: list[Key]) -> None:
    assert all(_span_of_meters(group) <= CLOSE_MS for group in close_in_time(keys))


def test_a_backlog_of_one_meter_does_not_ask_for_a_month_of_all_that_are_late_today() -> None:
    now, hour = 10**12, 3_600_000
    backlog = [("back", REGISTER, now - hours * hour) for hours in range(30 * 24)]
    today = [(f"meter_{number}", REGISTER, now) for number in range(1000)]

    groups = list(close_in_time([*backlog, *today]))

    assert len(groups) == 4
    assert all(_span_of_meters(group) <= CLOSE_MS for group in groups)


def _span_of_meters(group: list[Key]) -> int:
    return len({meter for meter, _, _ in group}) * (group[-1][2] - group[0][2])


def test_one_reading_of_last_year_is_asked_for_alone() -> None:
    today = [(meter, REGISTER, 10**12 + hour) for meter in "abc" for hour in range(5)]
    old = ("b", REGISTER, 10**12 - 365 * CLOSE_MS)

    first, second = close_in_time([*today, old])

    assert first == [old]
    assert len(second) == len(today)
