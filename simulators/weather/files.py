"""Weather from a file: a typical year (EPW), or hours that were measured (CSV).

EPW: EnergyPlus weather, as published for thousands of places; one year in local standard time that
is repeated for ever. CSV: columns ``time`` (ISO 8601; without an offset on the site's clock),
``temperature`` (degC), ``humidity`` (0 to 1) and ``sun`` (W/m2), the last being the mean until the
next row. A history that goes beyond the rows of a CSV file repeats them, 365 days later.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from energy.errors import NOTHING_SIMULATED, Mistake, RegistryError
from energy.span import HOUR_MS, to_ms
from energy.text import Text
from simulators.weather.weather import Weather

WHAT = Text("天气文件", "weather file")
COLUMNS = ("time", "temperature", "humidity", "sun")

_DAY_MS = 24 * HOUR_MS
_YEAR_MS = 365 * _DAY_MS
_YEAR_HOURS = 8760
_EPW_HEADER = 8
_EPW_TEMPERATURE, _EPW_HUMIDITY, _EPW_SUN = 6, 8, 13
_EPW_MISSING = {_EPW_TEMPERATURE: 99.9, _EPW_HUMIDITY: 999.0, _EPW_SUN: 9999.0}
_LONGEST_GAP_MS = 6 * HOUR_MS
"""A longer gap between two rows is a mistake of the file; chosen: weather turns in half a day."""


_MOST_MISTAKES = 20
"""A file whose columns are swapped has thousands; these many show what is wrong."""


class _Limits(NamedTuple):
    lowest: float
    highest: float


_PLAUSIBLE = {
    "temperature": _Limits(-90.0, 60.0),  # the world's records, rounded outwards
    "humidity": _Limits(0.0, 1.1),
    "sun": _Limits(0.0, 1500.0),
}


@dataclass(frozen=True)
class WeatherFile:
    """Weather of some time that can be laid over any other.

    Attributes:
        begins: Start of the first row [ms]; of a typical year: 1 January, in local standard time.
        step: Times of the rows after the first [ms]. Shape (m,), int64, increasing from 0.
        numbers: Temperature, humidity and sun of each. Shape (3, m).
        offset_ms: How far local standard time is ahead of UTC; only for a typical year.
        is_typical: Whether it is a year that belongs to no year.
    """

    begins: int
    step: np.ndarray
    numbers: np.ndarray
    offset_ms: int
    is_typical: bool

    def on(self, *, origin: int, count: int, slot_ms: int) -> Weather:
        """Return the weather of a number of slots from the origin [ms] on.

        Raises:
            ValueError: If the history begins before the rows do.
        """
        middle = origin + np.arange(count, dtype=np.int64) * slot_ms + slot_ms // 2
        place = self._of_the_year(middle) if self.is_typical else self._since_begin(middle)
        temperature, humidity, sun = self.numbers
        lasting = np.clip(np.searchsorted(self.step, place, side="right") - 1, 0, None)
        return Weather(
            temperature_c=np.interp(place, self.step, temperature),
            humidity=np.clip(np.interp(place, self.step, humidity), 0.0, 1.0),
            sun_w_m2=sun[lasting],
        )

    def _since_begin(self, middle: np.ndarray) -> np.ndarray:
        place = middle - self.begins
        if len(place) and int(place[0]) < 0:
            raise ValueError("The history begins before the weather does.")
        beyond = np.maximum(place - int(self.step[-1]), 0)
        return np.asarray(place - -(-beyond // _YEAR_MS) * _YEAR_MS)

    def _of_the_year(self, middle: np.ndarray) -> np.ndarray:
        """Return how far into the typical year a time is; 29 February is 28 February again."""
        local = middle + self.offset_ms
        day = local.astype("datetime64[ms]").astype("datetime64[D]")
        year = day.astype("datetime64[Y]")
        number = (day - year.astype("datetime64[D]")).astype(np.int64)
        length = ((year + 1).astype("datetime64[D]") - year.astype("datetime64[D]")).astype(
            np.int64
        )
        leap_day = 59
        number = number - ((length > _YEAR_MS // _DAY_MS) & (number >= leap_day))
        return np.asarray(number * _DAY_MS + local % _DAY_MS)


def read_weather(path: Path, zone: ZoneInfo) -> WeatherFile:
    """Read a weather file: ``.epw``, else CSV.

    Args:
        path: The file.
        zone: Clock of times without an offset.

    Raises:
        RegistryError: With all mistakes of the file at once.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        problem = Text(f"无法读取：{error}", f"it cannot be read: {error}")
        raise RegistryError(
            [Mistake(str(path), 0, "", problem)], WHAT, NOTHING_SIMULATED
        ) from error
    reader = _Reader(path.name)
    found = reader.epw(lines) if path.suffix.lower() == ".epw" else reader.csv(lines, zone)
    if reader.mistakes or found is None:
        raise RegistryError(reader.mistakes, WHAT, NOTHING_SIMULATED)
    return found


