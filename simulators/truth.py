"""The truth file: what meters truly counted, and what was planted. Never made from readings sent.

``truth.parquet``  a row a reading: meter, time, count, good, publish_at
``hours.parquet``  a row a meter and hour: meter, time, steps, used
``truth.json``     faults, waste, what must be refused, and what nobody could resolve
"""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from energy.finding import Stream
from energy.kinds import KINDS
from energy.meter import Meter
from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import HOUR_MS
from simulators.ground_truth import District
from simulators.happenings import Happenings, Told, TrueFault
from simulators.plan import Plan
from simulators.scenario import INSTRUMENT
from simulators.waste import TrueWaste

FORMAT = 1
READINGS = "truth.parquet"
HOURS = "hours.parquet"
FACTS = "truth.json"

_YEAR_HOURS = 8760


def _arrow(array: np.ndarray) -> pa.Array:
    """Return an array as Arrow, by way of its bytes: pyarrow's own way imports pandas."""
    if array.dtype == bool:
        packed = np.packbits(array, bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), len(array), [None, pa.py_buffer(packed)])
    kind = pa.int32() if array.dtype == np.int32 else pa.int64()
    return pa.Array.from_buffers(
        kind, len(array), [None, pa.py_buffer(np.ascontiguousarray(array))]
    )


def _texts(texts: Sequence[str]) -> pa.Array:
    data = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, data)]).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(data))]
    return pa.Array.from_buffers(pa.string(), len(data), buffers)


def _table(meter: str, columns: Mapping[str, np.ndarray]) -> pa.Table:
    """Return the arrays of one meter as a table, its name on each row."""
    index = np.zeros(len(next(iter(columns.values()))), dtype=np.int32)
    name = pa.DictionaryArray.from_arrays(_arrow(index), _texts([meter]))
    arrays = [_arrow(array) for array in columns.values()]
    return pa.Table.from_arrays([name, *arrays], names=["meter", *columns])


def _write(tables: Iterator[pa.Table], path: Path) -> None:
    """Write at least one table of one form, one after the other: all at once fill the memory."""
    unfinished = path.with_suffix(".part")
    first = next(tables)
    plain = [entry for entry in first.schema if entry.name != "meter"]
    integers = [entry.name for entry in plain if pa.types.is_int64(entry.type)]
    with pq.ParquetWriter(
        unfinished,
        first.schema,
        compression="zstd",
        use_dictionary=["meter"],
        column_encoding=dict.fromkeys(integers, "DELTA_BINARY_PACKED"),
    ) as file:
        for table in itertools.chain([first], tables):
            file.write_table(table)
    unfinished.replace(path)


def _readings(happenings: Happenings) -> Iterator[pa.Table]:
    for name, told in happenings.told.items():
        mask = told.published
        columns = {
            "time": told.time[mask],
            "count": told.count[mask],
            "good": told.good[mask],
            "publish_at": told.publish_at[mask],
        }
        yield _table(name, columns)


def _hours(district: District, happenings: Happenings) -> Iterator[pa.Table]:
    an_hour = district.grid.an_hour
    for name, true in district.meters.items():
        first = true.begins // an_hour
        columns = {
            "time": district.grid.starts[::an_hour][first:],
            "steps": np.diff(happenings.told[name].edges[::an_hour])[first:],
            "used": true.used.reshape(-1, an_hour).sum(axis=1)[first:],
        }
        yield _table(name, columns)


def unresolvable(told: Told, replaced_at: int | None) -> list[tuple[int, int]]:
    """Return the spans [ms] between good readings whose advance nobody can know.

    That is where the register may have wrapped more than once at the greatest plausible rate, and
    where a replacement was never written down.

    Args:
        told: What the meter shows.
        replaced_at: When it was replaced without an event [ms]; None where it was not.
    """
    times = told.time[told.good & told.published]
    before, after = times[:-1], times[1:]
    fastest = float(told.meter.base_per_hour_max / told.meter.base_per_step)
    spans = (after - before) / HOUR_MS * fastest >= told.meter.modulus
    if replaced_at is not None:
        spans |= (before < replaced_at) & (replaced_at <= after)
    return [(int(before[at]), int(after[at])) for at in np.flatnonzero(spans)]


def _unresolvable(happenings: Happenings) -> Iterator[dict[str, Any]]:
    silent_change = {
        entry.fault.meter: entry.start + HOUR_MS // 2
        for entry in happenings.faults
        if entry.fault.kind == "replacement_unannounced"
    }
    for name, told in happenings.told.items():
        if told.meter.table != GAUGE:
            for start, end in unresolvable(told, silent_change.get(name)):
                yield {"meter": name, "start": start, "end": end}


def _family(meter: str, registry: Registry) -> list[str]:
    """Return the meter and those above it, all of which see what happens at it."""
    found = [meter]
    while parent := registry.meter[found[-1]].parent:
        found.append(parent)
    if len(found) == 1:
        found += [sub.meter for sub in registry.children.get(meter, ())]
    return found


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
        "base": total,
        "base_per_year": total * _YEAR_HOURS // hours,
    }


def _planted_fault(entry: TrueFault, registry: Registry) -> dict[str, Any]:
    return {
        "kind": entry.fault.kind,
        "stream": Stream.DATA,
        "meter": entry.fault.meter,
        "seen_at": _family(entry.fault.meter, registry),
        "start": entry.start,
        "end": entry.end,
    }


def _meter_facts(meter: Meter) -> dict[str, Any]:
    if meter.table == GAUGE:
        return {"table": meter.table, "kind": meter.kind, "interval_s": meter.interval_s}
    per_step: Fraction = meter.base_per_step
    return {
        "table": meter.table,
        "kind": meter.kind,
        "base_unit": KINDS[meter.kind].base_unit,
        "base_per_step": str(per_step),
        "interval_s": meter.interval_s,
    }


def facts(plan: Plan, district: District, happenings: Happenings) -> dict[str, Any]:
    """Return what truth.json says."""
    registry = district.registry
    found = [_planted_waste(entry, registry) for entry in district.wastes]
    found += [
        _planted_fault(entry, registry)
        for entry in happenings.faults
        if entry.fault.kind in INSTRUMENT
    ]
    return {
        "format": FORMAT,
        "plan": asdict(plan),
        "until": plan.now,
        "longest_delay_ms": happenings.longest_delay_ms,
        "meters": {name: _meter_facts(one.meter) for name, one in happenings.told.items()},
        "faults": [
            {
                **asdict(entry.fault),
                "start": entry.start,
                "end": entry.end,
                "refused": entry.refused,
            }
            for entry in happenings.faults
        ],
        "findings": found,
        "refused": [
            {"kind": bad.kind, "meter": bad.meter.meter, "publish_at": bad.publish_at}
            for bad in happenings.bad
        ],
        "unresolvable": list(_unresolvable(happenings)),
    }


def write_truth(folder: Path, plan: Plan, district: District, happenings: Happenings) -> None:
    """Write the three files; each appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(_readings(happenings), folder / READINGS)
    _write(_hours(district, happenings), folder / HOURS)
    text = json.dumps(facts(plan, district, happenings), indent=1, ensure_ascii=False)
    unfinished = folder / f"{FACTS}.part"
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(folder / FACTS)
