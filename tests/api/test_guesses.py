"""What is known and what is guessed of a device that is heard."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import formats
from api.earlier import Message
from api.guesses import Proposal, proposal
from energy.messages.message import Format, Said
from energy.offers import offers
from energy.registry import Registry
from storage.csv_cells import is_name
from storage.records.dead_letters import DeadLetter
from storage.records.heard import UnknownChannel
from storage.registry.files import read_registry
from tests.builders import HALL, MAIN_METER, PANEL, SUB_METER, WEATHER, registry_of

FORMATS = offers(formats, "FORMAT", Format)
NOW = 1_767_225_600_000
DISTRICT = registry_of(MAIN_METER, SUB_METER)
ANNEX = replace(HALL, building="annex")
DECIDES = ("role", "digits", "ratio", "max_rate", "parent", "tariff", "item")
"""Columns that an amount hangs on and that no message says."""


def unknown(
    device: str = "new", channel: str = "ep", *, form: str = "own_single", unit: str = "",
    value: str = "7", gateway: str = "",
) -> UnknownChannel:  # fmt: skip
    return UnknownChannel(
        "west", device, channel, gateway, form, f"meters/{device}", NOW, NOW, 1, value, unit
    )


def said(*values: tuple[int | str | None, str], channel: str = "ep") -> list[Message]:
    """Messages that arrived as they were said, each with a time and a number."""
    letter = DeadLetter(1, "west", "t/new", b"", "unknown device", NOW, 1)
    return [Message(letter, [Said("new", channel, time, Decimal(value))]) for time, value in values]


def guessed(
    *channels: UnknownChannel, registry: Registry = DISTRICT, messages: Sequence[Message] = ()
) -> Proposal:
    return proposal(channels, registry, FORMATS[channels[0].form], messages)


@pytest.mark.parametrize(
    ("unit", "kind", "table"),
    [
        ("kWh", "electricity", "register"),
        ("GJ", "heat", "register"),
        ("m3", "", "register"),  # water or gas
        ("W", "power", "gauge"),
        ("degC", "temperature", "gauge"),
        ("V", "", ""),
        ("", "", ""),
    ],
)
def test_a_unit_says_what_a_number_is_as_far_as_it_can(unit: str, kind: str, table: str) -> None:
    (row,) = guessed(unknown(unit=unit)).meters

    assert (row["unit"], row["kind"], row["table"]) == (unit, kind, table)


def test_what_an_amount_hangs_on_is_never_guessed() -> None:
    for unit in ("kWh", "W", "m3", ""):
        (row,) = guessed(unknown(unit=unit), messages=said((NOW // 1000, "1.25"))).meters
        assert not any(row.get(column) for column in DECIDES)


@pytest.mark.parametrize(
    ("values", "step"),
    [
        (["81.4", "81.402", "82"], "0.001"),
        (["81.40"], "0.01"),
        (["81"], ""),  # one whole number shows no step
        (["81"] * 10, "1"),
        (["1E+3"] * 10, "1"),
        (["0.1234567"], ""),  # the noise of a float
        (["NaN", "7.5"], "0.1"),
    ],
)
def test_the_step_is_the_last_decimal_that_is_ever_shown(values: list[str], step: str) -> None:
    messages = said(*((NOW // 1000 + place, value) for place, value in enumerate(values)))

    (row,) = guessed(unknown(value="9.99999"), messages=messages).meters

    assert row["step"] == step


@pytest.mark.parametrize(
    ("seconds", "interval"),
    [
        ([0, 900, 1800, 2700], "15min"),
        ([0, 905, 1801, 2698, 9000], "15min"),  # with a gap
        ([0, 900, 1800], ""),  # two steps may be chance
        ([0, 700, 1400, 2100], ""),
        ([0, 0, 0, 0, 0], ""),
    ],
)
def test_the_interval_is_the_usual_distance_of_moments(seconds: list[int], interval: str) -> None:
    messages = said(*((NOW // 1000 - 20_000 + second, "1.5") for second in seconds))

    (row,) = guessed(unknown(), messages=messages).meters

    assert row["interval"] == interval


@pytest.mark.parametrize(
    ("times", "unit"),
    [
        ([NOW // 1000], "s"),
        ([NOW], "ms"),
        ([NOW, NOW // 1000], ""),
        ([5], ""),
        ([None], ""),
    ],
)
def test_the_unit_of_times_is_that_in_which_they_make_sense(
    times: list[int | None], unit: str
) -> None:
    device = guessed(unknown(), messages=said(*((time, "1") for time in times))).device

    assert device is not None
    assert device["time_unit"] == unit


def test_a_format_that_says_its_unit_of_time_needs_none_and_local_time_a_zone() -> None:
    shelly = guessed(unknown(form="shelly"), messages=said((NOW // 1000, "1")))
    tasmota = guessed(unknown(form="tasmota"), messages=said(("2026-01-01T08:00:00", "1")))

    assert shelly.device is not None
    assert tasmota.device is not None
    assert (shelly.device["time_unit"], shelly.device["timezone"]) == ("", "")
    assert (tasmota.device["time_unit"], tasmota.device["timezone"]) == ("", "Asia/Shanghai")
    assert ("", "timezone") in tasmota.guessed
    assert shelly.doubts == tasmota.doubts == []


def test_a_building_is_guessed_where_there_is_one_or_the_gateway_knows_one() -> None:
    two = registry_of(MAIN_METER, SUB_METER, buildings=[HALL, ANNEX])
    behind = replace(two, devices=(replace(PANEL, gateway="gw"),))

    assert guessed(unknown()).meters[0]["building"] == "hall"
    assert guessed(unknown(), registry=two).meters[0]["building"] == ""
    assert guessed(unknown(gateway="gw"), registry=behind).meters[0]["building"] == "hall"
    assert guessed(unknown(device="panel", channel="x"), registry=two).meters[0]["building"] == (
        "hall"
    )
    of_the_site = registry_of(WEATHER, buildings=[HALL])
    assert guessed(unknown(device="panel"), registry=of_the_site).meters[0]["building"] == ""


@given(st.lists(st.text(min_size=1, max_size=150), min_size=1, max_size=4, unique=True))
def test_a_guessed_name_is_a_name_and_free(channels: list[str]) -> None:
    taken = replace(MAIN_METER, meter="new_a", channel="other")
    rows = guessed(*(unknown(channel=one) for one in channels), registry=registry_of(taken)).meters

    names = [row["meter"] for row in rows if row["meter"]]
    assert len(set(names)) == len(names)
    assert all(is_name(name) for name in names)
    assert "new_a" not in names


def test_a_name_that_is_taken_gets_a_number() -> None:
    first = guessed(unknown(channel="a b"), unknown(channel="a/b"), unknown(channel="a_b")).meters

    assert [row["meter"] for row in first] == ["new_a_b", "new_a_b_2", "new_a_b_3"]


def test_a_device_whose_name_cannot_stand_in_the_registry_is_bound_to_its_topic() -> None:
    made = guessed(unknown(device="room 3#"))

    assert made.device is not None
    assert (made.device["device"], made.device["topic"]) == ("", "meters/room 3#")
    assert made.meters[0]["device"] == ""
    assert any("cannot be a name" in doubt.en for doubt in made.doubts)


def test_what_a_mapping_reads_keeps_its_mapping_and_gateway() -> None:
    folder = Path(__file__).parents[2] / "examples/three_meters"
    registry = read_registry(folder, FORMATS)
    radio = UnknownChannel("w", "water-7", "volume", "roof", "radio", "t", 0, 0, 1, "1.5", "m3")

    made = proposal([radio], registry, None)

    assert made.device == {
        "device": "water-7", "gateway": "roof", "format": "radio", "topic": "", "time_unit": "",
        "timezone": "",
    }  # fmt: skip


def test_a_name_that_messages_say_is_not_replaced_by_their_topic() -> None:
    heard = replace(unknown("房间 3", form="senml"), topic="senml/sender")

    made = guessed(heard)

    assert made.device is not None
    assert (made.device["device"], made.device["topic"]) == ("", "")
    assert "its messages call it so" in made.doubts[0].en
