"""Faults that the simulator plants in meters, through the ledger, to the marks of their hours."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analytics.findings.gather import Sources, evidences
from analytics.rule import Evidence
from analytics.sound import quality_of
from energy.span import HOUR_MS
from jieneng.shipped import shipped
from storage.engines.duckdb import DuckDBStore
from storage.opening import prepare_store
from storage.reference.files import read_reference
from tests.scenario_ledger import ledger_of_scenario

STORY = """
format = 2
name_zh = "两座办公楼"
name_en = "Two offices"
start = 2025-03-03
days = 84
seed = 5

[[building]]
building = "office"
use = "office"
area_m2 = 3000
people = 100

[[building]]
building = "clean"
use = "office"
area_m2 = 4000
people = 150
"""
FAULTS = """
[[fault]]
kind = "ratio"
meter = "office_power"
at = 2025-04-14T00:00:00
strength = 3

[[fault]]
kind = "outage"
meter = "office_main"
at = 2025-04-02T08:00:00
hours = 30

[[fault]]
kind = "stuck"
meter = "office_lighting"
at = 2025-05-22T08:00:00
"""
DAY_MS = 24 * HOUR_MS
BEGIN = 1_740_931_200_000
"""Midnight of 3 March 2025 in Shanghai."""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Evidence]]:
    folder: Path = tmp_path_factory.mktemp("planted")
    story = folder / "planted.toml"
    story.write_text(STORY + FAULTS, encoding="utf-8")
    prepare_store(f"duckdb:{folder / 'readings.duckdb'}")
    store = DuckDBStore(folder / "readings.duckdb")
    registry = ledger_of_scenario(story, store)
    reference = read_reference(shipped("reference"))
    sources = Sources(store, registry, reference, BEGIN + 84 * DAY_MS)
    yield {entry.meter.meter: entry for entry in evidences(sources, None)}
    store.close()


def marks(entry: Evidence, name: str) -> list[tuple[float, float, float]]:
    """Return begin and end [days since the begin] and factor of each mark."""
    start = entry.clock.start
    return [
        (
            (int(start[mark.first]) - BEGIN) / DAY_MS,
            (int(start[mark.end - 1]) + HOUR_MS - BEGIN) / DAY_MS,
            mark.factor,
        )
        for mark in quality_of(entry.hours).marks.get(name, ())
    ]


def test_a_ratio_that_is_not_the_registered_one_any_more_is_a_wrong_multiplier(
    seen: dict[str, Evidence],
) -> None:
    ((begin, end, factor),) = marks(seen["office_power"], "wrong_multiplier")

    assert begin == pytest.approx(42, abs=1)
    assert end == pytest.approx(84, abs=0.1)
    assert factor == pytest.approx(float(seen["office_power"].meter.ratio) / 3, rel=0.05)


def test_an_outage_is_missing_and_nothing_else(seen: dict[str, Evidence]) -> None:
    gaps = marks(seen["office_main"], "missing")

    assert any(
        begin == pytest.approx(30 + 1 / 3, abs=0.1) and end == pytest.approx(31.6, abs=0.2)
        for begin, end, _ in gaps
    )


def test_a_register_that_stands_still_is_stuck(seen: dict[str, Evidence]) -> None:
    ((begin, end, _),) = marks(seen["office_lighting"], "stuck")

    assert begin == pytest.approx(80 + 1 / 3, abs=0.2)
    assert end == pytest.approx(84, abs=0.1)


def test_meters_without_a_planted_fault_are_not_marked(seen: dict[str, Evidence]) -> None:
    clean = [name for name in seen if name.startswith("clean")]

    assert len(clean) >= 3
    for name in clean:
        quality = quality_of(seen[name].hours)
        assert not np.flatnonzero(quality.suspect()).tolist(), (name, quality.marks)
