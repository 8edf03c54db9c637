"""Late readings are asked for together where they lie close, and apart where they do not."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from energy.reading import REGISTER
from storage.admission import CLOSE_MS, close_in_time
from storage.contest import Key

KEYS = st.lists(
    st.builds(
        lambda meter, time: (meter, REGISTER, time), st.sampled_from("abc"), st.integers(0, 10**10)
    ),
    unique=True,
    max_size=30,
)


@given(keys=KEYS)
def test_every_key_is_in_one_group_and_groups_lie_apart(keys: list[Key]) -> None:
    groups = list(close_in_time(keys))

    assert sorted(key for group in groups for key in group) == sorted(keys)
    for group in groups:
        assert all(0 <= b[2] - a[2] <= CLOSE_MS for a, b in pairwise(group))
    for before, after in pairwise(groups):
        assert after[0][2] - before[-1][2] > CLOSE_MS


def test_one_reading_of_last_year_is_asked_for_alone() -> None:
    today = [(meter, REGISTER, 10**12 + hour) for meter in "abc" for hour in range(5)]
    old = ("b", REGISTER, 10**12 - 365 * CLOSE_MS)

    first, second = close_in_time([*today, old])

    assert first == [old]
    assert len(second) == len(today)
