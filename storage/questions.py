"""Is a question one that every engine can answer? Names are checked here, once for all."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from energy.errors import ConfigError
from energy.query import Aggregate, Query
from energy.text import Text
from storage.tables import DERIVED, RAW_TABLES, TEXT, Table

EVERY = ("", "hour", "day")
TEXT_AGGREGATES = (Aggregate.FIRST, Aggregate.LAST, Aggregate.COUNT)


def derived_table(name: str) -> Table:
    """Return a derived table by name.

    Raises:
        ConfigError: If there is none; the text lists those there are.
    """
    if name not in DERIVED:
        problem = Text(
            f"没有派生表 {name!r}。已有：{'、'.join(DERIVED)}。",
            f"There is no derived table {name!r}. Known: {', '.join(DERIVED)}.",
        )
        raise ConfigError(problem)
    return DERIVED[name]


def any_table(name: str) -> str:
    """Return the name of a raw or derived table.

    Raises:
        ConfigError: If there is none of that name.
    """
    return name if name in RAW_TABLES else derived_table(name).name


def raw_table(name: str) -> str:
    """Return the name of a raw table.

    Raises:
        ConfigError: If it is not one of the three.
    """
    if name not in RAW_TABLES:
        problem = Text(
            f"没有原始表 {name!r}。已有：{'、'.join(RAW_TABLES)}。",
            f"There is no raw table {name!r}. Known: {', '.join(RAW_TABLES)}.",
        )
        raise ConfigError(problem)
    return name


def checked_tags(table: Table, tags: tuple[str, ...]) -> None:
    """Make sure that a table has these tags.

    Raises:
        ConfigError: If it lacks one.
    """
    for tag in tags:
        if tag not in table.tags:
            problem = Text(
                f"表 {table.name} 没有标签 {tag!r}。它的标签：{'、'.join(table.tags)}。",
                f"Table {table.name} has no tag {tag!r}. Its tags: {', '.join(table.tags)}.",
            )
            raise ConfigError(problem)


def checked(query: Query) -> Table:
    """Return the table of a query after checking every name in it.

    Raises:
        ConfigError: If table, tag, field, bucket, zone or heading is not possible.
    """
    table = derived_table(query.table)
    checked_tags(table, tuple(tag for tag, _ in query.where) + query.group_by)
    if not query.columns:
        problem = Text(
            f"查询 {table.name} 时至少要写一列。",
            f"A query of {table.name} must name at least one column.",
        )
        raise ConfigError(problem)
    for column in query.columns:
        _check_column(table, column.field, column.aggregate)
    headings = ["time"] if query.every else []
    headings += [*query.group_by, *(column.name for column in query.columns)]
    if len(set(headings)) < len(headings):
        problem = Text(
            f"查询 {table.name} 时同一个列名出现了两次：{headings}。",
            f"A query of {table.name} has the same heading twice: {headings}.",
        )
        raise ConfigError(problem)
    if query.every not in EVERY:
        problem = Text(
            f"查询不能按 {query.every!r} 划分：请写 hour、day，或不写。",
            f"A query cannot be cut by {query.every!r}: say hour, day, or nothing.",
        )
        raise ConfigError(problem)
    zone_of(query)
    return table


def zone_of(query: Query) -> ZoneInfo:
    """Return the zone in which a query cuts its days.

    Raises:
        ConfigError: If there is no such zone.
    """
    try:
        return ZoneInfo(query.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        problem = Text(
            f"没有时区 {query.timezone!r}。请写 Asia/Shanghai 这样的 IANA 名称。",
            f"There is no time zone {query.timezone!r}. Say an IANA name such as Asia/Shanghai.",
        )
        raise ConfigError(problem) from error


def _check_column(table: Table, field: str, aggregate: Aggregate) -> None:
    if field not in table.field:
        problem = Text(
            f"表 {table.name} 没有字段 {field!r}。它的字段：{'、'.join(table.field)}。",
            f"Table {table.name} has no field {field!r}. Its fields: {', '.join(table.field)}.",
        )
        raise ConfigError(problem)
    if table.field[field].type == TEXT and aggregate not in TEXT_AGGREGATES:
        problem = Text(
            f"{table.name} 的字段 {field!r} 是文字，没有 {aggregate.value}。",
            f"Field {field!r} of {table.name} is text; it has no {aggregate.value}.",
        )
        raise ConfigError(problem)
