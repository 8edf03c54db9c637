"""Panels with their answers, ready for a page: texts, units and shapes, nothing computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from api.charts import Bar, Chart, bars, month_columns, time_columns
from dashboards.board import Board, Panel, PanelKind, Shown, is_for
from dashboards.names import TAGS, value_text
from dashboards.units import MISSING, TIME, UNITS, Unit, day_text, local, unit_of
from energy.query import Column
from energy.registry import Registry
from energy.text import Text
from storage.readings import ReadingStore
from storage.tables import DERIVED

Names = Mapping[tuple[str, str], Text]
"""(tag, value) to what people call it."""

MONTH = "month"
HOUR = "hour"


@dataclass(frozen=True)
class Cell:
    """One value as people read it.

    Attributes:
        text: The number or words; a dash where there is no value.
        unit: Unit behind the number; "" for none.
        mood: good, plain, fair, bad or "".
        is_number: Whether it is set to the right.
        is_missing: Whether there is no value.
        is_short: Whether it is a date, which is not broken over lines.
    """

    text: str
    unit: str = ""
    mood: str = ""
    is_number: bool = False
    is_missing: bool = False
    is_short: bool = False


@dataclass(frozen=True)
class Heading:
    """Heading of a column, with its unit where all its numbers have the same."""

    text: str
    unit: str
    is_number: bool


@dataclass(frozen=True)
class Figure:
    """One panel with its answer.

    Attributes:
        name: Name of the panel.
        kind: How it is drawn.
        width: Columns of the grid, of 24.
        question: The title.
        how: How the figure is made.
        headings: Headings of the table.
        rows: Cells of the table, a tuple a row.
        bars: A bar a row, for ranking; empty otherwise.
        chart: Columns over time; None where there are none.
    """

    name: str
    kind: str
    width: int
    question: str
    how: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    bars: tuple[Bar, ...] = ()
    chart: Chart | None = None

    @property
    def head(self) -> Cell:
        """The large number of a stat panel."""
        return self.rows[0][0] if self.rows else Cell(MISSING, is_missing=True)

    @property
    def is_wordy(self) -> bool:
        """Whether the table has sentences, so that a phone shows its cells below each other."""
        return sum(not heading.is_number for heading in self.headings) > 1

    @property
    def beside(self) -> list[tuple[Heading, Cell]]:
        """What stands beside the large number."""
        cells = self.rows[0][1:] if self.rows else (NOTHING,) * (len(self.headings) - 1)
        return list(zip(self.headings[1:], cells, strict=True))


NOTHING = Cell(MISSING, is_number=True, is_missing=True)


def answer(board: Board, panel: Panel, store: ReadingStore, now: int) -> pd.DataFrame:
    """Return what the store answers to a panel, its queries one below the other.

    Raises:
        UnreachableError: If the store does not answer.
    """
    span = board.span_of(panel, now)
    frames = [store.query(query, span) for query in panel.queries]
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    if panel.sort:
        frame = frame.sort_values(
            panel.sort, ascending=False, kind="stable", na_position="last", ignore_index=True
        )
    return frame


def names_of(registry: Registry) -> Names:
    """Return what the registry calls institutions, buildings and meters."""
    named: dict[tuple[str, str], Text] = {}
    for institution in registry.institutions:
        key = ("institution", institution.institution)
        named[key] = Text(institution.name_zh, institution.name_en)
    for building in registry.buildings:
        named["building", building.building] = Text(building.name_zh, building.name_en)
    for meter in registry.meters:
        named["meter", meter.meter] = Text(meter.name_zh, meter.name_en)
    return {key: text for key, text in named.items() if text.zh and text.en}


def figure(
    board: Board, panel: Panel, frame: pd.DataFrame, *, language: str, names: Names
) -> Figure:
    """Return a panel with its answer in a language; ``names`` says what tags are called."""
    columns = [
        (shown, column)
        for shown, column in zip(panel.shown, panel.columns(), strict=True)
        if is_for(column.name, language)
    ]
    rows = [_Row(board, panel, values, language, names) for values in _records(frame)]
    return Figure(
        name=panel.name,
        kind=panel.kind,
        width=panel.at.w,
        question=panel.question.get(language),
        how=panel.how.get(language),
        headings=_headings(panel, columns, language),
        rows=tuple(row.cells(columns) for row in rows),
        bars=_bars(panel, frame) if panel.kind is PanelKind.BARS else (),
        chart=_chart(board, panel, frame, language) if panel.kind is PanelKind.LINES else None,
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    found = frame.astype(object).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in found]


@dataclass(frozen=True)
class _Row:
    board: Board
    panel: Panel
    values: Mapping[str, Any]
    language: str
    names: Names

    def cells(self, columns: list[tuple[Shown, Column]]) -> tuple[Cell, ...]:
        keys = [Cell(text) for text in self.keys()]
        return (*keys, *(self.cell(shown, column) for shown, column in columns))

    def keys(self) -> list[str]:
        found = []
        if self.panel.queries[0].every:
            found.append(time_text(self.board, self.panel, self.values["time"]))
        tags = shown_tags(self.panel, self.language)
        return found + [self.name(tag, str(self.values[tag])) for tag in tags]

    def name(self, tag: str, value: str) -> str:
        known = self.names.get((tag, value))
        return known.get(self.language) if known else value_text(tag, value, self.language)

    def cell(self, shown: Shown, column: Column) -> Cell:
        value = self.values[column.name]
        unit = unit_of(self.panel.queries[0], column)
        if pd.isna(value):
            return Cell(MISSING, is_number=unit is not None, is_missing=True)
        if unit is None:
            return Cell(str(value))
        if unit is UNITS[TIME]:
            return Cell(day_text(int(value), self.board.timezone), is_short=True)
        number = unit.number(value)
        if shown.signed and value > 0:
            number = f"+{number}"
        return Cell(number, unit.label(self.language), shown.mood(value), is_number=True)


def shown_tags(panel: Panel, language: str) -> list[str]:
    """Return the tags that a panel shows in a language."""
    return [
        tag
        for tag in panel.queries[0].group_by
        if tag not in panel.hidden and is_for(tag, language)
    ]


def time_text(board: Board, panel: Panel, time: int) -> str:
    """Return the start of a bucket as people write the period of its table."""
    moment = local(int(time), board.timezone)
    every = DERIVED[panel.queries[0].table].every
    if every == MONTH:
        return f"{moment:%Y-%m}"
    return f"{moment:%Y-%m-%d %H:%M}" if panel.queries[0].every == HOUR else f"{moment:%Y-%m-%d}"


def _headings(
    panel: Panel, columns: list[tuple[Shown, Column]], language: str
) -> tuple[Heading, ...]:
    keys = [TAGS[tag].get(language) for tag in shown_tags(panel, language)]
    if panel.queries[0].every:
        keys.insert(0, "时间" if language == "zh" else "time")
    found = [Heading(text, "", is_number=False) for text in keys]
    for shown, column in columns:
        unit = unit_of(panel.queries[0], column)
        label = unit.label(language) if unit else ""
        is_number = unit is not None and unit is not UNITS[TIME]
        found.append(Heading(shown.title.get(language), label, is_number=is_number))
    return tuple(found)


def _first(panel: Panel) -> tuple[Shown, Column, Unit]:
    column = panel.columns()[0]
    unit = unit_of(panel.queries[0], column)
    return panel.shown[0], column, unit or UNITS[""]


def _bars(panel: Panel, frame: pd.DataFrame) -> tuple[Bar, ...]:
    shown, column, unit = _first(panel)
    values = [None if pd.isna(value) else float(value) for value in frame[column.name]]
    moods = ["" if value is None else shown.mood(value) for value in values]
    return bars(values, moods, is_share=unit is UNITS["1"])


def _chart(board: Board, panel: Panel, frame: pd.DataFrame, language: str) -> Chart | None:
    _, column, unit = _first(panel)
    known = [
        (local(int(time), board.timezone), float(value) / float(unit.per_shown))
        for time, value in zip(frame["time"], frame[column.name], strict=True)
        if not pd.isna(value)
    ]
    if not known:
        return None
    is_monthly = DERIVED[panel.queries[0].table].every == MONTH
    draw = month_columns if is_monthly else time_columns
    return draw(known, unit=unit.label(language))
