"""Records as an older program left them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import alembic.command
from sqlalchemy import Connection, create_engine

from storage.records.tables import SCHEMA
from storage.records.upgrade import migrations


@contextmanager
def older_records(path: Path, revision: str) -> Iterator[Connection]:
    """Make records of an older form in a file, and yield what writes into them."""
    config = migrations()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes.update(connection=connection, schema=SCHEMA)
        alembic.command.upgrade(config, revision)
        yield connection
    engine.dispose()
