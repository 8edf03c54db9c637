"""Which meter is probably wrong: what is named in scenarios, and planted faults that are found.

Prints JSON lines. Every family of electricity meters of the scenarios that come with the program is
looked at every four weeks, each look at the days before it. "said" counts what is named by fault,
of all looks. "found" plants one fault in one sub-meter of one look of the quiet year, all of them
in turn, and counts the looks in which that meter, that fault (and that factor or shift) is named;
the control is the same count where nothing is planted.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from analytics.trees.balance import Balance, balance_of, families_of
from analytics.trees.evidence import measured_hours
from analytics.trees.suspect import Suspect
from analytics.trees.suspects import LOOKED_AT, suspects_of
from energy.span import HOUR_MS, Span
from jieneng.proving.proof import shipped_scenarios
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.engines.duckdb import DuckDBStore
from storage.tables import METER_DAY
from tests.scenario_ledger import ledger_of_scenario

ZONE = "Asia/Shanghai"
QUIET = "quiet_year"
FACTORS = (0.1, 0.5, 0.75, 1.5, 2.0, 10.0, -1.0)
SHIFTS = (-8, -1, 1, 8)
LARGE = 0.15
"""Share of the meter above from which a sub-meter is told apart; others are told beside it."""
_DAY_MS = 24 * HOUR_MS

Look = tuple[Balance, Balance]
"""A balance by day and by hour."""


def looks(family_hours: Balance, family_days: Balance) -> Iterator[Look]:
    """Yield four weeks of a family, again and again."""
    first, last = int(family_days.start[0]), int(family_days.start[-1]) + _DAY_MS
    for end in range(first + LOOKED_AT * _DAY_MS, last + 1, LOOKED_AT * _DAY_MS):
        begin = end - LOOKED_AT * _DAY_MS
        days, hours = (
            one.at(np.flatnonzero((one.start >= begin) & (one.start < end)))
            for one in (family_days, family_hours)
        )
        yield days, hours


def families(path: Path, store: DuckDBStore) -> Iterator[list[Look]]:
    """Yield the looks at each family of a scenario."""
    registry = ledger_of_scenario(path, store)
    ever = Span(EARLIEST_MS, LATEST_MS)
    for family in families_of(registry):
        days = balance_of(store, family, METER_DAY, ever)
        hours = measured_hours(store, family, ever, {})
        yield list(looks(hours, days))


def named(look: Look) -> list[Suspect]:
    """Return what is named by days and hours."""
    days, hours = look
    return suspects_of(days, hours, ZONE)


def times(look: Look, place: int, factor: float) -> Look:
    """Return a look in which the registry of one sub-meter is off, so that it says less or more."""
    return tuple(  # type: ignore[return-value]
        replace(one, below=_with(one.below, place, (one.below[:, place] / factor).astype(np.int64)))
        for one in look
    )


def later(look: Look, place: int, hours: int) -> Look:
    """Return a look in which one sub-meter says what it counts so many hours later."""
    days, by_hour = look
    moved = np.roll(by_hour.below[:, place], hours)
    return days, replace(by_hour, below=_with(by_hour.below, place, moved))


def _with(below: np.ndarray, place: int, values: np.ndarray) -> np.ndarray:
    changed = below.copy()
    changed[:, place] = values
    return changed


def print_found(
    name: str, every: list[Look], plant: Callable[[Look, int], Look], fault: str, value: float
) -> None:
    """Print how often a planted fault is named, for large sub-meters and small ones."""
    count: Counter[str] = Counter()
    for look in every:
        for place, child in enumerate(look[0].children):
            share = look[0].below[:, place].sum() / look[0].above.sum()
            size = "large" if share >= LARGE else "small"
            count[f"{size}_looks"] += 1
            count[size] += _names(named(plant(look, place)), child.meter, fault, value)
            count[f"{size}_control"] += _names(named(look), child.meter, fault, value)
    print(json.dumps({"name": name, "fault": fault, "value": value, **count}))


def _names(found: list[Suspect], meter: str, fault: str, value: float) -> bool:
    for one in found:
        said = one.evidence.get("factor", one.evidence.get("hours_ahead", value))
        if one.meters == (meter,) and one.fault == fault and abs(said / value - 1) < LARGE:
            return True
    return False


def main() -> int:
    """Print a line a scenario, and one a planted fault."""
    quiet: list[Look] = []
    for path in shipped_scenarios():
        with tempfile.TemporaryDirectory() as folder:
            store = DuckDBStore(Path(folder) / "ledger.duckdb")
            every = [look for own in families(path, store) for look in own]
            store.close()
        said = Counter(one.fault for look in every for one in named(look))
        print(json.dumps({"name": path.stem, "looks": len(every), **said}), flush=True)
        if path.stem == QUIET:
            quiet = every
    for factor in FACTORS:
        fault = "reversed" if factor < 0 else "ratio"
        plant = lambda look, place, factor=factor: times(look, place, factor)  # noqa: E731
        print_found("found_ratio", quiet, plant, fault, factor)
    for hours in SHIFTS:
        plant = lambda look, place, hours=hours: later(look, place, hours)  # noqa: E731
        print_found("found_clock", quiet, plant, "clock", float(hours))
    return 0


if __name__ == "__main__":
    sys.exit(main())
