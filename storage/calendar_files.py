"""Calendars in the reference files: holidays, make-up workdays, and how far they are published."""

from collections.abc import Collection
from datetime import date, timedelta

from energy.calendars import Calendar, DayType
from energy.text import Text
from storage.csv_cells import Cells

CALENDAR_COLUMNS = ("calendar", "first", "last", "day_type", "name", "source", "confidence")

UNPUBLISHED = "unpublished"
"""From this day on no schedule is published; one row a calendar."""

_DAY_TYPES = (DayType.HOLIDAY.value, DayType.MAKEUP.value, UNPUBLISHED)
_LONGEST_DAYS = 60


def read_calendars(rows: list[Cells], confidences: Collection[str]) -> dict[str, Calendar]:
    """Return each calendar; mistakes stay with the rows of the files."""
    days: dict[str, dict[date, DayType]] = {}
    known_to: dict[str, date] = {}
    newest: dict[str, Cells] = {}
    for cells in rows:
        calendar = cells.name("calendar")
        newest[calendar] = cells
        first = cells.day("first")
        day_type = cells.one_of("day_type", _DAY_TYPES)
        cells.text("name")
        cells.text("source", needed=True)
        cells.one_of("confidence", confidences)
        if day_type == UNPUBLISHED:
            if calendar in known_to:
                problem = Text(
                    f"{calendar} 已经有一行 {UNPUBLISHED}。",
                    f"{calendar} already has a row {UNPUBLISHED}.",
                )
                cells.mistake("day_type", problem)
            known_to[calendar] = first
        elif day_type in _DAY_TYPES:
            _add_days(cells, days.setdefault(calendar, {}), first, DayType(day_type))
    for calendar, cells in newest.items():
        if calendar not in known_to:
            problem = Text(
                f"{calendar} 缺少 {UNPUBLISHED} 一行，无法知道日历公布到哪一天。",
                f"{calendar} has no row {UNPUBLISHED} that says how far it is published.",
            )
            cells.mistake("day_type", problem)
    return {
        calendar: Calendar(calendar, days.get(calendar, {}), known)
        for calendar, known in known_to.items()
    }


def _add_days(cells: Cells, days: dict[date, DayType], first: date, day_type: DayType) -> None:
    last = cells.day("last", default=first)
    if not cells.good:
        return
    if not 0 <= (last - first).days < _LONGEST_DAYS:
        problem = Text(
            f"{last} 不在 {first} 之后的 {_LONGEST_DAYS} 天之内。",
            f"{last} is not within {_LONGEST_DAYS} days after {first}.",
        )
        cells.mistake("last", problem)
        return
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day in days:
            problem = Text(f"{day} 已经在日历中。", f"{day} is already in the calendar.")
            cells.mistake("first", problem)
        days[day] = day_type
