"""Following many registers at once ends where following each by itself ends."""

from fractions import Fraction

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collector.screening.courses import Courses
from collector.screening.doubt import Course, Doubt, Nameplate, followed
from collector.screening.known import Known
from collector.screening.standing import Batch
from energy.limit import limit_of
from energy.reading import Quality

MINUTE_MS = 60_000
SLOW = Nameplate(limit_of(modulus=1000, steps_per_hour=Fraction(60)), "kWh")
FAST = Nameplate(
    limit_of(modulus=10**5, steps_per_hour=Fraction(6000, 7)), "kWh", (30 * MINUTE_MS,)
)
OTHER_STEP = SLOW._replace(step="Wh")
SERIES = [("", ""), ("slow", "register"), ("fast", "register"), ("free", "register")]
PLATES = [None, SLOW, FAST, None]

Said = tuple[int, int, int, int]
"""Slot, minute, value, quality."""

READINGS = st.tuples(
    st.integers(1, 3),
    st.integers(0, 90),
    st.one_of(st.integers(0, 99), st.integers(0, 999)),
    st.sampled_from([0, 0, 0, 0, 0, int(Quality.UNCERTAIN)]),
)
RISING = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, 3),
        st.integers(0, 4),
        st.sampled_from([0, 0, 0, int(Quality.UNCERTAIN)]),
    ),
    max_size=12,
)


@st.composite
def batches(draw: st.DrawFn) -> list[Said]:
    """A few odd readings, or registers that go on as registers do."""
    if draw(st.booleans()):
        return draw(st.lists(READINGS, max_size=12))
    minute, value, found = draw(st.integers(0, 90)), draw(st.integers(0, 99)), []
    for slot, passed, gained, quality in draw(RISING):
        minute, value = minute + passed, value + gained
        found.append((slot, minute, value, quality))
    return found


class Told:
    """The slow twin: each register by itself."""

    def __init__(self) -> None:
        self.course: dict[str, Course] = {}
        self.last: dict[str, tuple[int, int]] = {}

    def take(self, name: str, plate: Nameplate | None, said: Said) -> Doubt | None:
        _, minute, value, quality = said
        is_repeated, self.last[name] = self.last.get(name) == (minute, value), (minute, value)
        if plate is None or quality or is_repeated:
            return None
        known = self.course.get(name)
        self.course[name], doubt = followed(plate, known, minute * MINUTE_MS, value)
        return doubt


def taken(known: Known, readings: list[Said]) -> list[tuple[Said, Doubt | None]]:
    """Take a batch; return each of its readings, by slot and arrival, with what is odd about it."""
    ordered = sorted(readings, key=lambda said: said[0])
    if not ordered:
        return []
    slot, minute, value, quality = (np.array(column) for column in zip(*ordered, strict=True))
    batch = Batch.of(slot, minute * MINUTE_MS, value)
    marks = known.courses.mark(batch, known.standing.advance(batch), quality.astype(np.int8))
    return [(said, marks.get(row)) for row, said in enumerate(ordered)]


def expected(told: Told, readings: list[Said]) -> list[tuple[Said, Doubt | None]]:
    ordered = sorted(readings, key=lambda said: said[0])
    return [(said, told.take(SERIES[said[0]][0], PLATES[said[0]], said)) for said in ordered]


@settings(max_examples=500)
@example(  # a glitch, and the reading before it again
    many=[
        [(1, 10, 100, 0), (1, 20, 5, 0), (1, 10, 100, 0)],
        *([(1, minute, 5, 0)] for minute in (21, 22, 23)),
        [(1, 24, 102, 0)],
    ],
    undone=[],
)
@example(  # what was said nobody knows when is nothing to go on from
    many=[[(1, 10, 100, 0)], [(1, 20, 101, 3)], [(1, 21, 112, 0)]], undone=[]
)
@given(many=st.lists(batches(), max_size=8), undone=st.lists(batches(), max_size=8))
def test_many_at_once_and_one_by_one_find_the_same(
    many: list[list[Said]], undone: list[list[Said]]
) -> None:
    known, told = Known.of({}, SERIES, PLATES), Told()

    for place, readings in enumerate(many):
        kept = known.copy()
        taken(known, undone[place] if place < len(undone) else [])
        known = kept  # as a full spool lets go of what it could not keep
        assert taken(known, readings) == expected(told, readings)


def after(first: list[Said], plates: list[Nameplate | None]) -> Known:
    """What is known under a registry with the meters in another order."""
    known = Known.of({}, SERIES, PLATES)
    taken(known, first)
    return known.moved(SERIES, [SERIES[0], *SERIES[:0:-1]], [None, *plates[:0:-1]])


def test_a_course_goes_on_under_a_new_registry() -> None:
    known = after([(1, 0, 100, 0), (3, 0, 100, 0)], PLATES)

    assert not known.courses.apart  # nothing needs a closer look because of the registry
    assert taken(known, [(3, 60, 900, 0)]) == [((3, 60, 900, 0), Doubt.ABOVE_RATE)]


def test_a_reset_is_remembered_under_a_new_registry() -> None:
    reset = [(1, 0, 900, 0), *((1, minute, 1, 0) for minute in range(10, 15))]

    assert taken(after(reset, PLATES), [(3, 5, 901, 0)]) == [((3, 5, 901, 0), None)]
    assert taken(after(reset[1:], PLATES), [(3, 5, 901, 0)])[0][1] == Doubt.OUT_OF_TIME


def test_counts_of_another_step_are_not_compared() -> None:
    known = after([(1, 0, 100, 0)], [None, OTHER_STEP, FAST, None])

    assert taken(known, [(3, 60, 900, 0)]) == [((3, 60, 900, 0), None)]
    assert taken(known, [(3, 70, 990, 0)]) == [((3, 70, 990, 0), Doubt.ABOVE_RATE)]


def test_a_register_that_goes_on_needs_no_closer_look() -> None:
    known = Known.of({}, SERIES, PLATES)
    taken(known, [(1, 0, 10, 0), (2, 0, 10, 0)])
    known.courses._follow = None  # type: ignore[method-assign, assignment]

    assert {doubt for _, doubt in taken(known, [(1, 9, 12, 0), (1, 10, 13, 0)])} == {None}
    assert Courses(PLATES).apart == known.courses.apart == {}
