"""What holds for every payload format that formats/ offers."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import formats
from energy.errors import DecodeError
from energy.message import NOT_A_NUMBER, Format, Said
from energy.offers import offers
from formats import own_batch, own_single, tasmota

GOLDEN = Path(__file__).parent.parent / "golden"
FORMATS = offers(formats, "FORMAT", Format)
MESSAGES = [
    (name, path, json.loads(path.read_text(encoding="utf-8")))
    for name in FORMATS
    for path in sorted((GOLDEN / name).glob("*.json"))
]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_golden_messages(name: str) -> None:
    assert any(found == name for found, _, _ in MESSAGES)


@pytest.mark.parametrize(("name", "path", "golden"), MESSAGES, ids=lambda value: str(value)[-40:])
def test_a_golden_message_says_what_was_worked_out_by_hand(
    name: str, path: Path, golden: dict[str, Any]
) -> None:
    del path
    found = FORMATS[name]
    assert found.is_mine(golden["topic"])
    said = found.decode(golden["topic"], golden["payload"].encode())
    expected = [
        Said(device, channel, time, Decimal(value), unit)
        for device, channel, time, value, unit in golden["said"]
    ]
    assert said == expected
    assert [str(one.value) for one in said] == [str(one.value) for one in expected]


@st.composite
def _damaged(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A golden message with bytes cut out, put in or changed."""
    name, _, golden = draw(st.sampled_from(MESSAGES))
    payload = bytearray(golden["payload"].encode())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(payload)))
        length = draw(st.integers(0, 6))
        pieces = [b"NaN", b"true", b"null", b'"', b"[", b"{", b"1e999999999", b"-", b"\xff", b""]
        payload[at : at + length] = draw(st.sampled_from(pieces) | st.binary(max_size=3))
    return name, golden["topic"], bytes(payload)


def _outcome(name: str, topic: str, payload: bytes) -> list[Said] | str:
    """What a message says, or why it is refused; any other error fails the test."""
    try:
        return FORMATS[name].decode(topic, payload)
    except DecodeError as error:
        return str(error)


@given(_damaged())
def test_a_damaged_message_is_read_exactly_or_refused_with_a_reason(
    damaged: tuple[str, str, bytes],
) -> None:
    said = _outcome(*damaged)
    if isinstance(said, str):
        assert said
        return
    for one in said:
        assert isinstance(one.value, Decimal)
        assert one.value.is_finite() or one.value is NOT_A_NUMBER
        assert not isinstance(one.time, bool)


@given(st.binary(max_size=200), st.sampled_from(sorted(FORMATS)))
def test_no_bytes_whatever_raise_anything_but_a_decode_error(payload: bytes, name: str) -> None:
    topic = next(golden["topic"] for found, _, golden in MESSAGES if found == name)
    assert _outcome(name, topic, payload) is not None


NAMES = st.text("abc-_.电0/1", min_size=1, max_size=8).filter(lambda name: "/" not in name)
NUMBERS = st.decimals(
    min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False, places=3
)
TIMES = st.integers(0, 2**41)


@given(
    NAMES,
    st.lists(st.tuples(TIMES, st.dictionaries(NAMES, NUMBERS, min_size=1, max_size=3)), min_size=1),
)
def test_what_the_own_form_encodes_it_decodes_again(
    device: str, entries: list[tuple[int, dict[str, Decimal]]]
) -> None:
    said = [
        Said(device, channel, time + index * 2**42, value)
        for index, (time, values) in enumerate(entries)
        for channel, value in values.items()
    ]
    assert own_single.decode(*own_single.encode(device, said)) == said


@given(st.lists(st.tuples(NAMES, NAMES, NUMBERS), min_size=1, max_size=9))
def test_what_the_own_batch_form_encodes_it_decodes_again(
    entries: list[tuple[str, str, Decimal]],
) -> None:
    said = [
        Said(device, channel, index, value)
        for index, (device, channel, value) in enumerate(entries)
    ]
    topic, payload = own_batch.encode("gw", said)
    assert own_batch.decode(topic, payload) == said
    assert own_batch.gateway_of(topic) == "gw"


@given(
    st.lists(NUMBERS, min_size=1, max_size=3),
    st.sampled_from(["one", "several"]),
    st.none() | st.just("2026-03-01T07:15:30"),
)
def test_what_tasmota_encodes_it_decodes_again(
    totals: list[Decimal],
    shape: str,
    time: str | None,
) -> None:
    channels = [f"Total/{n}" for n in range(len(totals))] if shape == "several" else ["Total"]
    said = [
        Said("plug", channel, time, total, "kWh")
        for channel, total in zip(channels, totals, strict=False)
    ]
    assert tasmota.decode(*tasmota.encode("plug", said)) == said


