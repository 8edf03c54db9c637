"""A flood of garbage leaves the disk bounded, and is counted to the last message."""

import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.keeping.segment import Position
from collector.keeping.state import STATE_FILE, State
from collector.keeping.state_file import FORMAT
from collector.refused.letter import COUNTED, CUT, WHOLE, Letter
from collector.refused.letters import (
    AGAIN_MS,
    CUT_BYTES,
    EVERYTHING,
    MOST_COUNTED,
    SHARE,
    VARIOUS,
    LetterBox,
    letter_of_store,
    reading_of_store,
    size_of,
)
from energy.reading import GAUGE, REGISTER, Reading

ROOM = 100_000
LONG = b"x" * 9_000


def letter(payload: bytes = b"?", *, topic: str = "meters/a", reason: str = "no JSON") -> Letter:
    return Letter(topic, payload, reason, 1_000, 1)


def taken(box: LetterBox, *letters: Letter) -> list[Letter]:
    hand: list[Letter] = []
    for one in letters:
        box.take(one, hand)
    return hand


def test_a_letter_is_kept_whole_while_there_is_room() -> None:
    assert taken(LetterBox(ROOM), letter(LONG)) == [letter(LONG)]


def test_beyond_the_share_of_its_topic_the_beginning_is_kept_with_length_and_sha256() -> None:
    room = 10 * SHARE * CUT_BYTES

    whole, _, _, _, cut = taken(LetterBox(room), *([letter(LONG)] * 5))

    assert whole.kept == WHOLE
    assert (cut.kept, cut.payload, cut.length) == (CUT, LONG[:CUT_BYTES], len(LONG))
    assert cut.sha256 == sha256(LONG).hexdigest()
    assert not cut.is_complete


def test_a_short_message_beyond_the_limit_is_kept_with_all_its_bytes() -> None:
    last = taken(LetterBox(ROOM), *([letter(b"short")] * 33))[-1]

    assert (last.kept, last.payload, last.is_complete) == (CUT, b"short", True)


def test_what_has_no_room_at_all_is_counted_by_the_first_level_of_its_topic() -> None:
    hand = taken(LetterBox(0), letter(b"12"), letter(b"345", topic="meters/b"), letter(topic="t/c"))

    assert [(one.topic, one.readings, one.length, one.payload) for one in hand] == [
        ("meters/#", 2, 5, b""),
        ("t/#", 1, 1, b""),
    ]
    assert {one.kept for one in hand} == {COUNTED}


def test_topics_that_nobody_can_count_apart_are_counted_together() -> None:
    hand = taken(LetterBox(0), *(letter(topic=f"{number}/x") for number in range(MOST_COUNTED + 5)))

    assert len(hand) == MOST_COUNTED + 1
    assert (hand[-1].topic, hand[-1].reason, hand[-1].readings) == (EVERYTHING, VARIOUS, 5)


