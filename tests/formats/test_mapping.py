"""What holds for formats that the registry describes."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from energy.errors import DecodeError
from energy.messages.mapping import MappingRow
from energy.messages.message import NOT_A_NUMBER, Said
from formats._mapping import format_of, formats_of
from tests.formats.mappings import HEX_ROW, PLAIN_ROW, TIMED_ROW, row, said_by

T0 = 1_767_225_600_000
"""2026-01-01 00:00 UTC, 08:00 in Shanghai."""


def value_of(stands: str, mapped: MappingRow) -> Decimal:
    (said,) = said_by(f'{{"v": {stands}}}', mapped)
    return said.value


def time_of(stands: str, *, time_as: str = "s", zone: str = "") -> int | str | None:
    mapped = replace(TIMED_ROW, time_as=time_as, zone=zone)
    (said,) = said_by(f'{{"v": 1, "t": {stands}}}', mapped)
    return said.time


@pytest.mark.parametrize(
    ("stands", "changes", "value"),
    [
        ("1.50", {}, "1.50"),
        ("0.1", {"scale": Fraction(1, 1000)}, "0.0001"),
        ("12345", {"divisor": Fraction(100)}, "123.45"),
        ("7", {"scale": Fraction(36), "divisor": Fraction(10)}, "25.2"),
        ('"0012.50"', {"value_as": "text"}, "12.50"),
        ('" -3.5 "', {"value_as": "text"}, "-3.5"),
        ('"12.5 kWh"', {"value_as": "text", "suffixes": "kWh Wh=0.001"}, "12.5"),
        ('"850Wh"', {"value_as": "text", "suffixes": "kWh Wh=0.001"}, "0.850"),
        ('"2 MWh"', {"value_as": "text", "suffixes": "kWh MWh=1000"}, "2000"),
    ],
)
def test_a_value_is_read_exactly_as_its_row_says(
    stands: str, changes: dict[str, Any], value: str
) -> None:
    assert value_of(stands, row(**changes)) == Decimal(value)


@pytest.mark.parametrize(
    ("stands", "changes", "value"),
    [
        ("0001E240", {}, 123_456),
        ("0x0001e240", {}, 123_456),
        ("40 E2 01 00", {"byte_order": "little"}, 123_456),
        ("FFFFFFFE", {}, 2**32 - 2),
        ("FFFFFFFE", {"signed": True}, -2),
        ("FEFF", {"width": 2, "byte_order": "little", "signed": True}, -2),
        ("00003039", {"divisor": Fraction(100)}, Decimal("123.45")),
    ],
)
def test_a_hex_value_has_a_width_an_order_and_perhaps_a_sign(
    stands: str, changes: dict[str, Any], value: int
) -> None:
    assert value_of(f'"{stands}"', replace(HEX_ROW, **changes)) == value


@pytest.mark.parametrize(
    ("stands", "changes"),
    [
        ('"1.5"', {}),
        ("true", {}),
        ("null", {}),
        ("[1]", {}),
        ("1e99", {}),
        ("1e99999999999999999999", {}),
        ("1", {"scale": Fraction(10**35)}),
        ("1." + "1" * 30, {"scale": Fraction(1, 10**18) * (10**12 + 1)}),
        ("1.5", {"value_as": "text"}),
        ('"1,5"', {"value_as": "text"}),
        ('"1.5 kWh"', {"value_as": "text"}),
        ('"1.5"', {"value_as": "text", "suffixes": "kWh"}),
        ('"1.5 J"', {"value_as": "text", "suffixes": "kWh Wh=0.001"}),
        ('"NaN"', {"value_as": "text"}),
        ('"\u0661"', {"value_as": "text"}),
        ('"1_000"', {"value_as": "text"}),
        ('"1e99999999999999999999"', {"value_as": "text"}),
        ('"1E240"', {"value_as": "hex", "width": 4, "byte_order": "big"}),
        ('"000001E240"', {"value_as": "hex", "width": 4, "byte_order": "big"}),
        ('"000G1240"', {"value_as": "hex", "width": 4, "byte_order": "big"}),
        ("11112222", {"value_as": "hex", "width": 4, "byte_order": "big"}),
    ],
)
def test_what_does_not_stand_as_its_row_says_is_no_number(
    stands: str, changes: dict[str, Any]
) -> None:
    assert value_of(stands, row(**changes)) is NOT_A_NUMBER


def test_a_number_of_nothing_is_nothing_whatever_its_scale() -> None:
    assert value_of("0.00", row(scale=Fraction(1, 10**40))) == 0


@pytest.mark.parametrize(
    ("stands", "changes"),
    [
        ("1767225600", {}),
        ("1767225600.0009", {}),
        ('"1767225600"', {}),
        ("1767225600000", {"time_as": "ms"}),
        ("1767225600000999", {"time_as": "us"}),
        ('"2026-01-01T00:00:00Z"', {"time_as": "iso"}),
        ('"2026-01-01 08:00"', {"time_as": "iso", "zone": "Asia/Shanghai"}),
        ('"2026-01-01T00:00:00Z"', {"time_as": "iso", "zone": "Asia/Shanghai"}),
        ('"20260101080000"', {"time_as": "%Y%m%d%H%M%S", "zone": "Asia/Shanghai"}),
        ("20260101080000", {"time_as": "%Y%m%d%H%M%S", "zone": "Asia/Shanghai"}),
        ('"01/01/26 01:00 +0100"', {"time_as": "%d/%m/%y %H:%M %z"}),
    ],
)
def test_a_time_is_read_as_its_row_says(stands: str, changes: dict[str, Any]) -> None:
    assert time_of(stands, **changes) == T0


@pytest.mark.parametrize(
    ("stands", "changes"),
    [
        ("null", {}),
        ("true", {}),
        ('"2026-01-01T00:00:00Z"', {}),
        ('"2026-01-01"', {"time_as": "iso", "zone": "Asia/Shanghai"}),
        ('"2026-01-01T08:00"', {"time_as": "iso"}),
        ("1767225600", {"time_as": "iso", "zone": "Asia/Shanghai"}),
        ('"2026-13-01 08:00"', {"time_as": "%Y-%m-%d %H:%M", "zone": "UTC"}),
    ],
)
def test_a_time_that_is_none_is_refused_and_never_taken_for_the_arrival(
    stands: str, changes: dict[str, Any]
) -> None:
    assert time_of(stands, **changes) == ""
    assert said_by('{"v": 1}', replace(TIMED_ROW, **changes))[0].time == ""


def test_a_row_without_a_time_leaves_it_to_the_arrival() -> None:
    assert said_by('{"v": 1}', PLAIN_ROW) == [Said("a", "ep", None, Decimal(1), "")]


def test_of_the_two_hours_of_autumn_the_first_is_meant() -> None:
    time = time_of('"2025-10-26T02:30"', time_as="iso", zone="Europe/Berlin")

    assert time == time_of('"2025-10-26T02:30+02:00"', time_as="iso")


def test_a_star_keeps_device_channel_value_and_time_of_one_element_together() -> None:
    payload = json.dumps(
        {
            "gw": "g",
            "meters": [
                {"id": 7, "at": 1_767_225_600, "values": {"ep": 1.5, "eq": None}},
                {"at": 1_767_225_601, "values": {"ep": 2}},
                {"id": "b", "values": {"ep": 3}},
            ],
        }
    )
    mapped = row(
        device="{/gw}-{/meters/*/id}",
        channel="{*2}",
        value="/meters/*/values/*",
        time="/meters/*/at",
        time_as="s",
        unit="kWh",
    )

    assert said_by(payload, mapped) == [
        Said("g-7", "ep", T0, Decimal("1.5"), "kWh"),
        Said("g-7", "eq", T0, NOT_A_NUMBER, "kWh"),
        Said("", "ep", T0 + 1000, Decimal(2), "kWh"),
        Said("g-b", "ep", "", Decimal(3), "kWh"),
    ]


def test_a_star_joins_arrays_that_stand_side_by_side() -> None:
    mapped = row(device="{/names/*}", value="/readings/*")

    said = said_by('{"names": ["x", "y"], "readings": [1, 2]}', mapped)

    assert [f"{one.device} {one.value}" for one in said] == ["x 1", "y 2"]


def test_a_row_that_finds_nothing_is_passed_over_where_another_finds_its_value() -> None:
    rows = row(), row(channel="power", value="/p")

    assert [one.channel for one in said_by('{"p": 1}', *rows)] == ["power"]
    with pytest.raises(DecodeError, match="no row of the mapping boiler finds its value"):
        said_by('{"x": 1}', *rows)


def test_one_bad_value_does_not_take_the_others_of_its_message_with_it() -> None:
    said = said_by('{"v": "?", "p": 1}', row(), row(channel="power", value="/p"))

    assert [one.value for one in said] == [NOT_A_NUMBER, 1]


def test_a_payload_that_is_the_value_itself_needs_no_pointer() -> None:
    assert said_by("12.5", row(value=""))[0].value == Decimal("12.5")
    mapped = row(value="", value_as="text", suffixes="m3")
    assert said_by("12.5 m3", mapped)[0].value == Decimal("12.5")
    assert said_by("0001E240", replace(HEX_ROW, value=""))[0].value == 123_456


def test_each_row_reads_its_own_topics() -> None:
    rows = row(topic="m/+/energy", value=""), row(topic="m/+/info", value="/p", channel="power")
    found = format_of(rows)

    assert found.filters == ("m/+/energy", "m/+/info")
    assert found.is_mine("m/x/info")
    assert not found.is_mine("m/x/other")
    assert found.decode("m/x/energy", b"5") == [Said("x", "ep", None, Decimal(5))]
    assert found.decode("m/x/info", b'{"p": 6}') == [Said("x", "power", None, Decimal(6))]
    with pytest.raises(DecodeError, match="no row of the mapping boiler reads this topic"):
        found.decode("m/x/other", b"5")


def test_a_mapping_with_a_gateway_takes_it_from_the_topic() -> None:
    found = format_of([row(topic="gw/+/up", gateway="gw-{2}", device="{/id}")])

    assert found.through_gateway
    assert found.gateway_of("gw/7/up") == "gw-7"
    assert found.gateway_of("elsewhere") == ""


def test_the_rows_of_one_name_make_one_format_and_keep_their_order() -> None:
    found = formats_of(
        [row(mapping="b"), row(mapping="a"), row(mapping="b", topic="b/#")], version=3
    )

    assert list(found) == ["b", "a"]
    assert found["b"].filters == ("site/+/data", "b/#")
    assert found["b"].version == 3
