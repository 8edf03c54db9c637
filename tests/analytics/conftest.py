"""Empty records, and an editor over empty stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.edits.wishes import Editor
from storage.engines.memory import MemoryStore
from storage.records.book import Records
from tests.edit_steps import REGISTRY


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records.open(f"sqlite:{tmp_path}/records.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def editor(records: Records) -> Editor:
    return Editor(MemoryStore(), records, REGISTRY)
