"""What a board is: questions, and the queries that answer them, as values with two faces.

Grafana files (dashboards/grafana.py) and the console (api/pages/board.py) show the same board.
Nothing is computed in a panel: a figure that a query cannot ask for is a field of a derived table.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from dashboards.units import local
from energy.query import Column, Query
from energy.span import Span, midnight
from energy.text import Text

GRID = 24
"""Columns of the grid, Grafana's own."""

DAY_MS = 86_400_000


class PanelKind(StrEnum):
    """How the answer is drawn."""

    STAT = "stat"
    """One row: its first column large, the others beside it."""
    TABLE = "table"
    BARS = "bars"
    """A bar a row, from its first column."""
    LINES = "lines"
    """The first column over time."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which value on a number gets a colour.

    Attributes:
        start: First value, in the unit at rest; None for "everything below the next one".
        mood: good, plain, fair or bad.
    """

    start: float | None
    mood: str


@dataclass(frozen=True, slots=True)
class Shown:
    """How one column of the answer is headed and judged.

    Attributes:
        column: Name of the column in the query.
        title: Its heading.
        thresholds: In rising order; empty when the number is neither good nor bad.
        signed: Whether a plus sign is written: the number is a change.
    """

    column: str
    title: Text
    thresholds: tuple[Threshold, ...] = ()
    signed: bool = False

    def mood(self, value: float) -> str:
        """Return good, plain, fair, bad, or "" when nothing is judged."""
        found = ""
        for threshold in self.thresholds:
            if threshold.start is None or value >= threshold.start:
                found = threshold.mood
        return found


@dataclass(frozen=True, slots=True)
class At:
    """Where a panel stands on the grid of 24 columns."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Panel:
    """One question of a board.

    Attributes:
        name: Its name in links, unique on the board.
        question: The title, a question.
        how: How the figure is made, one or two sentences.
        kind: How it is drawn.
        queries: What it asks; every one is shown with the same columns.
        shown: Columns shown, in order; the first one is the figure.
        at: Where it stands.
        hidden: Tags that are grouped by and not shown.
        sort: Column to sort by, the largest first; "" keeps the order of the answer.
        days: How far back it asks, whatever range is chosen; 0 asks the range of the board.
        leads_to: uid of the board a click leads to; "" for none.
    """

    name: str
    question: Text
    how: Text
    kind: PanelKind
    queries: tuple[Query, ...]
    shown: tuple[Shown, ...]
    at: At
    hidden: tuple[str, ...] = ()
    sort: str = ""
    days: int = 0
    leads_to: str = ""

    def columns(self) -> tuple[Column, ...]:
        """Return the query columns of what is shown, in the order shown."""
        named = {column.name: column for column in self.queries[0].columns}
        return tuple(named[shown.column] for shown in self.shown)


@dataclass(frozen=True, slots=True)
class Range:
    """A range of time that moves with the clock: whole years before this one, and this year.

    Attributes:
        years_before: 0 for this year alone, 1 for last year too.
    """

    years_before: int

    def span(self, now: int, timezone: str) -> Span:
        """Return the range as instants; it ends just after now."""
        this_year = local(now, timezone).year
        first = date(this_year - self.years_before, 1, 1)
        return Span(midnight(first, ZoneInfo(timezone)), now + 1)

    @property
    def grafana_from(self) -> str:
        """The start as Grafana writes it."""
        return f"now-{self.years_before}y/y" if self.years_before else "now/y"


@dataclass(frozen=True, slots=True)
class Board:
    """A page of questions.

    Attributes:
        uid: Stable name in addresses: at most 37 letters, digits and hyphens.
        title: What the page is called.
        panels: Its questions.
        range: Range shown at first.
        refresh: How often Grafana asks again, such as 5m.
        timezone: Wall clock of the board, an IANA name.
    """

    uid: str
    title: Text
    panels: tuple[Panel, ...]
    range: Range
    refresh: str = "5m"
    timezone: str = "Asia/Shanghai"

    def span_of(self, panel: Panel, now: int) -> Span:
        """Return what span a panel asks for by default."""
        if panel.days:
            return Span(now + 1 - panel.days * DAY_MS, now + 1)
        return self.range.span(now, self.timezone)


def is_for(name: str, language: str) -> bool:
    """Tell whether a column or tag is shown in a language: name_zh is not shown in English."""
    return not name.endswith("_en" if language == "zh" else "_zh")
