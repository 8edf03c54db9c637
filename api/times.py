"""Times in addresses: local days, or instants with their offset; a naive time is refused."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from energy.errors import ConfigError
from energy.registry import Registry
from energy.span import Span, from_ms, midnight, next_day, to_ms
from energy.text import Text

EVER = Span(0, 4_102_444_800_000)
"""1970 to 2100: asks for everything (chosen: no reading is older or newer)."""

DEFAULT_ZONE = "Asia/Shanghai"


def zone_of(registry: Registry) -> ZoneInfo:
    """Return the wall clock of a district: that of its first site."""
    return registry.sites[0].zone if registry.sites else ZoneInfo(DEFAULT_ZONE)


def asked_span(*, start: str, end: str, zone: ZoneInfo) -> Span:
    """Return the half-open span that an address names.

    Args:
        start: 2026-01-31 for the midnight it starts, or an instant such as
            2026-01-31T08:00:00+08:00; "" for the beginning.
        end: The same; a day is included whole, an instant is excluded; "" for the end.
        zone: Wall clock of the days.

    Raises:
        ConfigError: If one cannot be read or has no offset, or the end lies before the start.
    """
    first = _instant("from", start, zone, whole=False) if start else EVER.start
    last = _instant("to", end, zone, whole=True) if end else EVER.end
    if last < first:
        raise ConfigError(
            Text(f"to（{end}）早于 from（{start}）。", f"to ({end}) lies before from ({start}).")
        )
    return Span(first, last)


def asked_instant(name: str, text: str, zone: ZoneInfo) -> int:
    """Return an instant [ms] that an address names; of a local day its last.

    Raises:
        ConfigError: If it cannot be read or has no offset.
    """
    is_day = len(text) == len("2026-01-31")
    return _instant(name, text, zone, whole=True) - (1 if is_day else 0)


def iso(time: int) -> str:
    """Return an instant [ms] as ISO 8601 in UTC."""
    return from_ms(time).isoformat().replace("+00:00", "Z")


def _instant(name: str, text: str, zone: ZoneInfo, *, whole: bool) -> int:
    try:
        if len(text) == len("2026-01-31"):
            day = date.fromisoformat(text)
            return midnight(next_day(day) if whole else day, zone)
        return to_ms(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        raise ConfigError(
            Text(
                f"{name}={text!r} 不是时间。请写当地日期，例如 2026-01-31，"
                "或带时区偏移的时刻，例如 2026-01-31T08:00:00+08:00。",
                f"{name}={text!r} is not a time. Write a local day such as 2026-01-31, or an "
                "instant with its offset such as 2026-01-31T08:00:00+08:00.",
            )
        ) from error
