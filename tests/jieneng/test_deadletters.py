"""``jieneng deadletters`` on a real collector in one process, without a broker."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.collector import Collector
from energy.reading import REGISTER
from jieneng.dead_letters import OUTCOMES, payload_lines
from jieneng.holder import Request
from jieneng.report import status_lines, status_of
from jieneng.settings import Settings
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import dead_letters, letter_requests
from storage.records import registry as registry_records
from storage.records.dead_letters import DeadLetter
from tests.builders import MAIN_METER, registry_of
from tests.store_promises import ALWAYS

T0 = 1_767_225_600
NOTHING: dict[str, Any] = {
    "numbers": [], "topic": "", "reason": "", "form": "", "start": "", "end": ""
}  # fmt: skip
LETTERS = [
    DeadLetter(1, "jieneng-collector", "meters/a", b"[1", "unknown device", T0 * 1000, 2),
    DeadLetter(2, "jieneng-collector", "meters/b", b"\xff\x00", "time cannot be read", 0, 1),
    DeadLetter(2, "west", "t", b"x" * 9, "time cannot be read", 0, 1, "f", 3, "cut", 99, "ab"),
]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    yield held
    held.close()


@pytest.fixture
def published(house: House) -> House:
    with house.records.session() as session:
        dead_letters.publish(session, LETTERS)
    return house


def done(
    house: House, work: str, *, language: str = "en", **arguments: object
) -> tuple[int, list[str], list[str]]:
    """Return exit code, answer and errors."""
    said: list[str] = []
    wrong: list[str] = []
    asked = Request("deadletters", work, arguments, "/", language)
    return answer_for(house)(asked, said.append, wrong.append), said, wrong


def ask(
    house: House, action: str, *, everything: bool = False, **given: object
) -> tuple[int, list[str], list[str]]:
    return done(
        house, "ask", action=action, given=NOTHING | given, everything=everything, why="a test",
        as_json=False,
    )  # fmt: skip


def test_the_newest_letters_are_listed_with_their_reason_in_the_language_asked_for(
    published: House,
) -> None:
    code, said, _ = done(published, "list", language="zh", given=NOTHING, limit=1, as_json=False)

    assert code == 0
    assert said == [
        "3 封拒收报文，4 个读数",
        "       1  2026-01-01 08:00      2  meters/a  采集设备不在登记表中",
        "只列出最新的 1 封：--limit",
    ]  # fmt: skip


def test_words_of_devices_neither_steer_the_terminal_nor_fill_it(house: House) -> None:
    topic, reason = "meters/\x1b[2J\u202e" + "x" * 60_000, "unit '\x1b[31m' is unknown"
    with house.records.session() as session:
        dead_letters.publish(session, [DeadLetter(1, "c", topic, b"[1", reason, 0, 1)])

    _, said, _ = done(house, "list", given=NOTHING, limit=1, as_json=False)
    _, shown, _ = done(house, "show", number=1, collector="", as_hex=False, as_json=False)
    _, (told,), _ = done(house, "list", given=NOTHING, limit=1, as_json=True)
    status = status_lines(status_of(house))

    assert said[1].split()[4].startswith("meters/\\x1b[2J\\u202exxx")
    assert len(said[1]) < 200
    assert shown[2] == "topic       meters/\\x1b[2J\\u202e" + "x" * 60_000
    refused = [line.en for line in status if line.en.startswith("refused")]
    assert refused == ["refused 1: unit '\\x1b[31m' is unknown"]
    assert all(line.isprintable() for line in [*said, *shown])
    assert json.loads(told)["newest"][0]["topic"] == topic


def test_a_filter_in_json_holds_every_byte(published: House) -> None:
    given = NOTHING | {"reason": "TIME", "topic": "meters/#"}
    _, (line,), _ = done(published, "list", given=given, limit=9, as_json=True)

    told = json.loads(line)
    assert (told["letters"], told["readings"]) == (1, 1)
    assert told["newest"][0]["payload"] == "\\xff\0"


def test_a_letter_is_shown_with_its_bytes_in_hex_where_they_are_no_text(published: House) -> None:
    _, said, _ = done(
        published, "show", number=2, collector="jieneng-collector", as_hex=False, as_json=False
    )
    assert said[4] == "reason      time cannot be read"
    assert said[-1].split() == ["00000000", "ff", "00", ".."]
    _, said, _ = done(published, "show", number=1, collector="", as_hex=False, as_json=False)
    assert said[-1] == "[1"
    _, (line,), _ = done(published, "show", number=1, collector="", as_hex=False, as_json=True)
    assert json.loads(line)["payload_hex"] == b"[1".hex()


def test_a_number_that_several_collectors_gave_is_asked_back(published: House) -> None:
    code, _, (wrong,) = done(published, "show", number=2, collector="", as_hex=False, as_json=False)
    assert code == 1
    assert wrong.startswith("Several collectors have a letter 2: jieneng-collector, west.")
    _, said, _ = done(published, "show", number=2, collector="west", as_hex=True, as_json=False)
    assert "kept        99 bytes, only the beginning" in said
    assert "SHA-256     ab" in said
    code, _, (wrong,) = done(
        published, "show", number=77, collector="", as_hex=False, as_json=False
    )
    assert (code, wrong[:32]) == (1, "There is no dead letter 77. Look")


def test_text_is_shown_as_text_unless_hex_is_asked_for() -> None:
    assert payload_lines("度\n".encode(), as_hex=False) == ["度"]
    assert payload_lines(b"A" * 17, as_hex=True) == [
        "00000000  " + "41 " * 15 + "41  " + "A" * 16,
        "00000010  41" + " " * 45 + "  A",
    ]
    assert payload_lines(b"\x1b[2J", as_hex=False)[0].startswith("00000000  1b 5b 32 4a")


@pytest.mark.parametrize(("everything", "given"), [(False, {}), (True, {"topic": "a"})])
def test_nothing_is_asked_for_until_it_is_said_which_letters(
    published: House, *, everything: bool, given: dict[str, str]
) -> None:
    code, _, (wrong,) = ask(published, "drop", everything=everything, **given)

    assert (code, wrong.startswith("Say which letters")) == (1, True)


def test_a_filter_that_fits_nothing_is_said(published: House) -> None:
    code, _, (wrong,) = ask(published, "retry", topic="nowhere")

    assert (code, wrong.startswith("No dead letter fits")) == (1, True)


def test_without_a_collector_a_request_waits_and_says_for_whom(published: House) -> None:
    code, said, _ = ask(published, "retry", numbers=[1])

    assert code == 0
    assert said == [
        "       1  still wait",
        "A collector picks up what waits: jieneng run (or collect).",
    ]
    with published.records.reading() as session:
        (waiting,) = letter_requests.waiting(session, "jieneng-collector", 9)
    assert (waiting.letter, waiting.reason) == (1, "a test")


def refuse(collector: Collector, topic: str, hours: range) -> None:
    """Let a collector take messages that it must refuse."""
    for hour in hours:
        body = {"time": T0 + 3600 * hour, "values": {"ep": hour}}
        content = json.dumps(body).encode()
        collector._intake.take(topic, content, retained=False, arrived=T0 * 1000 + 86_400_000)
    assert collector._intake.commit()
    assert collector.wait_until_idle(20)
    collector.publish_now()


def test_letters_are_read_again_and_dropped_by_the_collector_while_one_waits_for_it(
    house: House,
) -> None:
    collector = house.start_collector()
    refuse(collector, "meters/panel", range(3))
    refuse(collector, "test/panel", range(2))
    assert collector.counters().dead == 5
    with house.records.session() as session:
        registry_records.replace(session, registry_of(MAIN_METER), author="test", reason="panel")

    code, said, wrong = ask(house, "retry", everything=True)
    assert (code, wrong) == (0, [])
    assert said == ["       3  became readings", "       2  are still refused"]
    _, said, _ = ask(house, "drop", topic="test/#")
    assert said == ["       2  were dropped"]

    assert collector.wait_until_idle(20)
    collector.publish_now()
    counters = collector.counters()
    assert (counters.received, counters.shipped, counters.dropped) == (5, 3, 2)
    assert counters.balance == 0
    assert house.store.series(REGISTER, "hall_main", ALWAYS).value.tolist() == [0, 100, 200]
    with house.records.reading() as session:
        assert dead_letters.recent(session, 9) == []


def test_every_outcome_is_said_in_both_languages() -> None:
    for outcome in OUTCOMES.values():
        assert outcome.zh != outcome.en
