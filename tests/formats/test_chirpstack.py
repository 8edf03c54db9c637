"""ChirpStack uplinks: decoded objects, frames in their bytes, and uplinks that never came."""

import json
from base64 import b64encode
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import Format, Said
from formats import _chirpstack, chirpstack, chirpstack_cjt188, chirpstack_dlt645
from formats._frames import dlt645

EUI = "0102030405060708"
TOPIC = f"application/1/device/{EUI}/event/up"
PAYLOADS = Path(__file__).parents[3] / "shared" / "payloads"


def uplink(**members: object) -> bytes:
    """An uplink event with the members given."""
    return json.dumps({"deviceInfo": {"devEui": EUI}, **members}).encode()


def refusal(found: Format, payload: bytes, topic: str = TOPIC) -> str:
    """Why an uplink is refused."""
    with pytest.raises(DecodeError) as refused:
        found.decode(topic, payload)
    return str(refused.value)


@pytest.mark.parametrize(
    ("time", "ms"),
    [
        ("2022-07-18T09:34:15.775023242+00:00", 1658136855775),
        ("2022-07-18T09:34:15.775999999Z", 1658136855775),
        ("2022-07-18T17:34:15.775023242+08:00", 1658136855775),
        ("2022-07-18T09:34:15Z", 1658136855000),
    ],
)
def test_a_time_with_nine_digits_is_whole_milliseconds_of_utc(time: str, ms: int) -> None:
    (said,) = chirpstack.FORMAT.decode(TOPIC, uplink(time=time, object={"total": 1}))

    assert said == Said(EUI, "total", ms, Decimal(1))


@pytest.mark.parametrize("time", ["2022-07-18T09:34:15", "yesterday", "", "2022-07-18T25:00:00Z"])
def test_a_time_without_zone_or_sense_is_refused_not_guessed(time: str) -> None:
    payload = uplink(time=time, object={"total": 1})

    assert refusal(chirpstack.FORMAT, payload) == "time cannot be read"


def test_an_uplink_without_time_has_none() -> None:
    assert chirpstack.FORMAT.decode(TOPIC, uplink(object={"total": 1}))[0].time is None


def test_bytes_without_a_codec_are_undecoded_and_not_zero() -> None:
    assert refusal(chirpstack.FORMAT, uplink(data="qg==")) == "the uplink holds no decoded object"


def test_an_object_without_members_says_nothing() -> None:
    assert refusal(chirpstack.FORMAT, uplink(object={"a": {}})) == "the message holds no value"


@pytest.mark.parametrize("value", [True, False, None, "12", float("nan")])
def test_a_member_that_is_no_number_is_none_beside_the_others(value: object) -> None:
    payload = uplink(object={"a": 1, "b": value})
    if value != value:  # noqa: PLR0124 - JSON has no NaN
        assert refusal(chirpstack.FORMAT, payload).startswith("not a ChirpStack uplink")
        return

    first, second = chirpstack.FORMAT.decode(TOPIC, payload)

    assert first.value == 1
    assert second.value.is_nan()


def test_a_number_keeps_every_digit_it_was_sent_with() -> None:
    payload = b'{"object": {"total": 123456789012.345678901}}'

    assert str(chirpstack.FORMAT.decode(TOPIC, payload)[0].value) == "123456789012.345678901"


@pytest.mark.parametrize(
    "topic",
    [
        f"application/1/device/{EUI}/event/join",
        f"application/1/device/{EUI}/event/ack",
        f"application/1/device/{EUI}/event/status",
        f"application/1/device/{EUI}/command/down",
        "application/1/device//event/up",
        f"application/1/device/{EUI}/event/up/more",
    ],
)
def test_other_events_are_none_of_its_messages(topic: str) -> None:
    assert not chirpstack.FORMAT.is_mine(topic)
    assert chirpstack.FORMAT.is_mine(TOPIC)


def test_the_variants_with_frames_wait_for_the_registry_to_name_their_topics() -> None:
    for variant in (chirpstack_dlt645.FORMAT, chirpstack_cjt188.FORMAT):
        assert not variant.is_mine(TOPIC)
        assert variant.filters == ()


def test_an_uplink_of_another_device_than_its_topic_is_refused() -> None:
    payload = json.dumps({"deviceInfo": {"devEui": "ff" * 8}, "object": {"a": 1}}).encode()

    assert refusal(chirpstack.FORMAT, payload) == (
        "the uplink does not belong to the device of its topic"
    )
    assert chirpstack.FORMAT.decode(TOPIC.replace(EUI, "FF" * 8), payload)[0].device == "FF" * 8


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "the uplink holds no bytes"),
        ({"data": ""}, "the uplink holds no bytes"),
        ({"data": "q*g"}, "the bytes of the uplink are not in base64"),
        ({"data": "qg=="}, "a frame that does not begin with 68H"),
    ],
)
def test_bytes_that_are_no_frame_are_refused_with_the_reason(
    members: dict[str, str], reason: str
) -> None:
    assert refusal(chirpstack_dlt645.FORMAT, uplink(**members)) == reason
    assert refusal(chirpstack_cjt188.FORMAT, uplink(**members)) == reason


