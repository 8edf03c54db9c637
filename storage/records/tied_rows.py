"""What a link of the chain repeats of other tables, so that whoever changes a row there is seen.

Of rows that are added one by one a link has what each says, column by column; of tables that are
replaced as a whole the hash of all that they say. Bytes are left out, and who did it stands there
by an id, for names may be erased. Columns that later versions of the program add are compared from
then on.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from sqlalchemy import LargeBinary, inspect, select
from sqlalchemy.orm import Session

from energy.canonical import canonical, sha256_of
from storage.records import people
from storage.records.people import WHO
from storage.records.schema import Row

ROWS = "rows"
"""Under this name the detail of a link has them."""
TABLES = "tables"
"""Under this name it has the columns and the hash of tables that were replaced."""


def told_rows(session: Session, rows: Iterable[Row]) -> list[dict[str, object]]:
    """Return what a link repeats of rows that are in the database."""
    return [
        {
            "table": row.__tablename__,
            "key": key_of(row),
            "cells": cells_told(row),
            "who": {name: people.known_as(session, who) for name, who in who_told(row).items()},
        }
        for row in rows
    ]


def who_told(row: Row) -> dict[str, str]:
    """Return who a row says did something, by column."""
    return {name: getattr(row, name) for name in sorted(WHO) if hasattr(row, name)}


def key_of(row: Row) -> int | str:
    """Return the key of a row whose table has a key of one column."""
    (key,) = inspect(row).mapper.primary_key_from_instance(row)
    return key  # type: ignore[no-any-return]  # SQLAlchemy tells no type of it


def bytes_of(table: type[Row]) -> list[str]:
    """Return the columns of a table that hold bytes, such as a photo."""
    columns = inspect(table).column_attrs
    return [one.key for one in columns if isinstance(one.columns[0].type, LargeBinary)]


def cells_told(row: Row) -> dict[str, object]:
    """Return the cells of a row that a link repeats, as JSON values."""
    return {name: _told(getattr(row, name)) for name in told_columns(type(row))}


def told_tables(session: Session, tables: Iterable[type[Row]]) -> dict[str, dict[str, object]]:
    """Return what a link repeats of tables as they are in the database."""
    found: dict[str, dict[str, object]] = {}
    for table in tables:
        columns = told_columns(table)
        hashed = hash_of_table(session, table, columns)
        found[table.__tablename__] = {"columns": columns, "sha256": hashed}
    return found


def told_columns(table: type[Row]) -> list[str]:
    """Return the columns of a table that links repeat."""
    left_out = WHO.union(bytes_of(table))
    return [one.key for one in inspect(table).column_attrs if one.key not in left_out]


def hash_of_table(session: Session, table: type[Row], columns: Sequence[str]) -> str:
    """Return the hash of some columns of all rows of a table, in the order of its keys.

    Args:
        session: Of the records.
        table: Of it.
        columns: In the order in which they are hashed.
    """
    keys = inspect(table).primary_key
    wanted = (getattr(table, name) for name in columns)
    rows = session.execute(select(*wanted).order_by(*keys))
    return sha256_of(canonical([[_told(cell) for cell in row] for row in rows]))


def _told(cell: object) -> object:
    if isinstance(cell, Fraction):
        return f"{cell.numerator}/{cell.denominator}"
    return cell.isoformat() if isinstance(cell, date) else cell
