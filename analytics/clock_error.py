"""How far a meter's clock is from the right time, as the arrival of its readings shows."""

from dataclasses import dataclass

import numpy as np

from energy.clock_ahead import ClockAhead
from energy.meter import Meter
from energy.reading import INTERVAL, Quality, Source
from energy.span import HOUR_MS, SECOND_MS, Span
from storage.readings import ReadingStore, Series

PAST_DAYS = 31
"""How far back is looked for the beginning of an error; chosen: a month is seen in a bill."""
STEADY_MINUTES = 5
"""So much messages may differ in their way; chosen: zones are a quarter of an hour apart."""
SHARE = 0.9
"""Share of the deliveries that must agree; chosen: one in ten may have waited for a network."""
FEWEST = 5
"""Fewest deliveries that must agree; chosen: an hourly meter has them before it is silent."""
LEAST_HOURS = 4
"""Least time they must cover; chosen: a backlog that is being sent is hours shorter by then."""
RAREST_HOURS = 2
"""Who sends rarer than this, and than every two readings, gathers them first: the age of what is
sent then tells of the gathering and nothing of the clock; chosen."""


@dataclass(frozen=True, slots=True)
class ClockError:
    """A steady difference between the time of readings and their arrival.

    Attributes:
        behind_ms: How far the clock is behind [ms]; negative where it is ahead, 0 where readings
            are on time.
        spread_ms: Length that holds the middle 80 % of the differences [ms].
        deliveries: How many deliveries agree.
        start: Arrival of the first of them [ms].
        end: Arrival of the last of them [ms].
        is_begin_seen: Whether earlier deliveries disagree, so that it began then.
        is_refused: Whether the readings are refused, because they are ahead.
    """

    behind_ms: int
    spread_ms: int = 0
    deliveries: int = 0
    start: int = 0
    end: int = 0
    is_begin_seen: bool = False
    is_refused: bool = False


ON_TIME = ClockError(0)


def clock_error_of(
    store: ReadingStore,
    meter: Meter,
    newest: int | None,
    *,
    now: int,
    ahead: ClockAhead | None = None,
) -> ClockError | None:
    """Return how far the clock behind a meter is from the right time; None when nobody can tell.

    A clock that is behind makes the newest reading look old. So the readings themselves are only
    asked for where that is not on time.

    Args:
        store: Raw readings.
        meter: The meter.
        newest: Time of its newest reading [ms]; None when none ever came.
        now: The present [ms].
        ahead: What the collector refused of its device because its time is ahead.
    """
    if newest is None:
        return None if ahead is None else _refused_error(ahead)
    if 0 <= now - newest - _lasts_ms(meter) <= meter.on_time_ms:
        return ON_TIME
    if ahead is not None and ahead.last > newest:
        return _refused_error(ahead)
    past = Span(newest - PAST_DAYS * 24 * HOUR_MS, newest + 1)
    return steady_error(store.series(meter.table, meter.meter, past), meter)


def _refused_error(ahead: ClockAhead) -> ClockError | None:
    """Return the error of a clock whose readings are refused; None where that is too little yet."""
    if ahead.times < FEWEST or ahead.last - ahead.first < LEAST_HOURS * HOUR_MS:
        return None
    middle, spread = (ahead.lowest_ms + ahead.highest_ms) // 2, ahead.highest_ms - ahead.lowest_ms
    return ClockError(
        -middle, spread, ahead.times, ahead.first, ahead.last, is_begin_seen=True, is_refused=True
    )


def steady_error(series: Series, meter: Meter) -> ClockError | None:
    """Return the steady difference of the newest deliveries of a series; None without one.

    What arrives together, in less than half the time between two readings, is one delivery, and the
    newest reading of it tells: a gateway that gathers some readings has only just taken that. A
    backlog differs from delivery to delivery, or ends with a reading on time. An error that is no
    longer than what a delivery gathers may as well be the time that sending it takes. What was
    imported or entered by hand, and readings that bear the time of their arrival, tell nothing.
    """
    late, arrived, gathered = _deliveries(series, meter)
    if len(late) < FEWEST or _is_rare(arrived[-FEWEST:], meter):
        return None
    middle = round(float(np.median(late[-FEWEST:])))
    if 0 < abs(middle) <= np.median(gathered[-FEWEST:]):
        return None
    if late[-1] < middle - STEADY_MINUTES * 60 * SECOND_MS:
        # Readings come late for many reasons, but never early: those of before were held back, or
        # said again, as by a device that sends its last day anew each hour.
        return None if late[-1] else ON_TIME
    own = _run(np.abs(late - middle) <= STEADY_MINUTES * 60 * SECOND_MS)
    if len(own) < FEWEST:
        return None
    start, end = int(arrived[own[0]]), int(arrived[own[-1]])
    if end - start < LEAST_HOURS * HOUR_MS:
        return None
    low, high = np.quantile(late[own], [0.1, 0.9])
    behind = round(float(np.median(late[own])))
    return ClockError(behind, round(high - low), len(own), start, end, is_begin_seen=bool(own[0]))


def _run(agrees: np.ndarray) -> np.ndarray:
    """Return the places that agree in the longest end of a series of which nearly all do.

    Args:
        agrees: In order of arrival, bool. Shape (n,).
    """
    places = np.flatnonzero(agrees)
    agreeing = np.arange(len(places), 0, -1)
    begins = np.flatnonzero(agreeing >= SHARE * (len(agrees) - places))
    return places[begins[0] :] if len(begins) else places[:0]


def _deliveries(series: Series, meter: Meter) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how late the newest reading of each delivery was, and when it arrived.

    And by how much the oldest reading of it was later than that. All in ms and in order of arrival;
    0 is on time. Shapes (n,), int64.
    """
    tells = (series.source == Source.DEVICE) & (series.quality != Quality.UNCERTAIN)
    time, arrived = series.time[tells], series.arrived[tells]
    end = time + _lasts_ms(meter)
    # A correction bears its arrival also where it was on time.
    is_off = (arrived > 0) & (np.abs(arrived - time) > meter.on_time_ms)
    arrived = np.where(arrived > 0, arrived, end)
    late = np.where(is_off, arrived - end, 0)
    order = np.argsort(arrived, kind="stable")
    late, arrived = late[order], arrived[order]
    if len(arrived) < FEWEST:
        return late, arrived, np.zeros_like(late)
    # Many devices speak more often than the registry asks of them.
    apart = min(meter.interval_s * SECOND_MS, float(np.median(np.diff(time))))
    starts = np.flatnonzero(np.append(True, np.diff(arrived) > apart / 2))
    # Of what arrives together the newest is the least late.
    newest, oldest = np.minimum.reduceat(late, starts), np.maximum.reduceat(late, starts)
    return newest, np.maximum.reduceat(arrived, starts), oldest - newest


def _is_rare(arrived: np.ndarray, meter: Meter) -> bool:
    apart = float(np.median(np.diff(arrived)))
    return apart > max(2 * meter.interval_s * SECOND_MS, RAREST_HOURS * HOUR_MS)


def _lasts_ms(meter: Meter) -> int:
    """Return how long a reading lasts [ms]: an amount bears the start of its interval."""
    return meter.interval_s * SECOND_MS if meter.table == INTERVAL else 0
