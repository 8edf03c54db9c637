"""Reads the truth files that the simulator wrote."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simulators.meters.happenings import NO_TIME


@dataclass(frozen=True)
class Truth:
    """The truth files, up to a time.

    Attributes:
        facts: What truth.json says.
        until: Readings published after this [ms] are not yet due.
        readings: Columns meter, time, count, good: readings due, in order of the time at which they
            are stored, by meter: as it is said, or their arrival where none is.
        hours: Columns time, steps, used: advance of each hour by the register, and what was truly
            used [base units], by meter.
    """

    facts: Mapping[str, Any]
    until: int
    readings: Mapping[str, pd.DataFrame]
    hours: Mapping[str, pd.DataFrame]


def _by_meter(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    groups = frame.groupby("meter", observed=True, sort=False)
    return {str(name): group.reset_index(drop=True) for name, group in groups}


def read_truth(folder: Path, until: int | None = None) -> Truth:
    """Read the truth files of a folder.

    Args:
        folder: Where the simulator wrote them.
        until: Time [ms] up to which readings are due; None for the end of the history.
    """
    facts = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    last = int(facts["until"]) if until is None else until
    due = pc.field("publish_at") <= last
    readings = pq.read_table(
        folder / "truth.parquet",
        columns=["meter", "count", "good", "publish_at", "said_time"],
        filters=due,
    )
    hours = pq.read_table(
        folder / "hours.parquet",
        columns=["meter", "time", "steps", "used"],
        filters=pc.field("time") <= last,
    )
    return Truth(facts, last, _by_meter(_stored(readings)), _by_meter(hours.to_pandas()))


def _stored(readings: pa.Table) -> pd.DataFrame:
    """Return readings where a store has them; of two at one time the later arrival stands."""
    frame: pd.DataFrame = readings.to_pandas()
    said = frame.pop("said_time")
    frame["time"] = said.where(said != NO_TIME, frame["publish_at"])
    frame = frame.sort_values(["meter", "time", "publish_at"], kind="stable")
    return frame.drop_duplicates(["meter", "time"], keep="last").drop(columns="publish_at")
