"""Workdays, make-up workdays and holidays: data in, day types out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SATURDAY = 5


class DayType(StrEnum):
    """What kind of day it is for the people in the building."""

    WORKDAY = "workday"
    MAKEUP = "makeup"
    """A weekend day declared a workday (调休)."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Calendar:
    """Exceptions of one calendar from the rule of the week.

    Attributes:
        name: Name used by sites.
        exceptions: Dates that are not what their weekday says.
        known_to: First date for which no schedule is published yet; from there on day types
            follow the weekday alone and are provisional.
    """

    name: str
    exceptions: Mapping[date, DayType]
    known_to: date

    def day_type(self, day: date) -> DayType:
        """Return the type of a local date."""
        if day in self.exceptions:
            return self.exceptions[day]
        return DayType.WEEKEND if day.weekday() >= SATURDAY else DayType.WORKDAY

    def is_provisional(self, day: date) -> bool:
        """Tell whether the day's schedule is not published yet."""
        return day >= self.known_to
