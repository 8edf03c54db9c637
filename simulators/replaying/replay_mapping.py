"""Which column of a wide file of real readings feeds which meter: read, with all mistakes at once.

The form is told at the top of examples/readings/mapping.toml.
"""

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from energy.errors import NOTHING_SIMULATED, Mistake, RegistryError
from energy.text import Text
from simulators.scenario_files.toml_mistakes import Found, TomlMistakes

WHAT = Text("回放的映射与读数", "mapping and readings of a replay")

_FILE = {"time", "zone", "label"}
_COLUMN = {"column", "meter", "unit", "scale", "zone"}


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which meter a column feeds.

    Attributes:
        column: Name of the column.
        meter: Meter of the registry.
        unit: Unit of the numbers in the column.
        scale: Factor on them, exact.
        zone: Wall clock of the people whose readings they are.
    """

    column: str
    meter: str
    unit: str
    scale: Fraction
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class FileMapping:
    """How a wide Parquet file is read.

    Attributes:
        time: Name of the time column: the START of each interval.
        zone: Clock of that column where it carries no zone.
        label: How the readings are called where they are shown.
        columns: One for each meter.
    """

    time: str
    zone: ZoneInfo
    label: str
    columns: tuple[ColumnMapping, ...]


def read_mapping(path: Path) -> FileMapping:
    """Read a mapping.

    Raises:
        RegistryError: With all mistakes of the file at once.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Text(f"无法读取：{error}", f"it cannot be read: {error}")
        raise RegistryError(
            [Mistake(str(path), 0, "", problem)], WHAT, NOTHING_SIMULATED
        ) from error
    reader = _Reader(path.name)
    mapping = reader.mapping(found)
    if reader.mistakes:
        raise RegistryError(reader.mistakes, WHAT, NOTHING_SIMULATED)
    return mapping


class _Reader(TomlMistakes):
    def mapping(self, found: Found) -> FileMapping:
        """Return the mapping; what is wrong has some value in it."""
        self.known(found, {"file", "column"}, "")
        head = self.table(found, "file")
        self.known(head, _FILE, "file")
        columns = self.entries(found, "column", self.column)
        if not columns and not self.mistakes:
            self.wrong("column", "缺少：请为每个计量点写一个 [[column]]。",
                       "it is missing: write a [[column]] for each meter.")  # fmt: skip
        seen: set[str] = set()
        for index, entry in enumerate(columns, start=1):
            if entry.meter in seen:
                self.wrong(
                    f"column[{index}].meter",
                    f"{entry.meter!r} 出现了两次。",
                    f"{entry.meter!r} is there twice.",
                )
            seen.add(entry.meter)
        return FileMapping(
            time=str(head.get("time", "time")),
            zone=self.zone(head, "file"),
            label=str(head.get("label", "replayed readings")),
            columns=columns,
        )

    def column(self, entry: Found, place: str) -> ColumnMapping:
        self.known(entry, _COLUMN, place)
        for key in ("column", "meter", "unit"):
            if not entry.get(key):
                self.wrong(f"{place}.{key}", "缺少。", "it is missing.")
        return ColumnMapping(
            str(entry.get("column", "")),
            str(entry.get("meter", "")),
            str(entry.get("unit", "")),
            self.scale(entry, place),
            self.zone(entry, place),
        )

    def scale(self, entry: Found, place: str) -> Fraction:
        said = str(entry.get("scale", "1"))
        try:
            scale = Fraction(said)
        except (ValueError, ZeroDivisionError):
            scale = Fraction(0)
        if scale <= 0:
            self.wrong(
                f"{place}.scale",
                f'{said!r} 不是大于 0 的数，例如 "12" 或 "1/3"。',
                f'{said!r} is no number above 0, such as "12" or "1/3".',
            )
        return scale

    def zone(self, entry: Found, place: str) -> ZoneInfo:
        said = str(entry.get("zone", "UTC"))
        try:
            return ZoneInfo(said)
        except (ZoneInfoNotFoundError, ValueError):
            self.wrong(
                f"{place}.zone",
                f"{said!r} 不是时区，请写成 UTC 这样的名称。",
                f"{said!r} is not a time zone; write one like UTC.",
            )
            return ZoneInfo("UTC")
