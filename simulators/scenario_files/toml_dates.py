"""Dates out of a TOML file: days after the first one, as numbers or as the wall clock says them."""

import re
import tomllib
from datetime import date, datetime
from zoneinfo import ZoneInfo

from energy.span import HOUR_MS, midnight, to_ms
from simulators.grid import DAY_MS
from simulators.scenario import SITE
from simulators.scenario_files.toml_mistakes import Found, TomlMistakes

_YEARS = range(2000, 2100)
"""Before, the collector takes no readings; the end is chosen."""


_DATE = re.compile(
    r"(?<== )\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?(?=[ \t]*(?:#.*)?$)", re.MULTILINE
)


def loaded_toml(text: str) -> Found:
    """Return what a TOML text says; days that no calendar has become texts, told by their key.

    Raises:
        tomllib.TOMLDecodeError: If it is no TOML for another reason, too.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return tomllib.loads(_DATE.sub(_quoted_if_impossible, text))


def _quoted_if_impossible(found: re.Match[str]) -> str:
    try:
        datetime.fromisoformat(found[0])
    except ValueError:
        return f'"{found[0]}"'
    return found[0]


class TomlDates(TomlMistakes):
    """Reads dates within a history and collects what is wrong.

    Args:
        file: Name of the file.

    Attributes:
        origin: Local midnight at which the history begins [ms]; None where the file does not say.
        zone: Wall clock of the dates.
        days: How long the history is.
    """

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.origin: int | None = None
        self.zone = ZoneInfo(SITE.timezone)
        self.days = 0

    def start(self, found: Found) -> date | None:
        """Return the day on which the history begins; None where none is said."""
        said = found.get("start")
        if said is None:
            return None
        if isinstance(said, datetime) or not isinstance(said, date):
            self.wrong(
                "start",
                f"{said!r} 不是日期，例如 2026-01-01（不加引号）。",
                f"{said!r} is no date such as 2026-01-01, without quotes.",
            )
            return None
        if said.year not in _YEARS:
            self.wrong(
                "start",
                f"{said} 须在 {_YEARS[0]} 至 {_YEARS[-1]} 年之间。",
                f"{said} must lie in the years {_YEARS[0]} to {_YEARS[-1]}.",
            )
            return None
        self.origin = midnight(said, self.zone)
        if self.origin % HOUR_MS:
            self.wrong(
                "site.timezone",
                f"{self.zone.key} 的零点不是 UTC 整点，模拟的历史必须从整点开始。",
                f"a day of {self.zone.key} does not begin on a whole hour of UTC, as a simulated "
                "history must.",
            )
        return said

    def when(self, entry: Found, place: str, names: tuple[str, str], default: float) -> float:
        """Return days after the origin, from a number of days or a date of the wall clock.

        Args:
            entry: Of the file.
            place: Where it stands.
            names: Key of the number, and key of the date.
            default: Where neither is said.
        """
        by_number, by_date = names
        if by_date not in entry:
            return self._counted(entry, place, by_number, default)
        said = entry[by_date]
        if self.origin is None or not isinstance(said, date) or by_number in entry:
            self.wrong(
                f"{place}.{by_date}",
                f"应是日期或时间，例如 2026-03-02 或 2026-03-02T08:30:00；需要 start，且不与 "
                f"{by_number} 同时出现。",
                "it must be a date or time such as 2026-03-02 or 2026-03-02T08:30:00, with start "
                f"in the file and without {by_number} beside it.",
            )
            return default
        time = (
            to_ms(said if said.tzinfo else said.replace(tzinfo=self.zone))
            if isinstance(said, datetime)
            else midnight(said, self.zone)
        )
        day = (time - self.origin) / DAY_MS
        if not 0 <= day <= self.days:
            self._beyond(f"{place}.{by_date}", str(said))
        return max(day, 0.0)

    def _counted(self, entry: Found, place: str, key: str, default: float) -> float:
        """Return a number of days; a history without a start goes on, so that none is too late."""
        day = self.number(entry, key, place, default)
        if key in entry and self.origin is not None and day > self.days:
            self._beyond(f"{place}.{key}", f"{day:g}")
        return day

    def _beyond(self, key: str, said: str) -> None:
        self.wrong(
            key,
            f"{said} 不在历史之内（从 start 起 {self.days} 天）。",
            f"{said} does not lie within the {self.days} days from start on.",
        )
