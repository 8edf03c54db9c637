"""Whatever is sent, the session answers, refuses or counts it; it never fails."""

from hypothesis import given
from hypothesis import strategies as st

from collector.tcp.gateway_session import GatewayCounts, GatewaySession
from formats.gateway_xml import (
    FrameReader,
    Message,
    frame_bytes,
    md5_of,
    opened,
    read_message,
    sealed,
    text_of,
    xml_bytes,
)
from tests.gateway_ends import BUILDING, NOW, PROFILE, SECRETS, options

WORDS = st.sampled_from(
    ["id_validate", "heart_beat", "data", "config", "request", "md5", "notify", "report", "time",
     "continuous", "", BUILDING, "01", "02", "\u7535", "sequence", "total", "current", "x"]
)  # fmt: skip
MESSAGES = st.builds(
    Message, WORDS, WORDS, WORDS.filter(bool), WORDS, st.dictionaries(WORDS.filter(bool), WORDS)
)


def session() -> GatewaySession:
    return GatewaySession(options(), counts=GatewayCounts(), clock=lambda: NOW)


def framed(xml: bytes) -> bytes:
    return frame_bytes(PROFILE, sequence=1, body=sealed(PROFILE, xml, is_data=True))


def answers(one: GatewaySession) -> list[Message]:
    frames = FrameReader(PROFILE, most_bytes=10_000).feed(bytes(one.answers))
    one.answers.clear()
    return [read_message(text_of(opened(PROFILE, frame.body))) for frame in frames]


def say(
    one: GatewaySession, element: str, operation: str, gateway: str = "01", **fields: str
) -> None:
    one.receive(framed(xml_bytes(Message(BUILDING, gateway, element, operation, fields), PROFILE)))


def logged_in() -> GatewaySession:
    one = session()
    log_in(one)
    assert one.identity == (BUILDING, "01")
    return one


def log_in(one: GatewaySession) -> None:
    say(one, "id_validate", "request")
    (asked,) = answers(one)
    secret, sequence = SECRETS[BUILDING, "01"], asked.fields["sequence"]
    say(one, "id_validate", "md5", md5=md5_of(PROFILE, secret=secret, sequence=sequence))
    one.answers.clear()


@given(st.lists(MESSAGES | st.binary(max_size=80), max_size=8))
def test_a_stranger_gets_no_readings_in_whatever_it_says(said: list[Message | bytes]) -> None:
    one = session()
    for what in said:
        one.receive(framed(what if isinstance(what, bytes) else xml_bytes(what, PROFILE)))

    assert (one.identity, one.reports) == (None, [])


@given(st.lists(MESSAGES | st.binary(max_size=80), max_size=8))
def test_a_gateway_hands_in_readings_in_its_own_name_alone(said: list[Message | bytes]) -> None:
    one = logged_in()
    for what in said:
        one.receive(framed(what if isinstance(what, bytes) else xml_bytes(what, PROFILE)))

    assert {report.topic for report in one.reports} <= {f"gateway/{BUILDING}/01"}
    assert one.identity in (None, (BUILDING, "01"))


@given(st.binary(max_size=300))
def test_bytes_that_are_no_frame_are_counted(line: bytes) -> None:
    one = session()
    one.receive(line.replace(b"h", b"H"))

    assert (one.refusal, bytes(one.answers)) == ("", b"")


def test_a_gateway_may_log_in_again_on_its_connection() -> None:
    one = logged_in()
    log_in(one)

    assert (one.identity, one.refusal) == ((BUILDING, "01"), "")


def test_a_gateway_that_fails_to_log_in_again_is_out() -> None:
    one = logged_in()
    say(one, "id_validate", "request")
    say(one, "id_validate", "md5", md5="0" * 32)

    assert one.identity is None
    assert one.refusal


def test_a_gateway_cannot_become_another_on_its_connection() -> None:
    one = logged_in()
    say(one, "id_validate", "request", gateway="02")

    assert one.refusal == "it speaks in the name of another gateway"


def test_two_logins_are_asked_for_different_sequences() -> None:
    asked = set()
    for _ in range(50):
        one = session()
        say(one, "id_validate", "request")
        asked |= {answer.fields["sequence"] for answer in answers(one)}

    assert len(asked) > 45
    assert all(len(sequence) == 8 for sequence in asked)


def test_what_asks_for_nothing_we_do_is_counted() -> None:
    one = logged_in()
    say(one, "config", "period_ack")

    assert one._counts.ignored == 1
    assert not one.answers
