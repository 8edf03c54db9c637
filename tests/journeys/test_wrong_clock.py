"""A wrong clock from the message to the finding, on the embedded store."""

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.opening import open_store, prepare_store
from storage.readings import ReadingStore
from tests.clock_world import PROMISES


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_on_duckdb_it_is_true_that(
    promise: Callable[[Path, ReadingStore], None], tmp_path: Path
) -> None:
    url = f"duckdb:{tmp_path / 'readings.duckdb'}"
    prepare_store(url)
    store = open_store(url)
    promise(tmp_path, store)
    store.close()
