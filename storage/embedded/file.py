"""The DuckDB file itself: opening it, laying it out, rows for it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from energy.errors import ConfigError, FormatTooNewError, StoreError, UnreachableError
from energy.reading import TABLES
from energy.text import Text
from storage.columns import Columns
from storage.embedded.text import add_field, create_derived, create_raw
from storage.tables import DERIVED

FORMAT = 1
_HELD = "Could not set lock"


def connect(path: Path, *, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    """Open or create a file.

    Raises:
        UnreachableError: If another process holds it.
        StoreError: If it cannot be made or read, or is none of DuckDB's.
        ConfigError: If DuckDB does not accept the limits.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(_unusable(path, error.strerror or str(error))) from error
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "threads": threads,
        "autoinstall_known_extensions": False,  # nothing is fetched from the network
        "autoload_known_extensions": False,
    }
    try:
        return duckdb.connect(str(path), config=config)
    except duckdb.IOException as error:
        if _HELD not in str(error):
            raise StoreError(_unusable(path, _reason(error))) from error
        problem = Text(
            f"无法打开 {path}：{error}。同一时间只能有一个进程使用它；jieneng 正在运行时，"
            "它的命令通过套接字访问读数库。",
            f"{path} cannot be opened: {error}. One process alone can hold it; if jieneng runs, "
            "its commands reach the store through its socket.",
        )
        raise UnreachableError(problem) from error
    except (duckdb.ParserException, duckdb.InvalidInputException) as error:
        problem = Text(
            f"用这些设置无法打开 {path}：{error}。",
            f"{path} cannot be opened with these settings: {error}.",
        )
        raise ConfigError(problem) from error
    except duckdb.Error as error:
        raise StoreError(_unusable(path, _reason(error))) from error


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Look into a file that was just opened.

    Raises:
        StoreError: If it is damaged, or holds tables that are not ours.
    """
    try:
        yield
    except duckdb.Error as error:
        raise StoreError(_unusable(path, _reason(error))) from error


def _unusable(path: Path, reason: str) -> Text:
    return Text(
        f"{path} 不能用作读数库：{reason}。请检查 JIENENG_STORE_URL 指定的文件；"
        "如果文件已损坏，请从备份恢复。",
        f"{path} cannot be used as store of readings: {reason}. Check the file that "
        "JIENENG_STORE_URL names; if it is damaged, restore a backup.",
    )


def _reason(error: duckdb.Error) -> str:
    return str(error).removeprefix("IO Error: ").rstrip(".!")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Do all of what follows or nothing; when it ends without an error it is durable.

    Raises:
        UnreachableError: If DuckDB could not do it, as when the disk is full.
    """
    try:
        connection.begin()
        yield
        connection.commit()
    except duckdb.Error as error:
        _roll_back(connection)
        problem = Text(f"无法写入 {path}：{error}", f"{path} could not be written: {error}")
        raise UnreachableError(problem) from error
    except BaseException:
        _roll_back(connection)
        raise


@contextmanager
def snapshot(reader: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let several questions see the same commit."""
    reader.begin()
    try:
        yield
    finally:
        _roll_back(reader)


@contextmanager
def as_batch(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, object]) -> Iterator[None]:
    """Let statements call columns ``batch``."""
    connection.register("batch", arrow_of(**rows))
    try:
        yield
    finally:
        connection.unregister("batch")


def arrow_of(**columns: object) -> pa.Table:
    """Return columns as a table that DuckDB can read."""
    return pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()})


def lay_out(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Create what is missing.

    Raises:
        FormatTooNewError: If a newer program wrote the file.
    """
    connection.execute("CREATE TABLE IF NOT EXISTS format (number INTEGER)")
    found = one(connection, "SELECT coalesce(max(number), 0) FROM format")
    if found > FORMAT:
        problem = Text(
            f"{path} 的格式为 {found}；本程序最高支持 {FORMAT}。请安装写它的更新版本的程序。",
            f"{path} has format {found}; this program knows up to {FORMAT}. "
            "Install the newer program that wrote it.",
        )
        raise FormatTooNewError(problem)
    if found == 0:
        connection.execute("INSERT INTO format VALUES (?)", [FORMAT])
    connection.execute("CREATE TABLE IF NOT EXISTS meter (name VARCHAR, id INTEGER)")
    for table in TABLES:
        connection.execute(create_raw(table))
    for derived in DERIVED.values():
        connection.execute(create_derived(derived))
    there = connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall()
    for derived in DERIVED.values():
        for field in derived.fields:
            if (derived.name, field.name) not in there:  # of a file from before there was one
                connection.execute(add_field(derived, field))


def one(connection: duckdb.DuckDBPyConnection, text: str, values: Sequence[object] = ()) -> int:
    """Return the number that a statement answers."""
    rows: list[tuple[int]] = connection.execute(text, list(values)).fetchall()
    return rows[0][0]


def fetched(connection: duckdb.DuckDBPyConnection, text: str, values: Sequence[object]) -> pa.Table:
    """Return the rows of an answer; integers stay exact beside missing values."""
    answer: pa.Table = connection.sql(text, params=list(values)).to_arrow_table()
    return answer


def rows_of(columns: Columns, ids: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Return readings as columns of a raw table, ordered by meter and time: it compresses best.

    Args:
        columns: Readings of one raw table.
        ids: Number of each meter.
    """
    meter = columns.per_series([ids.get(name, -1) for name, _ in columns.series]).astype(np.int32)
    order = np.lexsort((columns.time, meter))
    is_gauge = bool(len(columns)) and bool(columns.is_gauge[0])
    values: dict[str, np.ndarray] = {
        "meter": meter,
        "time": columns.time,
        "value": columns.numbers if is_gauge else columns.value,
        "quality": columns.quality,
        "source": columns.source,
        "revision": columns.revision,
        "arrived": columns.arrived,
    }
    return {name: column[order] for name, column in values.items()}


def ends_of(rows: dict[str, np.ndarray]) -> Iterator[tuple[int, int, int]]:
    """Yield each meter of ordered rows with its first and last time."""
    meter, time = rows["meter"], rows["time"]
    last = np.append(np.flatnonzero(np.diff(meter)), len(meter) - 1)
    first = np.append(0, last[:-1] + 1)
    yield from zip(meter[first].tolist(), time[first].tolist(), time[last].tolist(), strict=True)


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.rollback()
    except duckdb.Error:
        return  # DuckDB has ended the transaction itself; the first error says why
