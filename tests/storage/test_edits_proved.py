"""Who edited which readings to what, what was overruled and who may sign is held by the chain."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from energy.reading import GAUGE, REGISTER, Reading
from energy.span import Span
from storage.records import chain, edits, people, reading_versions
from storage.records.book import Records
from storage.records.edits import Edit
from tests.older_records import older_records
from tests.tampering import unlocked, verdict_of

LOST = [
    Reading("main", REGISTER, 1000, 500, 0, 1, 0, 1001),
    Reading("warm", GAUGE, 1000, 20, 0, 1, 0, 1001),
]
WROTE = [Reading("main", REGISTER, 1000, 700)]


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Records with one edit by li, link 1, and one person, link 2."""
    book = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    given = Edit(9, "li", "misread", "", edits.VALUE, ("main",), Span(1000, 1001), {"value": 700})
    with book.session() as session:
        edits.add(session, given, wrote=WROTE, overruled=LOST)
        reading_versions.publish(session, LOST, 9)
        people.add(session, name="王小明", roles=["filler"], by="root")
    yield book
    book.close()


def test_an_edit_what_it_overruled_and_a_role_that_nobody_touched_hold(records: Records) -> None:
    verdict = verdict_of(records)
    assert (verdict.links, verdict.frozen, verdict.problem) == (2, 1, None)


def test_an_erased_name_is_no_change_of_what_the_chain_says(records: Records) -> None:
    with records.session() as session:
        for person in people.all(session):
            assert people.erase(session, person.person, by=person.person)
        edit = edits.get(session, 1)
    assert edit is not None
    assert edit.author != "li"
    assert verdict_of(records).problem is None


@pytest.fixture
def older(tmp_path: Path) -> Iterator[Records]:
    """Records of before edits were proved, with one by wu, brought to the form of today."""
    path = tmp_path / "older.sqlite"
    with older_records(path, "0027") as connection:
        connection.exec_driver_sql(
            "INSERT INTO edits VALUES (1, 9, 'wu', 'misread', '', 'value', 1000, 1001, '{}', 1, "
            "'main', 1000)"
        )
        connection.exec_driver_sql("INSERT INTO edited_meters VALUES (1, 'main')")
        key = reading_versions.key_of(LOST[0])
        said = (key, "main", "register", 1000, "500", 0, 1, 0, 1001, 9)
        connection.exec_driver_sql(
            "INSERT INTO reading_versions (key, meter, raw, time, value, quality, source, "
            "revision, arrived, noted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            said,
        )
    book = Records.open(f"sqlite:{path}")
    yield book
    book.close()


def test_an_edit_of_before_the_chain_tied_any_is_tied_once(older: Records) -> None:
    assert (verdict_of(older).links, verdict_of(older).problem) == (1, None)
    with older.session() as session:
        assert edits.prove_those_of_before(session) == 0
        (link,) = chain.of_what(session, edits.EDITED)
        assert link.who == people.known_as(session, "wu")
    assert link.told["edit"] == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE edits SET reason = 'x'", "reason of edit 1 was misread, and is x"),
        ("UPDATE edits SET author = 'wang'", ", and is wang"),
        ("DELETE FROM edits", "edit 1 is gone"),
        ("DELETE FROM reading_versions", "that edit 1 overruled is gone"),
    ],
)
def test_what_is_changed_of_an_edit_of_before_is_found_too(
    older: Records, change: str, words: str
) -> None:
    assert verdict_of(older).problem is None
    with unlocked(older) as session:
        session.execute(text(change))

    verdict = verdict_of(older)

    assert verdict.problem is not None
    assert words in verdict.problem.en
    assert verdict.broken == 1


def test_an_author_of_before_is_erased_from_all_but_the_id(older: Records) -> None:
    with older.session() as session:
        (person,) = people.all(session)
        people.erase(session, person.person, by=person.person)
    assert verdict_of(older).problem is None


@pytest.mark.parametrize(
    ("change", "link", "words"),
    [
        ("UPDATE edits SET author = 'wang'", 1, ", and is wang"),
        ("UPDATE edits SET reason = 'x'", 1, "reason of edit 1 was misread, and is x"),
        ("UPDATE edited_meters SET meter = 'other'", 1, "meters of edit 1 was"),
        ("DELETE FROM edits", 1, "edit 1 is gone"),
        ("DELETE FROM reading_versions WHERE meter = 'main'", 1, "that edit 1 overruled is gone"),
        ("UPDATE reading_versions SET value = '501' WHERE meter = 'main'", 0, "something else"),
        ("UPDATE reading_versions SET value = 'x' WHERE meter = 'warm'", 0, "something else"),
        ("UPDATE people SET roles = 'filler,unit_head'", 2, "and has filler,unit_head"),
        ("DELETE FROM people WHERE roles = 'filler'", 2, "is gone"),
        ("UPDATE frozen SET packed = x'00'", 1, "are others by now"),
    ],
)
def test_what_is_changed_behind_our_back_in_tables_beside_the_chain_is_found(
    records: Records, change: str, link: int, words: str
) -> None:
    with unlocked(records) as session:
        session.execute(text(change))
    verdict = verdict_of(records)
    assert verdict.problem is not None
    assert words in verdict.problem.en
    assert verdict.broken == link
