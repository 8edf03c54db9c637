"""The truth file: what meters truly counted, and what was planted. Never made from readings sent.

``truth.parquet``  a row a reading: meter, time, count, good, publish_at, said_time
``hours.parquet``  a row a meter and hour: meter, time, steps, used
``totals.parquet``  a row a node, kind and period: level, node, kind, period, time, used
``changes.parquet``  only where a building changes; see simulators/truth/truth_of_changes.py
``truth.json``     faults, waste, what must be refused, and what nobody could resolve
``summary.md``     the same on a page, for a person
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa

from energy.finding import Stream
from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import HOUR_MS
from simulators.meters.happenings import NO_TIME, Happenings, Told, TrueFault
from simulators.meters.pairs import swapped_with
from simulators.plan import Plan
from simulators.scenario import DEVICE_WIDE, GATEWAY, INSTRUMENT, WRITTEN_DOWN, Fault
from simulators.trees.ground_truth import District
from simulators.trees.waste import TrueWaste
from simulators.truth.meter_facts import meter_facts
from simulators.truth.parquet import GrowingFile, table_of
from simulators.truth.summary import summary
from simulators.truth.totals import Totals
from simulators.truth.truth_of_changes import CHANGES, facts_of_changes, hours_of_changes

FORMAT = 1
READINGS = "truth.parquet"
HOURS = "hours.parquet"
FACTS = "truth.json"
TOTALS = "totals.parquet"
SUMMARY = "summary.md"

_YEAR_HOURS = 8760


def _readings(happenings: Happenings) -> Iterator[pa.Table]:
    for name, told in happenings.told.items():
        mask = told.published & ~told.refused
        columns = {
            "time": told.time[mask],
            "count": told.count[mask],
            "good": told.right[mask],
            "publish_at": told.publish_at[mask],
            "said_time": told.said_time[mask],
        }
        yield table_of(name, columns)


def _hours(district: District, happenings: Happenings) -> Iterator[pa.Table]:
    an_hour = district.grid.an_hour
    for name, true in district.meters.items():
        first = true.begins // an_hour
        columns = {
            "time": district.grid.starts[::an_hour][first:],
            "steps": np.diff(happenings.told[name].edges[::an_hour])[first:],
            "used": true.used.reshape(-1, an_hour).sum(axis=1)[first:],
        }
        yield table_of(name, columns)


def unresolvable(told: Told, jumps: Sequence[int]) -> list[tuple[int, int]]:
    """Return the spans [ms] between good readings whose advance nobody can know.

    That is where the register may have wrapped more than once at the greatest plausible rate, where
    it became another or began again and nobody wrote it down, and where it goes backwards.

    Args:
        told: What the meter shows.
        jumps: When it became another register without an event [ms].
    """
    known = told.good & told.published & (told.said_time != NO_TIME)
    times, counts = told.time[known], told.count[known]
    before, after = times[:-1], times[1:]
    fastest = float(told.meter.base_per_hour_max / told.meter.base_per_step)
    spans = (after - before) / HOUR_MS * fastest >= told.meter.modulus
    spans |= np.diff(counts) < 0
    for jump in jumps:
        spans |= (before < jump) & (jump <= after)
    return [(int(before[at]), int(after[at])) for at in np.flatnonzero(spans)]


def _unresolvable(happenings: Happenings) -> Iterator[dict[str, Any]]:
    for name, told in happenings.told.items():
        if told.meter.table != GAUGE:
            for start, end in unresolvable(told, happenings.jumps.get(name, ())):
                yield {"meter": name, "start": start, "end": end}


def _refused(happenings: Happenings) -> Iterator[dict[str, Any]]:
    """Yield what must be refused: messages of nonsense, and more than a register has digits for."""
    for bad in happenings.bad:
        yield {"kind": bad.kind, "meter": bad.meter.meter, "publish_at": bad.publish_at}
    for name, told in happenings.told.items():
        for at in told.publish_at[told.published & told.refused].tolist():
            yield {"kind": "unit_slip", "meter": name, "publish_at": at}


def _family(meter: str, registry: Registry) -> list[str]:
    """Return the meter and those above it, all of which see what happens at it."""
    found = [meter]
    while parent := registry.meter[found[-1]].parent:
        found.append(parent)
    if len(found) == 1:
        found += [sub.meter for sub in registry.children.get(meter, ())]
    return found


def touched_by(fault: Fault, registry: Registry) -> list[str]:
    """Return the meters a fault happens to: its own, or all of its device or gateway."""
    where = registry.device[registry.meter[fault.meter].device]
    speaking = {where.device} if fault.kind in (*DEVICE_WIDE, *GATEWAY) else set()
    if fault.kind in GATEWAY and where.gateway:
        speaking |= {one.device for one in registry.devices if one.gateway == where.gateway}
    other = swapped_with(registry, fault) if fault.kind == "swapped_child" else None
    named = {fault.meter, other.meter if other else ""}
    return [one.meter for one in registry.meters if one.meter in named or one.device in speaking]


def _planted_waste(entry: TrueWaste, registry: Registry) -> dict[str, Any]:
    hours = max(1, (entry.end - entry.start) // HOUR_MS)
    total = int(entry.extra.sum())
    return {
        "kind": entry.waste.kind,
        "stream": Stream.WASTE,
        "meter": entry.waste.meter,
        "seen_at": _family(entry.waste.meter, registry),
        "start": entry.start,
        "end": entry.end,
        "strength": entry.waste.strength,
        "base": total,
        "base_per_year": total * _YEAR_HOURS // hours,
    }


def _planted_fault(entry: TrueFault, registry: Registry) -> dict[str, Any]:
    seen_at = _family(entry.fault.meter, registry) + touched_by(entry.fault, registry)
    return {
        "kind": entry.fault.kind,
        "stream": Stream.DATA,
        "meter": entry.fault.meter,
        "seen_at": list(dict.fromkeys(seen_at)),
        "start": entry.start,
        "end": entry.end,
    }


class TruthFiles:
    """The truth of a history, added district part by district part; see write_truth.

    Args:
        folder: Where the files go.
        plan: The history.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._plan = plan
        self._files = ExitStack()
        self._readings = self._files.enter_context(GrowingFile(folder / READINGS))
        self._hours = self._files.enter_context(GrowingFile(folder / HOURS))
        self._changes = self._files.enter_context(GrowingFile(folder / CHANGES))
        self._totals = Totals()
        self._hash = hashlib.sha256()
        self._last: District | None = None
        self._facts: dict[str, Any] = {
            "format": FORMAT,
            "plan": asdict(plan),
            "until": plan.now,
            "longest_delay_ms": 0,
            "meters": {},
            "faults": [],
            "findings": [],
            "changes": [],
            "refused": [],
            "unresolvable": [],
        }

    def add(self, district: District, happenings: Happenings) -> None:
        """Add what truly happened in a part of the district."""
        for table in _readings(happenings):
            self._readings.add(table)
        for table in _hours(district, happenings):
            self._hours.add(table)
        for table in hours_of_changes(district):
            self._changes.add(table)
        self._totals.add(district)
        self._last = district
        for name, told in happenings.told.items():
            self._hash.update(name.encode())
            for column in _integers(told):
                self._hash.update(np.ascontiguousarray(column, dtype="<i8").tobytes())
        self._tell(_facts(district, happenings))
        delay = max(self._facts["longest_delay_ms"], happenings.longest_delay_ms)
        self._facts["longest_delay_ms"] = delay

    def _tell(self, part: dict[str, Any]) -> None:
        for key, told in part.items():
            if isinstance(told, list):
                self._facts[key] += told
            elif isinstance(told, dict):
                self._facts[key] |= told

    @property
    def sha256(self) -> str:
        """Hash of every integer that was added: times, what is shown, and the true counts."""
        return self._hash.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._files.__exit__(kind, error, trace)
        if error is None:
            self._totals.write(self._folder / TOTALS)
            self._facts["sha256"] = self.sha256
            self._write(FACTS, json.dumps(self._facts, indent=1, ensure_ascii=False) + "\n")
            if self._last is not None:
                registry, until = self._last.registry, self._last.grid.end
                self._write(SUMMARY, summary(self._facts, self._totals, registry, until=until))

    def _write(self, name: str, text: str) -> None:
        unfinished = self._folder / f"{name}.part"
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(self._folder / name)


