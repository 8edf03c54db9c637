"""Empty records."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.records.book import Records


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    book = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    yield book
    book.close()
