"""Evidence for rules: two seeded years of an office with everything that is no waste."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import numpy as np

from analytics.clock import Clock, clock_of
from analytics.rule import Evidence
from energy.calendars import Calendar, DayType
from energy.meter import Meter
from energy.span import HOUR_MS, midnight, to_ms
from tests.builders import MAIN_METER, NORTH

NOW = to_ms(datetime(2026, 11, 25, 4, tzinfo=UTC))
DAYS = 800
MICRO_YUAN_PER_WH = 800.0

_HOLIDAYS = (
    (date(2024, 10, 1), 7),
    (date(2025, 1, 1), 1),
    (date(2025, 1, 28), 8),
    (date(2025, 4, 4), 3),
    (date(2025, 5, 1), 5),
    (date(2025, 5, 31), 3),
    (date(2025, 10, 1), 8),
    (date(2026, 1, 1), 3),
    (date(2026, 2, 15), 9),
    (date(2026, 4, 4), 3),
    (date(2026, 5, 1), 5),
    (date(2026, 6, 19), 3),
    (date(2026, 9, 25), 3),
    (date(2026, 10, 1), 7),
)
_MAKEUP = (
    date(2025, 1, 26),
    date(2025, 2, 8),
    date(2025, 4, 27),
    date(2025, 9, 28),
    date(2025, 10, 11),
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
)
CALENDAR = Calendar(
    "cn",
    {
        start + timedelta(days=number): DayType.HOLIDAY
        for start, days in _HOLIDAYS
        for number in range(days)
    }
    | dict.fromkeys(_MAKEUP, DayType.MAKEUP),
    date(2027, 1, 1),
)
CLOCK = clock_of(
    start=midnight(date(2026, 11, 25) - timedelta(days=DAYS), NORTH.zone),
    end=NOW // HOUR_MS * HOUR_MS,
    timezone=NORTH.timezone,
    calendar=CALENDAR,
)
WATER = replace(
    MAIN_METER, meter="hall_water", kind="water", unit="m3", ratio=Fraction(1), tariff="water"
)


def seasons(clock: Clock = CLOCK) -> np.ndarray:
    """Return 1 in the middle of summer and of winter, 0 in spring and autumn, for each hour."""
    return np.asarray(np.cos((clock.start / 86_400_000 - 15) / 365.25 * 4 * np.pi) * 0.5 + 0.5)


def heating(clock: Clock = CLOCK) -> np.ndarray:
    """Tell which hours lie between 15 November and 15 March: plant starts overnight."""
    days = [clock.date_of(day) for day in range(clock.days)]
    on = [(day.month, day.day) >= (11, 15) or (day.month, day.day) < (3, 15) for day in days]
    return np.asarray(np.array(on)[clock.day])


def vacation(clock: Clock = CLOCK) -> np.ndarray:
    """Tell which hours lie in July, August or the last week of January until 20 February."""
    days = [clock.date_of(day) for day in range(clock.days)]
    away = [day.month in (7, 8) or (1, 24) <= (day.month, day.day) <= (2, 20) for day in days]
    return np.asarray(np.array(away)[clock.day])


def noise(seed: int, spread: float = 0.06, clock: Clock = CLOCK) -> np.ndarray:
    """Return factors around 1, each day and each hour by itself."""
    chance = np.random.default_rng(seed)
    daily = chance.normal(1, spread, clock.days)[clock.day]
    return np.asarray(np.clip(daily * chance.normal(1, spread, len(clock.start)), 0.3, None))


def present(clock: Clock = CLOCK) -> np.ndarray:
    """Return 1 in the hours of a workday from 8 to 18, make-up workdays too; else 0."""
    return np.where(~clock.off_hour & (clock.hour >= 8) & (clock.hour < 18), 1.0, 0.0)


def office(seed: int = 1, *, school: bool = False) -> np.ndarray:
    """Return hourly Wh of an office (or school) of about 100 kW by day and 25 kW by night.

    With cooling and heating by season, heating pumps of 3 kW in their season, holidays, make-up
    workdays, noise, and two missing weeks.
    """
    people = present() * (np.where(vacation(), 0.1, 1.0) if school else 1.0)
    kw = 22 + people * (60 + 40 * seasons()) + 3 * heating()
    wh = np.rint(kw * 1000 * noise(seed))
    wh[400 * 24 : 407 * 24] = np.nan
    wh[650 * 24 : 657 * 24] = np.nan
    return np.asarray(wh)


def water(seed: int = 1) -> np.ndarray:
    """Return hourly litres of the same office: 400 L/h by day, a few cisterns by night."""
    return np.asarray(np.rint((6 + 400 * present()) * noise(seed, 0.15)))


def evidence(
    amount: np.ndarray, meter: Meter = MAIN_METER, *, category: str = "government"
) -> Evidence:
    """Return the evidence of a meter that was read until now."""
    price = np.full(len(amount), MICRO_YUAN_PER_WH)
    return Evidence(meter, category, CLOCK, amount, price, CLOCK.end, NOW)


def since_days_ago(days: int) -> np.ndarray:
    """Tell which hours are of the last days."""
    return np.asarray(CLOCK.day >= CLOCK.days - 1 - days)
