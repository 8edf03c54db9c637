from datetime import date, timedelta

from analytics.modelling.conditions import Special, conditions_of_hours, kinds_of_days
from energy.calendars import Calendar, DayType
from tests.analytics.baselines.weather_world import HOLIDAYS, NEW_YEAR, clock

THURSDAY = date(2025, 5, 1)


def special_of(day: date, calendar: Calendar = HOLIDAYS) -> int:
    return int(kinds_of_days(day, 1, calendar)[1][0])


def test_a_friday_between_a_holiday_and_the_weekend_is_a_bridge() -> None:
    assert special_of(THURSDAY) == Special.HOLIDAY
    assert special_of(THURSDAY + timedelta(days=1)) == Special.BRIDGE


def test_four_workdays_after_a_holiday_are_no_bridge() -> None:
    monday = Calendar("x", {date(2025, 5, 5): DayType.HOLIDAY}, date(2026, 1, 1))
    assert [special_of(date(2025, 5, day), monday) for day in range(6, 10)] == [0, 0, 0, 0]


def test_three_workdays_before_a_weekend_are_one_only_behind_a_holiday() -> None:
    tuesday = Calendar("x", {date(2025, 5, 6): DayType.HOLIDAY}, date(2026, 1, 1))
    assert [special_of(date(2025, 5, day), tuesday) for day in (7, 8, 9)] == [2, 2, 2]
    nothing = Calendar("x", {}, date(2026, 1, 1))
    assert not kinds_of_days(date(2025, 5, 1), 60, nothing)[1].any()


def test_a_holiday_at_a_weekend_is_a_weekend() -> None:
    saturday = Calendar("x", {date(2025, 5, 3): DayType.HOLIDAY}, date(2026, 1, 1))
    assert special_of(date(2025, 5, 3), saturday) == Special.ORDINARY


def test_a_make_up_sunday_is_worked_like_a_monday_and_a_saturday_like_a_friday() -> None:
    worked = {date(2025, 5, 3): DayType.MAKEUP, date(2025, 5, 4): DayType.MAKEUP}
    week_day, _ = kinds_of_days(date(2025, 5, 2), 4, Calendar("x", worked, date(2026, 1, 1)))
    assert week_day.tolist() == [4, 4, 0, 0]


def test_what_is_a_bridge_does_not_hang_on_where_the_days_begin() -> None:
    week_day, special = kinds_of_days(NEW_YEAR, 365, HOLIDAYS)
    for start in range(0, 360, 7):
        day = NEW_YEAR + timedelta(days=start)
        assert kinds_of_days(day, 5, HOLIDAYS)[0].tolist() == week_day[start : start + 5].tolist()
        assert kinds_of_days(day, 5, HOLIDAYS)[1].tolist() == special[start : start + 5].tolist()


def test_hours_carry_the_wall_clock_also_on_days_of_23_and_25_hours() -> None:
    hours = clock(365, timezone="Europe/London")
    found = conditions_of_hours(hours, HOLIDAYS, None)
    count = found.groupby("day").size()
    assert sorted(count.unique().tolist()) == [23, 24, 25]
    assert found.groupby("day")["hour"].first().eq(0).all()
    assert found["temperature_c"].isna().all()