def test_a_frame_in_an_uplink_is_read_at_the_time_of_the_uplink() -> None:
    frame = dlt645.write_answer("000012345678", "00010000", [Decimal("1234.56")])
    payload = uplink(time="2026-01-01T00:00:00.123456789Z", data=b64encode(frame).decode())

    assert chirpstack_dlt645.FORMAT.decode(TOPIC, payload) == [
        Said(EUI, "000012345678/00010000", 1767225600123, Decimal("1234.56"), "kWh")
    ]


def remembering(kept: dict[str, bytes]) -> Format:
    """The format with a memory."""
    assert chirpstack.FORMAT.with_memory
    return chirpstack.FORMAT.with_memory(kept)


def heard(found: Format, number: int, second: int) -> dict[str, int]:
    """The counts after an uplink with a number was heard at a second."""
    found.decode(
        TOPIC, uplink(time=f"2026-01-01T00:00:{second:02d}Z", fCnt=number, object={"a": 1})
    )
    assert found.counts
    return dict(found.counts())


def test_uplinks_that_never_came_are_counted_and_outlive_the_process() -> None:
    kept: dict[str, bytes] = {}

    assert heard(remembering(kept), 7, 1) == {}
    assert heard(remembering(kept), 8, 2) == {}
    assert heard(remembering(kept), 11, 3) == {f"lost messages {EUI}": 2}
    assert heard(remembering(kept), 13, 4) == {f"lost messages {EUI}": 3}


def test_an_uplink_that_the_broker_repeats_is_no_loss() -> None:
    found = remembering({})
    for number, second in ((7, 1), (8, 2), (7, 1), (8, 2), (9, 3)):
        assert heard(found, number, second) == {}


def test_a_device_that_joins_anew_counts_from_the_start() -> None:
    found = remembering({})
    heard(found, 70, 1)

    assert heard(found, 0, 2) == {}
    assert heard(found, 2, 3) == {f"lost messages {EUI}": 1}


def test_without_memory_nothing_is_counted() -> None:
    assert chirpstack.FORMAT.counts is None
    assert chirpstack.FORMAT.decode(TOPIC, uplink(fCnt=7, object={"a": 1}))


def test_what_another_version_remembered_is_begun_anew() -> None:
    assert heard(remembering({EUI: b"\x00"}), 7, 1) == {}


def test_a_flood_of_devices_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_chirpstack, "MOST_REMEMBERED", 1)
    kept = {"ff" * 8: b"{}"}

    heard(remembering(kept), 7, 1)

    assert set(kept) == {"ff" * 8}


NAMES = st.text("abc电0", min_size=1, max_size=4)
NUMBERS = st.decimals(-(10**6), 10**12, places=3)


@given(
    st.dictionaries(
        NAMES, NUMBERS | st.dictionaries(NAMES, NUMBERS, min_size=1), min_size=1, max_size=4
    ),
    st.none() | st.integers(0, 2**42),
)
def test_what_it_encodes_it_decodes_again(
    members: dict[str, Decimal | dict[str, Decimal]], time: int | None
) -> None:
    said = []
    for name, found in members.items():
        inner = {name: found} if isinstance(found, Decimal) else {}
        inner |= {f"{name}/{n}": v for n, v in found.items()} if isinstance(found, dict) else {}
        said += [Said(EUI, channel, time, value) for channel, value in inner.items()]

    assert chirpstack.FORMAT.decode(*chirpstack.FORMAT.encode(EUI, said)) == said


@given(st.integers(0, 99_999_999), st.integers(0, 2**42))
def test_frames_that_an_uplink_carries_are_read_again(steps: int, time: int) -> None:
    value = Decimal(steps).scaleb(-2)
    electricity = [Said(EUI, "000000000001/00010000", time, value, "kWh")]
    water = [Said(EUI, "00000000000001/volume", time, value, "m3")]

    for found, said in ((chirpstack_dlt645, electricity), (chirpstack_cjt188, water)):
        assert found.FORMAT.decode(*found.FORMAT.encode(EUI, said)) == said


def test_a_channel_inside_another_cannot_be_encoded() -> None:
    said = [Said(EUI, "a", 1, Decimal(1)), Said(EUI, "a/b", 1, Decimal(1))]

    with pytest.raises(ValueError, match="lies inside another channel"):
        chirpstack.FORMAT.encode(EUI, said)


@pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason="the folder shared/payloads does not lie beside the checkout"
)
def test_a_real_uplink_without_codec_is_refused_as_undecoded() -> None:
    folder = PAYLOADS / "chirpstack_v4"
    payload = (folder / "payload.json").read_bytes()
    topic = (folder / "topic.txt").read_text("utf-8").replace("DEV_EUI", "01" * 8)

    assert refusal(chirpstack.FORMAT, payload, topic) == "the uplink holds no decoded object"
    decoded = payload.replace(b'"data"', b'"object":{"total":12.5},"data"')
    assert chirpstack.FORMAT.decode(topic, decoded) == [
        Said("01" * 8, "total", 1658136855775, Decimal("12.5"))
    ]
