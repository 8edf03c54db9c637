"""Frames of meters: golden bytes worked out by hand, published ones, and damage."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import NOT_A_NUMBER, Said
from formats import dlt645 as dlt645_format
from formats._frames import cjt188, dlt645
from formats._frames.register import Register, read_bcd, write_bcd
from tests.meter_frames import refusal, summed

# By hand. Meter 123456789012 says 1234.56 kWh, 8 digits with 2 decimals: 00 12 34 56.
#   68 | 12 90 78 56 34 12 address, lowest first | 68 | 91 answer | 08 bytes
#   33 33 34 33 identifier 00 01 00 00, lowest first, each + 33H
#   89 67 45 33 value 56 34 12 00, lowest first, each + 33H
#   54 sum: 68+12+90+78+56+34+12+68+91+08+33+33+34+33+89+67+45+33 = 554H
ACTIVE_TOTAL = bytes.fromhex("68 129078563412 68 91 08 33333433 89674533 54 16")


def test_the_frame_worked_out_by_hand_is_read_and_written() -> None:
    register = Register("123456789012/00010000", Decimal("1234.56"), "kWh")

    assert dlt645.read_registers(ACTIVE_TOTAL) == [register]
    assert dlt645.write_registers([register]) == b"\xfe" * 4 + ACTIVE_TOTAL


@pytest.mark.parametrize(
    ("frame", "channel", "value", "unit"),
    [
        ("68610100000000689108333334335933 33338A16", "000000000161/00010000", "0.26", "kWh"),
        ("686101000000006891063334343534431016", "000000000161/02010100", "100.1", "V"),
        ("68250403020100689108333334337539 45338B16", "000102030425/00010000", "1206.42", "kWh"),
        ("6803201222206568910833333333 33333333DD16", "652022122003/00000000", "0.00", "kWh"),
    ],
)
def test_frames_published_by_others_are_read(
    frame: str, channel: str, value: str, unit: str
) -> None:
    # m.icode9.com "DL645 97/07", mbb.eet-china.com 114707, "DLT645-2007 报文解析".
    assert dlt645.read_registers(bytes.fromhex(frame)) == [Register(channel, Decimal(value), unit)]


def test_a_published_block_of_three_voltages_is_three_values() -> None:
    frame = bytes.fromhex("FEFEFEFE68182012222065 68910A3332343533333333C7561316")

    assert [str(one.value) for one in dlt645.read_registers(frame)] == ["0.0", "0.0", "239.4"]


def test_a_minus_is_the_highest_bit_of_power_and_of_combined_energy_alone() -> None:
    def value_of(identifier: str, body: str) -> Decimal:
        frame = dlt645.Frame(
            "000000000001", 0x91, bytes.fromhex(identifier)[::-1] + bytes.fromhex(body)
        )
        return dlt645.read_registers(dlt645.write_frame(frame))[0].value

    assert value_of("02030000", "45 23 81") == Decimal("-1.2345")
    assert value_of("00000000", "50 00 00 80") == Decimal("-0.50")
    assert value_of("00010000", "50 00 00 80") == Decimal("800000.50")


@pytest.mark.parametrize("filler", ["FF", "EE", "AA"])
def test_bytes_that_stand_for_no_value_are_neither_a_number_nor_zero(filler: str) -> None:
    assert read_bcd(bytes.fromhex(filler * 4), decimals=2) is NOT_A_NUMBER
    assert read_bcd(bytes.fromhex(filler * 4), decimals=2, signed=True) is NOT_A_NUMBER


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (ACTIVE_TOTAL[:-2] + b"\x55\x16", "a frame whose checksum is wrong"),
        (ACTIVE_TOTAL[:-1] + b"\x17", "a frame that does not end with 16H"),
        (ACTIVE_TOTAL[:-1], "a frame that is cut short"),
        (ACTIVE_TOTAL[:5], "a frame that is cut short"),
        (b"\xfe\xfe", "a frame that does not begin with 68H"),
        (b"", "a frame that does not begin with 68H"),
        (ACTIVE_TOTAL + b"\x00", "a frame that does not begin with 68H"),
        (
            summed("68129078563412 67 91 0833333433 89674533"),
            "a frame without 68H behind its address",
        ),
        (summed("68129078563412 68 D1 01 35"), "the meter answers with error 02H"),
        (summed("68129078563412 68 11 04 33333433"), "a request to a meter, not its answer"),
        (
            summed("68129078563412 68 93 06 33333333 3333"),
            "control code 93H is not an answer with readings",
        ),
        (summed("68129078563412 68 91 02 3333"), "an answer without data identifier"),
        (
            summed("68129078563412 68 91 08 34333433 89674533"),
            "data identifier 00010001 is not read",
        ),
        (
            summed("68129078563412 68 91 08 33333437 89674533"),
            "data identifier 04010000 is not read",
        ),
        (
            summed("68129078563412 68 91 07 33333433 896745"),
            "data identifier 00010000 with 3 bytes, which is not its length",
        ),
        (
            summed("68129078563412 68 91 04 33333433"),
            "data identifier 00010000 with 0 bytes, which is not its length",
        ),
        (
            summed("68129078563412 68 91 0C 33333433 89674533 89674533"),
            "data identifier 00010000 with 8 bytes, which is not its length",
        ),
    ],
)  # fmt: skip
def test_a_frame_that_says_nothing_certain_is_refused_with_the_reason(
    payload: bytes, reason: str
) -> None:
    assert refusal(dlt645.read_registers, payload) == reason


def test_a_request_beside_its_answer_is_passed_over() -> None:
    request = summed("68129078563412 68 11 04 33333433")

    assert dlt645.read_registers(request + ACTIVE_TOTAL) == dlt645.read_registers(ACTIVE_TOTAL)


def test_two_answers_in_one_message_are_both_read() -> None:
    both = dlt645.read_registers(b"\xfe" + ACTIVE_TOTAL + b"\xfe\xfe" + ACTIVE_TOTAL)

    assert both == dlt645.read_registers(ACTIVE_TOTAL) * 2


@pytest.mark.parametrize("position", range(1, len(ACTIVE_TOTAL)))
@pytest.mark.parametrize("flip", [0x01, 0x10, 0x80])
def test_one_byte_changed_on_the_way_is_never_read_as_another_number(
    position: int, flip: int
) -> None:
    damaged = bytearray(ACTIVE_TOTAL)
    damaged[position] ^= flip

    assert refusal(dlt645.read_registers, bytes(damaged))


ENERGIES = st.decimals(0, Decimal("999999.99"), places=2)


@given(st.integers(0, 10**12 - 1), st.lists(ENERGIES, min_size=1, max_size=5))
def test_tariffs_that_are_written_are_read_again(address: int, values: list[Decimal]) -> None:
    frame = dlt645.write_answer(f"{address:012d}", "0001FF00", values)

    found = dlt645.read_registers(frame)

    assert [one.value for one in found] == values
    assert [one.channel for one in found] == [
        f"{address:012d}/0001{tariff:02X}00" for tariff in range(len(values))
    ]


@given(st.decimals(Decimal("-79.9999"), Decimal("79.9999"), places=4), st.booleans())
def test_a_message_of_electricity_meters_is_read_as_it_was_written(
    power: Decimal,
    timed: bool,  # noqa: FBT001
) -> None:
    time = 1767225600 if timed else None
    said = [
        Said("roof/dtu", "000000000001/02030000", time, power, "kW"),
        Said(
            "roof/dtu", "000000000002/00020000", time, abs(power).quantize(Decimal("0.01")), "kWh"
        ),
    ]

    assert dlt645_format.decode(*dlt645_format.encode("roof/dtu", said)) == said


@pytest.mark.parametrize("value", ["1000000", "0.001", "-1"])
def test_a_number_that_the_digits_cannot_show_is_not_written(value: str) -> None:
    with pytest.raises(ValueError, match="does not fit into 8 digits"):
        write_bcd(Decimal(value), 4, decimals=2)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"switched on", "neither a frame nor hexadecimal text"),
        (b"\xff\xff", "neither a frame nor hexadecimal text"),
        (b'{"time": 1}', "not a frame in JSON: Object missing required field `frame`"),
        (b'{"frame": "xx"}', "neither a frame nor hexadecimal text"),
        (b'{"frame": "", "time": 1.5}', "not a frame in JSON: Expected `int | null`, got `float`"),
    ],
)
def test_what_carries_no_frame_is_refused_with_the_reason(payload: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason.replace("|", r"\|")):
        dlt645_format.decode("dtu", payload)


@given(st.binary(max_size=60))
def test_any_content_in_a_sound_frame_is_read_or_refused_with_a_reason(content: bytes) -> None:
    for head, protocol in (("68010000000000 68 91", dlt645), ("6820 01000000000000 81", cjt188)):
        frame = summed(f"{head} {len(content):02X} {content.hex()}")
        try:
            registers = protocol.read_registers(frame)
        except DecodeError:
            continue
        assert registers
        assert all(one.value is NOT_A_NUMBER or one.value.is_finite() for one in registers)
