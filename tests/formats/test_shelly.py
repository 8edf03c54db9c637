"""What holds for Shelly devices of the second generation and later."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import Said
from formats import shelly
from tests.golden_messages import NUMBERS

CHANNELS = [
    f"{component}/{field}.total" if field in shelly.COUNTERS else f"{component}/{field}"
    for component in ("em:0", "emdata:0", "em1data:2", "switch:1")
    for field in shelly.FIELDS
]


def _unit(channel: str) -> str:
    return "W" if channel.endswith("power") else "Wh"


@given(
    st.dictionaries(st.sampled_from(CHANNELS), NUMBERS, min_size=1, max_size=12),
    st.none() | st.integers(0, 2**45),
)
def test_what_shelly_encodes_it_decodes_again(
    numbers: dict[str, Decimal], time: int | None
) -> None:
    said = [
        Said("meter", channel, time, numbers[channel], _unit(channel))
        for channel in CHANNELS
        if channel in numbers
    ]
    assert shelly.decode(*shelly.encode("meter", said)) == said


def notified(method: str, params: str) -> bytes:
    return f'{{"src":"a","dst":"a/events","method":"{method}","params":{params}}}'.encode()


def test_a_field_that_is_absent_is_unchanged_and_not_zero() -> None:
    params = '{"ts":1767225600.25,"em:0":{"id":0,"a_act_power":12.5}}'

    said = shelly.decode("a/events/rpc", notified("NotifyStatus", params))

    assert said == [Said("a", "em:0/a_act_power", 1_767_225_600_250, Decimal("12.5"), "W")]


def test_the_same_counter_is_the_same_channel_on_both_topics() -> None:
    status = b'{"id":0,"total_act_energy":5.5}'
    params = '{"ts":1767225600,"em1data:0":{"id":0,"total_act_energy":5.5}}'

    (alone,) = shelly.decode("a/status/em1data:0", status)
    (notice,) = shelly.decode("a/events/rpc", notified("NotifyFullStatus", params))

    assert alone == notice._replace(time=None)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("a/status/wifi", b'{"rssi":-60}'),
        ("a/status/input:0", b'{"id":0,"state":true}'),
        ("a/status/em:0", b'{"id":0,"a_voltage":231.5}'),
        ("a/events/rpc", notified("NotifyStatus", '{"ts":1767225600,"sys":{"cfg_rev":35}}')),
        ("a/events/rpc", notified("NotifyEvent", '{"ts":1767225600,"events":[]}')),
    ],
)
def test_a_message_without_energy_or_power_says_nothing(topic: str, payload: bytes) -> None:
    assert shelly.decode(topic, payload) == []


@pytest.mark.parametrize("ts", ['"noon"', "true", "[1]", "1e999"])
def test_a_time_that_is_no_number_of_seconds_is_refused(ts: str) -> None:
    params = f'{{"ts":{ts},"em:0":{{"a_act_power":1}}}}'

    with pytest.raises(DecodeError, match="not a number of seconds"):
        shelly.decode("a/events/rpc", notified("NotifyStatus", params))


def test_an_answer_to_somebody_else_is_refused() -> None:
    with pytest.raises(DecodeError, match="not a Shelly notification"):
        shelly.decode("a/events/rpc", notified("Switch.Set", '{"em:0":{"a_act_power":1}}'))


def test_a_deeper_prefix_is_read_where_the_registry_names_the_topic() -> None:
    (said,) = shelly.decode("city/school/hall/meter/status/pm1:0", b'{"apower":4}')

    assert (said.device, said.channel) == ("meter", "pm1:0/apower")
