"""Findings as points of the derived table that boards read."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from energy.finding import FindingState
from energy.finding_step import NO_WASTE
from energy.handling import Handling
from energy.registry import Registry
from storage.records.findings import StoredFinding
from storage.tables import FINDING, NO_VALUE

_WHOLE = ("base_per_year", "micro_yuan_per_year", "since", "until")


def finding_frame(
    stored: Sequence[StoredFinding],
    registry: Registry,
    handlings: Mapping[int, Handling] = MappingProxyType({}),
    *,
    now_ms: int = 0,
) -> pd.DataFrame:
    """Return one point a finding, at the time it started.

    Findings of meters that left the registry are left out: no board could place them. What is open
    and a person has called expected or rejected has that as its state: it is no waste.

    Returns:
        Columns as storage.tables.FINDING: time [int64 ms], its tags, its fields.
    """
    rows = [
        _row(entry, registry, _state(entry, handlings.get(entry.number, Handling()), now_ms))
        for entry in stored
        if entry.finding.meter in registry.meter
    ]
    columns = ["time", *FINDING.tags, *FINDING.field]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"time": "int64"} | dict.fromkeys(_WHOLE, "Int64"))


def _state(entry: StoredFinding, handling: Handling, now_ms: int) -> str:
    stage = handling.stage_at(now_ms)
    is_told_off = entry.state is FindingState.OPEN and stage in NO_WASTE
    return stage.value if is_told_off else entry.state.value


def _row(entry: StoredFinding, registry: Registry, state: str) -> dict[str, object]:
    finding = entry.finding
    meter = registry.meter[finding.meter]
    return {
        "time": finding.start,
        "fingerprint": finding.fingerprint,
        "meter": finding.meter,
        "building": meter.building or NO_VALUE,
        "institution": meter.institution or NO_VALUE,
        "rule": finding.rule,
        "stream": finding.stream.value,
        "state": state,
        "kind": meter.kind,
        "sentence_zh": finding.sentence_zh,
        "sentence_en": finding.sentence_en,
        "base_per_year": finding.base_per_year,
        "micro_yuan_per_year": finding.micro_yuan_per_year,
        "since": finding.start,
        "until": finding.end,
    }
