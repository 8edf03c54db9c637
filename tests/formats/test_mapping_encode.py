"""What a mapping writes for simulated meters, and what it cannot write."""

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import ConfigError
from energy.messages.mapping import MappingRow
from energy.messages.message import NOT_A_NUMBER, Said
from formats._mapping import format_of
from tests.formats.mappings import HEX_ROW, row

T0 = 1_767_225_600_000


def again(said: Sequence[Said], *rows: MappingRow, account: str = "a") -> list[Said]:
    found = format_of(rows)
    return found.decode(*found.encode(account, said))


@given(
    st.lists(st.decimals(0, 10**9, places=2, allow_nan=False), min_size=1, max_size=4),
    st.integers(0, 2**41),
    st.sampled_from(["ms", "iso", "%Y-%m-%d %H:%M:%S.%f %z"]),
    st.sampled_from(["number", "text"]),
)
def test_what_a_mapping_encodes_it_decodes_again(
    numbers: list[Decimal], time: int, time_as: str, value_as: str
) -> None:
    mapped = row(
        topic="site/+/data/+",
        device="{2}-{/list/*/id}",
        channel="{4}",
        value="/list/*/v",
        value_as=value_as,
        scale=Fraction(1, 8),
        time="/list/*/t",
        time_as=time_as,
    )
    said = [Said(f"a-{place}", "ep", time, number) for place, number in enumerate(numbers)]

    assert again(said, mapped) == said


@given(st.integers(-(2**31), 2**31 - 1), st.sampled_from(["big", "little"]))
def test_a_hex_value_is_written_as_it_is_read(number: int, order: str) -> None:
    said = [Said("a", "ep", None, Decimal(number))]

    assert again(said, replace(HEX_ROW, byte_order=order, signed=True)) == said


def test_several_rows_write_one_message() -> None:
    rows = (
        row(value="/list/*/p", channel="power", unit="kW", device="{/list/*/id}", topic="all"),
        row(value="/list/*/e", channel="ep", unit="kWh", device="{/list/*/id}", topic="all"),
    )
    said = [
        Said(device, channel, None, Decimal(number), unit)
        for channel, unit, first in (("power", "kW", 1), ("ep", "kWh", 5))
        for device, number in (("x", first), ("y", first + 1))
    ]
    topic, payload = format_of(rows).encode("x", said)

    assert topic == "all"
    assert json.loads(payload) == {
        "list": [{"p": 1, "e": 5, "id": "x"}, {"p": 2, "e": 6, "id": "y"}]
    }


@pytest.mark.parametrize(
    ("said", "mapped"),
    [
        (Said("a", "other", None, Decimal(1)), row()),
        (Said("a", "ep", None, Decimal(1), "kWh"), row()),
        (Said("a", "ep", None, NOT_A_NUMBER), row()),
        (Said("a", "ep", None, Decimal(1)), row(device="{/id}")),
        (Said("a", "ep", None, Decimal("0.5")), HEX_ROW),
        (Said("a", "ep", None, Decimal(2**32)), HEX_ROW),
        (Said("a", "ep", T0 + 1, Decimal(1)), row(time="/t", time_as="%Y%m%d%H%M%S", zone="UTC")),
        (Said("a+", "ep", None, Decimal(1)), row()),
        (Said("a", "ep", None, Decimal(1)), row(topic="#", device="a")),
    ],
)
def test_what_no_message_of_a_mapping_says_is_not_encoded(said: Said, mapped: MappingRow) -> None:
    with pytest.raises(ConfigError) as refused:
        format_of([mapped]).encode("a", [said])
    assert "映射 boiler" in refused.value.told("zh")
