"""Readings in memory: for tests and for trying things out; nothing survives the process."""

from collections.abc import Sequence
from threading import RLock

import pandas as pd

from energy.errors import StoreError
from energy.query import Aggregate, Column, Query
from energy.reading import TABLES, Reading
from energy.span import Span
from energy.text import Text
from storage.admission import EARLIEST_MS, admit
from storage.answers import (
    bucket_starts,
    empty_points,
    finished_answer,
    renewed_points,
    shaped_points,
    sorted_points,
)
from storage.columns import Columns
from storage.contest import Key, Overruled, against, nobody, winners
from storage.engine import Engine
from storage.questions import any_table, checked, checked_tags, raw_table, zone_of
from storage.readings import ReadingStore, Refused, Series, series_of
from storage.series_spans import Spans, lie_within
from storage.tables import DERIVED, Table

Tags = tuple[str, ...]


class MemoryStore:
    """Keeps the promises of ReadingStore in dictionaries."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._raw: dict[str, dict[str, dict[int, Reading]]] = {table: {} for table in TABLES}
        self._derived: dict[str, dict[Tags, pd.DataFrame]] = {name: {} for name in DERIVED}

    def write(
        self, readings: Columns | Sequence[Reading], *, overruled: Overruled = nobody
    ) -> list[Refused]:
        """Keep readings; see ReadingStore.write."""
        admitted, refused = admit(readings)
        best, lost = winners(admitted)
        batch = best.readings()
        with self._lock:
            contest = against(self._met(batch), batch)
            if lost or contest.lost:
                overruled(lost + contest.lost)
            for reading, wins in zip(batch, contest.wins.tolist(), strict=True):
                if wins:
                    kept = self._raw[reading.table].setdefault(reading.meter, {})
                    kept[reading.time] = reading
        return refused

    def _met(self, batch: list[Reading]) -> dict[Key, Reading]:
        found = {}
        for meter, table, time, *_ in batch:
            stored = self._raw[table].get(meter, {}).get(time)
            if stored is not None:
                found[meter, table, time] = stored
        return found

    def series(self, table: str, meter: str, span: Span) -> Series:
        """Return winning readings in order; see ReadingStore.series."""
        with self._lock:
            kept = self._raw[raw_table(table)].get(meter, {})
            chosen = [kept[time] for time in sorted(kept) if time in span]
        return series_of(table, chosen)

    def last_before(self, table: str, meter: str, time: int) -> Reading | None:
        """Return the newest reading before a time; see ReadingStore.last_before."""
        with self._lock:
            kept = self._raw[raw_table(table)].get(meter, {})
            newest = max((known for known in kept if known < time), default=None)
            return None if newest is None else kept[newest]

    def newest(self) -> dict[str, int]:
        """Return each meter's newest time; see ReadingStore.newest."""
        found: dict[str, int] = {}
        with self._lock:
            for meters in self._raw.values():
                for meter, kept in meters.items():
                    found[meter] = max(*kept, found.get(meter, EARLIEST_MS))
        return found

    def counts(self) -> dict[str, int]:
        """Return how many readings each raw table holds; see ReadingStore.counts."""
        with self._lock:
            return {
                table: sum(len(kept) for kept in meters.values())
                for table, meters in self._raw.items()
            }

    def replace(
        self, table: Table, frame: pd.DataFrame, *, tags: dict[str, str], span: Span
    ) -> None:
        """Replace a span of a derived table; see ReadingStore.replace."""
        points = shaped_points(table, frame, tags=tags, span=span)
        fresh = {
            _as_tags(key): rows.drop(columns=list(table.tags))
            for key, rows in points.groupby(list(table.tags), sort=False)
        }
        where = tuple((tag, (value,)) for tag, value in tags.items())
        with self._lock:
            known = self._derived[table.name]
            for key in {*self._matching(table, where), *fresh}:
                parts = [part for part in (_outside(known.get(key), span), fresh.get(key))
                         if part is not None and len(part)]  # fmt: skip
                if parts:
                    known[key] = pd.concat(parts).sort_values("time", ignore_index=True)
                else:
                    known.pop(key, None)

    def renew(self, table: Table, frame: pd.DataFrame, *, key: Sequence[str], spans: Spans) -> None:
        """Replace spans of many series; see ReadingStore.renew."""
        points = renewed_points(table, frame, key=key, spans=spans)
        with self._lock:
            for name, own in spans.items():
                for span in own:
                    inside = points[lie_within(points, key, {name: [span]})]
                    tags = dict(zip(key, name, strict=True))
                    self.replace(table, inside, tags=tags, span=span)

    def query(self, query: Query, span: Span) -> pd.DataFrame:
        """Answer a query; see ReadingStore.query."""
        table = checked(query)
        points = self.points(table, where=query.where, span=span)
        points["instant"] = points["time"]
        if query.every:
            points["time"] = bucket_starts(points["time"].to_numpy(), query.every, zone_of(query))
        keys = (["time"] if query.every else []) + list(query.group_by)
        if not len(points):
            return finished_answer(query, table, [[] for _ in [*keys, *query.columns]])
        points["everything"] = 0
        by = keys or ["everything"]
        parts = [_aggregated(points, by, column) for column in query.columns]
        answer = pd.concat(parts, axis=1, keys=range(len(parts)))
        groups = [list(answer.index.get_level_values(key)) for key in keys]
        values = [
            [None if pd.isna(value) else value for value in answer[place]]
            for place in range(len(parts))
        ]
        return finished_answer(query, table, [*groups, *values])

    def points(
        self, table: Table, *, where: tuple[tuple[str, tuple[str, ...]], ...], span: Span
    ) -> pd.DataFrame:
        """Return points as written; see ReadingStore.points."""
        checked_tags(table, tuple(tag for tag, _ in where))
        with self._lock:
            parts = []
            for key in self._matching(table, where):
                rows = self._derived[table.name][key]
                chosen = rows[(rows["time"] >= span.start) & (rows["time"] < span.end)]
                parts.append(chosen.assign(**dict(zip(table.tags, key, strict=True))))
        whole = [part for part in parts if len(part)]
        if not whole:
            return empty_points(table)
        joined = pd.concat(whole)[["time", *table.tags, *table.field]]
        return sorted_points(table, joined.astype(dict.fromkeys(table.tags, "str")))

    def delete_before(self, table: str, time: int) -> int:
        """Delete old points; see ReadingStore.delete_before."""
        name = any_table(table)
        gone = 0
        with self._lock:
            if name in self._raw:
                for meter, kept in list(self._raw[name].items()):
                    young = {known: kept[known] for known in kept if known >= time}
                    gone += len(kept) - len(young)
                    self._raw[name][meter] = young
                self._raw[name] = {meter: kept for meter, kept in self._raw[name].items() if kept}
                return gone
            for key, rows in list(self._derived[name].items()):
                self._derived[name][key] = rows[rows["time"] >= time]
                gone += int((rows["time"] < time).sum())
        return gone

    def copy_to(self, folder: str) -> None:
        """Refuse: there is no file to copy."""
        problem = Text(
            f"内存中的读数库不保存任何内容，无法复制到 {folder}；"
            "要长期保存读数，请把 JIENENG_STORE_URL 设为 duckdb:PATH。",
            f"The store in memory keeps nothing and cannot be copied to {folder}; "
            "set JIENENG_STORE_URL to duckdb:PATH for readings that last.",
        )
        raise StoreError(problem)

    def close(self) -> None:
        """Let go of nothing: the next open store starts empty."""

    def _matching(self, table: Table, where: tuple[tuple[str, tuple[str, ...]], ...]) -> list[Tags]:
        place = {tag: index for index, tag in enumerate(table.tags)}
        return [
            key
            for key in self._derived[table.name]
            if all(key[place[tag]] in values for tag, values in where)
        ]


