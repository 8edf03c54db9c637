"""What a replay promises, on real servers."""

from pathlib import Path
from uuid import uuid4

import pytest

from collector.replaying.replay_request import Progress, ReplayRequest
from energy.span import Span
from jieneng.publisher import RecordsPublisher
from storage.opening import open_store
from storage.records import replays
from storage.records.book import Records
from tests.replay_promises import PROMISES, Promise
from tests.server_programs import TOKEN, new_buckets


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("server", ["influx_1", "influx_2"])
def test_influxdb_keeps_what_a_replay_promises(
    server: str, promise: Promise, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    start = request.getfixturevalue(server)
    stores = [open_store(new_buckets(start, f"replay{uuid4().hex[:8]}"), TOKEN) for _ in range(2)]
    promise(tmp_path, *stores)
    for store in stores:
        store.close()


def test_a_request_on_postgresql_goes_on_where_it_was_noted(postgres_url: str) -> None:
    records = Records.open(postgres_url)
    wanted = replays.Replay("", 3, 9, ("main",), is_dry=True, author="li", reason="a test")
    with records.session() as session:
        numbers = replays.put(session, wanted, ["east", "west"])
    west = RecordsPublisher(records, collector="west")
    noted = ReplayRequest(
        numbers[1], Span(3, 9), frozenset({"main"}), is_dry=True,
        progress=Progress(segments=2, read=7, kept=7, done_number=2**40, done_copy=1),
        trouble="poison",
    )  # fmt: skip
    assert west.replay() == noted._replace(progress=Progress(), trouble="")
    west.replay_noted(noted, is_done=False)
    assert west.replay() == noted
    west.replay_noted(noted, is_done=True)
    assert west.replay() is None
    with records.reading() as session:
        assert [bool(one.ended) for one in replays.these(session, numbers)] == [False, True]
        assert [one.number for one in replays.recent(session, 1)] == [numbers[1]]
    records.close()
