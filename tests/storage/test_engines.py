from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.opening import open_store
from storage.readings import ReadingStore
from tests.store_promises import Promise
from tests.table_promises import PROMISES


@pytest.fixture(params=["memory:", "duckdb:{folder}/readings.duckdb"], ids=["memory", "duckdb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReadingStore]:
    url: str = request.param
    opened = open_store(url.format(folder=tmp_path))
    yield opened
    opened.close()


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_the_engine_keeps_the_promise_that(promise: Promise, store: ReadingStore) -> None:
    promise(store)
