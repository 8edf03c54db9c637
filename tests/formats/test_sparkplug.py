"""Sparkplug B payloads: fields, topics, times, and numbers by their data type."""

import json
from decimal import Decimal
from pathlib import Path
from struct import pack, unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import NOT_A_NUMBER, Said
from formats import sparkplug
from formats._sparkplug import wire
from formats._sparkplug.payload import DATATYPES, Bits, Metric, Payload, float_number, number_of
from tests.sparkplug_host import DATA, DEVICE, INT64, NAME, NODE, T0, Host, metric

PAYLOADS = Path(__file__).parents[3] / "shared" / "payloads"


def test_a_payload_is_the_bytes_that_the_specification_gives_its_fields() -> None:
    # By hand: 08 timestamp 1, 12 metric of 0E bytes (0A name "ep", 10 alias 3, 18 timestamp 2,
    # 20 data type 3, 50 int value 5), 18 seq 4.
    body = bytes.fromhex("08 01  12 0C  0A 02 65 70  10 03  18 02  20 03  50 05  18 04")

    payload = Payload(1, 4, [Metric("ep", 3, 2, 3, False, Bits(5, 32), "")])  # noqa: FBT003

    assert wire.read(body) == payload
    assert wire.write(payload) == body


@pytest.mark.parametrize(
    ("datatype", "bits", "width", "number"),
    [
        ("Int8", 2**32 - 5, 32, "-5"), ("Int8", 251, 32, "-5"), ("Int8", 300, 32, "NaN"),
        ("Int16", 2**16 - 1, 32, "-1"), ("Int32", 2**31, 32, str(-(2**31))),
        ("Int32", 2**64 - 7, 64, "-7"), ("Int64", 2**64 - 1, 64, "-1"),
        ("Int64", 2**63 - 1, 64, str(2**63 - 1)), ("UInt8", 255, 32, "255"),
        ("UInt8", 256, 32, "NaN"), ("UInt32", 2**32 - 1, 32, str(2**32 - 1)),
        ("UInt64", 2**64 - 1, 64, str(2**64 - 1)), ("", 5, 32, "5"), ("", 2**31, 32, "NaN"),
    ],
)  # fmt: skip
def test_a_whole_number_has_the_sign_of_its_data_type(
    datatype: str, bits: int, width: int, number: str
) -> None:
    assert str(number_of(Bits(bits, width), DATATYPES.index(datatype))) == number


@given(st.decimals(-(10**6), 10**6, places=2))
def test_a_single_precision_number_is_the_decimal_that_the_meter_showed(shown: Decimal) -> None:
    # Seven digits are what single precision keeps; eight may not come back.
    (sent,) = unpack("f", pack("f", float(shown)))
    found = float_number(sent, single=True)

    assert unpack("f", pack("f", float(found)))[0] == sent
    if len(shown.as_tuple().digits) <= 6:
        assert found == shown


def test_a_single_precision_number_that_needs_nine_digits_has_nine() -> None:
    # Around 1000 neighbours lie 0.00006 apart: eight digits, steps of 0.0001, are too coarse.
    (sent,) = unpack("f", pack("f", 1003.02936))

    assert str(float_number(sent, single=True)) == "1003.02936"


def test_the_unit_is_found_among_other_properties_or_is_none() -> None:
    # By hand. Metric: 0A name "ep", 4A properties; in them 0A keys, 12 values (42 a text, 18 an
    # int value that is not read), 50 int value 5.
    with_unit = (
        "0A 02 65 70  4A 19  0A 03 6D 69 6E  0A 07 65 6E 67 55 6E 69 74"
        "  12 02 18 00  12 05 42 03 6B 57 68  50 05"
    )
    without = "0A 02 65 70  4A 09  0A 03 6D 69 6E  12 02 18 00  50 05"

    for text, unit in ((with_unit, "kWh"), (without, "")):
        inner = bytes.fromhex(text)
        (said,) = sparkplug.FORMAT.decode(DATA, bytes([0x12, len(inner)]) + inner)
        assert (said.value, said.unit) == (Decimal(5), unit)


@pytest.mark.parametrize("datatype", ["", "Double"])
def test_a_text_in_place_of_a_number_is_none(datatype: str) -> None:
    inner = bytes.fromhex("0A 02 65 70") + bytes([0x20, DATATYPES.index(datatype)])
    inner += bytes.fromhex("7A 02 31 32")

    (said,) = sparkplug.FORMAT.decode(DATA, bytes([0x12, len(inner)]) + inner)

    assert said.value is NOT_A_NUMBER


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 3.4e38])
def test_a_binary_number_no_meter_can_count_is_none(value: float) -> None:
    assert float_number(value, single=True) is NOT_A_NUMBER
    assert float_number(value, single=False) is NOT_A_NUMBER


def test_null_is_no_number_and_not_zero() -> None:
    body = bytes.fromhex("12 08  0A 02 65 70  38 01  50 00")  # is_null beside an int value of 0

    assert sparkplug.FORMAT.decode(DATA, body)[0].value is NOT_A_NUMBER
    text = b'{"metrics":[{"name":"ep","isNull":true,"value":0},{"name":"eq"}]}'
    assert [one.value for one in sparkplug.FORMAT.decode(DATA, text)] == [NOT_A_NUMBER] * 2


