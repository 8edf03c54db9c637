"""When the periods of a tariff hold, as its TOML file says it: times, months, days, day types."""

import re

from energy.tariffs.tariff import DAY_MINUTES, DAY_TYPES
from energy.tariffs.terms import ALL_YEAR, CRITICAL_PRIORITY, PERIODS, Period, Season
from energy.text import Text
from storage.toml_tables import Table

_TIMES = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_MONTHS = re.compile(r"([0-9]{1,2})(?:-([0-9]{1,2}))?")
_DAYS = re.compile(r"(0[1-9]|1[0-2])-([0-3][0-9])/(0[1-9]|1[0-2])-([0-3][0-9])")
_HIGHEST = 100
_LAST_MONTH = 12
_LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def seasons_of(table: Table) -> tuple[Season, ...]:
    """Read [[seasons]]: months such as "7-8;12", or days such as ["11-15/03-15"]."""
    found = []
    for one in table.tables("seasons"):
        months = _months(one) if one.has("months") else ALL_YEAR
        found.append(Season(one.name("name"), months, _days(one)))
        one.close()
    return tuple(found)


def _months(table: Table) -> tuple[int, ...]:
    found: set[int] = set()
    for part in table.text("months").split(";"):
        months = _MONTHS.fullmatch(part.strip())
        first = int(months[1]) if months else 0
        last = int(months[2] or first) if months else 0
        if not 1 <= first <= last <= _LAST_MONTH:
            problem = Text(
                f'{part!r} 不是月份，请写成 "7-8"、"1;12" 的形式。',
                f'{part!r} is not a month. Write it like "7-8" or "1;12".',
            )
            table.mistake("months", problem)
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def _days(table: Table) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for text in _texts(table, "days"):
        span = _DAYS.fullmatch(text)
        first = int(span[1]) * 100 + int(span[2]) if span else 0
        last = int(span[3]) * 100 + int(span[4]) if span else 0
        if not (_is_day(first) and _is_day(last)):
            problem = Text(
                f'{text!r} 不是日期区间，请写成 "11-15/03-15"。',
                f'{text!r} is not a span of days. Write it like "11-15/03-15".',
            )
            table.mistake("days", problem)
        elif first <= last:
            spans.append((first, last))
        else:
            spans += [(101, last), (first, 1231)]
    return tuple(sorted(spans))


def _is_day(number: int) -> bool:
    month, day = divmod(number, 100)
    return 1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY[month - 1]


def _texts(table: Table, key: str) -> list[str]:
    found = table.value(key) if table.has(key) else []
    if isinstance(found, list) and all(isinstance(one, str) for one in found):
        return found
    table.mistake(key, Text('请写成 ["...", "..."]。', 'write a list ["...", "..."].'))
    return []


def periods_of(table: Table) -> tuple[Period, ...]:
    """Read [[periods]]; without them one price holds all day."""
    entries = table.tables("periods")
    if not entries:
        return (Period("all", 0, DAY_MINUTES),)
    return tuple(period for one in entries for period in _period(one))


def _period(table: Table) -> list[Period]:
    name = table.one_of("period", PERIODS)
    rank = CRITICAL_PRIORITY if name == "critical" else 0
    season = table.text("season", "")
    day_types = table.some_of("day_types", DAY_TYPES)
    priority = table.whole("priority", least=0, most=_HIGHEST, default=rank)
    found = [
        Period(name, first, last, season, day_types, priority)
        for text in _texts(table, "times")
        for first, last in _minutes(table, text)
    ]
    if not found:
        problem = Text('请写 times = ["10:00-13:00"]。', 'write times = ["10:00-13:00"].')
        table.mistake("times", problem)
    table.close()
    return found


def _minutes(table: Table, text: str) -> list[tuple[int, int]]:
    """Return a stretch of the day; one over midnight as two."""
    clock = _TIMES.fullmatch(text)
    first = int(clock[1]) * 60 + int(clock[2]) if clock else 0
    last = int(clock[3]) * 60 + int(clock[4]) if clock else 0
    if clock is None or first == last or max(first, last) > DAY_MINUTES:
        problem = Text(
            f'{text!r} 不是时段，请写成 "10:00-13:00" 或 "23:00-07:00"。',
            f'{text!r} is not a stretch of the day. Write it like "10:00-13:00" or "23:00-07:00".',
        )
        table.mistake("times", problem)
        return []
    if first < last:
        return [(first, last)]
    return [(start, end) for start, end in ((first, DAY_MINUTES), (0, last)) if start < end]
