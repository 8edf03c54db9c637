"""What every database keeps of candidate events."""

from storage.records import event_candidates
from storage.records.book import Records
from storage.records.event_candidates import CONFIRMED, DISMISSED, OPEN, Candidate

SEEN = Candidate("hall_main", 1000, 2000, 400, 2**60, "ratio", "1/10", "像倍率变更。", "a ratio")
OTHER = Candidate("annex_main", 5000, 9000, 400, 3, "reset", "", "像清零。", "a reset")


def candidates_come_back_in_order_with_their_state(records: Records) -> None:
    with records.session() as session:
        event_candidates.add(session, SEEN, now_ms=7)
        event_candidates.add(session, OTHER, now_ms=8)
    with records.session() as session:
        annex, hall = event_candidates.open_candidates(session)
        assert (annex.meter, hall.next_value, hall.factor, hall.seen) == (
            "annex_main", 2**60, "1/10", 7,
        )  # fmt: skip
        event_candidates.put_state(session, hall.number, CONFIRMED, now_ms=9)
        gone = event_candidates.dismiss(session, annex.number, by="li ", reason="no", now_ms=10)
    assert (gone.state, gone.by, gone.settled) == (DISMISSED, "li", 10)
    with records.session() as session:
        assert event_candidates.open_candidates(session) == []
        event_candidates.put_state(session, hall.number, OPEN, now_ms=11)
        assert event_candidates.open_candidates(session) == [hall]


CANDIDATES = (candidates_come_back_in_order_with_their_state,)
