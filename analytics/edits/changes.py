"""What an edit makes of readings: pure functions from those that stand to those to be written.

What they return bears no mark of the edit yet; analytics/edits/giving.py adds number and author.
A reading that a person takes away is WITHDRAWN: the same value at the same time, marked BAD.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from energy.reading import GAUGE, Quality, Reading

Series = tuple[str, str]
"""Meter and table."""


def is_withdrawn(reading: Reading) -> bool:
    """Tell whether a person took a reading away: as far as figures go, it was never said.

    Nothing but an edit marks readings BAD; what devices and files say is doubtful at the worst.
    """
    return reading.quality == Quality.BAD and reading.revision > 0


def there(standing: Iterable[Reading]) -> list[Reading]:
    """Return the readings that nobody took away."""
    return [reading for reading in standing if not is_withdrawn(reading)]


def withdrawn(reading: Reading) -> Reading:
    """Return a reading as one that a person took away."""
    return reading._replace(quality=int(Quality.BAD))


def swapped(
    first: Series,
    second: Series,
    standing: Mapping[Series, Sequence[Reading]],
    *,
    factor: Fraction,
) -> list[Reading]:
    """Return what exchanges the readings of two meters.

    At a time that only one of them has, its reading is withdrawn there and written to the other.

    Args:
        first: One meter and its table.
        second: The other; of the same table.
        standing: What stands of both in the span.
        factor: Steps of the second in one step of the first; values must convert, see not_whole.
    """
    ones, others = there(standing[first]), there(standing[second])
    to_second = [booked_on(second, one, factor) for one in ones]
    to_first = [booked_on(first, one, 1 / factor) for one in others]
    return [*_instead(ones, to_first), *_instead(others, to_second)]


def moved(source: Sequence[Reading], target: Series, *, factor: Fraction) -> list[Reading]:
    """Return what books readings on another meter, and withdraws them where they stood.

    Args:
        source: What stands of the meter they were booked on, in the span.
        target: The meter they belong to, and its table.
        factor: Steps of the target in one step of the source; values must convert, see not_whole.
    """
    ones = there(source)
    return [*map(withdrawn, ones), *(booked_on(target, one, factor) for one in ones)]


def shifted(standing: Sequence[Reading], by_ms: int) -> list[Reading]:
    """Return what moves the readings of one meter in time: a clock that was wrong.

    Args:
        standing: What stands in the span.
        by_ms: What is added to the time of each [ms].
    """
    ones = there(standing)
    return _instead(ones, [one._replace(time=one.time + by_ms) for one in ones])


def taken_away(standing: Sequence[Reading]) -> list[Reading]:
    """Return what withdraws readings."""
    return [withdrawn(one) for one in there(standing)]


def corrected(standing: Sequence[Reading], given: Reading) -> list[Reading]:
    """Return what a person says of one time instead; nothing if that stands there already."""
    return _changes(standing, [given])


def undone(
    wrote: Sequence[Reading],
    originals: Mapping[tuple[str, str, int], Reading],
    standing: Mapping[tuple[str, str, int], Reading],
) -> tuple[list[Reading], list[Reading]]:
    """Return what writes back how it was before an edit, and what is in the way of that.

    Args:
        wrote: The readings that the edit wrote.
        originals: What would stand without it, by meter, table and time.
        standing: What stands, by the same.

    Returns:
        The originals, and a withdrawal where there was none; and the readings that stand where the
        edit's own should, because a later edit changed them.
    """
    back, others = [], []
    for one in wrote:
        now = standing.get(one[:3])
        if now is None or now[:5] != one[:5]:
            others.append(now or one)
        else:
            back.append(originals.get(one[:3]) or withdrawn(one))
    return back, others


def not_whole(standing: Iterable[Reading], factor: Fraction) -> list[Reading]:
    """Return the readings that are no whole number of another meter's steps.

    Args:
        standing: Registers or amounts that stand; those that were taken away do not matter.
        factor: Steps of the other meter in one step of theirs.
    """
    return [one for one in there(standing) if int(one.value) * factor % 1]


def booked_on(target: Series, reading: Reading, factor: Fraction) -> Reading:
    """Return a reading as one of another meter.

    Args:
        target: That meter and its table.
        reading: The reading.
        factor: Steps of the target in one step of the reading's meter; 1 for gauges.

    Raises:
        ValueError: If its value is no whole number of the target's steps: nothing is rounded.
    """
    value: int | float = reading.value
    if reading.table != GAUGE and factor != 1:
        if not_whole([reading], factor):
            problem = f"{reading} is no whole number of the steps of {target[0]}"
            raise ValueError(problem)
        value = int(int(reading.value) * factor)
    return reading._replace(meter=target[0], table=target[1], value=value)


def _instead(standing: Sequence[Reading], coming: Sequence[Reading]) -> list[Reading]:
    """Return what makes readings of one meter stand in place of others, and nothing else."""
    times = {one.time for one in coming}
    gone = [withdrawn(one) for one in standing if one.time not in times]
    return [*gone, *_changes(standing, coming)]


def _changes(standing: Sequence[Reading], coming: Sequence[Reading]) -> list[Reading]:
    """Return those that say something else than what stands at their time."""
    same = {one[:5] for one in standing}
    return [one for one in coming if one[:5] not in same]
