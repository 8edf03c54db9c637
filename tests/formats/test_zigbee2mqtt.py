"""What holds for Zigbee2MQTT."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import Said
from formats import zigbee2mqtt
from tests.golden_messages import NUMBERS

TIMES = [None, 1_767_225_600_123, "2026-01-01T00:00:00.000Z", "2026-01-01T08:00:00+08:00"]


@given(
    st.text("ab 电-", min_size=1, max_size=6),
    st.dictionaries(st.sampled_from(list(zigbee2mqtt.UNITS)), NUMBERS, min_size=1, max_size=9),
    st.sampled_from(TIMES),
)
def test_what_zigbee2mqtt_encodes_it_decodes_again(
    device: str, numbers: dict[str, Decimal], time: int | str | None
) -> None:
    said = [
        Said(device, channel, time, numbers[channel], unit)
        for channel, unit in zigbee2mqtt.UNITS.items()
        if channel in numbers
    ]
    assert zigbee2mqtt.decode(*zigbee2mqtt.encode(device, said)) == said


@pytest.mark.parametrize("time", ['"2026-01-01T00:00:00"', '"10 minutes ago"', '""', "true", "1.5"])
def test_a_last_seen_that_names_no_instant_is_refused(time: str) -> None:
    with pytest.raises(DecodeError):
        zigbee2mqtt.decode("zigbee2mqtt/a", f'{{"energy":1,"last_seen":{time}}}'.encode())


def test_a_button_says_nothing() -> None:
    assert zigbee2mqtt.decode("zigbee2mqtt/a", b'{"action":"single","battery":100}') == []


def test_a_name_with_a_slash_is_read_where_the_registry_names_the_topic() -> None:
    (said,) = zigbee2mqtt.decode("zigbee2mqtt/hall/plug", b'{"energy":1}')

    assert said.device == "hall/plug"
