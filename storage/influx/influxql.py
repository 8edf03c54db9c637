"""A Query as InfluxQL text, in the subset that InfluxDB 1.8 to 3 and openGemini accept alike.

Pure text: the store asks with it, and the boards carry it.
"""

from energy.query import Aggregate, Query
from energy.span import Span
from storage.questions import checked

_FUNCTIONS = {
    Aggregate.SUM: "sum",
    Aggregate.MEAN: "mean",
    Aggregate.MIN: "min",
    Aggregate.MAX: "max",
    Aggregate.FIRST: "first",
    Aggregate.LAST: "last",
    Aggregate.COUNT: "count",
}
_BUCKETS = {"hour": "1h", "day": "1d"}


def identifier(name: str) -> str:
    """Return a quoted name of a measurement, tag, field or column."""
    return '"' + _escaped(name).replace('"', '\\"') + '"'


def string(value: str) -> str:
    """Return a quoted text value."""
    return "'" + _escaped(value).replace("'", "\\'") + "'"


def time_filter(span: Span | None) -> str:
    """Return the condition on time; None puts what Grafana replaces by its own."""
    if span is None:
        return "$timeFilter"
    return f"time >= {span.start}ms AND time < {span.end}ms"


def tag_filter(where: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """Return the condition on tags, "" for none; a tag that may have no value matches nothing."""
    parts = []
    for tag, values in where:
        # No point has an empty tag, so this is false for all: InfluxQL has no literal for false.
        allowed = values or ("",)
        parts.append(
            "(" + " OR ".join(f"{identifier(tag)} = {string(value)}" for value in allowed) + ")"
        )
    return " AND ".join(parts)


def to_influxql(query: Query, span: Span | None) -> str:
    """Return a query as one InfluxQL statement.

    Args:
        query: The question.
        span: Half-open span, or None for Grafana's ``$timeFilter``.

    Returns:
        The statement. Buckets without points have no row; local days are cut with ``tz()``.

    Raises:
        ConfigError: If the table, a tag or a field is not one of storage/tables.py.
    """
    table = checked(query)
    columns = ", ".join(
        f"{_FUNCTIONS[column.aggregate]}({identifier(column.field)}) AS {identifier(column.name)}"
        for column in query.columns
    )
    conditions = [part for part in (tag_filter(query.where), time_filter(span)) if part]
    groups = [f"time({_BUCKETS[query.every]})"] if query.every else []
    groups += [identifier(tag) for tag in query.group_by]
    text = f"SELECT {columns} FROM {identifier(table.name)} WHERE {' AND '.join(conditions)}"
    if groups:
        text += f" GROUP BY {', '.join(groups)}"
    if query.every:
        text += f" fill(none) tz({string(query.timezone)})"
    return text


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")
