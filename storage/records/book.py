"""The records as one thing to open, work with and copy: SQLite in a file, or PostgreSQL."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from energy.errors import ConfigError, StoreError, UnreachableError
from energy.text import Text
from storage.records.upgrade import upgrade

_SETTING = "JIENENG_RECORDS_URL"
_BUSY_MS = 60_000
"""How long a writer waits for the one before it; chosen: longer than any transaction of ours."""

_CONNECT_S = 10
"""How long to wait for a server; chosen: psycopg's own 130 s would hold up who can do without."""

_READING = "jieneng_reading"
_SQLITE_UNREACHABLE = ("unable to open", "locked", "disk I/O", "readonly")
_SQLITE_FULL = "disk is full"


class Records:
    """Everything at rest beside the readings. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._upgrading = threading.Lock()
        self._is_upgraded = False
        self._reading = engine.execution_options(**{_READING: True})

    @classmethod
    def open(cls, url: str, *, now: bool = True) -> Self:
        """Open records, creating or migrating them as needed.

        Several processes may do so at once; one migrates while the others wait.

        Args:
            url: ``sqlite:PATH``, or an address as SQLAlchemy reads it, such as
                ``postgresql://user:password@host/database``.
            now: Whether they must answer now; otherwise they are created or migrated at the first
                session in which they do, and sessions raise until then.

        Raises:
            ConfigError: If the address cannot be read.
            UnreachableError: If nobody answers there, or our credentials are refused, and they must
                answer now.
            FormatTooNewError: If a newer program wrote them.
        """
        records = cls(_engine(url))
        try:
            records._upgrade()
        except BaseException as error:
            if now or not isinstance(error, UnreachableError):
                records.close()
                raise
        return records

    def _upgrade(self) -> None:
        """Create or migrate them, once."""
        with self._upgrading:
            if not self._is_upgraded:
                _make_folder(self._engine.url)
                with _named_errors(self._engine.url):
                    upgrade(self._engine)
                self._is_upgraded = True

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session in one transaction: committed at the end, undone when an error leaves it.

        It may write: on SQLite it waits here for the writer before it. To read only, use
        ``reading``, which never waits.

        Raises:
            UnreachableError: If the database does not answer or its disk is full; nothing was
                written.
        """
        self._upgrade()
        with _named_errors(self._engine.url), Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that reads one consistent snapshot and cannot write.

        Raises:
            UnreachableError: If the database does not answer.
        """
        self._upgrade()
        url = self._engine.url
        with _named_errors(url, writes=False), Session(self._reading) as session, session.begin():
            yield session

    def copy_to(self, folder: str) -> None:
        """Write a consistent copy into an existing empty folder, under the file's own name.

        Others may write meanwhile; what they commit later is not in the copy.

        Raises:
            StoreError: If the records are on a server, whose own tool must copy them.
        """
        if self._engine.dialect.name != "sqlite":
            problem = Text(
                "档案库在 PostgreSQL 上，请用它自己的工具复制："
                "pg_dump --format=custom --file=records.dump DATABASE；用 pg_restore 恢复。",
                "The records are on PostgreSQL; copy them with its own tool: "
                "pg_dump --format=custom --file=records.dump DATABASE; pg_restore brings it back.",
            )
            raise StoreError(problem)
        copy = Path(folder) / Path(self._engine.url.database or "").name
        with _named_errors(self._engine.url):
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA query_only = OFF")
                connection.cursor().execute("VACUUM INTO ?", (str(copy),))
            finally:
                connection.close()
        with copy.open("rb") as file:
            os.fsync(file.fileno())

    def close(self) -> None:
        """Let go of files and connections."""
        self._engine.dispose()


def _engine(url: str) -> Engine:
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, connect_args={"timeout": _BUSY_MS / 1000})
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
        return engine
    patience = {} if "connect_timeout" in address.query else {"connect_timeout": _CONNECT_S}
    engine = create_engine(address, pool_pre_ping=True, connect_args=patience)
    event.listen(engine, "begin", _on_postgresql_begin)
    return engine


def _make_folder(address: URL) -> None:
    """Make the folder of records in a file."""
    if address.get_backend_name() != "sqlite":
        return
    path = Path(address.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = Text(
            f"无法为档案库 {path} 建立文件夹：{error.strerror}。请在 {_SETTING} 中另写一个。",
            f"Cannot make the folder of the records {path}: {error.strerror}. "
            f"Name another one in {_SETTING}.",
        )
        raise UnreachableError(problem) from error


def _address(url: str) -> URL:
    if url.startswith("sqlite:") and "://" not in url:
        path = url.removeprefix("sqlite:")
        if path in ("", ":memory:"):
            problem = Text(
                f"{_SETTING}：请写明档案库的文件：sqlite:PATH。",
                f"{_SETTING}: name the file of the records: sqlite:PATH.",
            )
            raise ConfigError(problem)
        return URL.create("sqlite", database=path)
    try:
        address = make_url(url)
    except ArgumentError as error:
        problem = Text(
            f"{_SETTING}：这不是档案库的地址。请写 sqlite:PATH 或 "
            "postgresql://USER:PASSWORD@HOST/DATABASE。",
            f"{_SETTING}: this is no address of records. Use sqlite:PATH or "
            "postgresql://USER:PASSWORD@HOST/DATABASE.",
        )
        raise ConfigError(problem) from error
    backend = address.get_backend_name()
    if backend not in ("sqlite", "postgresql") or not address.database:
        problem = Text(
            f"{_SETTING}：档案库可以在 sqlite:PATH 或 postgresql://USER:PASSWORD@HOST/DATABASE，"
            f"不能在 {shown(address)}。",
            f"{_SETTING}: records live in sqlite:PATH or "
            f"postgresql://USER:PASSWORD@HOST/DATABASE, not in {shown(address)}.",
        )
        raise ConfigError(problem)
    return address.set(drivername="postgresql+psycopg") if backend == "postgresql" else address


def shown(address: URL) -> str:
    """Return an address without its password."""
    return address.render_as_string(hide_password=True)


def _on_sqlite_connect(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    """Give us, not the driver, the say over transactions; and make each commit durable."""
    del entry
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    """Start a writer as a writer: a reader that turns into one may find its snapshot too old."""
    if connection.get_execution_options().get(_READING):
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _on_postgresql_begin(connection: Connection) -> None:
    if connection.get_execution_options().get(_READING):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@contextmanager
def _named_errors(address: URL, *, writes: bool = True) -> Iterator[None]:
    """Turn a failure of the connection into an error that names the address and the setting.

    Writing where only reading was asked for is a mistake of ours and stays what it is.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        said = next(iter(str(cause).strip().splitlines()), "closed")
        if _SQLITE_FULL in said and address.get_backend_name() == "sqlite":
            problem = Text(
                f"档案库 {address.database} 所在的磁盘已满；什么都没有写入。请腾出空间。",
                f"The disk of the records {address.database} is full; nothing was written. "
                "Make room on it.",
            )
            raise UnreachableError(problem) from error
        if _is_unreachable(error, cause, said) and (writes or "readonly" not in said):
            problem = Text(
                f"{shown(address)} 的档案库没有应答（{said}）。请启动数据库，或设置 {_SETTING}。",
                f"The records at {shown(address)} do not answer ({said}). "
                f"Start the database, or set {_SETTING}.",
            )
            raise UnreachableError(problem) from error
        if "not a database" in said or "malformed" in said:
            problem = Text(
                f"{shown(address)} 中不是本平台的档案库（{said}）。请恢复备份，"
                f"或在 {_SETTING} 中另写一个文件。",
                f"{shown(address)} holds no records of ours ({said}). "
                f"Restore a backup, or name another file in {_SETTING}.",
            )
            raise StoreError(problem) from error
        raise


def _is_unreachable(error: Exception, cause: BaseException | None, said: str) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if type(cause).__module__.startswith("sqlite3"):
        return any(sign in said for sign in _SQLITE_UNREACHABLE)
    return isinstance(error, (OperationalError, InterfaceError))
