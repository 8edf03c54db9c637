"""What holds for Sensor Measurement Lists (RFC 8428)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import NOT_A_NUMBER, Said
from formats import senml
from tests.golden_messages import NAMES, NUMBERS

PLACES = st.text("ab:-./_09", min_size=1, max_size=9)
TIMES = (
    st.none()
    | st.integers(senml.FIRST_ABSOLUTE_S * 1000, 2**45)
    | st.sampled_from(["-PT5S", "-PT0.250S", "PT90.5S"])
)
VALUES = st.tuples(PLACES, st.sampled_from(["", "Wh", "kWh", "kJ", "W", "m3", "L", "degC", "V"]))
SUMS = st.tuples(PLACES.map(lambda name: name + senml.SUM), st.sampled_from(["", "kJ", "m3", "L"]))


@given(NAMES, st.lists(st.tuples(VALUES | SUMS, TIMES, NUMBERS), min_size=1, max_size=6))
def test_what_senml_encodes_it_decodes_again(
    device: str, records: list[tuple[tuple[str, str], int | str | None, Decimal]]
) -> None:
    said = [Said(device, channel, time, number, unit) for (channel, unit), time, number in records]
    assert senml.decode(*senml.encode(device, said)) == said


def one(payload: str) -> Said:
    (said,) = senml.decode("senml/a", payload.encode())
    return said


def test_base_fields_hold_until_they_are_said_anew() -> None:
    payload = b"""[{"bn":"a:","bt":1767225600,"bu":"kWh","bv":10,"n":"x","v":1},
        {"n":"y","u":"V","t":1,"v":2},
        {"bn":"b:","bt":1767225700,"bv":0,"n":"x","v":3}]"""

    assert senml.decode("senml/d", payload) == [
        Said("d", "a:x", 1_767_225_600_000, Decimal(11), "kWh"),
        Said("d", "a:y", 1_767_225_601_000, Decimal(12), "V"),
        Said("d", "b:x", 1_767_225_700_000, Decimal(3), "kWh"),
    ]


def test_a_base_time_in_exponent_form_is_exact_to_the_millisecond() -> None:
    assert one('[{"n":"x","bt":1.767225600001e+09,"v":1}]').time == 1_767_225_600_001


def test_the_sum_of_watts_over_seconds_is_energy() -> None:
    said = one('[{"n":"pv","u":"W","s":3600000}]')

    assert (said.channel, said.value, said.unit) == (
        "pv#sum",
        Decimal(3600),
        "kJ",
    )  # 3.6 MJ is 1 kWh


def test_a_base_and_a_value_of_very_different_size_lose_no_digit() -> None:
    said = one('[{"n":"x","bv":123456789012345678901234567890,"v":0.000000000000000001}]')

    assert str(said.value) == "123456789012345678901234567890.000000000000000001"


def test_no_time_means_now_which_is_the_arrival() -> None:
    assert one('[{"n":"x","v":1}]').time is None
    assert one('[{"n":"x","bt":-5,"t":5,"v":1}]').time is None


def test_a_time_counted_from_the_sender_s_now_is_kept_apart_and_never_shifted() -> None:
    assert one('[{"n":"x","t":-5,"v":1}]').time == "-PT5S"
    assert one('[{"n":"x","t":268435455,"v":1}]').time == "PT268435455S"
    assert one('[{"n":"x","t":268435456,"v":1}]').time == 268_435_456_000


@pytest.mark.parametrize("field", ['"vs":"1"', '"vb":true', '"vd":"AA"'])
def test_texts_booleans_and_data_are_no_numbers(field: str) -> None:
    assert senml.decode("senml/a", f'[{{"bv":1,"n":"x",{field}}}]'.encode()) == []


def test_a_bad_value_does_not_take_the_others_of_its_pack_with_it() -> None:
    said = senml.decode("senml/a", b'[{"n":"x","v":"1"},{"n":"y","v":2}]')

    assert [each.value for each in said] == [NOT_A_NUMBER, 2]


@pytest.mark.parametrize("version", [11, 27, 100])
def test_a_version_that_asks_for_more_than_we_know_is_refused(version: int) -> None:
    assert one('[{"bver":26,"n":"x","v":1}]').value == 1
    with pytest.raises(DecodeError, match="of a version that is not known"):
        one(f'[{{"bver":{version},"n":"x","v":1}}]')


def test_a_field_that_must_be_understood_is_not_passed_over() -> None:
    assert one('[{"n":"x","v":1,"foo":2}]').value == 1
    with pytest.raises(DecodeError, match="must be understood"):
        one('[{"n":"x","v":1,"foo_":2}]')


@pytest.mark.parametrize("payload", ["[]", "{}", "[1]", '[{"n":1}]', '[{"t":"x","n":"a","v":1}]'])
def test_what_is_no_pack_is_refused(payload: str) -> None:
    with pytest.raises(DecodeError):
        senml.decode("senml/a", payload.encode())
