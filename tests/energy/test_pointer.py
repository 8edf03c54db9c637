import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import PatternError
from energy.messages.pointer import MISSING, pointer_of
from energy.messages.template import template_of
from tests.naive import pointed

KEYS = st.sampled_from(["a", "b", "0", "1", "*", "a/b", "~", ""])
SCALARS = st.none() | st.booleans() | st.integers(0, 9) | st.just("x")
DOCUMENTS = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3)
)
POINTERS = st.lists(KEYS, max_size=4).map(
    lambda parts: "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)
)


@given(POINTERS, DOCUMENTS)
def test_a_pointer_finds_what_its_slow_twin_finds_in_the_same_order(
    text: str, document: object
) -> None:
    found = [(list(keys), value) for keys, value in pointer_of(text).walk(document)]

    assert found == pointed(text, document)


@given(POINTERS, DOCUMENTS)
def test_what_a_pointer_finds_stands_at_the_keys_of_its_stars(text: str, document: object) -> None:
    pointer = pointer_of(text)
    for keys, value in pointer.walk(document):
        assert pointer.at(document, keys) is value


@given(POINTERS)
def test_a_pointer_is_written_as_it_was_read(text: str) -> None:
    assert pointer_of(text).text == text


@pytest.mark.parametrize("pointer", ["/b", "/a/2", "/a/-", "/a/00", "/a/x", "/a/0/0", "/n/x"])
def test_a_pointer_to_nothing_finds_nothing(pointer: str) -> None:
    document = {"a": [1, 2], "n": None}

    assert list(pointer_of(pointer).walk(document)) == []
    assert pointer_of(pointer).at(document, ()) is MISSING


def test_null_is_something_and_not_nothing() -> None:
    assert list(pointer_of("/n").walk({"n": None})) == [((), None)]


@pytest.mark.parametrize("text", ["a", "/~2", "/a~", "#/a"])
def test_a_text_that_is_no_pointer_is_explained_in_both_languages(text: str) -> None:
    with pytest.raises(PatternError) as refused:
        pointer_of(text)
    assert refused.value.told("zh") != refused.value.told("en")


def test_a_name_is_put_together_from_topic_document_and_stars() -> None:
    template = template_of("{2}-{/d/*/id}.{*1}")

    assert template.name(["site", "gw"], {"d": [{"id": 7}]}, [0]) == "gw-7.0"


@pytest.mark.parametrize("found", [None, True, 1.5, "", [], {}, 10**30])
def test_half_a_name_is_no_name(found: object) -> None:
    assert template_of("gw-{/id}").name([], {"id": found}, ()) == ""
    assert template_of("gw-{/other}").name([], {"id": found}, ()) == ""
    assert template_of("gw-{2}").name(["site"], None, ()) == ""
    assert template_of("gw-{*1}").name(["site"], None, ()) == ""


@pytest.mark.parametrize("text", ["{", "a}", "{0}", "{name}", "{}", "{*}", "{*0}", "{{2}}", "{/~}"])
def test_a_blank_that_says_nothing_is_explained_in_both_languages(text: str) -> None:
    with pytest.raises(PatternError) as refused:
        template_of(text)
    assert refused.value.told("zh") != refused.value.told("en")
