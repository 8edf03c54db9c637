"""What holds for a plain number as the whole message."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import Said
from formats import plain
from tests.golden_messages import FORMATS, NUMBERS


@given(st.text("ab/ 电", min_size=1, max_size=9), NUMBERS)
def test_what_plain_encodes_it_decodes_again(topic: str, number: Decimal) -> None:
    said = [Said(topic, "value", None, number)]
    assert plain.decode(*plain.encode(topic, said)) == said


@pytest.mark.parametrize(
    ("payload", "number"),
    [
        (b"4", "4"),
        (b"4.0", "4.0"),
        (b" 4 ", "4"),
        (b"4\r\n", "4"),
        (b"+0012.50", "12.50"),
        (b"-.5", "-0.5"),
        (b"5.", "5"),
        (b"1.5E3", "1.5E+3"),
    ],
)
def test_a_number_is_read_as_gateways_print_it(payload: bytes, number: str) -> None:
    (said,) = plain.decode("a", payload)
    assert str(said.value) == number


@pytest.mark.parametrize(
    "payload",
    [b"", b" ", b"nan", b"inf", b"-Infinity", b"4 kWh", b"4,5", b"1_000", b"0x10", b"four", b".",
     "４".encode(), b"\xff", b"4\x00", b"true", b"[4]", b'"4"'],
)  # fmt: skip
def test_anything_else_is_refused(payload: bytes) -> None:
    with pytest.raises(DecodeError, match="not a plain number"):
        plain.decode("a", payload)


def test_it_claims_no_topic_because_any_topic_can_carry_a_number() -> None:
    assert FORMATS["plain"].filters == ()
    assert not FORMATS["plain"].is_mine("emon/hall/power1")
