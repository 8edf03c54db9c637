from hypothesis import given
from hypothesis import strategies as st

from energy.reading import REGISTER, Quality, Reading, Source, rank

readings = st.builds(
    Reading,
    meter=st.just("hall"),
    table=st.just(REGISTER),
    time=st.just(0),
    value=st.integers(0, 9),
    quality=st.sampled_from(Quality),
    source=st.sampled_from(Source),
    revision=st.integers(0, 2),
    arrived=st.integers(0, 2),
)
DEVICE = Reading("hall", REGISTER, 0, 100)


def test_a_person_overrules_a_file_and_a_file_overrules_the_device() -> None:
    manual = DEVICE._replace(source=Source.MANUAL)
    imported = DEVICE._replace(source=Source.IMPORT, revision=9, arrived=9)
    late = DEVICE._replace(revision=9, arrived=99)

    assert max(late, imported, manual, key=rank) is manual
    assert max(late, imported, key=rank) is imported


def test_of_one_source_the_later_revision_wins_and_then_the_later_arrival() -> None:
    corrected = DEVICE._replace(revision=1)
    later = DEVICE._replace(arrived=50)

    assert max(DEVICE, later, corrected, key=rank) is corrected
    assert max(DEVICE, later, key=rank) is later


@given(st.lists(readings, min_size=1))
def test_value_and_quality_decide_only_where_nothing_else_does(found: list[Reading]) -> None:
    winner = max(found, key=rank)
    blank = [reading._replace(value=0, quality=Quality.ORDINARY) for reading in found]

    assert rank(max(blank, key=rank))[:3] == rank(winner)[:3]


@given(st.lists(readings, min_size=1).flatmap(lambda f: st.tuples(st.just(f), st.permutations(f))))
def test_the_order_in_which_readings_come_never_decides(
    orders: tuple[list[Reading], list[Reading]],
) -> None:
    came, came_otherwise = orders

    assert max(came, key=rank) == max(came_otherwise, key=rank)


def test_of_two_values_of_equal_standing_the_greater_wins_and_then_the_worse_quality() -> None:
    greater = DEVICE._replace(value=101)
    doubtful = DEVICE._replace(quality=Quality.DOUBTFUL)

    assert max(DEVICE, doubtful, greater, key=rank) is greater
    assert max(DEVICE, doubtful, key=rank) is doubtful


def test_a_reading_that_says_nothing_special_is_an_ordinary_one_of_the_device() -> None:
    assert DEVICE[4:] == (Quality.ORDINARY, Source.DEVICE, 0, 0)
