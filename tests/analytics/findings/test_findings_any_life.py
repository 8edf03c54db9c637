"""Whatever data and people do in whatever order, a finding stays whole and people hear rightly."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from energy.errors import ConfigError
from energy.finding import Finding, FindingState
from energy.finding_step import BY_PEOPLE, SET_ASIDE, Stage, Step
from storage.records import findings
from storage.records.verifying import verify
from tests.finding_life import DAY, PUMP, SILENT, Life, life
from tests.whole_handling import see_whole

FIRST_DAY = 1_000
NUMBERS = count()
"""Of examples: each has a cause of its own, in records that all share."""
REACHED: Counter[Stage] = Counter()
"""How often rounds left a finding in a stage: what is never reached is not shown."""
MOVES = st.lists(
    st.tuples(
        st.integers(1, 12),  # days that pass
        st.sampled_from(["seen", "larger", "unseen", "blind"]),
        st.sampled_from([True, False, None]),  # whether use has fallen
        st.sampled_from([None, *sorted(BY_PEOPLE)]),
        st.integers(1, 40),  # days until
    ),
    min_size=1,
    max_size=14,
)


SEEN_BY = ("seen", True)
WORKED_ON = [
    (1, *SEEN_BY, Step.ACKNOWLEDGE, 9),
    (1, *SEEN_BY, Step.ASSIGN, 9),
    (1, *SEEN_BY, Step.WORK, 9),
    (1, *SEEN_BY, Step.FIX, 9),
    (9, "unseen", True, Step.COMMENT, 9),
    (9, *SEEN_BY, None, 9),
    (1, *SEEN_BY, None, 9),
]
PUT_ASIDE: list[tuple[int, str, bool | None, Step | None, int]] = [
    (1, *SEEN_BY, Step.SNOOZE, 9),
    (2, *SEEN_BY, Step.EXPECT, 9),
    (2, *SEEN_BY, Step.REJECT, 9),
    (9, "unseen", False, None, 9),
    (9, *SEEN_BY, Step.RESUME, 9),
    (1, *SEEN_BY, None, 9),
]
"""Two lives that reach every stage a round may leave a finding in."""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    with life(tmp_path_factory.mktemp("any")) as made:
        yield made


def alerts_of(hall: Life, number: int) -> int:
    return sum(key.startswith(f"finding/{number}/") for key in hall.alerts(limit=10_000))


@settings(max_examples=40)
@given(moves=MOVES, cause=st.sampled_from([PUMP, SILENT]))
@example(moves=WORKED_ON, cause=PUMP)
@example(moves=PUT_ASIDE, cause=PUMP)
def test_a_finding_stays_whole_whatever_data_and_people_do(
    hall: Life, moves: list[tuple[int, str, bool | None, Step | None, int]], cause: Finding
) -> None:
    cause = replace(cause, rule=f"rule_{next(NUMBERS)}", goes_on=True)
    day, number = FIRST_DAY, 0
    for days, seen, has_fallen, step, ahead in [(0, "seen", True, None, 0), *moves]:
        day += days
        hall.has_fallen = has_fallen
        before = hall.stage(day, number) if number else Stage.NEW
        told = alerts_of(hall, number)
        found = replace(cause, end=day * DAY)
        if seen == "larger" and cause.base_per_year:
            found = replace(found, base_per_year=900_000_000, low=800_000_000, high=None)
        looked = [] if seen == "blind" else [cause.fingerprint]
        hall.round(day, *([found] if seen in ("seen", "larger") else []), looked=looked)
        with hall.records.reading() as session:
            every = findings.current(session)
        entry = next(one for one in every if one.finding.fingerprint == cause.fingerprint)
        number = entry.number
        after = hall.stage(day, number)
        see_whole(hall.handling(number))
        REACHED[after] += 1
        if after is Stage.VERIFIED:
            assert entry.state is FindingState.ENDED
        if before in SET_ASIDE and after in SET_ASIDE:
            assert alerts_of(hall, number) == told
        if step is not None:
            with suppress(ConfigError):  # the refusals have tests of their own
                until = (day + ahead) * DAY
                hall.do(day, step, number, words="w", to="li", until=until)
            see_whole(hall.handling(number))


def test_all_that_was_done_in_these_lives_is_proved_by_the_chain(hall: Life) -> None:
    assert set(REACHED) >= set(Stage) - {Stage.SUPERSEDED}
    with hall.records.reading() as session:
        assert verify(session).problem is None
