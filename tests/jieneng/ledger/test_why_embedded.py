"""Answers to why on the embedded store, through the same door as a person's command."""

from itertools import count
from pathlib import Path

import pytest

from tests.edit_world import Promise
from tests.why_promises import PROMISES


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_the_embedded_store_keeps_the_promise_that_for_whys(
    promise: Promise, tmp_path: Path
) -> None:
    numbers = count()
    promise(tmp_path, lambda: f"duckdb:{tmp_path}/readings{next(numbers)}.duckdb")