def _integers(told: Told) -> list[np.ndarray]:
    """Return what the hash is of; times that are said only where they are not the true ones."""
    found = [told.time, told.shown, told.publish_at, told.edges]
    return found if np.array_equal(told.said_time, told.time) else [*found, told.said_time]


def _first_count(district: District, told: Told) -> int:
    """Return what a register had counted when the first hour of hours.parquet began; 0 a gauge."""
    if told.meter.table == GAUGE:
        return 0
    an_hour = district.grid.an_hour
    return int(told.edges[district.meters[told.meter.meter].begins // an_hour * an_hour])


def _facts(district: District, happenings: Happenings) -> dict[str, Any]:
    """Return what truth.json says of a part of a district."""
    registry = district.registry
    found = [_planted_waste(entry, registry) for entry in district.wastes]
    found += [
        _planted_fault(entry, registry)
        for entry in happenings.faults
        if entry.fault.kind in INSTRUMENT and entry.fault.kind not in WRITTEN_DOWN
    ]
    return {
        "meters": {
            name: meter_facts(
                one.meter,
                happenings.ratios.get(name, ()),
                first_count=_first_count(district, one),
            )
            for name, one in happenings.told.items()
        },
        "faults": [
            {
                **asdict(entry.fault),
                "start": entry.start,
                "end": entry.end,
                "refused": entry.refused,
                "touches": touched_by(entry.fault, registry),
            }
            for entry in happenings.faults
        ],
        "findings": found,
        "changes": list(facts_of_changes(district)),
        "refused": list(_refused(happenings)),
        "unresolvable": list(_unresolvable(happenings)),
    }


def write_truth(folder: Path, plan: Plan, district: District, happenings: Happenings) -> None:
    """Write the files of a district that is built whole; each appears whole or not at all."""
    with TruthFiles(folder, plan) as files:
        files.add(district, happenings)
