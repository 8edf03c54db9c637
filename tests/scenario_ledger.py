"""The ledger of what a scenario's electricity meters say, without a broker between them."""

from pathlib import Path

import numpy as np

from analytics.recomputing import Round
from energy.reading import Reading
from energy.registry import Registry
from energy.span import Span
from jieneng.shipped import shipped
from jieneng.simulated.stories import story_of
from simulators.faults import handed_out
from simulators.meters.happenings import Told
from simulators.run import prepare
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.engines.duckdb import DuckDBStore
from storage.reference.files import read_reference

SCENARIOS = Path(__file__).parents[1] / "examples" / "scenarios"
_FUTURE_MS = 600_000
"""What is said to be read so long before it arrives is refused, as the collector does."""


def ledger_of_scenario(path: Path, store: DuckDBStore) -> Registry:
    """Fill a store with what the electricity meters of a scenario say; return their registry."""
    scenario, registry, plan = story_of(path)
    reference = read_reference(shipped("reference"))
    happenings = prepare(plan, registry, reference.calendars).happenings
    events = [event for event in happenings.events if event.time <= plan.now]
    known = handed_out(registry, scenario.faults, (*registry.events, *events))
    for name, told in happenings.told.items():
        if name in known.meter and known.meter[name].kind == "electricity":
            store.write(_said(told, plan.now))
    work = Round(
        store=store,
        registry=known,
        reference=reference,
        now_ms=plan.now,
        frozen_before=EARLIEST_MS,
        news={meter.meter: [Span(0, LATEST_MS)] for meter in known.meters},
        say=lambda _step: None,
    )
    work.meters()
    return known


def _said(told: Told, now_ms: int) -> list[Reading]:
    """Return what a meter said until now, at the times it was said to be read."""
    time = np.where(told.said_time < 0, told.publish_at, told.said_time)
    came = told.published & ~told.refused & (told.publish_at <= now_ms)
    kept = came & (time <= told.publish_at + _FUTURE_MS)
    name, table = told.meter.meter, told.meter.table
    pairs = zip(time[kept].tolist(), told.shown[kept].tolist(), strict=True)
    return [Reading(name, table, at, value) for at, value in pairs]
