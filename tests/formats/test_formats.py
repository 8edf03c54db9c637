"""What holds for every payload format that formats/ offers."""

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.kinds import KINDS, QUANTITIES
from energy.messages.message import NOT_A_NUMBER, Said
from energy.units import units_of
from tests.golden_messages import FORMATS, MESSAGES, TOPICS, body, outcome


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_golden_messages(name: str) -> None:
    assert any(found == name for found, _ in TOPICS)


@pytest.mark.parametrize(("name", "path", "golden"), MESSAGES, ids=lambda value: str(value)[-40:])
def test_a_golden_message_says_what_was_worked_out_by_hand(
    name: str, path: Path, golden: dict[str, Any]
) -> None:
    del path
    found = FORMATS[name]
    assert found.is_mine(golden["topic"]) or not found.filters
    said = found.decode(golden["topic"], body(golden))
    expected = [
        Said(device, channel, time, Decimal(value), unit)
        for device, channel, time, value, unit in golden["said"]
    ]
    # As text: a number keeps its digits, and NaN equals nothing.
    assert [(*one[:3], str(one.value), one.unit) for one in said] == [
        (*one[:3], str(one.value), one.unit) for one in expected
    ]


@pytest.mark.parametrize(("name", "path", "golden"), MESSAGES, ids=lambda value: str(value)[-40:])
def test_units_and_times_that_a_message_says_are_such_as_the_registry_and_the_collector_know(
    name: str, path: Path, golden: dict[str, Any]
) -> None:
    del path
    units = {unit for kind in (*KINDS, *QUANTITIES) for unit in units_of(kind)}
    for _, _, time, _, unit in golden["said"]:
        # No meter of ours is in volts, in m3 an hour or in hours: refused by their unit.
        assert unit in units | {"", "V", "m3/h", "h"}
        if isinstance(time, str) and "PT" not in time:
            assert datetime.fromisoformat(time).tzinfo or FORMATS[name].local_time
        if isinstance(time, int) and FORMATS[name].time_in_ms:
            assert time > 2**28 * 999