def _as_tags(key: object) -> Tags:
    return key if isinstance(key, tuple) else (str(key),)


def _outside(rows: pd.DataFrame | None, span: Span) -> pd.DataFrame | None:
    if rows is None:
        return None
    return rows[(rows["time"] < span.start) | (rows["time"] >= span.end)]


def _aggregated(points: pd.DataFrame, by: list[str], column: Column) -> pd.Series:
    """Return one aggregate of the points of each group, missing where no point has the field."""
    field, aggregate = column.field, column.aggregate
    if aggregate in (Aggregate.FIRST, Aggregate.LAST):
        # Of points at the same time the greatest, as InfluxQL takes it.
        is_last = aggregate is Aggregate.LAST
        ordered = points.sort_values(["instant", field], ascending=[True, is_last], kind="stable")
        groups = ordered.groupby(by, sort=False)[field]
        return groups.last() if is_last else groups.first()
    groups = points.groupby(by, sort=False)[field]
    if aggregate is Aggregate.COUNT:
        return groups.count()
    if aggregate is Aggregate.MEAN:
        return groups.sum(min_count=1).astype("Float64") / groups.count()
    if aggregate is Aggregate.SUM:
        return groups.sum(min_count=1)
    return groups.min() if aggregate is Aggregate.MIN else groups.max()


def _open(_url: str, _token: str) -> ReadingStore:
    return MemoryStore()


def _prepare(_url: str, _token: str) -> None:
    return None


ENGINE = Engine(name="memory", schemes=("memory",), open=_open, prepare=_prepare)
