"""The SQL of the DuckDB store: text alone; values always travel as parameters."""

from collections.abc import Sequence

from energy.query import Aggregate, Column, Query
from energy.reading import GAUGE
from storage.questions import checked
from storage.tables import FLOAT, INTEGER, TEXT, FieldType, Table

_COLUMN_TYPES = {INTEGER: "BIGINT", FLOAT: "DOUBLE", TEXT: "VARCHAR"}


def quoted(name: str) -> str:
    """Return a quoted name of a table or column."""
    return '"' + name.replace('"', '""') + '"'


def create_raw(table: str) -> str:
    """Return the statement that creates a raw table where it is missing."""
    value = "DOUBLE" if table == GAUGE else "BIGINT"
    return (
        f"CREATE TABLE IF NOT EXISTS {quoted(table)} (meter INTEGER, time BIGINT, value {value}, "
        "quality TINYINT, source TINYINT, revision INTEGER, arrived BIGINT)"
    )


def create_derived(table: Table) -> str:
    """Return the statement that creates a derived table where it is missing."""
    columns = ["time BIGINT", *(f"{quoted(tag)} VARCHAR" for tag in table.tags)]
    columns += [f"{quoted(field.name)} {_COLUMN_TYPES[field.type]}" for field in table.fields]
    return f"CREATE TABLE IF NOT EXISTS {quoted(table.name)} ({', '.join(columns)})"


def add_field(table: Table, field: FieldType) -> str:
    """Return the statement that adds a field to a derived table, not known in its rows so far."""
    kind = _COLUMN_TYPES[field.type]
    return f"ALTER TABLE {quoted(table.name)} ADD COLUMN {quoted(field.name)} {kind}"


def tag_condition(where: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, list[str]]:
    """Return a condition on tags and its parameters; a tag without values matches nothing."""
    parts = ["true"]
    values: list[str] = []
    for tag, allowed in where:
        marks = ", ".join("?" for _ in allowed)
        parts.append(f"{quoted(tag)} IN ({marks})" if allowed else "false")
        values += allowed
    return " AND ".join(parts), values


def in_part(table: Table, key: Sequence[str]) -> str:
    """Return the condition that a point lies in a row of ``part``; see parts_of."""
    name = quoted(table.name)
    same = [f"part.{quoted(tag)} = {name}.{quoted(tag)}" for tag in key]
    return " AND ".join([*same, f"{name}.time >= part.first", f'{name}.time < part."end"'])


def points_sql(table: Table, condition: str, part: str = "") -> str:
    """Return the question for whole points; parameters: those of the condition, start, end.

    Args:
        table: The table.
        condition: On the tags.
        part: As in_part returns it, for points in any row of ``part`` alone.
    """
    names = ["time", *map(quoted, table.tags), *(quoted(field) for field in table.field)]
    order = [*map(quoted, table.tags), "time"]
    parts = f"SEMI JOIN part ON {part} " if part else ""
    return (
        f"SELECT {', '.join(names)} FROM {quoted(table.name)} {parts}"
        f"WHERE {condition} AND time >= ? AND time < ? ORDER BY {', '.join(order)}"
    )


def delete_sql(table: Table, condition: str, part: str = "") -> str:
    """Return the statement that deletes points; what is given is as for points_sql."""
    using = "USING part " if part else ""
    inside = f"{part} AND " if part else ""
    return (
        f"DELETE FROM {quoted(table.name)} {using}"
        f"WHERE {inside}{condition} AND time >= ? AND time < ?"
    )


def answer_sql(query: Query, table: Table, condition: str) -> str:
    """Return a query as SQL; parameters: those of the condition, start, end.

    A query cut by time expects a table ``bucket`` of every time and the start of its bucket.
    """
    checked(query)
    keys = (["start"] if query.every else []) + [quoted(tag) for tag in query.group_by]
    columns = [f"{_aggregate(table, column)} AS c{n}" for n, column in enumerate(query.columns)]
    text = f"SELECT {', '.join([*keys, *columns])} FROM {quoted(table.name)}"
    if query.every:
        text += " JOIN bucket USING (time)"
    text += f" WHERE {condition} AND time >= ? AND time < ?"
    return text + (f" GROUP BY {', '.join(keys)}" if keys else "")


def _aggregate(table: Table, column: Column) -> str:
    field = quoted(column.field)
    whole = table.field[column.field].type == INTEGER
    return {
        Aggregate.SUM: f"sum({field})::BIGINT" if whole else f"sum({field})",
        Aggregate.MEAN: f"sum({field})::DOUBLE / count({field})",
        Aggregate.MIN: f"min({field})",
        Aggregate.MAX: f"max({field})",
        # Of points at the same time the greatest, as InfluxQL takes it.
        Aggregate.FIRST: f"first({field} ORDER BY time, {field} DESC) FILTER ({field} IS NOT NULL)",
        Aggregate.LAST: f"first({field} ORDER BY time DESC, {field} DESC) "
        f"FILTER ({field} IS NOT NULL)",
        Aggregate.COUNT: f"count({field})",
    }[column.aggregate]
