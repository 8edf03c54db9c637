"""How much of a stretch a meter should cover, and what is said where it could not.

A meter of the registry is due all the time, also before it was first heard: what it did not say is
missing. Only while no instrument stood at its point is nothing due, which its events tell.

Source: docs/methods.md, "What a meter should cover".
"""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from energy.binding import EVER
from energy.span import HOUR_MS, Span, joined, local_date
from energy.text import Text

_DAY_MS = 24 * HOUR_MS
_HALF_DAY_MS = 12 * HOUR_MS


class Life(NamedTuple):
    """What is known of a meter's point beside its readings.

    Attributes:
        meter: Its name.
        begun: Start of the local month in which it was first heard [ms]; None if it never was.
        away: When no instrument stood there, in order of time.
    """

    meter: str
    begun: int | None
    away: Sequence[Span] = ()


class Due(NamedTuple):
    """How much of a stretch a meter should cover.

    Attributes:
        seconds: How long it should have said something [s].
        is_away: Whether no instrument stood there all the time: then there is no amount.
        notes: What a reader has to know of it.
    """

    seconds: int
    is_away: bool = False
    notes: tuple[Text, ...] = ()


def due_of(life: Life, span: Span, zone: ZoneInfo, *, now_ms: int, first_ms: int | None) -> Due:
    """Return how much of a stretch a meter should cover, and what is said where it did not.

    Args:
        life: When it was first heard and when nothing stood there.
        span: The stretch; what is still to come is not due.
        zone: Wall clock of the days that are told.
        now_ms: The present [ms].
        first_ms: Start of the first day of the stretch that it says anything of [ms]; None of none.
    """
    end = max(min(span.end, now_ms), span.start)
    is_away = any(gone.start <= span.start and span.end <= gone.end for gone in life.away)
    seconds = sum(one.seconds for one in less(Span(span.start, end), life.away))
    notes = tuple(
        away_text(life.meter, gone, zone)
        for gone in life.away
        if gone.overlaps(span) and (is_away or gone.start < end)
    )
    if not seconds:
        return Due(0, is_away=is_away, notes=notes)
    said = _unheard(life, span, zone, first_ms)
    return Due(seconds, notes=notes if said is None else (*notes, said))


def _unheard(life: Life, span: Span, zone: ZoneInfo, first_ms: int | None) -> Text | None:
    """Return what is said of a meter that was due before it was first heard; None if it was not."""
    if life.begun is None:
        return _never_text(life.meter)
    if life.begun >= span.end:
        month = f"{local_date(life.begun + _HALF_DAY_MS, zone):%Y-%m}"
        return _first_text(life.meter, Text(month, f"in {month}"))
    if first_ms is None or not span.start <= life.begun:
        return None
    before = less(Span(span.start, max(first_ms, span.start)), life.away)
    if sum(one.end - one.start for one in before) < _DAY_MS:
        return None
    day = local_date(first_ms, zone).isoformat()
    return _first_text(life.meter, Text(day, f"on {day}"))


def less(span: Span, away: Sequence[Span]) -> list[Span]:
    """Return what is left of a span without others."""
    found, start = [], span.start
    for gone in joined(away):
        found.append(Span(start, max(min(gone.start, span.end), start)))
        start = min(max(start, gone.end), span.end)
    return [one for one in (*found, Span(start, span.end)) if one.start < one.end]


def _never_text(meter: str) -> Text:
    return Text(
        f"从未收到 {meter} 的读数：其用量空缺。如当时尚未装表，请登记 installed 事件。",
        f"{meter} has never been heard: what it counts is missing. If it is not installed yet, "
        "enter an event installed.",
    )


def _first_text(meter: str, when: Text) -> Text:
    return Text(
        f"{meter} 首次有读数为 {when.zh}：此前的用量空缺。如当时才装表，请登记 installed 事件。",
        f"{meter} was first heard {when.en}: what it counted before is missing. If it was "
        "installed then, enter an event installed.",
    )


def away_text(meter: str, gone: Span, zone: ZoneInfo) -> Text:
    """Return when no instrument stood at a point: one end of it, or both, are told by events."""
    if gone.start == -EVER:
        day = local_date(gone.end, zone)
        return Text(
            f"{meter} 于 {day} 装表：此前不应有读数，不算缺失。",
            f"{meter} was installed on {day}: before that nothing is due of it.",
        )
    gone_on = local_date(gone.start, zone)
    if gone.end == EVER:
        return Text(
            f"{meter} 于 {gone_on} 拆除：此后不应有读数，不算缺失。",
            f"{meter} was removed on {gone_on}: after that nothing is due of it.",
        )
    day = local_date(gone.end, zone)
    return Text(
        f"{meter} 于 {gone_on} 拆除、{day} 装表：其间不应有读数，不算缺失。",
        f"{meter} was removed on {gone_on} and installed on {day}: between nothing is due of it.",
    )