@st.composite
def _damaged(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A golden message with bytes cut out, put in or changed."""
    name, _, golden = draw(st.sampled_from(MESSAGES))
    payload = bytearray(body(golden))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(payload)))
        length = draw(st.integers(0, 6))
        pieces = [b"NaN", b"true", b"null", b'"', b"[", b"{", b"1e999999999", b"-", b"\xff", b""]
        payload[at : at + length] = draw(st.sampled_from(pieces) | st.binary(max_size=3))
    return name, golden["topic"], bytes(payload)


@given(_damaged())
def test_a_damaged_message_is_read_exactly_or_refused_with_a_reason(
    damaged: tuple[str, str, bytes],
) -> None:
    said = outcome(*damaged)
    if isinstance(said, str):
        assert said
        return
    for one in said:
        assert isinstance(one.value, Decimal)
        assert one.value.is_finite() or one.value is NOT_A_NUMBER
        assert one.time is None or type(one.time) in {int, str}


@given(st.binary(max_size=200), st.sampled_from(MESSAGES))
def test_no_bytes_whatever_raise_anything_but_a_decode_error(
    payload: bytes, message: tuple[str, Path, dict[str, Any]]
) -> None:
    name, _, golden = message
    assert outcome(name, golden["topic"], payload) is not None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@st.composite
def _with_another_value(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A golden message in which one value is any JSON whatever."""
    in_json = [one for one in MESSAGES if body(one[2]).startswith((b"[", b"{"))]
    name, _, golden = draw(st.sampled_from(in_json))
    whole = [json.loads(body(golden))]
    holder, key = draw(st.sampled_from(list(_places(whole))))
    holder[key] = draw(_JSON)
    return name, golden["topic"], json.dumps(whole[0]).encode()


def _places(message: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - it is any JSON
    keys = message if isinstance(message, dict) else range(len(message))
    for key in keys:
        yield message, key
        if isinstance(message[key], dict | list):
            yield from _places(message[key])


@given(_with_another_value())
def test_no_value_in_place_of_another_raises_anything_but_a_decode_error(
    changed: tuple[str, str, bytes],
) -> None:
    assert outcome(*changed) is not None


@pytest.mark.parametrize(
    ("topic", "owner"),
    [
        ("meters/panel", "own_single"),
        ("meters/batch/gw", "own_batch"),
        ("tele/plug/SENSOR", "tasmota"),
        ("building/tele/plug/SENSOR", "tasmota"),
        ("shelly-1/status/switch:0", "shelly"),
        ("shelly-1/status/wifi", "shelly"),
        ("site/shelly-1/status/em1data:12", "shelly"),
        ("shelly-1/events/rpc", "shelly"),
        ("site/shelly-1/events/rpc", "shelly"),
        ("zigbee2mqtt/Plug Kitchen", "zigbee2mqtt"),
        ("wmbusmeters/00112233", "wmbusmeters"),
        ("senml/panel", "senml"),
        ("m/school/c/hall", "senml"),
        ("m/school/c/hall/heat/1", "senml"),
        ("gateway/440305A001000000/GW01", "gateway_xml"),
        ("gateway/events/rpc", "shelly"),
        ("gateway/status/switch:0", "shelly"),
        ("gateway/a/b/c", ""),
        ("meters/", ""),
        ("meters/a/b/c", ""),
        ("hotele/plug/SENSOR", ""),
        ("tele//SENSOR", ""),
        ("spBv1.0/school/DDATA/boiler/heat", "sparkplug"),
        ("spBv1.0/STATE/scada", ""),
        ("application/1/device/0102030405060708/event/up", "chirpstack"),
        ("application/1/device/0102030405060708/event/join", ""),
        ("shelly-1/status/", ""),
        ("shelly-1/status/switch:", ""),
        ("/status/switch:0", ""),
        ("a/b/c/status/switch:0", ""),
        ("shelly-1/online", ""),
        ("m/tele/c/SENSOR", "tasmota"),
        ("m/school/c/hall/tele/plug/SENSOR", "senml"),
        ("zigbee2mqtt/", ""),
        ("zigbee2mqtt/bridge", ""),
        ("zigbee2mqtt/bridge/state", ""),
        ("zigbee2mqtt/Plug Kitchen/availability", ""),
        ("zigbee2mqtt/Plug Kitchen/set", ""),
        ("wmbusmeters/", ""),
        ("senml/", ""),
        ("senml/a/b", ""),
        ("m/school/c", ""),
        ("m/school/c/", ""),
        ("emon/hall/power1", ""),
    ],
)
def test_a_topic_belongs_to_one_format_at_most(topic: str, owner: str) -> None:
    assert [name for name, found in FORMATS.items() if found.is_mine(topic)] == (
        [owner] if owner else []
    )


@st.composite
def _spliced_topic(draw: st.DrawFn) -> str:
    """The first levels of one golden topic before the last ones of another."""
    head, tail = (draw(st.sampled_from(TOPICS))[1].split("/") for _ in range(2))
    return "/".join(head[: draw(st.integers(0, 4))] + tail[draw(st.integers(0, 4)) :])


@given(_spliced_topic())
def test_no_topic_belongs_to_two_formats(topic: str) -> None:
    assert sum(found.is_mine(topic) for found in FORMATS.values()) <= 1


FRAMES = [
    ("own_single", "meters/a", '{"time":1,"values":{"x":%s}}'),
    ("own_batch", "meters/batch/g", '[{"device":"a","time":1,"values":{"x":%s}}]'),
    ("tasmota", "tele/a/SENSOR", '{"ENERGY":{"Total":%s}}'),
    ("tasmota", "tele/a/SENSOR", '{"ENERGY":{"Total":[%s]}}'),
    ("tasmota", "tele/a/SENSOR", '{"DS18B20":{"Temperature":%s}}'),
    ("shelly", "a/status/em1data:0", '{"total_act_energy":%s}'),
    ("shelly", "a/status/switch:0", '{"aenergy":{"total":%s}}'),
    ("shelly", "a/events/rpc", '{"method":"NotifyStatus","params":{"em:0":{"a_act_power":%s}}}'),
    ("zigbee2mqtt", "zigbee2mqtt/a", '{"energy":%s}'),
    ("wmbusmeters", "wmbusmeters/a", '{"total_m3":%s}'),
    ("senml", "senml/a", '[{"n":"x","v":%s}]'),
    ("senml", "senml/a", '[{"n":"x","u":"W","s":%s}]'),
    ("senml", "senml/a", '[{"bv":%s,"n":"x","v":0}]'),
    ("plain", "a", "%s"),
]
"""A message of each kind, with a hole where its number stands."""

each_frame = pytest.mark.parametrize(("name", "topic", "frame"), FRAMES)


@pytest.mark.parametrize(
    "value", ["1e999999999", "1e99999999999999999999", "9" * 50, "9" * 50 + ".5"]
)
@each_frame
def test_a_number_no_meter_can_count_is_none_before_it_fills_the_memory(
    name: str, topic: str, frame: str, value: str
) -> None:
    (said,) = FORMATS[name].decode(topic, (frame % value).encode())
    assert said.value is NOT_A_NUMBER


@pytest.mark.parametrize(
    "value", ["true", "null", '"12"', "[[1]]", '{"v":1}', "NaN", "Infinity", "1 2", "0x1", ""]
)
@each_frame
def test_what_is_not_a_number_is_never_read_as_one(
    name: str, topic: str, frame: str, value: str
) -> None:
    (said,) = FORMATS[name].decode(topic, (frame % "1").encode())
    assert float(said.value) in {1.0, 0.001}
    if (name, value) == ("senml", "null") and "bv" in frame:
        return
    found = outcome(name, topic, (frame % value).encode())
    assert isinstance(found, str) or all(one.value is NOT_A_NUMBER for one in found)


@pytest.mark.parametrize(("name", "topic"), TOPICS)
@pytest.mark.parametrize(
    "opening",
    [
        b"[",
        b'{"values":',
        b'{"ENERGY":{"Total":',
        b'[{"values":{"x":[',
        b'{"method":"NotifyStatus","params":{"em:0":',
        b'{"energy":',
        b'{"total_m3":[',
        b'[{"v":',
    ],
)
def test_a_message_nested_a_million_deep_is_refused(name: str, topic: str, opening: bytes) -> None:
    with pytest.raises(DecodeError):
        FORMATS[name].decode(topic, opening * 1_000_000)


@pytest.mark.parametrize(("name", "topic"), TOPICS)
def test_garbage_does_not_make_a_reason_of_its_own_for_each_message(name: str, topic: str) -> None:
    bodies = [b'{"time":1,"values":{},"key%d":1}' % number for number in range(200)]
    bodies += [b'[{"device":"a","time":1,"values":{},"key%d":1}]' % number for number in range(200)]
    bodies += [b'{"method":"M%d"}' % number for number in range(200)]
    bodies += [b'[{"bver":%d}]' % number for number in range(200)]
    bodies += [b'[{"key%d_":1}]' % number for number in range(200)]
    bodies += [b'{"last_seen":"%d","timestamp":"%d"}' % (number, number) for number in range(200)]
    bodies += [b" " * number + b"\xff" for number in range(200)]
    bodies += [b"[" * number for number in range(200)]
    reasons = {found for body in bodies if isinstance(found := outcome(name, topic, body), str)}
    assert 0 < len(reasons) < 10, reasons


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        ("1e-99", "1E-99"),
        ("1e-999999999", "0.0"),
        ("1e-99999999999999999999", "0.0"),
        ("1." + "0" * 60 + "1", "1.0"),
    ],
)
def test_a_number_longer_than_a_meter_writes_is_the_float_it_stands_for(
    value: str, nearest: str
) -> None:
    payload = f'{{"time": 1, "values": {{"x": {value}}}}}'.encode()
    (said,) = FORMATS["own_single"].decode("meters/a", payload)
    assert said.value == Decimal(nearest)
