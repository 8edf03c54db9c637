"""Edits on the embedded store, through the same door as a person's command."""

from itertools import count
from pathlib import Path

import pytest

from tests.edit_world import PROMISES, Address, Promise


@pytest.fixture
def address(tmp_path: Path) -> Address:
    numbers = count()
    return lambda: f"duckdb:{tmp_path}/readings{next(numbers)}.duckdb"


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_the_embedded_store_keeps_the_promise_that(
    promise: Promise, address: Address, tmp_path: Path
) -> None:
    promise(tmp_path, address)
