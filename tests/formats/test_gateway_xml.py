"""Messages of gateways: read exactly, without entities, or refused with a reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import NOT_A_NUMBER, Said
from formats.gateway_xml import (
    FORMAT,
    Message,
    Profile,
    Value,
    decode,
    encode,
    read_message,
    text_of,
    xml_bytes,
)
from tests.gateway_profiles import SECURE, each_profile

TOPIC = "gateway/110102A001/01"


def data(*values: Value, **changes: str) -> bytes:
    fields = {"sequence": "1", "parser": "yes", "time": "20260301071530"} | changes
    message = Message("110102A001", "01", "data", "report", fields, values)
    return xml_bytes(message, SECURE)


@each_profile
def test_a_message_is_read_as_it_was_written(profile: Profile) -> None:
    fields = {"sequence": "1", "time": "20260301071530"}
    values = (Value("1", "1", "5", "0"), Value("1", "2", "<6>", "192"), Value('"', "1", "", ""))
    message = Message("110102A001", "01", "data", "report", fields, values)

    assert read_message(text_of(xml_bytes(message, profile))) == message


@pytest.mark.parametrize("name", ["GB2312", "gbk", "GB18030"])
def test_chinese_encodings_are_read_as_their_first_line_says(name: str) -> None:
    xml = f'<?xml version="1.0" encoding="{name}" ?><root><common/><x name="水泵"/></root>'

    assert read_message(text_of(xml.encode("gb18030"))).element == "x"
    assert "水泵" in text_of(xml.encode("gb18030"))


def test_the_encoding_of_the_dialect_wins_over_the_first_line() -> None:
    xml = '<?xml version="1.0" encoding="utf-8"?><root><common/><x name="水泵"/></root>'

    with pytest.raises(DecodeError, match="not in the encoding that it declares"):
        text_of(xml.encode("gb18030"))
    assert text_of(xml.encode("gb18030"), encoding="gb18030") == xml


BOMB = """<?xml version="1.0"?><!DOCTYPE root [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><root><common/><data>&b;</data></root>"""
OUTSIDE = '<!DOCTYPE root SYSTEM "file:///etc/passwd"><root><common/><data/></root>'


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (BOMB, "the XML declares a document type or entities"),
        (OUTSIDE, "the XML declares a document type or entities"),
        ("<root><common/><data>&b;</data></root>", "not XML: undefined entity"),
        ("<root>" * 100_000, "the XML is nested too deeply"),
        ("<root><common></root>", "not XML: mismatched tag"),
        ("", "not XML: no element found"),
        ("<root><common/></root>", "the XML has no common part or nothing beside it"),
        ('<?xml version="1.0" encoding="Shift_JIS"?><root/>',
         "the XML is neither in UTF-8 nor in GB2312"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_without_its_own_words(xml: str, reason: str) -> None:
    with pytest.raises(DecodeError) as refused:
        decode(TOPIC, xml.encode())
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (data(), "the message holds no value"),
        (data(Value("1", "1", "5"), parser="no"), "the gateway sends what meters said word for"),
        (data(Value("1", "1", "5"), time="2026030107153"), "the time is not year, month"),
        (data(Value("1", "1", "5"), time="20261301071530"), "the time is not year, month"),
        (data(Value("1", "1", "5"), time="2026030１071530"), "the time is not year, month"),
        (data(Value("1", "1", "5")).replace(b">01<", b">02<"), "the message names another gateway"),
        (data().replace(b"data", b"heart_beat"), "the message carries no data of meters"),
    ],
)
def test_a_message_that_says_no_readings_is_refused(payload: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        decode(TOPIC, payload)


@pytest.mark.parametrize(
    "text", ["", "NaN", "1e999", "0x10", "1,5", "true", "１２", "1_0", "9" * 50]
)
def test_what_is_not_a_number_is_none_and_the_others_go_on(text: str) -> None:
    said = decode(TOPIC, data(Value("1", "1", text), Value("1", "2", "5")))

    assert [one.value for one in said] == [NOT_A_NUMBER, 5]


@pytest.mark.parametrize("error", ["1", "64", "timeout", "-1"])
def test_a_value_that_its_gateway_calls_wrong_is_not_a_number(error: str) -> None:
    (said,) = decode(TOPIC, data(Value("1", "1", "5", error)))

    assert said.value is NOT_A_NUMBER


def test_meters_of_two_gateways_with_one_number_are_two_devices() -> None:
    other = data(Value("1", "1", "5")).replace(b">01<", b">02<")

    assert decode(TOPIC, data(Value("1", "1", "5")))[0].device == "110102A001-01-1"
    assert decode("gateway/110102A001/02", other)[0].device == "110102A001-02-1"
    assert FORMAT.gateway_of(TOPIC) == "110102A001-01"


NAMES = st.text("abc019电_<&", min_size=1, max_size=6)
NUMBERS = st.decimals(
    min_value=-(10**9), max_value=10**12, allow_nan=False, allow_infinity=False, places=3
)


@given(st.lists(st.tuples(NAMES, NAMES, NUMBERS), min_size=1, max_size=9))
def test_what_is_encoded_is_decoded_again(entries: list[tuple[str, str, Decimal]]) -> None:
    said = [
        Said(f"110102A001-01-{meter}", function, "2026-03-01T07:15:30", value)
        for meter, function, value in entries
    ]

    topic, payload = encode("110102A001-01", said)

    assert topic == TOPIC
    assert decode(topic, payload) == said
