"""The look of the pictures: panels below one another, a key in the last line, saved as SVG text.

Sizes are CSS pixels, of which 96 make an inch. Draw with matplotlib under rc_context(LOOK).
"""

import re
import warnings
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

WIDTH = 860
LEFT, RIGHT = 62, 12
ABOVE, BELOW = 24, 20
"""Room for a panel's heading, and for the words below its axis [px]."""
KEY_HEIGHT = 26
INK, PALE = "#333333", "#d9d9d9"
_PX_PER_INCH = 96
_MEASURED = "DejaVu Sans"
"""Comes with matplotlib: where words stand does not depend on the fonts of a machine."""
_SHOWN = (
    "system-ui, 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
)
LOOK: dict[Any, Any] = {  # Any: matplotlib names every key in a type of its own
    "svg.fonttype": "none",
    "svg.hashsalt": "jieneng",
    "path.simplify": False,
    "font.family": _MEASURED,
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": PALE,
    "axes.linewidth": 0.75,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.titlelocation": "left",
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.autolimit_mode": "round_numbers",
    "axes.xmargin": 0,
    "axes.ymargin": 0,
    "axes.unicode_minus": False,
    "grid.color": PALE,
    "grid.linewidth": 0.75,
    "lines.linewidth": 1,
    "xtick.bottom": False,
    "xtick.labelcolor": INK,
    "xtick.minor.bottom": False,
    "ytick.left": False,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.borderpad": 0,
    "legend.handlelength": 1,
    "legend.handleheight": 1,
    "legend.handletextpad": 0.4,
    "legend.columnspacing": 1.5,  # with room for Chinese letters, wider than they are measured
}
_BELOW_AXIS = 3
"""Between an axis and its words [pt]: Chinese letters are taller than they are measured."""
BEHIND: dict[str, Any] = {"linewidth": 0, "zorder": 0, "clip_on": False}
"""How a stretch of the axis is coloured: behind grid and load."""


def panels(*heights: int) -> tuple[Figure, list[Axes]]:
    """Return a figure with a pair of axes of each height, from the top [px]."""
    whole = sum(ABOVE + height + BELOW for height in heights) + KEY_HEIGHT
    figure = Figure(figsize=(WIDTH / _PX_PER_INCH, whole / _PX_PER_INCH))
    y = whole
    for height in heights:
        y -= ABOVE + height
        place = (LEFT / WIDTH, y / whole, (WIDTH - LEFT - RIGHT) / WIDTH, height / whole)
        _upright(figure.add_axes(place))
        y -= BELOW
    return figure, figure.axes


def _upright(axes: Axes) -> None:
    """Let the vertical axis have a few round numbers, zero among them."""
    axes.locator_params(axis="y", nbins=5, steps=[1, 2, 5, 10])
    axes.yaxis.set_major_formatter("{x:,g}")
    axes.axhline(0, color=PALE, linewidth=0.75, clip_on=False)


def divide(axes: Axes, edges: Sequence[float], words: Sequence[str]) -> None:
    """Part the horizontal axis at its edges, with words below each part; none leaves it bare."""
    axes.set_xlim(edges[0], edges[-1])
    axes.set_xticks(edges, labels=[""] * len(edges))
    for start, end, said in zip(edges[:-1], edges[1:], words, strict=False):
        axes.annotate(
            said,
            ((start + end) / 2, 0),
            (0, -_BELOW_AXIS),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            ha="center",
            va="top",
        )


def svg(figure: Figure, title: str, key: Iterable[tuple[str, str]]) -> str:
    """Return a figure as SVG: text stays text, and equal figures are equal bytes.

    Args:
        figure: From panels().
        title: What it shows, for those who cannot see it.
        key: Colour and meaning.
    """
    patches = [Patch(facecolor=colour, edgecolor=PALE, label=words) for colour, words in key]
    figure.legend(
        handles=patches, ncols=len(patches), loc="lower left", bbox_to_anchor=(LEFT / WIDTH, 0)
    )
    unsaid = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    written = StringIO()
    with warnings.catch_warnings():
        # The font that measures has no Chinese; the reader's font shows it.
        warnings.filterwarnings("ignore", r"Glyph .* missing from font", UserWarning)
        figure.savefig(written, format="svg", metadata={**unsaid, "Title": title})
    text = written.getvalue().replace(f"'{_MEASURED}'", _SHOWN)
    return re.sub(r"\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}", text)