def test_a_metric_is_timed_by_itself_or_else_by_its_payload() -> None:
    said = Host().hears(
        DATA, 1, metric("a", Decimal(1), datatype=INT64, time=T0 - 5),
        metric("b", Decimal(1), datatype=INT64, time=None),
        metric("c", Decimal(1), datatype=INT64, time=T0 - 9, historical=True), sent=T0,
    )  # fmt: skip

    assert [one.time for one in said] == [T0 - 5, T0, T0 - 9]


def test_what_is_told_late_without_its_own_time_is_not_given_that_of_the_payload() -> None:
    late = metric("a", Decimal(1), datatype=INT64, time=None, historical=True)

    assert Host().hears(DATA, 1, late)[0].time == ""


def test_texts_switches_and_the_node_s_own_numbers_are_not_said() -> None:
    text = json.dumps({"metrics": [
        {"name": "bdSeq", "dataType": "Int64", "value": 1},
        {"name": "Node Control/Scan Rate", "dataType": "Int64", "value": 1000},
        {"name": "Running", "dataType": "Boolean", "value": True},
        {"name": "Serial", "dataType": "String", "value": "12"},
        {"name": "ep", "dataType": "Int64", "value": "12"},
        {"name": "eq", "value": True},
        {"name": "er", "dataType": "Sextuple", "value": 6},
    ]}).encode()  # fmt: skip

    said = sparkplug.FORMAT.decode(NODE.format("NDATA"), text)

    assert [(one.channel, str(one.value)) for one in said] == [
        ("ep", "NaN"), ("eq", "NaN"), ("er", "6"),
    ]  # fmt: skip


def test_the_names_of_the_protobuf_fields_are_read_in_json_too() -> None:
    text = b'{"metrics":[{"name":"a","datatype":4,"is_historical":true,"value":1}],"timestamp":5}'

    assert sparkplug.FORMAT.decode(DATA, text) == [Said(NAME, "a", "", Decimal(1))]


@pytest.mark.parametrize(
    ("topic", "body", "reason"),
    [
        (DATA, b"\xff", "not a Sparkplug B payload"),
        (DATA, bytes.fromhex("12 03 0A 01 FF"), "not a Sparkplug B payload"),
        (DATA, b"", "the message holds no value"),
        (DATA, b'{"metrics":[]}', "the message holds no value"),
        (DATA, b'{"metrics":1}', "not a Sparkplug B payload in JSON: Expected `array`, got `int`"),
        (
            DATA,
            b"\x22\x12" + wire.COMPRESSED + b"\x2a\x01\x00",
            "a compressed Sparkplug B payload is not read",
        ),
        (
            "spBv1.0/a.b/DDATA/n/d",
            b'{"metrics":[{"name":"a","value":1}]}',
            "a Sparkplug name with a dot, which the registry cannot tell apart",
        ),
        ("elsewhere", b"", "not a Sparkplug topic"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    topic: str, body: bytes, reason: str
) -> None:
    with pytest.raises(DecodeError) as refused:
        sparkplug.FORMAT.decode(topic, body)

    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("topic", "mine"),
    [
        *((NODE.format(kind), True) for kind in ("NBIRTH", "NDATA", "NDEATH")),
        *((DEVICE.format(kind), True) for kind in ("DBIRTH", "DDATA", "DDEATH")),
        (NODE.format("DDATA"), False),
        (DEVICE.format("NDATA"), False),
        (NODE.format("NCMD"), False),
        (DEVICE.format("DCMD"), False),
        ("spBv1.0/STATE/scada", False),
        ("spBv1.0/school/DDATA//heat", False),
        ("spBv2.0/school/DDATA/boiler/heat", False),
    ],
)
def test_nodes_and_devices_are_read_commands_and_hosts_are_not(topic: str, *, mine: bool) -> None:
    assert sparkplug.FORMAT.is_mine(topic) is mine


def test_a_unit_is_written_as_the_registry_writes_it() -> None:
    said = Host().hears(DATA, 1, metric("v", Decimal(1), datatype=INT64, unit="m³"))

    assert said[0].unit == "m3"


NAMES = st.text("abc-_/电0", min_size=1, max_size=8)
NUMBERS = st.decimals(-(10**12), 10**12, places=3) | st.integers(-(2**63), 2**63 - 1).map(Decimal)


@given(
    st.lists(st.tuples(NAMES, NUMBERS, st.sampled_from(["", "kWh"])), min_size=1),
    st.integers(0, 2**41),
    st.sampled_from([NAME, "school.boiler"]),
)
def test_what_it_encodes_it_decodes_again_in_either_form(
    entries: list[tuple[str, Decimal, str]], time: int, device: str
) -> None:
    said = [Said(device, name, time, value, unit) for name, value, unit in entries]

    assert sparkplug.FORMAT.decode(*sparkplug.FORMAT.encode(device, said)) == said
    assert sparkplug.FORMAT.decode(*sparkplug.encode_json(device, said)) == said


@pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason="the folder shared/payloads does not lie beside the checkout"
)
def test_a_real_message_in_json_is_read_at_the_time_of_its_metric() -> None:
    folder = PAYLOADS / "sparkplug_json"
    topic = (folder / "topic.txt").read_text("utf-8")

    assert sparkplug.FORMAT.is_mine(topic)
    assert sparkplug.FORMAT.decode(topic, (folder / "payload.json").read_bytes()) == [
        Said("G1.E1.D1", "Tag 1", 1638223662800, Decimal(10))
    ]
