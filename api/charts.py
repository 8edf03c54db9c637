"""Shapes of charts: rectangles and texts with their places, drawn by a template as SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MONTHS = 12
GRID_LINES = 4
TEN = 10
"""From here on a grid line needs no decimals (chosen)."""
DIGIT_WIDTH = 7
"""Width of a digit in units of the drawing, at the size of letters in style.css."""


@dataclass(frozen=True)
class Bar:
    """A bar of a ranking: its length as a share of 100, and whether it is good or bad."""

    length: float
    mood: str


@dataclass(frozen=True)
class Rectangle:
    """One column of a chart, in units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str


@dataclass(frozen=True)
class Label:
    """A text of a chart, in units of the drawing."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """A chart at one size.

    Attributes:
        width: Units of the drawing across.
        height: Units of the drawing down.
        left: Where the columns begin.
        rectangles: The columns.
        below: Labels of the groups.
        lines: Labels of the grid lines, each at the height of its line.
    """

    width: int
    height: int
    left: int
    rectangles: tuple[Rectangle, ...]
    below: tuple[Label, ...]
    lines: tuple[Label, ...]


@dataclass(frozen=True)
class Chart:
    """Columns over time, drawn wide for a desk and narrow for a phone.

    Attributes:
        series: Names of the series, the last one being the current one.
        unit: Unit of the grid lines.
        wide: Drawing for wide pages.
        narrow: The same for phones: larger letters.
    """

    series: tuple[str, ...]
    unit: str
    wide: Drawing
    narrow: Drawing


@dataclass(frozen=True)
class _Group:
    label: str
    values: tuple[tuple[int, float, str], ...]
    """Series, value in the unit shown, and title."""


def bars(
    values: Sequence[float | None], moods: Sequence[str], *, is_share: bool
) -> tuple[Bar, ...]:
    """Return a bar a value; the longest is full, or a share of 1 where they are shares.

    A missing value has a bar without length.
    """
    full = 1.0 if is_share else max((value for value in values if value), default=1.0)
    return tuple(
        Bar(round(100 * min(1.0, max(0.0, value / full)), 2) if value else 0.0, mood)
        for value, mood in zip(values, moods, strict=True)
    )


def month_columns(known: Sequence[tuple[datetime, float]], *, unit: str) -> Chart:
    """Return twelve groups of columns, a column a year, from (local start of month, value)."""
    years = sorted({moment.year for moment, _ in known})
    groups = [
        _Group(
            str(month),
            tuple(
                (years.index(moment.year), value, f"{moment:%Y-%m}")
                for moment, value in known
                if moment.month == month
            ),
        )
        for month in range(1, MONTHS + 1)
    ]
    return _chart(tuple(str(year) for year in years), groups, unit)


def time_columns(known: Sequence[tuple[datetime, float]], *, unit: str) -> Chart:
    """Return a column a bucket in order of time."""
    groups = [
        _Group(f"{moment:%m-%d}", ((0, value, f"{moment:%Y-%m-%d %H:%M}"),))
        for moment, value in known
    ]
    return _chart(("",), groups, unit)


def _chart(series: tuple[str, ...], groups: list[_Group], unit: str) -> Chart:
    return Chart(
        series=series,
        unit=unit,
        wide=_drawing(groups, len(series), width=720, height=280),
        narrow=_drawing(groups, len(series), width=360, height=240),
    )


def _drawing(groups: list[_Group], series: int, *, width: int, height: int) -> Drawing:
    top, bottom = 12, height - 26
    full = _round_up(max((value for group in groups for _, value, _ in group.values), default=0.0))
    texts = [_short(full * step / GRID_LINES) for step in range(GRID_LINES + 1)]
    left = 14 + DIGIT_WIDTH * max(len(text) for text in texts)
    slot = (width - left) / len(groups)
    column = slot * 0.72 / series
    found = []
    for place, group in enumerate(groups):
        for number, value, title in group.values:
            tall = (bottom - top) * max(0.0, value) / full
            x = left + place * slot + slot * 0.14 + number * column
            found.append(
                Rectangle(
                    round(x, 1), round(bottom - tall, 1), round(column * 0.92, 1),
                    round(tall, 1), number, f"{title}: {value:,.1f}",
                )
            )  # fmt: skip
    return Drawing(
        width, height, left, tuple(found),
        below=_below(groups, left=left, slot=slot, y=height - 8),
        lines=tuple(
            Label(left - 8, round(bottom - (bottom - top) * step / GRID_LINES, 1), text)
            for step, text in enumerate(texts)
        ),
    )  # fmt: skip


def _below(groups: list[_Group], *, left: int, slot: float, y: int) -> tuple[Label, ...]:
    every = max(1, math.ceil(len(groups) / MONTHS))
    return tuple(
        Label(round(left + (place + 0.5) * slot, 1), y, group.label)
        for place, group in enumerate(groups)
        if place % every == 0
    )


def _round_up(greatest: float) -> float:
    """Return the next number of the form 1, 2, 4 or 8 times a power of ten: easy to quarter."""
    if greatest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(greatest))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= greatest)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= TEN or value == 0 else f"{value:g}"
