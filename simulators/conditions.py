"""What a building meets from slot to slot: clock, kind of day, season and weather."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from energy.calendars import Calendar, DayType
from energy.meter import Site
from energy.span import HOUR_MS, from_ms
from simulators.weather.weather import Weather

Noise = Callable[[str, float], np.ndarray]
"""Name of a purpose and spread to hourly factors around 1."""

_DAY_MS = 24 * HOUR_MS
_EPOCH = date(1970, 1, 1)
_OPEN = (DayType.WORKDAY, DayType.MAKEUP)


@dataclass(frozen=True)
class Habits:
    """What people are careless about; every array has shape (n,), one entry a slot.

    Attributes:
        always_on: Whether plant that should rest runs through.
        lights_on: Whether lights that should be off are on.
        early_h: How long before people come plant starts [h].
        late_h: How long after they are gone it stops [h].
        drift_k: How much colder it is cooled and warmer it is heated than it should be [K].
        fight_k: How far heating and cooling work against each other [K].
    """

    always_on: np.ndarray
    lights_on: np.ndarray
    early_h: np.ndarray
    late_h: np.ndarray
    drift_k: np.ndarray
    fight_k: np.ndarray

    @classmethod
    def good(cls, count: int) -> "Habits":
        """Return the habits of people who waste nothing."""
        never, nothing = np.zeros(count, bool), np.zeros(count)
        return cls(never, never, nothing, nothing, nothing, nothing)


@dataclass(frozen=True)
class Conditions:
    """Conditions of one site. Every array has shape (n,), one entry a slot of the history.

    Attributes:
        slot_ms: Length of a slot [ms].
        starts: Start of the slot [ms since 1970 UTC].
        clock: Local wall clock at the middle of the slot [h], 0 to 24.
        weekday: Day of the local week, 0 for Monday to 6.
        workday: Whether the local day is a workday or a make-up workday.
        holiday: Whether it is a statutory holiday.
        vacation: Whether schools are on vacation.
        heating: Whether the day lies in the heating season.
        cooling: Whether it lies in the season in which central plant cools.
        temperature_c: Outdoor temperature [degC].
        humidity: Relative humidity outdoors, 0 to 1.
        sun_w_m2: Radiation of sun and sky on a level plane [W/m2].
        habits: What people are careless about (planted waste).
    """

    slot_ms: int
    starts: np.ndarray
    clock: np.ndarray
    weekday: np.ndarray
    workday: np.ndarray
    holiday: np.ndarray
    vacation: np.ndarray
    heating: np.ndarray
    cooling: np.ndarray
    temperature_c: np.ndarray
    humidity: np.ndarray
    sun_w_m2: np.ndarray
    habits: Habits

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def hour(self) -> np.ndarray:
        """Hour of the local wall clock, 0 to 23."""
        return self.clock.astype(np.int64)


def _is_vacation(day: date) -> bool:
    """Tell whether Beijing's schools rest; dates chosen: about the published school years."""
    summer = date(day.year, 7, 12) <= day <= date(day.year, 8, 31)
    winter = (day.month, day.day) >= (1, 20) and (day.month, day.day) <= (2, 20)
    return summer or winter


def _is_heating(day: date) -> bool:
    """Tell whether district heating runs: 15 November to 15 March in Beijing."""
    return (day.month, day.day) >= (11, 15) or (day.month, day.day) <= (3, 15)


def _is_cooling(day: date) -> bool:
    """Tell whether central plant cools: 15 May to 30 September in Beijing; chosen, as usual."""
    return (5, 15) <= (day.month, day.day) <= (9, 30)


@dataclass(frozen=True)
class LocalClock:
    """Local days and the wall clock of slots that follow one another.

    Attributes:
        days: The local dates that occur, in order.
        day: Place of each slot's date among them. Shape (n,), int64.
        clock: Wall clock at the middle of each slot [h]. Shape (n,).
    """

    days: list[date]
    day: np.ndarray
    clock: np.ndarray


@lru_cache(maxsize=8)
def local_clock(origin: int, count: int, slot_ms: int, timezone: str) -> LocalClock:
    """Return the local clock of a number of slots from the origin [ms]."""
    middle = origin + np.arange(count, dtype=np.int64) * slot_ms + slot_ms // 2
    local = middle + offsets_ms(middle, ZoneInfo(timezone))
    number, day = np.unique(local // _DAY_MS, return_inverse=True)
    days = [_EPOCH + timedelta(days=int(one)) for one in number]
    return LocalClock(days, day, local % _DAY_MS / HOUR_MS)


def offsets_ms(times: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """Return by how much a wall clock is ahead of UTC at each time [ms]. Shape (n,), int64."""
    number, day = np.unique(times // _DAY_MS, return_inverse=True)
    begins = np.array([_offset_ms(one * _DAY_MS, zone) for one in number.tolist()], np.int64)
    ends = np.array([_offset_ms((one + 1) * _DAY_MS, zone) for one in number.tolist()], np.int64)
    found = begins[day]
    changing = np.flatnonzero((begins != ends)[day])  # few: a day in spring, a day in autumn
    found[changing] = [_offset_ms(time, zone) for time in times[changing].tolist()]
    return np.asarray(found)


def _offset_ms(time: int, zone: ZoneInfo) -> int:
    offset = from_ms(time).astimezone(zone).utcoffset() or timedelta(0)
    return offset // timedelta(milliseconds=1)


def conditions_of(
    *, origin: int, slot_ms: int, site: Site, calendar: Calendar, weather: Weather
) -> Conditions:
    """Return the conditions of a site, a slot for each of its weather, from the origin on."""
    count = len(weather)
    local = local_clock(origin, count, slot_ms, site.timezone)
    kinds = [calendar.day_type(day) for day in local.days]

    def each(told: Sequence[bool | int]) -> np.ndarray:
        return np.asarray(np.array(told)[local.day])

    return Conditions(
        slot_ms=slot_ms,
        starts=origin + np.arange(count, dtype=np.int64) * slot_ms,
        clock=local.clock,
        weekday=each([day.weekday() for day in local.days]),
        workday=each([kind in _OPEN for kind in kinds]),
        holiday=each([kind is DayType.HOLIDAY for kind in kinds]),
        vacation=each([_is_vacation(day) for day in local.days]),
        heating=each([_is_heating(day) for day in local.days]),
        cooling=each([_is_cooling(day) for day in local.days]),
        temperature_c=weather.temperature_c,
        humidity=weather.humidity,
        sun_w_m2=weather.sun_w_m2,
        habits=Habits.good(count),
    )
