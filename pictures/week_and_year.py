"""The two pictures of a load: a winter week and a summer week at 15 min, and a year by day."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes

from energy.calendars import DayType
from energy.kinds import KINDS
from pictures.drawing import BEHIND, LOOK, divide, panels, svg
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
    key = [
        ("#ffffff", "工作日 workday"),
        (MAKEUP, "调休上班 make-up workday"),
        (WEEKEND, "周末 weekend"),
        (HOLIDAY, "法定节假日 holiday"),
    ]
    with rc_context(LOOK):
        figure, (winter, summer) = panels(150, 150)
        winter.sharey(summer)
        _draw_week(winter, drawn, WINTER)
        _draw_week(summer, drawn, SUMMER)
        return svg(figure, f"{drawn.load.name}: a winter week and a summer week", key)


def _draw_week(axes: Axes, drawn: Drawn, monday: date) -> None:
    kind = KINDS[drawn.load.kind]
    outdoors = year_of_conditions().temperature_c[slots_of_week(monday)]
    axes.set_title(
        f"{RATES[kind.display_unit]}　{_WEEKS[monday]}　{monday.year}　"
        f"室外 outdoors {outdoors.min():.0f} … {outdoors.max():.0f} °C"
    )
    days = [monday + timedelta(days=day) for day in range(7)]
    for day, one in enumerate(day_types(monday, 7)):
        if one in _DAY_COLOUR:
            axes.axvspan(day, day + 1, color=_DAY_COLOUR[one], **BEHIND)
    hours = (np.arange(A_WEEK) + 0.5) / A_DAY
    axes.plot(hours, drawn.week(monday), color=kind.colour, clip_on=False)
    words = [f"{name} {_short(day)}" for name, day in zip(_WEEKDAYS, days, strict=True)]
    divide(axes, range(8), words)


def year_picture(drawn: Drawn) -> str:
    """Return an SVG of a year: what is used each day, and below it how warm it was."""
    colour = KINDS[drawn.load.kind].colour
    key = [
        (colour, "工作日 workday"),
        (REST_DAY, "休息日 day off"),
        (HOLIDAY, "节假日 holiday"),
        (HEATING, "供暖季 heating"),
        (COOLING, "供冷季 cooling"),
        (VACATION, "学校假期 school vacation"),
    ]
    with rc_context(LOOK):
        figure, (used, warm) = panels(190, 70)
        _draw_days(used, drawn)
        _draw_outdoors(warm, drawn.load)
        return svg(figure, f"{drawn.load.name}: a year by day", key)


def _draw_days(axes: Axes, drawn: Drawn) -> None:
    kind = KINDS[drawn.load.kind]
    axes.set_title(f"{AMOUNTS[kind.display_unit]} 每天 a day　{YEAR}")
    for colour, start, end, lowest in _seasons():
        axes.axvspan(start, end, ymin=lowest, color=colour, **BEHIND)
    worked = np.array([one in _WORKED for one in day_types(date(YEAR, 1, 1), DAYS)])
    for days, colour in ((worked, kind.colour), (~worked, REST_DAY)):
        amounts = np.where(days, drawn.by_day, np.nan)
        axes.stairs(amounts, fill=True, color=colour, linewidth=0, clip_on=False)
    divide(axes, _month_starts(), _months())


def _draw_outdoors(axes: Axes, load: Load) -> None:
    axes.set_title("室外日平均 °C outdoors, daily mean" + _turns(load))
    outdoors = year_of_conditions().temperature_c.reshape(-1, A_DAY).mean(axis=1)
    axes.plot(np.arange(DAYS) + 0.5, outdoors, color=WARMTH, clip_on=False)
    for degrees, colour in ((load.cools_from_c, COOLS), (load.heats_below_c, HEATS)):
        if degrees is not None:
            axes.axhline(degrees, color=colour, clip_on=False)
    divide(axes, _month_starts(), ())


def _turns(load: Load) -> str:
    cools, heats = load.cools_from_c, load.heats_below_c
    words = "" if cools is None else f"　高于 {cools:g} 制冷 cools from {cools:g}"
    return words if heats is None else f"{words}　低于 {heats:g} 供热 heats below {heats:g}"


def _seasons() -> Iterator[tuple[str, int, int, float]]:
    """Yield colour, first day, day after the last, and how far up the panel it begins."""
    met = year_of_conditions()
    for colour, slots, lowest in (
        (HEATING, met.heating, 0.0),
        (COOLING, met.cooling, 0.0),
        (HOLIDAY, met.holiday, 0.0),
        (VACATION, met.vacation, 0.97),
    ):
        days = slots[::A_DAY].astype(np.int64)
        turns = np.flatnonzero(np.diff(days, prepend=0, append=0))
        for start, end in turns.reshape(-1, 2).tolist():
            yield colour, start, end, lowest


def _month_starts() -> tuple[float, ...]:
    firsts = [date(YEAR, month, 1) for month in range(1, 13)]
    return (*((first - firsts[0]).days for first in firsts), DAYS)


def _months() -> list[str]:
    return [f"{month}月 {date(YEAR, month, 1):%b}" for month in range(1, 13)]


def _short(day: date) -> str:
    return f"{day.month}-{day.day}"
