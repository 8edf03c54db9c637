import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.item_code import EnergyCode, is_within, items_above, parse_code

PUMPS = EnergyCode("110102", "A", 1, "01", "B1A")


def test_the_chilled_water_pumps_of_the_guideline_have_its_code() -> None:
    assert PUMPS.text == "110102A00101B1A"
    assert parse_code("110102A00101B1A") == PUMPS
    assert PUMPS.building == "110102A001"


@given(
    st.builds(
        EnergyCode,
        st.from_regex(r"[0-9]{6}", fullmatch=True),
        st.sampled_from("ABCDEFGHZ"),
        st.integers(1, 999),
        st.from_regex(r"[0-9]{2}", fullmatch=True),
        st.just("") | st.from_regex(r"[A-Z]([1-9][A-Z]?)?", fullmatch=True),
    )
)
def test_every_code_of_15_characters_says_what_it_was_made_of(code: EnergyCode) -> None:
    assert len(code.text) == 15
    assert parse_code(code.text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110102A00101B1",
        "110102A00101B1A0",
        "110102a00101B1A",
        "110102A00001B1A",
        "110102A00101B0A",
        "110102A0010101A",
        "110102A00101BBA",
        "１10102A00101B1A",
    ],
)
def test_what_is_no_code_is_refused_with_one_that_is(text: str) -> None:
    with pytest.raises(DecodeError, match="one is 110102A00101B1A"):
        parse_code(text)


def test_pumps_are_part_of_the_plant_and_the_plant_of_the_air_conditioning() -> None:
    assert items_above("B1A") == ("B1", "B")
    assert items_above("B") == ()
    assert is_within("B1A", "B")
    assert is_within("B1A", "")
    assert not is_within("B", "B1")
