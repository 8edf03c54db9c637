"""Readings in one DuckDB file: the embedded default, for one process.

Raw tables hold one row a (meter, time): a reading newer than all of its meter is appended without a
look, any other is first compared with what is there. So reads need no deduplication, re-sent
readings do not make the file grow, and no primary key slows the writing down (it costs ten times
the space and the time).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from urllib.parse import parse_qs, unquote

import duckdb
import numpy as np
import pandas as pd

from energy.errors import ConfigError
from energy.query import Query
from energy.reading import TABLES, Reading
from energy.span import Span
from energy.text import Text
from storage.admission import admit, clip
from storage.answers import (
    bucket_starts,
    finished_answer,
    renewed_points,
    shaped_points,
    typed_points,
)
from storage.columns import Columns
from storage.contest import Key, Overruled, against, nobody, winners
from storage.embedded.file import (
    arrow_of,
    connect,
    ends_of,
    fetched,
    lay_out,
    one,
    opening,
    parts_of,
    registered,
    rows_of,
    transaction,
)
from storage.embedded.many import counts_of, passes, read_between
from storage.embedded.text import (
    answer_sql,
    delete_sql,
    in_part,
    points_sql,
    quoted,
    tag_condition,
)
from storage.engine import Engine
from storage.questions import any_table, checked, checked_tags, raw_table, zone_of
from storage.readings import ReadingStore, Refused, Series, series_of
from storage.series_spans import Spans, around
from storage.tables import Table

MEMORY_LIMIT = "128MB"
"""Chosen: the demo's million readings sort within it, and the whole process stays below 700 MB."""
THREADS = 2

Where = tuple[tuple[str, tuple[str, ...]], ...]


