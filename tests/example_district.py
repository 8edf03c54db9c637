"""The example district, its story told in 25 days instead of 776: all faults and waste."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from energy.calendars import Calendar
from energy.registry import Registry
from energy.span import HOUR_MS, to_ms
from simulators.district import build
from simulators.faults import afflict
from simulators.plan import Plan
from simulators.run import Prepared
from simulators.scenario import Scenario
from simulators.scenario_files.scenario_file import read_scenario
from storage.registry.files import read_registry

EXAMPLES = Path(__file__).parent.parent / "examples"
ORIGIN = to_ms(datetime(2026, 5, 3, 16, tzinfo=UTC))  # midnight in Beijing
DAYS = 25
HOURS = DAYS * 24
SHORTER = 32
"""A day of the test's story is this many days of the demo's."""

CALENDARS: Mapping[str, Calendar] = {"cn": Calendar("cn", {}, date(2027, 1, 1))}


@lru_cache(maxsize=1)
def example_registry() -> Registry:
    """Return the registry of examples/district."""
    return read_registry(EXAMPLES / "district")


def short_scenario() -> Scenario:
    """Return the demo's scenario with every day divided by SHORTER."""
    scenario = read_scenario(EXAMPLES / "demo.toml")
    return replace(
        scenario,
        days=DAYS,
        subs_from_day=scenario.subs_from_day // SHORTER,
        faults=tuple(replace(fault, day=fault.day / SHORTER) for fault in scenario.faults),
        wastes=tuple(replace(w, from_day=w.from_day / SHORTER) for w in scenario.wastes),
    )


def short_plan(seed: int = 7, hours: int = HOURS) -> Plan:
    """Return a plan whose history ends with the hours."""
    return Plan(
        origin=ORIGIN,
        now=ORIGIN + hours * HOUR_MS - 1,
        seed=seed,
        scenario=str(EXAMPLES / "demo.toml"),
        readings=str(EXAMPLES / "readings" / "opendsm_hourly.parquet"),
        mapping=str(EXAMPLES / "readings" / "mapping.toml"),
    )


@lru_cache(maxsize=4)
def short_history(seed: int = 7, hours: int = HOURS) -> Prepared:
    """Return the short story, built."""
    plan = short_plan(seed, hours)
    district = build(plan, example_registry(), CALENDARS, short_scenario(), hours=hours)
    return Prepared(plan, district, afflict(district))
