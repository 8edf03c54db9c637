"""Who edited which readings to what, what was overruled and who may sign is held by the chain."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from energy.reading import GAUGE, REGISTER, Reading
from energy.span import Span
from storage.records import edits, people, reading_versions
from storage.records.book import Records
from storage.records.edits import Edit
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
