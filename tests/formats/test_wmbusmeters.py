"""What holds for telegrams of wireless M-Bus meters."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import Said
from formats import wmbusmeters
from tests.golden_messages import NAMES, NUMBERS

UNITS = {
    "total_kwh": "kWh",
    "total_m3": "m3",
    "total_l": "L",
    "total_mj": "MJ",
    "total_volume_m3": "m3",
    "total_heating_kwh": "kWh",
    "total_cooling_gj": "GJ",
    "total_energy_kwh": "kWh",
    "total_energy_consumption_kwh": "kWh",
    "total_energy_consumption_tariff1_kwh": "kWh",
    "total_energy_consumption_tariff_2_kwh": "kWh",
    "total_energy_production_kwh": "kWh",
    "total_energy_backward_kwh": "kWh",
    "total_backward_m3": "m3",
    "power_kw": "kW",
    "current_power_consumption_kw": "kW",
    "current_power_consumption_phase1_kw": "kW",
    "current_power_production_w": "W",
}


@given(
    NAMES,
    st.dictionaries(st.sampled_from(sorted(UNITS)), NUMBERS, min_size=1),
    st.sampled_from([None, "2026-01-01T00:00:05Z"]),
)
def test_what_wmbusmeters_encodes_it_decodes_again(
    device: str, numbers: dict[str, Decimal], time: str | None
) -> None:
    said = [Said(device, key, time, number, UNITS[key]) for key, number in numbers.items()]
    assert wmbusmeters.decode(*wmbusmeters.encode(device, said)) == said


@pytest.mark.parametrize("key", sorted(UNITS))
def test_the_unit_of_a_register_is_the_end_of_its_key(key: str) -> None:
    assert wmbusmeters.unit_of(key) == UNITS[key]


@pytest.mark.parametrize(
    "key",
    [
        "target_m3",
        "total_volume_at_end_last_month_m3",
        "total_energy_consumption_at_date_kwh",
        "consumption_previous_month_period_kwh",
        "total_reactive_energy_kvarh",
        "total_date_time",
        "total_m3h",
        "subtotal_m3",
        "max_power_kw",
        "volume_flow_m3h",
        "total",
    ],
)
def test_what_is_no_register_of_now_is_not_read(key: str) -> None:
    assert wmbusmeters.decode("wmbusmeters/a", f'{{"{key}":1}}'.encode()) == []


def test_the_time_is_when_the_telegram_was_received_not_the_meter_s_own_clock() -> None:
    payload = (
        b'{"total_m3":1,"device_datetime":"2019-03-20 12:57","timestamp":"2026-01-01T00:00:05Z"}'
    )
    (said,) = wmbusmeters.decode("wmbusmeters/a", payload)

    assert said.time == "2026-01-01T00:00:05Z"


@pytest.mark.parametrize("timestamp", ["1111-11-11T11:11:11Z", "1970-01-01T00:00:40Z"])
def test_a_receiver_whose_clock_was_never_set_leaves_the_time_to_the_arrival(
    timestamp: str,
) -> None:
    payload = f'{{"total_m3":1,"timestamp":"{timestamp}"}}'.encode()

    (said,) = wmbusmeters.decode("wmbusmeters/a", payload)

    assert said.time is None


@pytest.mark.parametrize("timestamp", ['"2026-01-01 08:00:00"', "1767225600", "true", '"x"'])
def test_a_timestamp_without_a_zone_is_refused(timestamp: str) -> None:
    with pytest.raises(DecodeError, match="names no zone"):
        wmbusmeters.decode("wmbusmeters/a", f'{{"total_m3":1,"timestamp":{timestamp}}}'.encode())
