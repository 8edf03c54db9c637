"""Bank holidays of England and Wales, for meters that stand there.

Source: the Banking and Financial Dealings Act 1971 and the proclamations of single years, as
https://www.gov.uk/bank-holidays lists them.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.easter import easter

from energy.calendars import Calendar, DayType

_MONDAY, _SATURDAY = 0, 5
_MOVED = {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}
_ADDED = (date(2022, 6, 3), date(2022, 9, 19))


def calendar(first_year: int, last_year: int) -> Calendar:
    """Return the calendar of these years."""
    days = {day for year in range(first_year, last_year + 1) for day in _of_year(year)}
    days |= {day for day in _ADDED if first_year <= day.year <= last_year}
    return Calendar(
        "england", dict.fromkeys(sorted(days), DayType.HOLIDAY), date(last_year + 1, 1, 1)
    )


def _of_year(year: int) -> Iterator[date]:
    yield easter(year) - timedelta(days=2)
    yield easter(year) + timedelta(days=1)
    early = _monday_from(date(year, 5, 1))
    late = _monday_from(date(year, 5, 25))
    yield from (_MOVED.get(day, day) for day in (early, late, _monday_from(date(year, 8, 25))))
    yield from _with_substitutes([date(year, 1, 1)])
    yield from _with_substitutes([date(year, 12, 25), date(year, 12, 26)])


def _monday_from(day: date) -> date:
    return day + timedelta(days=(_MONDAY - day.weekday()) % 7)


def _with_substitutes(days: list[date]) -> list[date]:
    """Return days, and for each at a weekend the next that is neither weekend nor one of them."""
    found = list(days)
    for day in days:
        other = day
        while day.weekday() >= _SATURDAY and (other.weekday() >= _SATURDAY or other in found):
            other += timedelta(days=1)
        if other not in found:
            found.append(other)
    return found
