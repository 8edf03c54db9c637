"""The readings beneath an amount: each with its time, its arrival, and what became of it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np

from analytics.consumption.course import Course
from analytics.consumption.marks import withdrawn
from analytics.why.asked import Answer, Asked, fraction, iso
from energy.meter import Meter
from energy.reading import REGISTER, Quality, Source
from energy.span import Span
from energy.units import base_units
from storage.readings import Series
from storage.records import edits, reading_versions

COUNTS = "counts"
WITHDRAWN = "withdrawn"


def readings_told(asked: Asked, meter: Meter, course: Course, span: Span) -> Answer:
    """Return the readings of a meter in a span: a bounded list, and how many there are.

    Listed first are those that are set aside, corrected or marked, then those at both ends.
    """
    series = asked.store.series(meter.table, meter.meter, span)
    fates = _fates(series, course)
    listed = _chosen(series, fates, asked.limit)
    return {
        "count": len(series),
        "counting": sum(fate == COUNTS for fate in fates),
        "first": iso(int(series.time[0])) if len(series) else None,
        "last": iso(int(series.time[-1])) if len(series) else None,
        "listed": [_told(meter, series, fates, place) for place in listed],
        "not_listed": len(series) - len(listed),
    }


def edits_told(asked: Asked, meter: Meter, span: Span) -> list[Answer]:
    """Return the corrections by people that wrote a reading of a meter in a span, oldest first."""
    numbers = set(asked.store.series(meter.table, meter.meter, span).revision.tolist()) - {0}
    found = [edits.get(asked.session, number) for number in sorted(numbers)]
    return [
        {
            "edit": edit.number,
            "what": edit.what,
            "at": iso(edit.at),
            "author": edit.author,
            "reason": edit.reason,
            "evidence": edit.evidence,
            "meters": list(edit.meters),
        }
        for edit in found
        if edit is not None
    ]


def overruled_told(asked: Asked, meter: Meter, span: Span) -> Answer:
    """Return what was said of a meter in a span and does not stand: another value overruled it."""
    versions = reading_versions.of_meter(asked.session, meter.meter, span)
    own = [one for one in versions if one.reading.table == meter.table]
    return {
        "count": len(own),
        "listed": [
            {
                "time": iso(one.reading.time),
                "value": one.reading.value,
                "spoken": spoken(meter, int(one.reading.value)),
                "unit": meter.unit,
                "revision": one.reading.revision,
                "arrived": iso(one.reading.arrived) if one.reading.arrived else None,
            }
            for one in own[: asked.limit]
        ],
    }


def spoken(meter: Meter, value: int) -> str:
    """Return a stored value in the unit that the device speaks: as a decimal, or as a/b."""
    per_unit = base_units(kind=meter.kind, unit=meter.unit) * meter.ratio
    exact = value * meter.step if meter.table == REGISTER else value / per_unit
    return decimal_text(exact)


def decimal_text(exact: Fraction) -> str:
    """Return a fraction as a decimal where it is one, else as a/b."""
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return fraction(exact)
    return f"{Decimal(exact.numerator) / Decimal(exact.denominator):f}"


def _fates(series: Series, course: Course) -> list[str]:
    """Return of each reading COUNTS, WITHDRAWN, or why it was set aside."""
    aside: Mapping[int, str] = dict(
        zip(course.aside.time.tolist(), map(str, course.aside.reason), strict=True)
    )
    gone = withdrawn(series.quality, series.revision)
    return [
        WITHDRAWN if is_gone else aside.get(time, COUNTS)
        for time, is_gone in zip(series.time.tolist(), gone.tolist(), strict=True)
    ]


def _chosen(series: Series, fates: Sequence[str], limit: int) -> list[int]:
    odd = np.array([fate != COUNTS for fate in fates], dtype=bool)
    odd |= (series.revision > 0) | (series.quality != Quality.ORDINARY)
    from_ends = [
        place
        for pair in zip(range(len(series)), reversed(range(len(series))), strict=True)
        for place in pair
    ]
    ranked = dict.fromkeys([*np.flatnonzero(odd).tolist(), *from_ends])
    return sorted(list(ranked)[:limit])


def _told(meter: Meter, series: Series, fates: Sequence[str], place: int) -> Answer:
    time, value = int(series.time[place]), int(series.value[place])
    arrived, revision = int(series.arrived[place]), int(series.revision[place])
    return {
        "id": f"{meter.meter}/{meter.table}/{time}/{revision}",
        "time": iso(time),
        "arrived": iso(arrived) if arrived else None,
        "value": value,
        "spoken": spoken(meter, value),
        "unit": meter.unit,
        "quality": Quality(int(series.quality[place])).name.lower(),
        "source": Source(int(series.source[place])).name.lower(),
        "revision": revision,
        "fate": fates[place],
    }
