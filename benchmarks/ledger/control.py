"""The same hours in plain pandas, columns and edges together, as a reader would write them.

Three ways, so that nobody need believe that pandas was held back: all meters in one pass, each
meter by itself, and amounts alone, which is less than a ledger needs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy.limit import Limit
from energy.span import HOUR_MS

COUNTED = ("amount", "amount_estimated", "estimated_ms", "unresolved_ms")
"""What runs up from reading to reading; the time measured is what is left of the time covered."""
COLUMNS = ("amount", "amount_estimated", "measured_ms", "estimated_ms", "unresolved_ms")
"""What an hour carries, as analytics.consumption.edges.Cells does."""


@dataclass(frozen=True)
class Task:
    """What is asked of a table of readings.

    Attributes:
        edges: Hour edges [ms], increasing. Shape (n,), int64.
        limit: What each register can advance.
        longest_ms: Longest time between two readings [ms] that is still normal cadence.
    """

    edges: np.ndarray
    limit: Limit
    longest_ms: int


Way = Callable[[pd.DataFrame, Task], pd.DataFrame]
"""From a table of readings, columns ``meter``, ``time`` [ms] and ``value`` [steps] in order of
meter and time, to hours: n - 1 a meter in the same order, with COLUMNS [steps, ms]. The table gets
columns of its own on the way."""


def hours_in_one_pass(frame: pd.DataFrame, task: Task) -> pd.DataFrame:
    """Return the hours of all meters from one long line of readings, meter after meter.

    The fastest pandas we know of: no groupby, no sorting, every column once. It wants the whole
    table in memory. See Way.
    """
    edges = task.edges
    _run_up(frame, task)
    # An instant of any meter as one number, so that one index holds all of them in order.
    line = int(max(edges[-1], frame["time"].max())) + HOUR_MS
    frame.index = frame["meter"].astype("int64") * line + frame["time"]
    ends = frame.groupby("meter", sort=False)["time"].agg(["first", "last"])
    ends = ends.loc[ends.index.repeat(len(edges))]
    at = pd.Series(np.tile(edges, len(ends) // len(edges)), index=ends.index)
    at = at.clip(ends["first"], ends["last"])
    at.index = at.index.astype("int64") * line + at
    hours = _at_edges(frame[["time", *COUNTED]], at).diff()
    first = np.arange(len(hours)) % len(edges) == 0
    return _hours(hours[~first])


def hours_by_meter(frame: pd.DataFrame, task: Task) -> pd.DataFrame:
    """Return the hours of each meter by itself; memory for one at a time. See Way."""
    _run_up(frame, task)
    edges, parts = pd.Series(task.edges), []
    for _, one in frame.groupby("meter", sort=False):
        at = edges.clip(one["time"].iloc[0], one["time"].iloc[-1])
        at.index = pd.Index(at)
        known = one.set_index("time", drop=False)[["time", *COUNTED]]
        parts.append(_at_edges(known, at).diff().iloc[1:])
    return _hours(pd.concat(parts))


def amounts_by_pandas(frame: pd.DataFrame, task: Task) -> pd.DataFrame:
    """Return amounts alone: no gap told, no rise beyond the limit set apart. See Way."""
    rise = frame.groupby("meter")["value"].diff().fillna(0)
    frame["count"] = rise.where(rise >= 0, rise + task.limit.modulus)
    frame["count"] = frame.groupby("meter")["count"].cumsum()
    edges, parts = task.edges, []
    for _, one in frame.groupby("meter"):
        known = pd.Series(one["count"].to_numpy(), index=one["time"].to_numpy())
        at_edge = pd.Series(np.nan, index=edges[~np.isin(edges, known.index)])
        both = pd.concat([known, at_edge]).sort_index()
        parts.append(both.interpolate(method="index").reindex(edges).diff().iloc[1:])
    return pd.DataFrame({"amount": pd.concat(parts)})


def _run_up(frame: pd.DataFrame, task: Task) -> None:
    """Judge each advance since the reading before, and add up what is known of it."""
    limit = task.limit
    same = frame["meter"].diff() == 0
    rise = frame["value"].diff().where(same, 0)
    length = frame["time"].diff().where(same, 0)
    rise = rise.where(rise >= 0, rise + limit.modulus)  # a fall: the register began again at 0
    most = limit.slack + length * limit.steps / limit.per
    unresolved = (rise > most) | (length >= limit.wraps_after)
    gap = (length > task.longest_ms) & ~unresolved
    rise = rise.mask(unresolved, 0)
    frame["amount"] = rise.cumsum()
    frame["amount_estimated"] = rise.where(gap, 0).cumsum()
    frame["estimated_ms"] = length.where(gap, 0).cumsum()
    frame["unresolved_ms"] = length.where(unresolved, 0).cumsum()


def _at_edges(known: pd.DataFrame, at: pd.Series) -> pd.DataFrame:
    """Return what had run up at each edge, in even proportion between the readings around it.

    Args:
        known: What had run up at each reading, and ``time`` [ms]; increasing index.
        at: Instants [ms] within the readings, their index in terms of that of ``known``.
    """
    before = known.reindex(at.index, method="ffill")
    after = known.reindex(at.index, method="bfill")
    # At a reading both are the same one, and there is nothing to share out.
    share = ((at - before["time"]) / (after["time"] - before["time"])).fillna(0)
    run_up: pd.DataFrame = before + (after - before).mul(share, axis=0)
    return run_up.apply(np.floor)


def _hours(rises: pd.DataFrame) -> pd.DataFrame:
    rises["measured_ms"] = rises["time"] - rises["estimated_ms"] - rises["unresolved_ms"]
    return rises[[*COLUMNS]]
