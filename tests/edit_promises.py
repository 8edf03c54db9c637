"""What the records promise of edits and of the files that prove them."""

from hashlib import sha256

import pytest

from energy.errors import ConfigError
from energy.span import Span
from storage.records import audit, edits, evidence
from storage.records.book import Records
from storage.records.edits import Edit
from storage.records.evidence import LIMIT_BYTES, Evidence

PHOTO = b"\xff\xd8 a register, photographed"
KEY = sha256(PHOTO).hexdigest()
SWAPPED = Edit(
    at=9,
    author="李",
    reason="crossed at commissioning",
    evidence=KEY,
    what=edits.SWAP,
    meters=("a", "b"),
    span=Span(-5, 2**40),
    parameters={"from": "2026-03-01"},
    readings=48,
    last_meter="b",
    last_time=2**40 - 1,
)


def evidence_is_kept_once_and_comes_back_byte_for_byte(records: Records) -> None:
    given = {"name": "表.jpg", "media_type": "image/jpeg"}
    with records.session() as session:
        first = evidence.put(session, PHOTO, author="li", at=5, **given)
    with records.session() as session:
        again = evidence.put(session, PHOTO, author="wang", at=6, **given)
    with records.reading() as session:
        assert evidence.content_of(session, KEY) == PHOTO
        assert evidence.recent(session, 9) == [first]
        assert evidence.find(session, "0" * 64) is None
        kept = [entry.what for entry in audit.recent(session, 9)]
    assert first == again == Evidence(KEY, "表.jpg", "image/jpeg", len(PHOTO), "li", 5)
    assert kept == ["evidence kept"]


def evidence_that_is_empty_or_too_large_is_refused_with_the_limit(records: Records) -> None:
    for content, sentence in ((b"", "is empty"), (bytes(LIMIT_BYTES + 1), "20 MB at the most")):
        with pytest.raises(ConfigError, match=sentence), records.session() as session:
            evidence.put(session, content, name="f", media_type="text/plain", author="li", at=1)
    with records.session() as session:
        largest = bytes(LIMIT_BYTES)
        evidence.put(session, largest, name="f", media_type="text/plain", author="li", at=1)
        assert evidence.recent(session, 9)[0].size == LIMIT_BYTES


def evidence_nobody_gave_is_said_to_be_missing(records: Records) -> None:
    with records.reading() as session, pytest.raises(ConfigError, match="no evidence with"):
        evidence.content_of(session, KEY)


def an_edit_is_found_by_the_form_it_came_with(records: Records) -> None:
    with records.session() as session:
        said = {"value": 7, "form": "k%_1"}
        first = edits.add(session, Edit(9, "li", "r", "", edits.MANUAL, ("b",), Span(1, 2), said))
        edits.add(session, Edit(9, "li", "r", "", edits.MANUAL, ("a",), Span(1, 2), said))
        edits.add(session, Edit(9, "li", 'r "form": "k2"', "", edits.MANUAL, ("b",), Span(1, 2)))
    with records.reading() as session:
        assert edits.of_form(session, "b", "k%_1") == first
        assert edits.of_form(session, "c", "k%_1") is None
        for key in ("k", "k2", "kxx1", "%", ""):
            assert edits.of_form(session, "b", key) is None


def an_edit_comes_back_with_its_number_and_who_and_why(records: Records) -> None:
    with records.session() as session:
        first = edits.add(session, SWAPPED)
        second = edits.add(session, Edit(9, "li", "r", "", edits.UNDO, ("b", "c"), Span(1, 2)))
    with records.reading() as session:
        assert edits.get(session, first.number) == first
        assert edits.get(session, 999) is None
        assert edits.recent(session, 9) == [second, first]
        assert edits.recent(session, 9, meter="a") == [first]
        assert edits.newest_of(session, ["a", "b"]) == second
        assert edits.newest_of(session, ["a"]) == first
        assert edits.newest_of(session, ["nobody"]) is None
        assert edits.whys(session, "c") == {second.number: ("li", "r")}
        said = audit.recent(session, 9)[1]
    assert 0 < first.number < second.number
    assert (said.who, said.what) == ("李", "readings edited")
    assert said.detail == (f"edit {first.number}: swap a, b, 48 readings: crossed at commissioning")


EDITS = (
    evidence_is_kept_once_and_comes_back_byte_for_byte,
    evidence_that_is_empty_or_too_large_is_refused_with_the_limit,
    evidence_nobody_gave_is_said_to_be_missing,
    an_edit_is_found_by_the_form_it_came_with,
    an_edit_comes_back_with_its_number_and_who_and_why,
)