class _Reader:
    """Collects every mistake of a file, so that one pass mends them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._mistakes: list[Mistake] = []
        self._more = 0

    @property
    def mistakes(self) -> list[Mistake]:
        """The first mistakes, and how many more there are."""
        if not self._more:
            return self._mistakes
        told = Text(f"……另有 {self._more} 处错误。", f"... and {self._more} more.")
        return [*self._mistakes, Mistake(self.file, 0, "", told)]

    def _wrong(self, line: int, column: str, zh: str, en: str) -> None:
        if len(self._mistakes) < _MOST_MISTAKES:
            self._mistakes.append(Mistake(self.file, line, column, Text(zh, en)))
        else:
            self._more += 1

    def _number(self, text: str, name: str, line: int, *, missing: float | None = None) -> float:
        limits = _PLAUSIBLE[name]
        try:
            found = float(text)
        except ValueError:
            found = np.nan
        percent = missing is not None and name == "humidity"
        value = found / 100 if percent else found
        if found == missing or not limits.lowest <= value <= limits.highest:
            self._wrong(
                line, name,
                f"{text!r} 不是 {limits.lowest:g} 到 {limits.highest:g} 之间的数。",
                f"{text!r} is not a number from {limits.lowest:g} to {limits.highest:g}.",
            )  # fmt: skip
            return 0.0
        return value

    def epw(self, lines: Sequence[str]) -> WeatherFile | None:
        """Return a typical year."""
        rows = [line.split(",") for line in lines[_EPW_HEADER:]]
        rows = [row for row in rows if row[1:3] != ["2", "29"]]
        location = lines[0].split(",") if lines else []
        try:
            offset_ms = round(float(location[8]) * HOUR_MS)
        except (IndexError, ValueError):
            self._wrong(1, "LOCATION", "没有时区。", "it has no time zone in the ninth field.")
            return None
        if len(rows) != _YEAR_HOURS or any(len(row) <= _EPW_SUN for row in rows):
            self._wrong(
                0, "",
                f"应有 {_YEAR_HOURS} 小时，实有 {len(rows)}。",
                f"it has {len(rows)} hours of at least {_EPW_SUN + 1} fields, not {_YEAR_HOURS}.",
            )  # fmt: skip
            return None
        fields = {
            "temperature": _EPW_TEMPERATURE,
            "humidity": _EPW_HUMIDITY,
            "sun": _EPW_SUN,
        }
        numbers = np.array(
            [
                [
                    self._number(row[field], name, line, missing=_EPW_MISSING[field])
                    for line, row in enumerate(rows, start=_EPW_HEADER + 1)
                ]
                for name, field in fields.items()
            ]
        )
        # Hour 1 ends at 01:00: temperature and humidity stand there, the sun is that of the hour.
        instants = np.roll(numbers[:2], 1, axis=1)
        step = np.arange(_YEAR_HOURS, dtype=np.int64) * HOUR_MS
        return WeatherFile(0, step, np.vstack([instants, numbers[2:]]), offset_ms, is_typical=True)

    def csv(self, lines: Sequence[str], zone: ZoneInfo) -> WeatherFile | None:
        """Return hours that were measured."""
        rows = csv.DictReader(lines)
        lacking = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if lacking:
            self._wrong(
                1, ", ".join(lacking),
                f"缺少列；需要 {'、'.join(COLUMNS)}。",
                f"the column is missing; it needs {', '.join(COLUMNS)}.",
            )  # fmt: skip
            return None
        found = list(self._rows(rows, zone))
        if len(found) < 2:  # noqa: PLR2004  a row lasts until the next
            self._wrong(0, "", "少于两行。", "it has fewer than two rows.")
            return None
        times = np.array([time for time, _ in found], np.int64)
        numbers = np.array([told for _, told in found]).T
        return WeatherFile(int(times[0]), times - times[0], numbers, 0, is_typical=False)

    def _rows(
        self, rows: Iterable[dict[str, str | None]], zone: ZoneInfo
    ) -> Iterator[tuple[int, list[float]]]:
        last: int | None = None
        for line, row in enumerate(rows, start=2):
            time = self._time(row["time"] or "", zone, line)
            if time is None:
                continue
            if last is not None and not 0 < time - last <= _LONGEST_GAP_MS:
                self._wrong(
                    line, "time",
                    f"{row['time']} 应在上一行之后，且不晚于 6 小时。",
                    f"{row['time']} does not follow the row before it within 6 hours.",
                )  # fmt: skip
            last = time
            yield time, [self._number(row[name] or "", name, line) for name in COLUMNS[1:]]

    def _time(self, text: str, zone: ZoneInfo, line: int) -> int | None:
        try:
            found = datetime.fromisoformat(text.strip())
        except ValueError:
            self._wrong(line, "time", f"{text!r} 不是时间。", f"{text!r} is not a time.")
            return None
        return to_ms(found if found.tzinfo else found.replace(tzinfo=zone))
