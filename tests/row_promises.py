"""What the chain promises of rows that its links repeat, on every database."""

from collections.abc import Callable

from sqlalchemy import text

from storage.records import people
from storage.records import reference as reference_records
from storage.records.book import Records
from storage.records.verifying import verify
from tests.analytics.ledgers import REFERENCE
from tests.row_tampering import CHANGES, filled
from tests.tampering import verdict_of

Promise = Callable[[Records], None]


def rows_that_nobody_touched_hold(records: Records) -> None:
    filled(records)
    verdict = verdict_of(records)
    assert (verdict.links, verdict.problem) == (8, None)


def an_erased_name_is_no_change_of_a_row(records: Records) -> None:
    filled(records)
    with records.session() as session:
        for person in people.all(session):
            assert people.erase(session, person.person, by=person.person)
    assert verdict_of(records).problem is None


def a_confirmation_of_a_row_that_changed_is_let_go_and_no_loss(records: Records) -> None:
    filled(records)
    with records.session() as session:
        reference_records.replace(session, REFERENCE, author="li", reason="another price")
    assert verdict_of(records).problem is None


def whatever_is_done_to_a_row_is_found(records: Records) -> None:
    filled(records)
    for change, (number, words) in CHANGES.items():
        with records.session() as session:
            session.execute(text(change), {"other": b"x"} if ":other" in change else {})
            session.expire_all()
            found = verify(session)
            assert found.problem is not None, change
            assert words in found.problem.en, (change, found.problem.en)
            assert found.broken == number, (change, found.problem.en)
            session.rollback()
    assert verdict_of(records).problem is None


PROMISES = (
    rows_that_nobody_touched_hold,
    an_erased_name_is_no_change_of_a_row,
    a_confirmation_of_a_row_that_changed_is_let_go_and_no_loss,
    whatever_is_done_to_a_row_is_found,
)
