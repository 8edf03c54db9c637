"""What holds for the platform's own forms, for one device and for many behind a gateway."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import NOT_A_NUMBER, Said
from formats import own_batch, own_single
from tests.golden_messages import NAMES, NUMBERS

TIMES = st.integers(0, 2**41)


@given(
    NAMES,
    st.lists(st.tuples(TIMES, st.dictionaries(NAMES, NUMBERS, min_size=1, max_size=3)), min_size=1),
)
def test_what_the_own_form_encodes_it_decodes_again(
    device: str, entries: list[tuple[int, dict[str, Decimal]]]
) -> None:
    said = [
        Said(device, channel, time + index * 2**42, value)
        for index, (time, values) in enumerate(entries)
        for channel, value in values.items()
    ]
    assert own_single.decode(*own_single.encode(device, said)) == said


@given(st.lists(st.tuples(NAMES, NAMES, NUMBERS), min_size=1, max_size=9))
def test_what_the_own_batch_form_encodes_it_decodes_again(
    entries: list[tuple[str, str, Decimal]],
) -> None:
    said = [
        Said(device, channel, index, value)
        for index, (device, channel, value) in enumerate(entries)
    ]
    topic, payload = own_batch.encode("gw", said)
    assert own_batch.decode(topic, payload) == said
    assert own_batch.gateway_of(topic) == "gw"


def test_one_bad_value_does_not_take_the_others_of_its_message_with_it() -> None:
    payload = (
        b'[{"device":"a","time":1,"values":{"x":1,"y":null}},'
        b'{"device":"b","time":1,"values":{"x":2}}]'
    )
    said = own_batch.decode("meters/batch/g", payload)
    assert [one.value for one in said] == [1, NOT_A_NUMBER, 2]


@pytest.mark.parametrize("payload", [b"[]", b'{"time":1,"values":{}}'])
def test_a_message_without_a_value_is_refused(payload: bytes) -> None:
    with pytest.raises(DecodeError, match="holds no value"):
        own_single.decode("meters/a", payload)


@pytest.mark.parametrize("time", ["true", "1.0", '"1"', "1e9", "null"])
def test_a_time_that_is_not_a_whole_number_is_refused(time: str) -> None:
    with pytest.raises(DecodeError):
        own_single.decode("meters/a", f'{{"time":{time},"values":{{"x":1}}}}'.encode())


def test_a_channel_said_twice_at_one_time_loses_neither_value() -> None:
    said = [Said("a", "x", 1, Decimal(1)), Said("a", "x", 1, Decimal(2))]
    assert own_single.decode(*own_single.encode("a", said)) == said
