"""What a board or a page asks of the store, as a value that every engine compiles for itself.

The subset is what all engines answer alike: aggregates of integer or float fields of one derived
table, filtered by tags, grouped by tags and by time.
"""

from dataclasses import dataclass
from enum import StrEnum


class Aggregate(StrEnum):
    """How the points of a group become one number."""

    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the answer.

    Attributes:
        field: Field of the table.
        aggregate: How to aggregate it.
        name: Heading of the column in the answer.
    """

    field: str
    aggregate: Aggregate
    name: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question to one derived table.

    Attributes:
        table: Name of a derived table of storage/tables.py.
        columns: What to compute; at least one.
        where: Tag to the values it may have; a tag not named may have any.
        group_by: Tags to group by; a row per combination that has points.
        every: "" for one row per group, else "hour" or "day": a row per local hour or day.
        timezone: Wall clock in which days are cut, an IANA name.
    """

    table: str
    columns: tuple[Column, ...]
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    group_by: tuple[str, ...] = ()
    every: str = ""
    timezone: str = "UTC"
