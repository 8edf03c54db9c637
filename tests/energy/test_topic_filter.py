import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.messages.topic_filter import covers, is_filter, matches, without_needless

LEVELS = ("a", "b", "$s", "")
TOPICS = ["/".join(levels) for depth in (1, 2, 3, 4) for levels in product(LEVELS, repeat=depth)]
HEADS = st.lists(st.sampled_from([*LEVELS, "+"]), max_size=3)
FILTERS = st.builds(
    lambda head, tail: "/".join([*head, *tail]), HEADS, st.sampled_from([["#"], ["a"], ["+"]])
)


def is_one_of(pattern: str, topic: str) -> bool:
    """The slow twin: a filter as a regular expression."""
    if topic.startswith("$") and pattern[0] in "+#":
        return False
    levels = [re.escape(level) if level != "+" else "[^/]*" for level in pattern.split("/")]
    text = "/".join(levels)
    text = re.sub(r"/\\#$", "(/.*)?", text) if pattern != "#" else ".*"
    return re.fullmatch(text, topic) is not None


@given(FILTERS)
def test_a_filter_stands_for_the_topics_of_its_regular_expression(pattern: str) -> None:
    for topic in TOPICS:
        assert matches(pattern, topic) == is_one_of(pattern, topic), topic


@given(FILTERS, FILTERS)
def test_a_filter_covers_another_whose_every_topic_it_stands_for(wide: str, narrow: str) -> None:
    is_subset = all(is_one_of(wide, topic) for topic in TOPICS if is_one_of(narrow, topic))
    if covers(wide, narrow):
        assert is_subset
    elif narrow != "#":  # which `+/#` covers, too, as every topic has a level
        assert not is_subset


@given(st.lists(FILTERS, max_size=6))
def test_without_the_needless_ones_filters_stand_for_the_same_topics(filters: list[str]) -> None:
    kept = without_needless(filters)
    for topic in TOPICS:
        one_of_all = any(is_one_of(pattern, topic) for pattern in filters)
        assert any(is_one_of(pattern, topic) for pattern in kept) == one_of_all
    for one in kept:
        assert not any(other != one and covers(other, one) for other in kept)


def test_a_filter_covered_by_another_is_not_subscribed_to() -> None:
    given_ = ["tele/+/SENSOR", "tele/#", "meters/+", "meters/a", "meters/batch/+", "tele"]

    assert without_needless(given_) == ("meters/+", "meters/batch/+", "tele/#")


@pytest.mark.parametrize("text", ["a", "a/+", "#", "+/b/#", "/", "a//b"])
def test_a_text_as_mqtt_wants_it_is_a_filter(text: str) -> None:
    assert is_filter(text)


@pytest.mark.parametrize("text", ["", "a/#/b", "a+", "a/b#", "#/a", "a\0b", "a" * 65_536])
def test_a_wildcard_within_a_level_or_before_the_end_makes_no_filter(text: str) -> None:
    assert not is_filter(text)
