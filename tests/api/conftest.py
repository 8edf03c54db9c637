"""Records for each test: a copy of empty ones that were made once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.records.book import Records


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