@pytest.mark.parametrize(
    ("topic", "owner"),
    [
        ("meters/panel", "own_single"),
        ("meters/batch/gw", "own_batch"),
        ("tele/plug/SENSOR", "tasmota"),
        ("building/tele/plug/SENSOR", "tasmota"),
        ("meters/", ""),
        ("meters/a/b/c", ""),
        ("hotele/plug/SENSOR", ""),
        ("tele//SENSOR", ""),
    ],
)
def test_a_topic_belongs_to_one_format_at_most(topic: str, owner: str) -> None:
    assert [name for name, found in FORMATS.items() if found.is_mine(topic)] == (
        [owner] if owner else []
    )


@pytest.mark.parametrize(
    "value", ["1e999999999", "1e99999999999999999999", "1e-99", "9" * 50, "1." + "0" * 60 + "1"]
)
def test_a_number_no_meter_can_count_is_none_before_it_fills_the_memory(value: str) -> None:
    payload = f'{{"time": 1, "values": {{"x": {value}}}}}'.encode()
    assert own_single.decode("meters/a", payload)[0].value is NOT_A_NUMBER


@pytest.mark.parametrize("value", ["true", "null", '"12"', "[1]", '{"v":1}', "NaN", "Infinity"])
@pytest.mark.parametrize(
    ("name", "topic", "frame"),
    [
        ("own_single", "meters/a", '{"time":1,"values":{"x":%s}}'),
        ("own_batch", "meters/batch/g", '[{"device":"a","time":1,"values":{"x":%s}}]'),
        ("tasmota", "tele/a/SENSOR", '{"ENERGY":{"Total":[%s]}}'),
    ],
)
def test_what_is_not_a_number_is_never_read_as_one(
    name: str, topic: str, frame: str, value: str
) -> None:
    assert FORMATS[name].decode(topic, (frame % "1").encode())[0].value == 1
    said = _outcome(name, topic, (frame % value).encode())
    assert isinstance(said, str) or all(one.value is NOT_A_NUMBER for one in said)


def test_one_bad_value_does_not_take_the_others_of_its_message_with_it() -> None:
    payload = (
        b'[{"device":"a","time":1,"values":{"x":1,"y":null}},'
        b'{"device":"b","time":1,"values":{"x":2}}]'
    )
    said = own_batch.decode("meters/batch/g", payload)
    assert [one.value for one in said] == [1, NOT_A_NUMBER, 2]


@pytest.mark.parametrize("payload", [b"[]", b'{"time":1,"values":{}}'])
def test_a_message_without_a_value_is_refused(payload: bytes) -> None:
    with pytest.raises(DecodeError, match="holds no value"):
        own_single.decode("meters/a", payload)


@pytest.mark.parametrize("time", ["true", "1.0", '"1"', "1e9", "null"])
def test_a_time_that_is_not_a_whole_number_is_refused(time: str) -> None:
    with pytest.raises(DecodeError):
        own_single.decode("meters/a", f'{{"time":{time},"values":{{"x":1}}}}'.encode())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "opening", [b"[", b'{"values":', b'{"ENERGY":{"Total":', b'[{"values":{"x":[']
)
def test_a_message_nested_a_million_deep_is_refused(name: str, opening: bytes) -> None:
    topic = next(golden["topic"] for found, _, golden in MESSAGES if found == name)
    with pytest.raises(DecodeError):
        FORMATS[name].decode(topic, opening * 1_000_000)


def test_a_channel_said_twice_at_one_time_loses_neither_value() -> None:
    said = [Said("a", "x", 1, Decimal(1)), Said("a", "x", 1, Decimal(2))]
    assert own_single.decode(*own_single.encode("a", said)) == said


@pytest.mark.parametrize("name", ["own_single", "own_batch", "tasmota"])
def test_garbage_does_not_make_a_reason_of_its_own_for_each_message(name: str) -> None:
    form = FORMATS[name]
    topic = {"own_single": "meters/a", "own_batch": "meters/batch/a", "tasmota": "tele/a/SENSOR"}
    bodies = [b'{"time":1,"values":{},"key%d":1}' % number for number in range(200)]
    bodies += [b'[{"device":"a","time":1,"values":{},"key%d":1}]' % number for number in range(200)]
    bodies += [b" " * number + b"\xff" for number in range(200)]
    bodies += [b"[" * number for number in range(200)]
    reasons = set()
    for body in bodies:
        with pytest.raises(DecodeError) as refused:
            form.decode(topic[name], body)
        reasons.add(str(refused.value))
    assert len(reasons) < 8, reasons