class DuckDBStore:
    """Keeps the promises of ReadingStore in one file.

    Args:
        path: The file; made with its folder where it is missing.
        memory_limit: What DuckDB may hold in memory, such as ``256MB``; beyond it spills to disk.
        threads: How many cores one question may use.
    """

    def __init__(
        self, path: Path, *, memory_limit: str = MEMORY_LIMIT, threads: int = THREADS
    ) -> None:
        self._path = path
        self._lock = RLock()
        self._connection = connect(path, memory_limit=memory_limit, threads=threads)
        try:
            with transaction(self._connection, path):
                lay_out(self._connection, path)
            with opening(path):
                self._ids: dict[str, int] = dict(
                    self._connection.execute("SELECT name, id FROM meter").fetchall()
                )
                self._newest = {table: self._newest_of(table) for table in TABLES}
        except BaseException:
            self._connection.close()
            raise

    def write(
        self, readings: Columns | Sequence[Reading], *, overruled: Overruled = nobody
    ) -> list[Refused]:
        """Keep readings; see ReadingStore.write."""
        admitted, refused = admit(readings)
        best, lost = winners(admitted)
        parts = {table: best.of_table(table) for table in TABLES}
        by_table = {table: part for table, part in parts.items() if len(part)}
        with self._lock:
            used = {best.series[which][0] for which in np.unique(best.which).tolist()}
            unknown = used - self._ids.keys()
            ids = {meter: len(self._ids) + n for n, meter in enumerate(sorted(unknown))}
            rows = {table: rows_of(part, self._ids | ids) for table, part in by_table.items()}
            with transaction(self._connection, self._path):
                if ids:
                    self._connection.executemany("INSERT INTO meter VALUES (?, ?)", [*ids.items()])
                for table, part in by_table.items():
                    lost += self._keep(table, part, rows[table], self._ids | ids)
                if lost:
                    overruled(lost)
            self._ids |= ids
            for table, columns in rows.items():
                newest = self._newest[table]
                for meter, _, last in ends_of(columns):
                    newest[meter] = max(last, newest.get(meter, last))
        return refused

    def series(self, table: str, meter: str, span: Span) -> Series:
        """Return winning readings in order; see ReadingStore.series."""
        inside = clip(span)
        with self._reader() as reader:
            columns = reader.execute(
                f"SELECT time, value, quality, source, revision, arrived FROM {raw_table(table)} "
                "WHERE meter = ? AND time >= ? AND time < ? ORDER BY time",
                [self._ids.get(meter, -1), inside.start, inside.end],
            ).fetchnumpy()
        return Series(**{name: np.asarray(column) for name, column in columns.items()})

    def many_series(
        self, table: str, meters: Sequence[str], span: Span
    ) -> Iterator[tuple[str, Series]]:
        """Yield the series of many meters, read together; see storage/many.py."""
        inside, name = clip(span), raw_table(table)
        names = {self._ids[meter]: meter for meter in meters if meter in self._ids}
        unread = set(meters)
        with self._reader() as reader:
            for first, last in passes(counts_of(reader, name, inside), sorted(names)):
                for number, series in read_between(reader, name, inside, first, last):
                    if number in names:
                        unread.discard(names[number])
                        yield names[number], series
        for meter in sorted(unread):
            yield meter, series_of(table, [])

    def last_before(self, table: str, meter: str, time: int) -> Reading | None:
        """Return the newest reading before a time; see ReadingStore.last_before."""
        before = clip(Span(min(time, 0), max(time, 0)))
        with self._reader() as reader:
            row = reader.execute(
                f"SELECT time, value, quality, source, revision, arrived FROM {raw_table(table)} "
                "WHERE meter = ? AND time < ? ORDER BY time DESC LIMIT 1",
                [self._ids.get(meter, -1), before.end if time > 0 else before.start],
            ).fetchone()
        return None if row is None else Reading(meter, table, *row)

    def newest(self) -> dict[str, int]:
        """Return each meter's newest time; see ReadingStore.newest."""
        with self._lock:
            found = {
                meter: max((known[number] for known in self._newest.values() if number in known),
                           default=None)
                for meter, number in self._ids.items()
            }  # fmt: skip
        return {meter: time for meter, time in found.items() if time is not None}

    def counts(self) -> dict[str, int]:
        """Return how many readings each raw table holds; see ReadingStore.counts."""
        with self._reader() as reader:
            return {table: one(reader, f"SELECT count(*) FROM {table}") for table in TABLES}

    def replace(
        self, table: Table, frame: pd.DataFrame, *, tags: dict[str, str], span: Span
    ) -> None:
        """Replace a span of a derived table; see ReadingStore.replace."""
        points = shaped_points(table, frame, tags=tags, span=span)
        condition, values = tag_condition(tuple((tag, (value,)) for tag, value in tags.items()))
        with self._lock:
            self._change(table, points, condition, [*values, *_ends(span)])

    def renew(self, table: Table, frame: pd.DataFrame, *, key: Sequence[str], spans: Spans) -> None:
        """Replace spans of many series; see ReadingStore.renew."""
        points = renewed_points(table, frame, key=key, spans=spans)
        whole = around(spans)
        if whole is None:
            return
        parts = parts_of(key, spans)
        with self._lock, registered(self._connection, "part", parts):
            self._change(table, points, "true", _ends(whole), part=in_part(table, key))

    def _change(
        self,
        table: Table,
        points: pd.DataFrame,
        condition: str,
        values: Sequence[object],
        *,
        part: str = "",
    ) -> None:
        """Make a table say this, and nothing else where it is asked; see points_sql."""
        batch = arrow_of(**{str(name): points[name] for name in points})
        there = fetched(self._connection, points_sql(table, condition, part), values)
        if there.cast(batch.schema).equals(batch):
            return  # rewriting what is true already would only make the file grow
        with (
            transaction(self._connection, self._path),
            registered(self._connection, "batch", batch),
        ):
            self._connection.execute(delete_sql(table, condition, part), values)
            self._connection.execute(
                f"INSERT INTO {quoted(table.name)} BY NAME SELECT * FROM batch"
            )

    def query(self, query: Query, span: Span) -> pd.DataFrame:
        """Answer a query; see ReadingStore.query."""
        table = checked(query)
        inside = clip(span)
        zone = zone_of(query)
        condition, values = tag_condition(query.where)
        with self._reader() as reader:
            if query.every:
                times = reader.execute(
                    f"SELECT DISTINCT time FROM {quoted(table.name)} WHERE time >= ? AND time < ?",
                    [inside.start, inside.end],
                ).fetchnumpy()["time"]
                starts = bucket_starts(np.asarray(times), query.every, zone)
                reader.register("bucket", arrow_of(time=times, start=starts))
            answer = fetched(
                reader, answer_sql(query, table, condition), [*values, inside.start, inside.end]
            )
        return finished_answer(query, table, answer.columns)

    def points(self, table: Table, *, where: Where, span: Span) -> pd.DataFrame:
        """Return points as written; see ReadingStore.points."""
        checked_tags(table, tuple(tag for tag, _ in where))
        inside = clip(span)
        condition, values = tag_condition(where)
        with self._reader() as reader:
            found = fetched(
                reader, points_sql(table, condition), [*values, inside.start, inside.end]
            )
        return typed_points(table, dict(zip(found.column_names, found.columns, strict=True)))

    def delete_before(self, table: str, time: int) -> int:
        """Delete old points; see ReadingStore.delete_before."""
        name = any_table(table)
        limit = clip(Span(min(time, 0), max(time, 0)))
        with self._lock:
            with transaction(self._connection, self._path):
                gone = one(
                    self._connection,
                    f"DELETE FROM {quoted(name)} WHERE time < ?",
                    [limit.end if time > 0 else limit.start],
                )
            if name in TABLES:
                self._newest[name] = self._newest_of(name)
        return gone

    def copy_to(self, folder: str) -> None:
        """Write a consistent copy named like the file; see ReadingStore.copy_to."""
        target = str(Path(folder) / self._path.name).replace("'", "''")
        with self._lock, self._reader() as reader:
            (name,) = reader.execute("SELECT current_database()").fetchall()[0]
            reader.execute(f"ATTACH '{target}' AS the_copy")
            try:
                reader.execute(f"COPY FROM DATABASE {quoted(name)} TO the_copy")
            finally:
                reader.execute("DETACH the_copy")

    def close(self) -> None:
        """Fold the log into the file and let go of it."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _reader(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection of one's own: readers see the last commit and wait for nobody."""
        with self._connection.cursor() as reader:
            yield reader

    def _newest_of(self, table: str) -> dict[int, int]:
        return dict(
            self._connection.execute(
                f"SELECT meter, max(time) FROM {table} GROUP BY meter"
            ).fetchall()
        )

    def _keep(
        self, table: str, part: Columns, rows: dict[str, np.ndarray], ids: dict[str, int]
    ) -> list[Reading]:
        """Put rows into a table where they are better than what is there; return what lost."""
        newest = self._newest[table]
        lost: list[Reading] = []
        if any(first <= newest.get(meter, first - 1) for meter, first, _ in ends_of(rows)):
            part, lost = self._decided(table, part, rows, ids)
            rows = rows_of(part, ids)
        if len(part):
            with registered(self._connection, "batch", rows):
                self._connection.execute(f"INSERT INTO {table} SELECT * FROM batch")
        return lost

    def _decided(
        self, table: str, part: Columns, rows: dict[str, np.ndarray], ids: dict[str, int]
    ) -> tuple[Columns, list[Reading]]:
        """Return those not there yet or better than what is; what they overrule is deleted."""
        there = self._there(table, part, rows, ids)
        if not there:
            return part, []
        contest = against(there, part.readings())
        replaced = contest.meets & contest.wins
        if replaced.any():
            with registered(self._connection, "batch", rows_of(part.rows(replaced), ids)):
                self._connection.execute(
                    f"DELETE FROM {table} AS old USING batch "
                    "WHERE old.meter = batch.meter AND old.time = batch.time"
                )
        return part.rows(contest.wins), contest.lost

    def _there(
        self, table: str, part: Columns, rows: dict[str, np.ndarray], ids: dict[str, int]
    ) -> dict[Key, Reading]:
        """Return what is stored where these rows would stand."""
        names = {ids[meter]: meter for meter, _ in part.series if meter in ids}
        with registered(
            self._connection, "batch", {name: rows[name] for name in ("meter", "time")}
        ):
            # The bounds on time let DuckDB pass over blocks that cannot hold any of the batch.
            there = self._connection.execute(
                f"SELECT meter, time, value, quality, source, revision, arrived FROM {table} "
                "SEMI JOIN batch USING (meter, time) WHERE time >= ? AND time <= ?",
                [int(rows["time"].min()), int(rows["time"].max())],
            ).fetchall()
        found = (Reading(names[meter], table, time, *rest) for meter, time, *rest in there)
        return {reading[:3]: reading for reading in found}


