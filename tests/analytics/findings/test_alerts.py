"""Alerts from a finding's change to a real HTTP server."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from analytics.channel import Alert, NotNowError, RefusedError
from analytics.channels.webhook import CHANNEL
from analytics.findings.alerts import announce, channels, deliver_due, is_told, wait_ms
from analytics.findings.follow import Change, What
from energy.finding import Finding, FindingState, Stream
from storage.records import outbox
from storage.records.book import Records
from storage.records.findings import StoredFinding
from tests.builders import MAIN_METER, registry_of

REGISTRY = registry_of(MAIN_METER)
SECOND = 1000
ALERT = Alert("标题", "正文", "finding/1/5")
FINDING = Finding(
    rule="level_shift",
    version=1,
    meter="hall_main",
    stream=Stream.WASTE,
    start=1,
    end=2,
    goes_on=True,
    sentence_zh="夜间多用 10 kW。",
    sentence_en="10 kW more at night.",
    check_zh="查水泵。",
    check_en="Look at the pumps.",
    base_per_year=87_600_000,
    micro_yuan_per_year=70_000_000_000,
)


@dataclass
class Sink:
    """A server that answers what it is told to, and keeps what it was sent."""

    answers: list[int]
    url: str = ""
    bodies: list[dict[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


Serve = Callable[..., Sink]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server on this machine that gives these answers in turn, the last for ever."""
    servers: list[HTTPServer] = []

    def start(*answers: int) -> Sink:
        sink = Sink(list(answers))

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                sink.bodies.append(json.loads(self.rfile.read(size)))
                sink.keys.append(str(self.headers["Idempotency-Key"]))
                self.send_response(sink.answers[0])
                if len(sink.answers) > 1:
                    sink.answers.pop(0)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name)
                del format, args

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        servers.append(server)
        sink.url = f"http://127.0.0.1:{server.server_port}/secret-token"
        return sink

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records.open(f"sqlite:{tmp_path / 'records.db'}")
    yield opened
    opened.close()


def change(what: What, finding: Finding = FINDING, opened: int = 5) -> Change:
    return Change(what, StoredFinding(finding, FindingState.OPEN, opened, opened, 1))


def tell(records: Records, *changes: Change, link: str = "") -> int:
    with records.session() as session:
        return announce(session, changes, registry=REGISTRY, link=link)


def newest(records: Records) -> outbox.OutboxEntry:
    with records.reading() as session:
        return outbox.recent(session, 1)[0]


def test_people_hear_of_costly_waste_and_lost_data_when_it_begins_and_never_of_it_going_on() -> (
    None
):
    lost = replace(FINDING, stream=Stream.DATA, base_per_year=None, micro_yuan_per_year=None)
    cheap = replace(FINDING, micro_yuan_per_year=100_000_000)
    unpriced = replace(FINDING, micro_yuan_per_year=None)
    assert is_told(change(What.NEW))
    assert is_told(change(What.REOPENED))
    assert is_told(change(What.NEW, lost))
    assert not is_told(change(What.NEW, cheap))
    assert not is_told(change(What.NEW, unpriced))
    for what in (What.CONTINUED, What.ENDED, What.PAST):
        assert not is_told(change(what))
        assert not is_told(change(what, lost))


def test_an_alert_says_where_what_and_what_to_check_in_both_languages(records: Records) -> None:
    assert tell(records, change(What.NEW), link="https://console.example/") == 1
    entry = newest(records)
    assert entry.title == "[用能异常] 大厅"
    for words in ("夜间多用 10 kW", "10 kW more", "查水泵", "Look at the pumps"):
        assert words in entry.body
    assert entry.body.endswith("https://console.example/findings/1")


def test_the_same_opening_is_told_once_and_the_next_opening_again(records: Records) -> None:
    tell(records, change(What.NEW))
    tell(records, change(What.NEW))
    tell(records, change(What.REOPENED, opened=9))
    with records.reading() as session:
        assert [entry.key for entry in outbox.due(session, 10, 10)] == [
            "finding/1/5",
            "finding/1/9",
        ]


