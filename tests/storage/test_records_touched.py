from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from storage.records import touched
from storage.records.book import Records
from storage.records.touched import TouchedRow

PUBLISH = st.tuples(
    st.just("publish"), st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), max_size=3)
)
ROUND = st.tuples(st.sampled_from(["take", "done"]), st.just(dict[str, int]()))
STEPS = st.lists(PUBLISH | ROUND, max_size=15)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    folder: Path = tmp_path_factory.mktemp("touched")
    book = Records.open(f"sqlite:{folder / 'records.sqlite'}")
    yield book
    book.close()


def earliest(entries: list[tuple[str, int]]) -> dict[str, int]:
    return {meter: min(time for name, time in entries if name == meter) for meter, _ in entries}


@settings(max_examples=30)
@given(steps=STEPS)
def test_a_round_gets_all_that_was_published_and_not_done_and_nothing_else(
    steps: list[tuple[str, dict[str, int]]], records: Records
) -> None:
    # The slow twin keeps every entry, and forgets at "done" those that the last take had seen.
    waiting: list[tuple[str, int]] = []
    seen = 0
    token: int | None = None
    with records.session() as session:
        session.execute(delete(TouchedRow))
        for step, published in steps:
            if step == "publish":
                touched.publish(session, published)
                waiting.extend(published.items())
            elif step == "take":
                found, token = touched.take(session)
                assert found == earliest(waiting)
                seen = len(waiting)
            elif token is not None:
                touched.done(session, token)
                waiting, seen = waiting[seen:], 0
        assert touched.waiting(session) == len(earliest(waiting))
        assert touched.take(session)[0] == earliest(waiting)
