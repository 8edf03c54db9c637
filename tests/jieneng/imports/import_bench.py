"""A registry for imports, a file judged against it, and what came of it in plain lists."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from energy.binding import Binding
from energy.meter import Device, Site
from energy.span import to_ms
from energy.text import Text
from jieneng.imports.judging import Judged, judge_file
from jieneng.imports.sorted_file import runs_of
from jieneng.imports.wish import Wish
from jieneng.progress import Bar
from tests.builders import MAIN_METER, NORTH, PANEL, WEATHER, registry_of

BERLIN = Site("berlin", "柏林", "Berlin", "Europe/Berlin", "cn", "110102")
PANEL_HERE = replace(PANEL, timezone="Asia/Shanghai")
PANEL_THERE = Device("there", "", "own_single", "", "s", "Europe/Berlin")
INTERVAL = replace(
    MAIN_METER, meter="hall_interval", table="interval", channel="ei", ratio=Fraction(40, 3)
)
THIRD = replace(MAIN_METER, meter="hall_third", channel="et", step=Fraction(1, 3), digits=4)
ABROAD = replace(MAIN_METER, meter="berlin_main", site="berlin", device="there")
LENT = replace(ABROAD, meter="berlin_lent", device="", channel="")
BY_HAND = replace(MAIN_METER, meter="read_by_hand", device="", channel="")
ARRIVED = to_ms(datetime(2026, 11, 25, tzinfo=UTC))
T = to_ms(datetime(2026, 1, 1, tzinfo=UTC))
HOUR = 3_600_000
MOVED = (
    Binding("berlin_lent", "panel", "lent", T + HOUR, T + 2 * HOUR),
    Binding("read_by_hand", "panel", "lent", T + 3 * HOUR, T + 4 * HOUR),
)
"""What hung in Berlin for an hour, and later here for another."""
REGISTRY = replace(
    registry_of(
        MAIN_METER, INTERVAL, THIRD, WEATHER, ABROAD, LENT, BY_HAND,
        sites=[NORTH, BERLIN], devices=[PANEL_HERE, PANEL_THERE],
    ),
    bindings=MOVED,
)  # fmt: skip


@dataclass
class Outcome:
    """What became of a file.

    Attributes:
        judged: Balance and complaints.
        told: What was said on the way.
        readings: (meter, table, time, value), sorted.
    """

    judged: Judged
    told: list[Text]
    readings: list[tuple[str, str, int, float]]

    @property
    def wrong(self) -> list[tuple[int, str, str, str]]:
        """The complaints by row."""
        return sorted(self.judged.complaints.shown)


def judged(path: Path, wish: Wish | None = None, *, folder: Path | None = None) -> Outcome:
    """Judge a file; sorted readings lie beside it unless a folder is given."""
    inside = folder or path.parent / "sorted"
    inside.mkdir(exist_ok=True)
    told: list[Text] = []
    with Bar("", shown=False) as bar:
        found = judge_file(
            REGISTRY, path, wish or Wish(), arrived=ARRIVED, folder=inside, tell=told.append,
            bar=bar,
        )  # fmt: skip
    readings = [
        (run.meter, run.table, time, value)
        for run in runs_of(inside)
        for time, value in zip(run.times.tolist(), run.values.tolist(), strict=True)
    ]
    return Outcome(found, told, sorted(readings))


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path
