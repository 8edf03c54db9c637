"""An editor over empty stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.edits.wishes import Editor
from storage.engines.memory import MemoryStore
from storage.records.book import Records
from tests.edit_steps import REGISTRY


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    opened = Records.open(f"sqlite:{tmp_path}/records.sqlite")
    yield Editor(MemoryStore(), opened, REGISTRY)
    opened.close()
