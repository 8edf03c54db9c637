"""What a simulated history is made from: a few numbers and files that never change once begun."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from energy.errors import ConfigError
from energy.span import HOUR_MS, local_date, midnight
from energy.text import Text
from simulators.grid import Grid

EDITION = 3
"""Rises when the same plan gives other integers than before."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One simulated history. The same plan gives the same integers on every run.

    A later ``now`` with everything else unchanged only extends the history.

    Attributes:
        origin: Local midnight at which the history begins [ms since 1970 UTC].
        now: How far the history goes [ms]; nothing newer is published before its time has come.
        seed: Chooses every random number.
        scenario: Path of the scenario (loads, faults and waste), a TOML file.
        readings: Path of the wide Parquet file that is replayed; "" for none.
        mapping: Path of the TOML file that says which column feeds which meter; "" for none.
        slot_ms: Length of the slots in which amounts are drawn [ms]; see simulators/grid.py.
    """

    origin: int
    now: int
    seed: int
    scenario: str
    readings: str
    mapping: str
    slot_ms: int = HOUR_MS

    def grid(self, hours: int) -> Grid:
        """Return the slots of a number of hours from the origin."""
        return Grid(self.origin, self.slot_ms, hours * HOUR_MS // self.slot_ms)

    def at(self, now: int) -> "Plan":
        """Return the same history extended to a later time [ms]."""
        return replace(self, now=now)


def begin(
    *,
    now: int,
    timezone: str,
    days: int,
    seed: int,
    scenario: Path,
    readings: Path,
    mapping: Path,
    slot_ms: int = HOUR_MS,
) -> Plan:
    """Return a plan whose history begins at local midnight a number of days before now."""
    zone = ZoneInfo(timezone)
    origin = midnight(local_date(now, zone) - timedelta(days=days), zone)
    return Plan(origin, now, seed, str(scenario), str(readings), str(mapping), slot_ms)


def plan_to_json(plan: Plan) -> str:
    """Return the plan as one JSON object."""
    return json.dumps({"edition": EDITION, **asdict(plan)}, indent=1)


def plan_from_json(text: str) -> Plan:
    """Return the plan that plan_to_json wrote.

    Raises:
        ConfigError: If the text is not such an object, or of another edition.
    """
    try:
        found = json.loads(text)
        if int(found.get("edition", 1)) != EDITION:
            raise ConfigError(
                Text(
                    "这段历史由另一个版本的模拟器开始，现在会得出别的数。删除状态文件夹，或用 "
                    "--state FOLDER 开始新的历史。",
                    "This history was begun by another edition of the simulators, and would go on "
                    "with other numbers. Delete the state folder, or begin a new history with "
                    "--state FOLDER.",
                )
            )
        return Plan(
            origin=int(found["origin"]),
            now=int(found["now"]),
            seed=int(found["seed"]),
            scenario=str(found["scenario"]),
            readings=str(found["readings"]),
            mapping=str(found["mapping"]),
            slot_ms=int(found.get("slot_ms", HOUR_MS)),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = Text(
            f"无法读取模拟计划（{error}）。删除状态文件夹即可开始新的历史。",
            f"The plan of the simulation cannot be read ({error}). Delete the state folder to "
            "begin a new history.",
        )
        raise ConfigError(problem) from error
