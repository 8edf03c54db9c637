"""Sheets of an earlier time, as a command asks for them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from api.as_of import sheet_as_of
from energy.errors import ConfigError
from energy.span import midnight, next_day, to_ms
from energy.text import Text
from jieneng.wiring import House


def bytes_as_of(house: House, place: str, period: str, at: str) -> tuple[bytes, Text | None]:
    """Return the sheet of a time, and what to know about it; None if all of it was signed then.

    Args:
        house: The stores.
        place: An institution, a body, "district", or a building.
        period: Key of the period.
        at: An instant, or a local day for its end; "" for now.

    Raises:
        ConfigError: If readings of then were let go, or the time cannot be read.
        ClosingError: If place or period are not known.
    """

    def when(zone: ZoneInfo) -> int:
        return time_of(at, zone) if at else house.clock()

    with house.records.reading() as session:
        found = sheet_as_of(session, house.store, place, period, at=when)
    return found.content, found.note


def time_of(text: str, zone: ZoneInfo) -> int:
    """Return an instant [ms]; of a local day its last.

    Raises:
        ConfigError: If it is neither.
    """
    try:
        return midnight(next_day(date.fromisoformat(text)), zone) - 1
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            Text(
                f"--at {text!r} 应为 2026-06-30 或 2026-06-30T12:00+08:00。",
                f"--at {text!r} should be 2026-06-30 or 2026-06-30T12:00+08:00.",
            )
        ) from error
    return to_ms(when if when.tzinfo else when.replace(tzinfo=zone))
