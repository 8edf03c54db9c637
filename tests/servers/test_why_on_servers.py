"""Answers to why on InfluxDB, as on the embedded store."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.edit_world import Promise
from tests.server_programs import new_buckets
from tests.why_promises import PROMISES


@pytest.mark.parametrize("engine", ["influx_1", "influx_2"])
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_influxdb_keeps_the_promise_that_for_whys(
    promise: Promise, engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    start: str = request.getfixturevalue(engine)
    promise(tmp_path, lambda: new_buckets(start, f"t{uuid4().hex}"))
