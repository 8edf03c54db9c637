"""The balances of imports and replays, kept beside those of the collectors."""

from sqlalchemy.orm import Session

from storage.records import imports, replays, side_books
from storage.records.book import Records
from storage.records.replays import Replay


def _imported(session: Session, key: str, chunks: list[int], **balance: int) -> None:
    number = imports.begin(session, imports.Import(key, "meters.csv", "li", "history", at=1000))
    imports.add(session, number, [(count, b"packed") for count in chunks])
    imports.finish(session, number, balance)


def test_imports_add_up_and_say_what_the_collector_has_not_got_yet(records: Records) -> None:
    with records.session() as session:
        _imported(session, "a", [2, 3], readings=9, rows=10, refused=1, duplicate=1, same=2, new=5)
        _imported(session, "b", [], readings=4, rows=4, outranked=1, same=3)
        imports.begin(session, imports.Import("c", "dies.csv", "li", "half-way", at=1000))
        chunk = imports.next_chunk(session)
        assert chunk is not None
        imports.done(session, chunk.number)
        book = side_books.imported(session).as_dict()

    assert book == {
        "times": 2, "going_on": 1, "readings": 13, "refused": 1, "duplicate": 1, "same": 5,
        "outranked": 1, "changing": 0, "new": 5, "unexplained": 0, "waiting": 3,
    }  # fmt: skip


def test_what_a_balance_does_not_explain_is_said(records: Records) -> None:
    with records.session() as session:
        _imported(session, "a", [5], readings=9, new=5)

        assert side_books.imported(session).unexplained == 4


def test_replays_add_up_but_for_those_that_only_counted(records: Records) -> None:
    wanted = Replay("", 0, 10, (), is_dry=False, author="li", reason="lost")
    dry = Replay("", 0, 10, (), is_dry=True, author="li", reason="to see")
    with records.session() as session:
        first, second = replays.put(session, wanted, ["east", "west"])
        (third,) = replays.put(session, dry, ["east"])
        done = {"segments": 4, "done": 4, "read": 30, "kept": 11, "refused": 1, "outside": 18}
        replays.note(session, first, done, is_done=True)
        replays.note(session, second, {"segments": 9, "done": 1, "read": 6, "kept": 6})
        replays.note(session, third, done, is_done=True)
        book = side_books.replayed(session).as_dict()

    assert book == {
        "times": 2, "going_on": 1, "readings": 36, "kept": 17, "refused": 1, "outside": 18,
        "unexplained": 0,
    }  # fmt: skip


def test_without_imports_and_replays_both_books_are_empty(records: Records) -> None:
    with records.session() as session:
        assert side_books.imported(session).as_dict().keys() >= {"times", "waiting"}
        assert not any(side_books.imported(session).as_dict().values())
        assert not any(side_books.replayed(session).as_dict().values())
