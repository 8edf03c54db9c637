"""The two pictures of a load: a winter week and a summer week at 15 min, and a year by day."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from energy.calendars import DayType
from energy.kinds import KINDS
from pictures.drawing import Band, Mark, Panel, Series, picture
from pictures.drawn_loads import (
    A_DAY,
    A_WEEK,
    DAYS,
    SUMMER,
    WINTER,
    YEAR,
    Drawn,
    day_types,
    slots_of_week,
    year_of_conditions,
)
from simulators.load import Load

HOLIDAY, WEEKEND, MAKEUP = "#f8c4c4", "#e6e6e6", "#ffe38a"
HEATING, COOLING, VACATION = "#fff1e3", "#e8f4fd", "#74c476"
COOLS, HEATS = "#1f77b4", "#c0392b"
REST_DAY, WARMTH = "#b5b5b5", "#7f7f7f"
RATES = {"kWh": "kW", "m3": "m³/h", "GJ": "GJ/h"}
AMOUNTS = {"kWh": "kWh", "m3": "m³", "GJ": "GJ"}
_DAY_COLOUR = {DayType.HOLIDAY: HOLIDAY, DayType.WEEKEND: WEEKEND, DayType.MAKEUP: MAKEUP}
_WEEKDAYS = ("周一 Mon", "周二 Tue", "周三 Wed", "周四 Thu", "周五 Fri", "周六 Sat", "周日 Sun")
_WEEKS = {WINTER: "供暖季 heating season", SUMMER: "供冷季 cooling season"}
_WORKED = (DayType.WORKDAY, DayType.MAKEUP)


def week_picture(drawn: Drawn) -> str:
    """Return an SVG of two weeks, one below the other on the same scale."""
    top = max(float(drawn.week(monday).max()) for monday in _WEEKS)
    key = [
        ("#ffffff", "工作日 workday"),
        (MAKEUP, "调休上班 make-up workday"),
        (WEEKEND, "周末 weekend"),
        (HOLIDAY, "法定节假日 holiday"),
    ]
    panels = [_week(drawn, monday, top) for monday in _WEEKS]
    return picture(f"{drawn.load.name}: a winter week and a summer week", panels, key)


def _week(drawn: Drawn, monday: date, top: float) -> Panel:
    kind = KINDS[drawn.load.kind]
    outdoors = year_of_conditions().temperature_c[slots_of_week(monday)]
    types = day_types(monday, 7)
    return Panel(
        heading=f"{RATES[kind.display_unit]}　{_WEEKS[monday]}　{monday.year}　"
        f"室外 outdoors {outdoors.min():.0f} … {outdoors.max():.0f} °C",
        height=150,
        length=7,
        bands=tuple(
            Band(_DAY_COLOUR[one], day, day + 1)
            for day, one in enumerate(types)
            if one in _DAY_COLOUR
        ),
        series=(Series(kind.colour, (np.arange(A_WEEK) + 0.5) / A_DAY, drawn.week(monday)),),
        marks=tuple(
            Mark(day + 0.5, f"{_WEEKDAYS[day]} {_short(monday + timedelta(days=day))}")
            for day in range(7)
        ),
        edges=tuple(range(8)),
        top=top,
    )


def year_picture(drawn: Drawn) -> str:
    """Return an SVG of a year: what is used each day, and below it how warm it was."""
    kind = KINDS[drawn.load.kind]
    worked = np.array([one in _WORKED for one in day_types(date(YEAR, 1, 1), DAYS)])
    middles = np.arange(DAYS) + 0.5
    outdoors = year_of_conditions().temperature_c.reshape(-1, A_DAY).mean(axis=1)
    used = Panel(
        heading=f"{AMOUNTS[kind.display_unit]} 每天 a day　{YEAR}",
        height=190,
        length=DAYS,
        bands=tuple(_seasons()),
        series=(
            Series(kind.colour, middles[worked], drawn.by_day[worked], bars=True),
            Series(REST_DAY, middles[~worked], drawn.by_day[~worked], bars=True),
        ),
        marks=_months(),
        edges=_month_starts(),
    )
    warm = Panel(
        heading="室外日平均 °C outdoors, daily mean" + _turns(drawn.load),
        height=70,
        length=DAYS,
        bands=(),
        series=(Series(WARMTH, middles, outdoors), *_turn_lines(drawn.load)),
        marks=(),
        edges=_month_starts(),
    )
    key = [
        (kind.colour, "工作日 workday"),
        (REST_DAY, "休息日 day off"),
        (HOLIDAY, "节假日 holiday"),
        (HEATING, "供暖季 heating"),
        (COOLING, "供冷季 cooling"),
        (VACATION, "学校假期 school vacation"),
    ]
    return picture(f"{drawn.load.name}: a year by day", [used, warm], key)


def _turn_lines(load: Load) -> Iterator[Series]:
    """Yield a level line at each temperature from which a load uses more."""
    for degrees, colour in ((load.cools_from_c, COOLS), (load.heats_below_c, HEATS)):
        if degrees is not None:
            yield Series(colour, np.array([0, DAYS]), np.array([degrees, degrees]))


def _turns(load: Load) -> str:
    cools, heats = load.cools_from_c, load.heats_below_c
    words = "" if cools is None else f"　高于 {cools:g} 制冷 cools from {cools:g}"
    return words if heats is None else f"{words}　低于 {heats:g} 供热 heats below {heats:g}"


def _seasons() -> Iterator[Band]:
    met = year_of_conditions()
    for colour, slots, thin in (
        (HEATING, met.heating, False),
        (COOLING, met.cooling, False),
        (HOLIDAY, met.holiday, False),
        (VACATION, met.vacation, True),
    ):
        days = slots[::A_DAY].astype(np.int64)
        turns = np.flatnonzero(np.diff(days, prepend=0, append=0))
        for start, end in turns.reshape(-1, 2).tolist():
            yield Band(colour, start, end, thin=thin)


def _month_starts() -> tuple[float, ...]:
    firsts = [date(YEAR, month, 1) for month in range(1, 13)]
    return (*((first - firsts[0]).days for first in firsts), DAYS)


def _months() -> tuple[Mark, ...]:
    edges = _month_starts()
    return tuple(
        Mark((edges[at] + edges[at + 1]) / 2, f"{at + 1}月 {date(YEAR, at + 1, 1):%b}")
        for at in range(12)
    )


def _short(day: date) -> str:
    return f"{day.month}-{day.day}"
