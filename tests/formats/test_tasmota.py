"""What holds for Tasmota's telemetry."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import Said
from formats import tasmota
from tests.golden_messages import NUMBERS

TOPIC = "tele/plug/SENSOR"


@given(
    st.dictionaries(
        st.sampled_from(sorted(tasmota.UNITS)),
        NUMBERS | st.lists(NUMBERS, min_size=1, max_size=3),
        min_size=1,
    ),
    st.none() | NUMBERS,
    st.sampled_from([None, "2026-03-01T07:15:30", "2026-03-01T07:15:30+08:00"]),
)
def test_what_tasmota_encodes_it_decodes_again(
    fields: dict[str, Decimal | list[Decimal]], temperature: Decimal | None, time: str | None
) -> None:
    said = []
    for name, unit in tasmota.UNITS.items():
        numbers = fields.get(name, [])
        if isinstance(numbers, Decimal):
            said.append(Said("plug", name, time, numbers, unit))
        else:
            said += [Said("plug", f"{name}/{n}", time, one, unit) for n, one in enumerate(numbers)]
    if temperature is not None:
        said.append(Said("plug", "AM2301/Temperature", time, temperature, "degC"))
    assert tasmota.decode(*tasmota.encode("plug", said)) == said


def test_an_array_keeps_its_places_where_a_channel_says_nothing() -> None:
    said = tasmota.decode(TOPIC, b'{"ENERGY":{"Total":[1.5,null,3]}}')

    assert [(one.channel, one.value) for one in said] == [
        ("Total/0", Decimal("1.5")),
        ("Total/2", 3),
    ]


def test_fahrenheit_is_said_and_never_taken_for_celsius() -> None:
    (said,) = tasmota.decode(TOPIC, b'{"AM2301":{"Temperature":68.0},"TempUnit":"F"}')

    assert (said.value, said.unit) == (Decimal(68), "degF")


@pytest.mark.parametrize(
    "payload",
    [b'{"Time":"2026-03-01T07:15:30"}', b'{"ESP32":{"Temperature":41.5},"TempUnit":"C"}'],
)
def test_a_message_without_energy_or_temperature_is_refused(payload: bytes) -> None:
    with pytest.raises(DecodeError, match="has no such field"):
        tasmota.decode(TOPIC, payload)


def test_figures_of_the_day_and_of_tariffs_are_not_read() -> None:
    with pytest.raises(DecodeError, match="neither Total nor Power"):
        tasmota.decode(TOPIC, b'{"ENERGY":{"Today":1,"Yesterday":2,"TotalTariff":[3,4]}}')