@given(
    st.lists(
        st.tuples(st.sampled_from(["a/1", "a/2", "b/1", "c"]), st.integers(0, 3 * CUT_BYTES)),
        max_size=80,
    ),
    st.integers(0, 60_000),
)
def test_whatever_comes_is_counted_and_takes_no_more_than_its_room(
    messages: list[tuple[str, int]], room: int
) -> None:
    box = LetterBox(room)

    hand = taken(box, *(letter(bytes(length), topic=topic) for topic, length in messages))

    assert sum(one.readings for one in hand) == len(messages)
    whole = [one for one in hand if one.kept == WHOLE]
    cut = [one for one in hand if one.kept == CUT]
    assert sum(map(size_of, whole)) == box.used <= room
    assert sum(map(size_of, cut)) <= room / 4
    for topic in {topic for topic, _ in messages}:
        assert sum(size_of(one) for one in whole if one.topic == topic) <= room / SHARE
    for one in hand:
        box.release(one)
    assert box.used == 0


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_a_box_made_of_what_is_on_disk_knows_the_same_room(
    tmp_path_factory: pytest.TempPathFactory, payloads: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("state")
    box = LetterBox(ROOM)
    state = State(folder / STATE_FILE)
    hand = taken(box, *map(letter, payloads))
    state.ship(Position(1, 9), shipped=0, refused=0, letters=hand)

    again = LetterBox(ROOM)
    for one in state.outlines():
        again.add(one)

    assert again.used == box.used
    state.close()


def test_what_the_broker_says_again_is_kept_once() -> None:
    box = LetterBox(ROOM)
    box.remember([letter(b"a"), letter(b"b"), letter(b"b")])
    box.expect_again()
    hand: list[Letter] = []

    again = [box.take(letter(payload), hand) for payload in (b"a", b"a", b"b", b"b", b"b", b"c")]

    assert again == [False, True, False, False, True, True]
    assert [one.payload for one in hand] == [b"a", b"b", b"c"]


def test_the_same_words_with_another_topic_or_reason_or_much_later_are_another_message() -> None:
    box = LetterBox(ROOM)
    box.remember([letter(b"a")] * 3)
    box.expect_again()
    later = letter(b"a")._replace(received=1_001 + AGAIN_MS)

    others = (letter(b"a", topic="x"), letter(b"a", reason="y"), later)
    assert [box.take(one, []) for one in others] == [True, True, True]


def test_what_was_let_go_of_is_not_expected_again() -> None:
    box = LetterBox(ROOM)
    hand = taken(box, letter(b"a"), letter(b"b"))
    box.forget(hand)
    box.expect_again()

    assert box.used == 0
    assert taken(box, letter(b"a")) == [letter(b"a")]


def test_a_hand_that_was_made_durable_is_expected_again_after_a_lost_connection() -> None:
    box = LetterBox(ROOM)
    taken(box, letter(b"a"))
    taken(box, letter(b"b"))
    box.expect_again()

    assert taken(box, letter(b"b"), letter(b"a")) == []


def test_counts_of_many_records_are_joined_in_the_state(tmp_path: Path) -> None:
    state = State(tmp_path / STATE_FILE)
    box = LetterBox(0)
    for _ in range(3):
        hand = taken(box, letter(b"12"), letter(b"3"))
        state.ship(Position(1, 9), shipped=0, refused=0, letters=hand)

    (counted,) = state.unpublished_letters(10)
    assert (counted.readings, counted.length, counted.number) == (6, 9, 1)
    state.letters_published([counted._replace(readings=4)])
    assert state.unpublished_letters(10), "what was told is older than what is there"
    state.letters_published([counted])
    assert not state.unpublished_letters(10)
    state.close()


def test_a_reading_that_the_store_refused_comes_back_from_its_letter() -> None:
    for reading in (
        Reading("hall main", REGISTER, 5, 2**70, 1, 2, 3, 4),
        Reading("room", GAUGE, -5, -2.5),
    ):
        assert reading_of_store(letter_of_store(reading, "why", 9)) == reading
    before = Letter("store", b"hall main register 5 -7", "why", 9, 1)
    assert reading_of_store(before) == Reading("hall main", REGISTER, 5, -7)


FIRST_FORM = """
CREATE TABLE shipping (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    segment INTEGER NOT NULL, offset INTEGER NOT NULL,
    shipped INTEGER NOT NULL, refused INTEGER NOT NULL
);
INSERT INTO shipping VALUES (1, 3, 40, 7, 1);
CREATE TABLE letter (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL, payload BLOB NOT NULL, reason TEXT NOT NULL,
    received INTEGER NOT NULL, readings INTEGER NOT NULL,
    published INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX letter_unpublished ON letter (number) WHERE published = 0;
CREATE TABLE touched (
    meter TEXT PRIMARY KEY, earliest INTEGER NOT NULL, generation INTEGER NOT NULL
);
INSERT INTO letter VALUES (4, 'a', x'ff', 'unknown device', 9, 2, 0);
INSERT INTO letter VALUES (5, 'b', x'00', 'a message of 5000000 bytes is too long', 9, 1, 0);
PRAGMA user_version = 1;
"""


def test_a_state_of_the_first_form_is_taken_over_with_its_letters(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / STATE_FILE) as connection:
        connection.executescript(FIRST_FORM)
    connection.close()

    for _ in range(2):
        state = State(tmp_path / STATE_FILE)
        assert state.shipped() == (Position(3, 40), 7, 1)
        first, second = state.unpublished_letters(10)
        assert first == Letter("a", b"\xff", "unknown device", 9, 2, 4)
        assert (second.number, second.kept, second.is_complete) == (5, CUT, False)
        state.close()
    with sqlite3.connect(tmp_path / STATE_FILE) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)
    connection.close()