def test_the_webhook_gets_title_body_and_key_as_json(serve: Serve) -> None:
    sink = serve(204)
    CHANNEL.send(sink.url, ALERT)
    assert sink.bodies == [{"title": "标题", "body": "正文", "key": "finding/1/5"}]
    assert sink.keys == ["finding/1/5"]


@pytest.mark.parametrize("answer", [500, 502, 503, 429, 408])
def test_a_busy_or_broken_server_is_asked_again_later(serve: Serve, answer: int) -> None:
    with pytest.raises(NotNowError, match=str(answer)) as caught:
        CHANNEL.send(serve(answer).url, ALERT)
    assert "secret-token" not in str(caught.value)


@pytest.mark.parametrize("answer", [400, 401, 403, 404, 410, 301])
def test_a_refusal_is_final(serve: Serve, answer: int) -> None:
    with pytest.raises(RefusedError, match=str(answer)) as caught:
        CHANNEL.send(serve(answer).url, ALERT)
    assert "secret-token" not in str(caught.value)


@pytest.mark.parametrize(
    "target", ["ftp://host/x", "file:///x", "host/x", "http://", "http://host:port"]
)
def test_an_address_that_is_none_is_refused(target: str) -> None:
    with pytest.raises(RefusedError):
        CHANNEL.send(target, ALERT)


def test_nobody_at_the_address_is_a_reason_to_try_again() -> None:
    with pytest.raises(NotNowError, match="does not answer"):
        CHANNEL.send("http://127.0.0.1:9/secret-token", ALERT)


def test_a_failed_alert_is_tried_again_after_its_wait_and_then_delivered_once(
    records: Records, serve: Serve
) -> None:
    sink = serve(500, 500, 200)
    tell(records, change(What.NEW))
    targets = {"webhook": sink.url}
    now = newest(records).created

    assert deliver_due(records, targets=targets, now_ms=now) == 0
    assert newest(records).state == "waiting"
    assert "500" in newest(records).error
    assert deliver_due(records, targets=targets, now_ms=now + 59 * SECOND) == 0
    assert len(sink.bodies) == 1
    assert deliver_due(records, targets=targets, now_ms=now + 60 * SECOND) == 0
    assert deliver_due(records, targets=targets, now_ms=now + 179 * SECOND) == 0
    assert len(sink.bodies) == 2
    assert deliver_due(records, targets=targets, now_ms=now + 180 * SECOND) == 1
    assert newest(records).state == "delivered"
    assert deliver_due(records, targets=targets, now_ms=now + 10**9) == 0
    assert len(sink.bodies) == 3


def test_a_refused_alert_is_shown_and_never_sent_again(records: Records, serve: Serve) -> None:
    sink = serve(400)
    tell(records, change(What.NEW))
    assert deliver_due(records, targets={"webhook": sink.url}, now_ms=10) == 0
    assert newest(records).state == "refused"
    assert "400" in newest(records).error
    deliver_due(records, targets={"webhook": sink.url}, now_ms=10**12)
    assert len(sink.bodies) == 1


def test_an_alert_without_an_address_is_refused_with_the_channel_in_the_sentence(
    records: Records,
) -> None:
    tell(records, change(What.NEW))
    assert deliver_due(records, targets={}, now_ms=10) == 0
    assert newest(records).state == "refused"
    assert "webhook" in newest(records).error


def test_after_a_week_of_silence_an_alert_is_given_up(records: Records, serve: Serve) -> None:
    sink = serve(503)
    tell(records, change(What.NEW))
    late = newest(records).created + 7 * 86_400 * SECOND
    deliver_due(records, targets={"webhook": sink.url}, now_ms=late)
    assert newest(records).state == "refused"


def test_waits_double_up_to_six_hours() -> None:
    waits = [wait_ms(attempts) // SECOND for attempts in (0, 1, 2, 8, 9, 500)]
    assert waits == [60, 120, 240, 15_360, 21_600, 21_600]


def test_every_channel_says_who_it_is() -> None:
    for name, channel in channels().items():
        assert channel.name == name
        assert channel.label_zh
        assert channel.label_en
