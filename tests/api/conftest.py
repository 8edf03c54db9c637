"""Records for each test, a copy of empty ones made once; and a filled store, for reading only."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.opening import open_store, prepare_store
from storage.readings import ReadingStore
from storage.records.book import Records
from tests.filled import fill


@pytest.fixture(scope="session")
def empty_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records") / "empty.sqlite"
    Records.open(f"sqlite:{path}").close()
    return path


@pytest.fixture
def records(tmp_path: Path, empty_records: Path) -> Iterator[Records]:
    path = tmp_path / "records.sqlite"
    shutil.copy(empty_records, path)
    held = Records.open(f"sqlite:{path}")
    yield held
    held.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingStore]:
    url = f"duckdb:{tmp_path_factory.mktemp('filled') / 'readings.duckdb'}"
    prepare_store(url)
    store = open_store(url)
    fill(store)
    yield store
    store.close()