def _ends(span: Span) -> list[int]:
    inside = clip(span)
    return [inside.start, inside.end]


def _open(url: str, _token: str) -> ReadingStore:
    path, _, rest = url.partition(":")[2].partition("?")
    options = parse_qs(rest)
    if not path or set(options) - {"memory", "threads"}:
        problem = Text(
            f"DuckDB 读数库的地址写成 duckdb:PATH[?memory=128MB&threads=2]；{url!r} 不是这样。",
            "A DuckDB store is named as duckdb:PATH[?memory=128MB&threads=2]; "
            f"{url!r} is not of that form.",
        )
        raise ConfigError(problem)
    threads = options.get("threads", [str(THREADS)])[-1]
    if not threads.isdecimal() or int(threads) < 1:
        problem = Text(
            f"DuckDB 读数库的 threads={threads} 必须是大于 0 的整数。",
            f"threads={threads} of the DuckDB store must be a whole number above 0.",
        )
        raise ConfigError(problem)
    file = Path(unquote(path))
    memory = options.get("memory", [MEMORY_LIMIT])[-1]
    return DuckDBStore(file, memory_limit=memory, threads=int(threads))


def _prepare(url: str, token: str) -> None:
    _open(url, token).close()


ENGINE = Engine(name="DuckDB", schemes=("duckdb",), open=_open, prepare=_prepare)
