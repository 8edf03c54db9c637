"""Frames of water, heat and gas meters: golden bytes worked out by hand, units, and damage."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.messages.message import NOT_A_NUMBER, Said
from formats import cjt188 as cjt188_format
from formats._frames import cjt188
from formats._frames.register import Register
from tests.meter_frames import refusal, summed

# By hand. Cold water meter 00000012345678 says 123.45 m3 (2CH), 120.00 m3 at its settlement day.
#   68 | 10 cold water | 78 56 34 12 00 00 00 address | 81 answer | 16H bytes | 90 1F, serial 00
#   45 23 01 00 2C | 00 20 01 00 2C | 00 00 08 01 01 26 20 clock | 00 00 status
#   04 sum: 68+10+78+56+34+12+81+16+90+1F+45+23+01+2C+20+01+2C+08+01+01+26+20 = 404H
COLD_WATER = bytes.fromhex(
    "68 10 78563412000000 81 16 901F 00 452301002C 002001002C 00000801012620 0000 04 16"
)
ENERGIES = st.decimals(0, Decimal("999999.99"), places=2)


def test_the_cold_water_frame_worked_out_by_hand_is_read() -> None:
    assert cjt188.read_registers(COLD_WATER) == [
        Register("00000012345678/volume", Decimal("123.45"), "m3")
    ]


def test_the_identifier_is_read_in_the_byte_order_of_either_edition() -> None:
    of_2018 = summed("68 10 78563412000000 81 16 1F90 00 452301002C 002001002C 00000801012620 0000")

    assert cjt188.read_registers(of_2018) == cjt188.read_registers(COLD_WATER)


def heat_frame(current: str, *, meter_type: str = "20") -> bytes:
    """A heat meter's answer whose current heat and its unit code are given."""
    return summed(
        f"68 {meter_type} 78563412001111 81 2E 901F 00 0000000005 {current} 5012000017 4523010035"
        " 547698002C 315800 074100 618700 00000801012620 0000"
    )


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [
        ("05", "12.34", "kWh"), ("06", "123.4", "kWh"), ("08", "12.34", "MWh"),
        ("0A", "1234", "MWh"), ("0E", "12.34", "MJ"), ("11", "12.34", "GJ"),
        ("13", "1234", "GJ"), ("01", "0.01234", "kJ"), ("00", "12.34", "code 00H"),
        ("2C", "12.34", "m3"), ("FF", "12.34", "code FFH"),
    ],
)  # fmt: skip
def test_a_unit_code_is_a_unit_and_a_power_of_ten(code: str, value: str, unit: str) -> None:
    heat = cjt188.read_registers(heat_frame(f"34120000{code}"))[0]

    assert heat == Register("11110012345678/heat", Decimal(value), unit)


def test_a_heat_meter_says_seven_values_with_their_decimals() -> None:
    found = cjt188.read_registers(heat_frame("0921430011"))

    assert [(one.channel[15:], str(one.value), one.unit) for one in found] == [
        ("heat", "4321.09", "GJ"),
        ("heat_power", "12.50", "kW"),
        ("flow", "1.2345", "m3/h"),
        ("volume", "9876.54", "m3"),
        ("supply_temperature", "58.31", "degC"),
        ("return_temperature", "41.07", "degC"),
        ("hours", "8761", "h"),
    ]


def test_a_meter_of_cold_counts_cold_and_not_heat() -> None:
    names = {
        one.channel[15:] for one in cjt188.read_registers(heat_frame("0921430011", meter_type="21"))
    }

    assert {"cold", "cold_power"} < names
    assert not names & {"heat", "heat_power"}


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (COLD_WATER[:-2] + b"\x05\x16", "a frame whose checksum is wrong"),
        (summed("6810 78563412000000 C1 03 00 0200"), "the meter answers with error 0200H"),
        (summed("6810 78563412000000 01 03 901F00"), "a request to a meter, not its answer"),
        (
            summed("6810 78563412000000 84 03 901F00"),
            "control code 84H is not an answer with readings",
        ),
        (summed("6810 78563412000000 81 03 911F00"), "data identifier 911F is not read"),
        (
            summed("6810 78563412000000 81 08 901F00 452301002C"),
            "data identifier 901F with 5 bytes, which is not its length",
        ),
        (summed("6850 78563412000000 81 03 901F00"), "meter type 50H is not known"),
        (summed("681A 78563412000000 81 03 901F00"), "meter type 1AH is not known"),
    ],
)  # fmt: skip
def test_a_frame_of_the_other_protocol_is_refused_the_same_way(payload: bytes, reason: str) -> None:
    assert refusal(cjt188.read_registers, payload) == reason


@given(ENERGIES, ENERGIES, st.sampled_from(["kWh", "MWh", "MJ", "GJ"]), st.none() | st.integers(0))
def test_a_message_of_heat_and_water_meters_is_read_as_it_was_written(
    heat: Decimal, volume: Decimal, unit: str, time: int | None
) -> None:
    names = ("heat_power", "flow", "volume", "supply_temperature", "return_temperature", "hours")
    said = [
        Said("dtu", "11110000000001/heat", time, heat, unit),
        Said("dtu", "11110000000002/volume", time, volume, "m3"),
    ]

    found = cjt188_format.decode(*cjt188_format.encode("dtu", said))

    assert [one for one in found if one.value.is_finite()] == said
    assert {one.channel for one in found if one.value is NOT_A_NUMBER} == {
        f"11110000000001/{name}" for name in names
    }
