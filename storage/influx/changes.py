"""What must change in a derived table of InfluxDB so that it says exactly what is true."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from storage.influx.influxql import identifier, string
from storage.tables import Table


def unlike(
    table: Table, there: pd.DataFrame, true: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Compare points that are there with those that are true, both as ReadingStore.points gives.

    Returns:
        Points to write as they are; points to delete; points that lose a field and must be deleted
        and written again.
    """
    keys = ["time", *table.tags]
    if there.equals(true):
        return true[:0], there[:0], true[:0]
    both = true.merge(there, on=keys, how="outer", suffixes=("", " there"), indicator=True)
    fields = list(table.field)
    gone = both[both["_merge"] == "right_only"]
    kept = both[both["_merge"] != "right_only"].reset_index(drop=True)
    lost = np.zeros(len(kept), dtype=bool)
    same = np.ones(len(kept), dtype=bool)
    for field in fields:
        now, before = kept[field], kept[f"{field} there"]
        lost |= (now.isna() & before.notna()).to_numpy()
        equal = (now == before).fillna(value=False).astype(bool)
        same &= (equal | (now.isna() & before.isna())).to_numpy()
    columns = [*keys, *fields]
    return kept[~same & ~lost][columns], gone[columns], kept[lost][columns]


def deletions(table: Table, gone: pd.DataFrame, *, kept: pd.DataFrame) -> Iterator[str]:
    """Yield a statement for each run of points of a series between which no kept point lies."""
    tags = list(table.tags)
    keep = {key: rows["time"].to_numpy() for key, rows in kept.groupby(tags, sort=False)}
    for key, rows in gone.groupby(tags, sort=False):
        times = np.sort(rows["time"].to_numpy())
        passed = np.searchsorted(np.sort(keep.get(key, times[:0])), times)
        starts = np.flatnonzero(np.diff(passed, prepend=passed[0] - 1))
        ends = np.append(starts[1:], len(times)) - 1
        series = " AND ".join(
            f"{identifier(tag)} = {string(str(value))}"
            for tag, value in zip(tags, key, strict=True)
        )
        for start, end in zip(times[starts].tolist(), times[ends].tolist(), strict=True):
            yield (
                f"DELETE FROM {identifier(table.name)} "
                f"WHERE {series} AND time >= {start}ms AND time <= {end}ms"
            )
