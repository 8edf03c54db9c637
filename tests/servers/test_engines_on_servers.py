from collections.abc import Iterator
from uuid import uuid4

import pytest

from storage.opening import open_store
from storage.readings import ReadingStore
from tests.server_programs import TOKEN, new_buckets
from tests.store_promises import Promise
from tests.table_promises import PROMISES


@pytest.fixture(params=["influx_1", "influx_2"])
def store(request: pytest.FixtureRequest) -> Iterator[ReadingStore]:
    start: str = request.getfixturevalue(request.param)
    opened = open_store(new_buckets(start, f"t{uuid4().hex}"), TOKEN)
    yield opened
    opened.close()


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_influxdb_keeps_the_promise_that(promise: Promise, store: ReadingStore) -> None:
    promise(store)
