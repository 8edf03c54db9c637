"""The health of a collector is a point of the derived table, under the words boards use."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.ledger.collectors import write_collectors
from collector.telling.counters import Counters
from energy.span import Span
from storage.engines.memory import MemoryStore
from storage.records import health
from storage.records.book import Records
from storage.tables import COLLECTOR


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    book = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    yield book
    book.close()


def test_what_a_collector_last_said_is_one_point_however_often_it_is_written(
    records: Records,
) -> None:
    counters = Counters(received=10, shipped=6, spooled=1, dead=2, duplicate=1)
    with records.session() as session:
        health.put(session, "north", counters.as_dict() | {"oldest_s": 7}, 5000)
        said = health.all(session)
    store = MemoryStore()
    for _ in range(2):
        write_collectors(store, said)
    points = store.points(COLLECTOR, where=(), span=Span(0, 10_000))
    assert points.to_dict("records") == [
        {
            "time": 5000,
            "collector": "north",
            "received": 10,
            "stored": 6,
            "dead": 2,
            "duplicate": 1,
            "spooled": 1,
            "oldest_s": 7,
        }
    ]
