"""Calendars in the reference files: holidays, make-up workdays, and how far they are published."""

from datetime import date, timedelta

from energy.calendars import Calendar, DayType
from energy.provenance import SourceRow
from energy.text import Text
from storage.csv_cells import Cells
from storage.reference.source_cells import SOURCE_COLUMNS, source_row, validity

CALENDAR_COLUMNS = (
    "id", "calendar", "region", "valid_from", "valid_to", "day_type", "name", *SOURCE_COLUMNS,
)  # fmt: skip

UNPUBLISHED = "unpublished"
"""From this day on no schedule is published; one row a calendar."""

_DAY_TYPES = (DayType.HOLIDAY.value, DayType.MAKEUP.value, UNPUBLISHED)
_LONGEST_DAYS = 60


def read_calendars(
    rows: list[Cells],
) -> tuple[dict[str, Calendar], list[tuple[Cells, SourceRow]]]:
    """Return each calendar and where its rows come from; mistakes stay with the rows."""
    sourced: list[tuple[Cells, SourceRow]] = []
    days: dict[str, dict[date, DayType]] = {}
    known_to: dict[str, date] = {}
    newest: dict[str, Cells] = {}
    for cells in rows:
        calendar = cells.name("calendar")
        newest[calendar] = cells
        first, end = validity(cells)
        day_type = cells.one_of("day_type", _DAY_TYPES)
        cells.text("name")
        source = source_row(cells, CALENDAR_COLUMNS, subject=calendar, valid=(first, end))
        sourced.append((cells, source))
        if day_type == UNPUBLISHED:
            if calendar in known_to:
                problem = Text(
                    f"{calendar} 已经有一行 {UNPUBLISHED}。",
                    f"{calendar} already has a row {UNPUBLISHED}.",
                )
                cells.mistake("day_type", problem)
            known_to[calendar] = first
        elif day_type in _DAY_TYPES:
            _add_days(cells, days.setdefault(calendar, {}), (first, end), DayType(day_type))
    for calendar, cells in newest.items():
        if calendar not in known_to:
            problem = Text(
                f"{calendar} 缺少 {UNPUBLISHED} 一行，无法知道日历公布到哪一天。",
                f"{calendar} has no row {UNPUBLISHED} that says how far it is published.",
            )
            cells.mistake("day_type", problem)
    calendars = {
        calendar: Calendar(calendar, days.get(calendar, {}), known)
        for calendar, known in known_to.items()
    }
    return calendars, sourced


def _add_days(
    cells: Cells, days: dict[date, DayType], valid: tuple[date, date], day_type: DayType
) -> None:
    if not cells.good:
        return
    first, end = valid
    if (end - first).days > _LONGEST_DAYS:
        until = cells.cell("valid_to")
        problem = Text(
            f"{until or '留空'} 不在 {first} 之后的 {_LONGEST_DAYS} 天之内；"
            "valid_to 是恢复常态的第一天。",
            f"{until or 'empty'} is not within {_LONGEST_DAYS} days after {first}; "
            "valid_to is the first day that is usual again.",
        )
        cells.mistake("valid_to", problem)
        return
    for offset in range((end - first).days):
        day = first + timedelta(days=offset)
        if day in days:
            problem = Text(f"{day} 已经在日历中。", f"{day} is already in the calendar.")
            cells.mistake("valid_from", problem)
        days[day] = day_type
