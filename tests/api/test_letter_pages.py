"""The console's pages of dead letters: found, looked at, read again, dropped."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from collector.telling.room import room_alarm
from storage.opening import open_store
from storage.records import audit, dead_letters, health, letter_requests
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter
from storage.records.letter_requests import DROP, RETRY
from tests.filled import NOW
from tests.web import ask

HOSTILE = '<img src=x onerror="alert(1)">'
LETTERS = [
    DeadLetter(
        1, "west", "meters/a", b'{"v": 1}', "unknown device", NOW - 9_000, 2, "own_single", 1
    ),
    DeadLetter(2, "west", "meters/b", b"\xff\x00", "time cannot be read", NOW, 1, "tasmota", 3),
    DeadLetter(
        3, "west", "t/#", b"", "unknown device", NOW, 70, kept="counted", length=900
    ),
]  # fmt: skip
OURS = {"origin": "http://console", "content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def app(records: Records) -> FastAPI:
    with records.session() as session:
        dead_letters.publish(session, LETTERS)
    return create_app(
        store=open_store("memory:"), records=records, status=dict, now=lambda: NOW, language="en"
    )


def post(app: FastAPI, body: str, **headers: str) -> httpx.Response:
    return ask(app, "/dead-letters", method="POST", content=body, headers=OURS | headers)


def asked(records: Records) -> list[tuple[int, str, str, str]]:
    with records.reading() as session:
        found = letter_requests.waiting(session, "west", 100)
    return [(one.letter, one.action, one.author, one.reason) for one in found]


def numbers(answer: httpx.Response) -> list[int]:
    return [int(part.split('"')[0]) for part in answer.text.split('href="/dead-letters/west/')[1:]]


def test_the_list_shows_the_newest_first_and_how_many_there_are(app: FastAPI) -> None:
    page = ask(app, "/dead-letters")

    assert page.status_code == 200
    assert numbers(page) == [3, 2, 1]
    assert "Refused messages 3 · Refused readings 73" in page.text
    assert "only counted, no bytes are kept" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("topic=meters/%23", [2, 1]),
        ("topic=meters/a", [1]),
        ("reason=UNKNOWN", [3, 1]),
        ("reason=采集设备不在", [3, 1]),
        ("format=tasmota", [2]),
        ("from=2026-11-26", []),
        ("to=2026-11-25&format=own_single", [1]),
        ("topic=m%25", []),
    ],
)
def test_a_filter_finds_what_it_says_on_the_page_and_in_json(
    app: FastAPI, query: str, found: list[int]
) -> None:
    assert numbers(ask(app, f"/dead-letters?{query}")) == found
    answer = ask(app, f"/api/v1/dead-letters?{query}").json()
    assert [letter["number"] for letter in answer["newest"]] == found
    assert answer["letters"] == len(found)


def test_a_day_that_cannot_be_read_is_said(app: FastAPI) -> None:
    answer = ask(app, "/dead-letters?from=yesterday")

    assert (answer.status_code, "'yesterday' is not a time" in answer.text) == (400, True)


def test_a_letter_shows_its_bytes_as_text_and_in_hex(app: FastAPI) -> None:
    page = ask(app, "/dead-letters/west/2").text

    assert r"\xff" in page
    assert "00000000  ff 00" in page
    assert "tasmota 3" in page
    assert "cannot be read again" not in page
    assert "cannot be read again" in ask(app, "/dead-letters/west/3").text


def test_a_letter_that_is_gone_is_said_to_be(app: FastAPI) -> None:
    answer = ask(app, "/dead-letters/west/9?lang=zh")

    assert (answer.status_code, "也许已被重读或放弃" in answer.text) == (404, True)


def test_ticked_letters_are_asked_for_with_author_and_reason(
    app: FastAPI, records: Records
) -> None:
    answer = post(app, "letter=west/1&letter=west/2&action=retry&author=li&why=panel+registered")

    assert (answer.status_code, answer.headers["location"]) == (303, "/dead-letters?asked=2")
    why = ("retry", "li", "panel registered")
    assert asked(records) == [(1, *why), (2, *why)]
    with records.reading() as session:
        (entry,) = audit.recent(session, 9)
    assert (entry.who, entry.what) == ("li", "dead letters: retry")
    page = ask(app, "/dead-letters").text
    assert page.count("read again · li · waits for the collector") == 2


def test_all_that_fit_the_filter_are_asked_for_at_once(app: FastAPI, records: Records) -> None:
    answer = post(app, "all=1&topic=meters/%23&action=drop&author=li")

    assert answer.headers["location"] == "/dead-letters?topic=meters%2F%23&asked=2"
    assert asked(records) == [(1, DROP, "li", "console"), (2, DROP, "li", "console")]


@pytest.mark.parametrize(
    "headers", [{"origin": "http://elsewhere"}, {"origin": "null"}, {"origin": ""}]
)
def test_a_page_of_somebody_else_cannot_post_for_a_person(
    app: FastAPI, records: Records, headers: dict[str, str]
) -> None:
    answer = post(app, "letter=west/1&action=drop&author=li", **headers)

    assert answer.status_code == 403
    assert asked(records) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("letter=west/1&action=retry", 422),
        ("letter=west/1&action=burn&author=li", 422),
        ("x=" + "y" * 1_000_001, 413),
        ("&".join(["a=b"] * 20_001), 422),
    ],
)
def test_a_form_that_says_too_little_or_too_much_is_refused(
    app: FastAPI, records: Records, body: str, status: int
) -> None:
    assert post(app, body).status_code == status
    assert asked(records) == []


def test_words_of_a_message_are_words_on_the_pages(app: FastAPI, records: Records) -> None:
    hostile = DeadLetter(8, "west", HOSTILE, HOSTILE.encode(), HOSTILE, NOW, 1, HOSTILE, 1)
    with records.session() as session:
        dead_letters.publish(session, [hostile])
        letter_requests.put(session, [("west", 8)], RETRY, author=HOSTILE, reason=HOSTILE)
    for path in ("/dead-letters", "/dead-letters/west/8", f"/dead-letters?topic={HOSTILE}"):
        page = ask(app, path)
        assert page.status_code == 200
        assert "<img src=x" not in page.text


def test_every_page_is_there_in_chinese(app: FastAPI) -> None:
    assert "拒收的报文 3 · 拒收的读数 73" in ask(app, "/dead-letters?lang=zh").text
    assert "采集设备不在登记表中" in ask(app, "/dead-letters/west/1?lang=zh").text


FULL: dict[str, Any] = {"letter_bytes": 140_000_000, "letter_max_bytes": 200_000_000}


def test_an_alarm_is_raised_at_70_percent_of_the_room(app: FastAPI, records: Records) -> None:
    assert room_alarm("west", FULL | {"letter_bytes": 139_999_999}) is None
    assert room_alarm("west", {}) is None
    with records.session() as session:
        health.put(session, "west", FULL, NOW)

    sentence = "Dead letters of west take 70 % of their 200 MB"
    assert sentence in ask(app, "/dead-letters").text
    answer = ask(app, "/health")
    assert answer.status_code == 200
    (alarm,) = answer.json()["alarms"]
    assert alarm.startswith(sentence)


def test_readings_that_wait_too_long_for_the_store_are_an_alarm_of_the_house(
    app: FastAPI, records: Records
) -> None:
    with records.session() as session:
        health.put(session, "west", {"oldest_s": 90_000, "oldest_max_s": 86_400}, NOW)
    (alarm,) = ask(app, "/health").json()["alarms"]
    assert alarm.startswith("Readings of west have waited 25 h for the store")
