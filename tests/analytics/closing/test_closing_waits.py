"""A sheet is not signed while something of it is known and not yet in the ledger."""

from collections.abc import Callable

import pytest

from energy.errors import ClosingError
from energy.reading import Reading
from energy.span import HOUR_MS, Span
from storage.records import inbox, late_arrivals, touched
from storage.records.session import Session
from tests.analytics.closing.test_closing import Ledger, new_ledger
from tests.storage.chain_world import day


def an_edit(session: Session) -> None:
    touched.publish(session, {"hall_main": day(5, 31)})


def an_edit_of_the_reading_that_ends_the_period(session: Session) -> None:
    touched.publish(session, {"hall_main": day(6, 1)})


def a_reading_given_by_hand(session: Session) -> None:
    inbox.put(session, [Reading("hall_main", "register", day(6, 1), 5)], "li", "read by hand")


def late_readings(session: Session) -> None:
    late_arrivals.publish(session, [("hall_main", Span(day(5, 2), day(5, 3)))])


def forget(ledger: Ledger) -> None:
    with ledger.records.session() as session:
        inbox.done(session, [one.number for one in inbox.take(session, 9)])
        _, token = touched.take(session)
        touched.done(session, token)
        _, number = late_arrivals.take(session)
        late_arrivals.done(session, number)


@pytest.mark.parametrize(
    "something_new",
    [an_edit, an_edit_of_the_reading_that_ends_the_period, a_reading_given_by_hand, late_readings],
)
def test_a_sheet_waits_for_the_round_that_takes_in_what_is_known(
    something_new: Callable[[Session], None],
) -> None:
    with new_ledger() as ledger:
        with ledger.records.session() as session:
            something_new(session)
        with pytest.raises(ClosingError, match=r"of: hall_main.*jieneng analyse"):
            submit(ledger)
        forget(ledger)
        submit(ledger)
        with ledger.records.session() as session:
            something_new(session)

        with pytest.raises(ClosingError, match="not in the ledger yet"), ledger.sheet() as sheet:
            sheet.close(ledger.who)

        forget(ledger)
        with ledger.sheet() as sheet:
            sheet.close(ledger.who)


def test_what_is_new_after_the_period_or_of_others_holds_nothing_up() -> None:
    with new_ledger() as ledger:
        with ledger.records.session() as session:
            touched.publish(session, {"hall_main": day(6, 1) + 1, "elsewhere": day(5, 1)})
            late = Span(day(6, 1) + 1, day(6, 1) + HOUR_MS)
            late_arrivals.publish(session, [("hall_main", late)])

        submit(ledger)

        with ledger.sheet() as sheet:
            sheet.close(ledger.who)


def submit(ledger: Ledger) -> None:
    with ledger.sheet() as sheet:
        sheet.submit(ledger.who)
