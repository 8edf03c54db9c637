from datetime import date

import pytest

from energy.calendars import Calendar, DayType

# State Council schedule for 2026: Spring Festival 15 to 23 February, National Day 1 to 7 October.
FESTIVAL = {date(2026, 2, day): DayType.HOLIDAY for day in range(15, 24)}
NATIONAL = {date(2026, 10, day): DayType.HOLIDAY for day in range(1, 8)}
MAKEUP = {
    date(2026, month, day): DayType.MAKEUP
    for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
}
CHINA = Calendar("cn", FESTIVAL | NATIONAL | MAKEUP, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 13), DayType.WORKDAY),
        (date(2026, 2, 14), DayType.MAKEUP),  # a Saturday
        (date(2026, 2, 15), DayType.HOLIDAY),  # a Sunday of the festival
        (date(2026, 2, 23), DayType.HOLIDAY),  # a Monday of the festival
        (date(2026, 2, 24), DayType.WORKDAY),
        (date(2026, 2, 28), DayType.MAKEUP),
        (date(2026, 9, 20), DayType.MAKEUP),  # a Sunday
        (date(2026, 10, 7), DayType.HOLIDAY),
        (date(2026, 10, 10), DayType.MAKEUP),
        (date(2026, 10, 11), DayType.WEEKEND),
        (date(2026, 11, 25), DayType.WORKDAY),
    ],
)
def test_a_day_is_what_the_schedule_says_and_else_what_its_weekday_says(
    day: date, expected: DayType
) -> None:
    assert CHINA.day_type(day) is expected


def test_a_day_beyond_the_last_schedule_is_provisional_and_follows_its_weekday() -> None:
    assert not CHINA.is_provisional(date(2026, 12, 31))
    assert CHINA.is_provisional(date(2027, 1, 1))
    assert CHINA.day_type(date(2027, 1, 2)) is DayType.WEEKEND
