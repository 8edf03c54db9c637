"""Readings in InfluxDB 1.8 or 2.x, or whatever speaks line protocol and InfluxQL as they do.

InfluxDB keeps one point a series and time: writing again overwrites field by field, so an equal
reading changes nothing. Which reading wins must be decided before it is written, and only where it
can matter: a reading newer than all that is known of its meter meets nobody and is written at once;
for any other the ranks of what is there are asked first. The collector alone writes raw readings,
so what this process knows to be the newest stays true.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np

from energy.errors import StoreError
from energy.query import Query
from energy.reading import GAUGE, TABLES, Reading
from energy.span import Span
from energy.text import Text
from storage.admission import EARLIEST_MS, admit, clip, close_in_time
from storage.columns import Columns
from storage.columns import Series as SeriesName
from storage.contest import Key, Overruled, against, nobody, winners
from storage.engine import Engine
from storage.influx.address import Address
from storage.influx.influxql import identifier, tag_filter, time_filter, to_influxql
from storage.influx.line_protocol import gauges_last, point_lines, reading_bodies
from storage.influx.refusals import understood
from storage.influx.server import Server
from storage.questions import any_table, checked, checked_tags, raw_table
from storage.readings import ReadingStore, Refused, Series
from storage.series_spans import Spans, around, lie_within
from storage.tables import FLOAT, INTEGER, RAW_FIELDS, TEXT, Table

if TYPE_CHECKING:  # they load slowly and take 80 MiB, which the collector does without
    import pandas as pd
    import pyarrow as pa

BATCH = 5000
"""Lines a request: more is not faster (shown by measuring 1.x at 1,000 to 20,000)."""

Where = tuple[tuple[str, tuple[str, ...]], ...]


class InfluxStore:
    """Keeps the promises of ReadingStore in two buckets or databases of a server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._raw = server.address.raw
        self._derived = server.address.derived
        self._lock = RLock()
        self._known: dict[SeriesName, int] = {}
        self._loaded = False

    def write(
        self, readings: Columns | Sequence[Reading], *, overruled: Overruled = nobody
    ) -> list[Refused]:
        """Keep readings; see ReadingStore.write."""
        admitted, refused = admit(readings)
        best, lost = winners(admitted)
        best = gauges_last(best)
        with self._lock:
            self._load_newest()
            late = np.flatnonzero(self._late(best))
            others = np.ones(len(best), dtype=bool)
            again: np.ndarray = late[:0]
            if len(late):
                batch = best.rows(late).readings()
                contest = against(self._there(reading[:3] for reading in batch), batch)
                lost += contest.lost
                others[late[contest.meets]] = False
                # What equals is written too: a server shows what it has not on disk yet, and
                # forgets it at its end if whoever wrote it did not stay for the answer.
                again = late[contest.meets & (contest.wins | contest.equals)]
            if lost:
                overruled(lost)
            if len(again):
                refused += self._send(best.rows(again), overrules=True)
            return refused + self._send(best if others.all() else best.rows(others))

    def _send(self, columns: Columns, *, overrules: bool = False) -> list[Refused]:
        refused = []
        bodies = reading_bodies(columns, lines=BATCH, overrules=overrules)
        for number, body in enumerate(bodies):
            for place, reason in self._server.write_body(self._raw, body):
                row = number * BATCH + place
                (reading,) = columns.rows(slice(row, row + 1)).readings()
                refused.append(Refused(reading, reason))
        return refused

    def series(self, table: str, meter: str, span: Span) -> Series:
        """Return winning readings in order; see ReadingStore.series."""
        found = self._raw_rows(
            table, f"{tag_filter((('meter', (meter,)),))} AND {time_filter(clip(span))}"
        )
        return Series(
            time=found["time"].to_numpy(),
            value=found["value"].to_numpy(),
            quality=_filled(found["quality"], np.int8),
            source=_filled(found["source"], np.int8),
            revision=_filled(found["revision"], np.int32),
            arrived=_filled(found["arrived"], np.int64),
        )

    def last_before(self, table: str, meter: str, time: int) -> Reading | None:
        """Return the newest reading before a time; see ReadingStore.last_before."""
        if time <= EARLIEST_MS:
            return None
        before = clip(Span(EARLIEST_MS, time))
        rows = self._raw_rows(
            table,
            f"{tag_filter((('meter', (meter,)),))} AND {time_filter(before)} "
            "ORDER BY time DESC LIMIT 1",
        ).to_pylist()
        if not rows:
            return None
        row = rows[0]
        marks = [row[name] or 0 for name in ("quality", "source", "revision", "arrived")]
        return Reading(meter, table, row["time"], row["value"], *marks)

    def newest(self) -> dict[str, int]:
        """Return each meter's newest time; see ReadingStore.newest."""
        found: dict[str, int] = {}
        for (meter, _), time in self._ask_newest().items():
            found[meter] = max(time, found.get(meter, time))
        return found

    def counts(self) -> dict[str, int]:
        """Return how many readings each raw table holds; see ReadingStore.counts."""
        found = dict.fromkeys(TABLES, 0)
        for table in TABLES:
            answer = self._server.ask(self._raw, f"SELECT count(value) FROM {identifier(table)}")
            with understood(self._server.address):
                for series in answer:
                    found[table] = int(series["values"][0][1])
        return found

    def replace(
        self, table: Table, frame: pd.DataFrame, *, tags: dict[str, str], span: Span
    ) -> None:
        """Replace a span of a derived table; see ReadingStore.replace.

        A point that loses a field is deleted and written again, because InfluxDB cannot delete a
        field: that point alone is missing for an instant.
        """
        from storage.answers import shaped_points, sorted_points

        points = sorted_points(table, shaped_points(table, frame, tags=tags, span=span))
        where = tuple((tag, (value,)) for tag, value in tags.items())
        with self._lock:
            there = self.points(table, where=where, span=span)
            self._change(table, there, points, beside=there.iloc[:0])

    def renew(self, table: Table, frame: pd.DataFrame, *, key: Sequence[str], spans: Spans) -> None:
        """Replace spans of many series; see ReadingStore.renew and what replace says of fields."""
        from storage.answers import renewed_points

        points = renewed_points(table, frame, key=key, spans=spans)
        whole = around(spans)
        if whole is None:
            return
        with self._lock:
            there = self.points(table, where=(), span=whole)
            is_meant = lie_within(there, key, spans)
            meant = there[is_meant].reset_index(drop=True)
            self._change(table, meant, points, beside=there[~is_meant])

    def _change(
        self, table: Table, there: pd.DataFrame, points: pd.DataFrame, *, beside: pd.DataFrame
    ) -> None:
        """Make a table say this instead of what is there; what lies beside or between it stays."""
        import pandas as pd

        from storage.influx.changes import deletions, unlike

        changed, gone, emptied = unlike(table, there, points)
        self._write_points(table, changed)
        kept = [rows[["time", *table.tags]] for rows in (points, beside)]
        for statement in deletions(table, gone, kept=pd.concat(kept)):
            self._server.ask(self._derived, statement)
        if len(emptied):
            stay = kept[0].merge(emptied[["time", *table.tags]], how="left", indicator=True)
            kept[0] = stay[stay["_merge"] == "left_only"].drop(columns="_merge")
            for statement in deletions(table, emptied, kept=pd.concat(kept)):
                self._server.ask(self._derived, statement)
            self._write_points(table, emptied)

    def query(self, query: Query, span: Span) -> pd.DataFrame:
        """Answer a query; see ReadingStore.query."""
        from storage.answers import finished_answer

        table = checked(query)
        rows = []
        for series in self._server.ask(self._derived, to_influxql(query, clip(span))):
            tags = [series["tags"][tag] for tag in query.group_by]
            for time, *values in series["values"]:
                rows.append(([time] if query.every else []) + tags + values)
        width = bool(query.every) + len(query.group_by) + len(query.columns)
        columns: list[Sequence[object]] = [*zip(*rows, strict=True)] or [()] * width
        return finished_answer(query, table, columns)

    def points(self, table: Table, *, where: Where, span: Span) -> pd.DataFrame:
        """Return points as written; see ReadingStore.points."""
        from storage.answers import sorted_points, typed_points

        checked_tags(table, tuple(tag for tag, _ in where))
        types = {"time": INTEGER, **dict.fromkeys(table.tags, TEXT)}
        types |= {field.name: field.type for field in table.fields}
        fields = [identifier(field) for field in table.field]
        fields += [f"{identifier(tag)}::tag" for tag in table.tags]
        conditions = [part for part in (tag_filter(where), time_filter(clip(span))) if part]
        found = self._server.table(
            self._derived,
            f"SELECT {', '.join(fields)} FROM {identifier(table.name)} "
            f"WHERE {' AND '.join(conditions)}",
            types,
        )
        return sorted_points(
            table, typed_points(table, dict(zip(types, found.select(list(types)), strict=True)))
        )

    def delete_before(self, table: str, time: int) -> int:
        """Delete old points; InfluxDB does not say how many. See ReadingStore.delete_before."""
        name = any_table(table)
        bucket = self._raw if name in TABLES else self._derived
        limit = min(max(time, EARLIEST_MS + 1), -EARLIEST_MS)
        with self._lock:
            self._server.ask(bucket, f"DELETE FROM {identifier(name)} WHERE time < {limit}ms")
            self._loaded = False
        return -1

    def copy_to(self, folder: str) -> None:
        """Refuse: the server copies itself; see ReadingStore.copy_to."""
        address = self._server.address
        option = "influxd backup -portable -db" if address.legacy else "influx backup --bucket"
        problem = Text(
            f"{address.url} 上的 InfluxDB 要自己复制读数：{option} {self._raw} {folder}"
            f"（{self._derived} 同样）",
            f"InfluxDB at {address.url} must copy its readings itself: {option} {self._raw} "
            f"{folder} (and the same for {self._derived})",
        )
        raise StoreError(problem)

    def close(self) -> None:
        """Let go of the connections."""
        self._server.close()

    def _late(self, columns: Columns) -> np.ndarray:
        """Tell which rows may meet one in the store, and remember the newest time of each series.

        Before the request: if its answer is lost, the points may be there all the same.
        """
        known = [self._known.get(name, EARLIEST_MS - 1) for name in columns.series]
        late: np.ndarray = columns.time <= columns.per_series(known)
        newest = np.array(known, dtype=np.int64)
        np.maximum.at(newest, columns.which, columns.time)
        self._known.update(zip(columns.series, newest.tolist(), strict=True))
        return late

    def _load_newest(self) -> None:
        if not self._loaded:
            self._known = self._ask_newest()
            self._loaded = True

    def _ask_newest(self) -> dict[SeriesName, int]:
        found = {}
        for table in TABLES:
            statement = f"SELECT last(value) FROM {identifier(table)} GROUP BY meter"
            answer = self._server.ask(self._raw, statement)
            with understood(self._server.address):
                for series in answer:
                    found[series["tags"]["meter"], table] = int(series["values"][0][0])
        return found

    def _there(self, keys: Iterable[Key]) -> dict[Key, Reading]:
        """Return what the store holds where readings with these keys would stand."""
        late = list(keys)
        found: dict[Key, Reading] = {}
        for table in TABLES:
            for close in close_in_time(key for key in late if key[1] == table):
                meters = tuple(sorted({meter for meter, _, _ in close}))
                span = Span(close[0][2], close[-1][2] + 1)
                condition = f"{tag_filter((('meter', meters),))} AND {time_filter(span)}"
                rows = self._raw_rows(table, condition).to_pydict()
                points = zip(*(rows[name] for name in ("meter", "time", *RAW_FIELDS)), strict=True)
                for meter, time, value, *marks in points:
                    there = Reading(meter, table, time, value, *(mark or 0 for mark in marks))
                    found[there[:3]] = there
        return found

    def _raw_rows(self, table: str, condition: str) -> pa.Table:
        types = {"time": INTEGER, "meter": TEXT, **dict.fromkeys(RAW_FIELDS, INTEGER)}
        if raw_table(table) == GAUGE:
            types["value"] = FLOAT
        return self._server.table(
            self._raw,
            f"SELECT {', '.join(RAW_FIELDS)}, meter::tag FROM {identifier(table)} "
            f"WHERE {condition}",
            types,
        )

    def _write_points(self, table: Table, points: pd.DataFrame) -> None:
        lines = list(point_lines(table, points))
        for start in range(0, len(lines), BATCH):
            refused = self._server.write(self._derived, lines[start : start + BATCH])
            if refused:
                url, count, reason = self._server.address.url, len(refused), refused[0][1]
                problem = Text(
                    f"{url} 上的 InfluxDB 拒收 {table.name} 的 {count} 个点：{reason}",
                    f"InfluxDB at {url} refuses {count} points of {table.name}: {reason}",
                )
                raise StoreError(problem)


def _filled(column: pa.ChunkedArray, kind: type[np.signedinteger]) -> np.ndarray:
    filled: np.ndarray = column.fill_null(0).to_numpy().astype(kind)
    return filled


def _open(url: str, token: str) -> ReadingStore:
    return InfluxStore(Server(Address.read(url, token)))


def _prepare(url: str, token: str) -> None:
    server = Server(Address.read(url, token))
    try:
        server.create_missing()
    finally:
        server.close()


ENGINE = Engine(
    name="InfluxDB",
    schemes=("influxdb+http", "influxdb+https", "influxdb1+http", "influxdb1+https"),
    open=_open,
    prepare=_prepare,
)
