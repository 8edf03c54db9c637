"""Draws panels as SVG: text stays text, so no font is needed here, and equal input is equal bytes.

Panels lie below one another and share the width of the picture. Numbers are drawn to a tenth of a
pixel.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

import numpy as np

WIDTH = 860
LEFT, RIGHT = 62, 12
ABOVE, BELOW = 24, 20
"""Room for a panel's heading, and for the words below its axis [px]."""
KEY_HEIGHT = 26
STRIP_PX = 5
TEXT_PX = 12
INK, PALE = "#333333", "#d9d9d9"
FONTS = (
    "system-ui, 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
)
_KEY_PX_PER_LETTER = 6.4
_WIDE = 0x2E80
"""From here on letters are Chinese, and twice as wide."""


@dataclass(frozen=True)
class Series:
    """One number after another.

    Attributes:
        colour: Of the line or bars.
        at: Where each stands on the axis, from 0 to the panel's length. Shape (n,).
        values: Shape (n,).
        bars: Whether each is a bar from zero; a line otherwise.
    """

    colour: str
    at: np.ndarray
    values: np.ndarray
    bars: bool = False


@dataclass(frozen=True)
class Band:
    """A stretch of the axis with a meaning of its own.

    Attributes:
        colour: Behind the series.
        start: Where it begins.
        end: Where it ends.
        thin: Whether it is a strip along the upper edge only.
    """

    colour: str
    start: float
    end: float
    thin: bool = False


@dataclass(frozen=True)
class Mark:
    """Words below the axis.

    Attributes:
        at: Middle of the words.
        words: What they say.
    """

    at: float
    words: str


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Attributes:
        heading: Stands above it, with the unit.
        height: Of the plot itself [px].
        length: Of the horizontal axis.
        bands: Behind everything, in this order.
        series: What is drawn.
        marks: Words below the axis.
        edges: Where thin lines part the axis.
        top: Least height of the vertical axis, in units of the series.
    """

    heading: str
    height: int
    length: float
    bands: tuple[Band, ...]
    series: tuple[Series, ...]
    marks: tuple[Mark, ...]
    edges: tuple[float, ...]
    top: float = 0.0


def picture(title: str, panels: Iterable[Panel], key: Iterable[tuple[str, str]]) -> str:
    """Return an SVG of some panels, one below the other.

    Args:
        title: What it shows, for those who cannot see it.
        panels: From the top.
        key: Colour and meaning, in one line at the end.
    """
    parts: list[str] = []
    y = 0.0
    for panel in panels:
        parts += _panel(panel, y + ABOVE)
        y += ABOVE + panel.height + BELOW
    parts += _key(key, y + KEY_HEIGHT / 2)
    y += KEY_HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_number(y)}" '
        f'font-family="{FONTS}" font-size="{TEXT_PX}" fill="{INK}">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{WIDTH}" height="{_number(y)}" fill="#ffffff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def ticks(low: float, high: float) -> list[float]:
    """Return a few round numbers, evenly apart, the first not above low, the last not below high.

    Args:
        low: Zero or less.
        high: More than low.
    """
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _panel(panel: Panel, y: float) -> Iterator[str]:
    values = np.concatenate([one.values for one in panel.series])
    steps = ticks(min(0.0, float(values.min())), max(float(values.max()), panel.top))
    low, high = steps[0], steps[-1]

    def right(at: float) -> float:
        return LEFT + at / panel.length * (WIDTH - LEFT - RIGHT)

    def down(value: float) -> float:
        return y + panel.height * (high - value) / (high - low)

    for band in panel.bands:
        yield (
            f'<rect x="{_number(right(band.start))}" y="{_number(y)}" '
            f'width="{_number(right(band.end) - right(band.start))}" '
            f'height="{STRIP_PX if band.thin else panel.height}" '
            f'fill="{band.colour}"/>'
        )
    lines = [f"M{LEFT} {_number(down(step))}H{WIDTH - RIGHT}" for step in steps]
    lines += [f"M{_number(right(edge))} {_number(y)}v{panel.height}" for edge in panel.edges]
    yield f'<path d="{"".join(lines)}" stroke="{PALE}"/>'
    for step in steps:
        yield _text(LEFT - 6, down(step) + TEXT_PX / 3, f"{step:,g}", "end")
    for one in panel.series:
        points = [(right(float(at)), down(float(value)))
                  for at, value in zip(one.at, one.values, strict=True)]  # fmt: skip
        yield _bars(points, one.colour, down(0)) if one.bars else _line(points, one.colour)
    for mark in panel.marks:
        yield _text(right(mark.at), y + panel.height + TEXT_PX + 3, mark.words, "middle")
    yield _text(LEFT, y - 8, panel.heading, "start", bold=True)


def _line(points: list[tuple[float, float]], colour: str) -> str:
    path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.4" '
        'stroke-linejoin="round"/>'
    )


def _bars(points: list[tuple[float, float]], colour: str, zero: float) -> str:
    path = "".join(f"M{_number(x)} {_number(zero)}V{_number(y)}" for x, y in points)
    return f'<path d="{path}" stroke="{colour}" stroke-width="1.7"/>'


def _key(entries: Iterable[tuple[str, str]], middle: float) -> Iterator[str]:
    x = float(LEFT)
    for colour, words in entries:
        yield (
            f'<rect x="{_number(x)}" y="{_number(middle - 6)}" width="12" height="12" '
            f'fill="{colour}" stroke="{PALE}"/>'
        )
        yield _text(x + 17, middle + TEXT_PX / 3, words, "start")
        x += 30 + _KEY_PX_PER_LETTER * sum(1 + (ord(letter) >= _WIDE) for letter in words)


def _text(x: float, y: float, words: str, anchor: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    where = f'x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}"'
    return f"<text {where}{weight}>{escape(words)}</text>"


def _number(value: float) -> str:
    """Return a number of pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
